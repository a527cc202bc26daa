// File: emulator/arm/resource_groups_service.cc
#include "emulator/arm/resource_groups_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/tag_messages.h"

namespace lazuli::emulator {
namespace {

void Fill(const ResourceGroup& group, v1::ResourceGroup* message) {
  message->set_id(group.id.text());
  message->set_name(group.id.name());
  message->set_type("Microsoft.Resources/resourceGroups");
  message->set_location(group.location);
  if (group.tags.has_value()) FillTags(*group.tags, message->mutable_tags());
  message->mutable_properties()->set_provisioning_state("Succeeded");
}

}  // namespace

ResourceGroupsService::ResourceGroupsService(ResourceDirectory* resources, RoleAssignments* roles)
    : resources_(resources), roles_(roles) {}

absl::Status ResourceGroupsService::CreateOrUpdateResourceGroup(
    const CallContext&, const v1::CreateOrUpdateResourceGroupRequest& request,
    v1::ResourceGroup* response) {
  const v1::ResourceGroup& parameters = request.parameters();
  std::optional<Tags> tags;
  if (parameters.has_tags()) tags = TagsOf(parameters.tags());
  LAZULI_ASSIGN_OR_RETURN(const ResourceDirectory::PutGroupResult result,
                          resources_->CreateOrUpdateResourceGroup(
                              request.subscription_id(), request.resource_group_name(),
                              parameters.location(), std::move(tags)));
  Fill(result.group, response);
  return absl::OkStatus();
}

absl::Status ResourceGroupsService::GetResourceGroup(const CallContext&,
                                                     const v1::ResourceGroupRequest& request,
                                                     v1::ResourceGroup* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const ResourceGroup group,
      resources_->GetResourceGroup(request.subscription_id(), request.resource_group_name()));
  Fill(group, response);
  return absl::OkStatus();
}

absl::Status ResourceGroupsService::ListResourceGroups(const CallContext&,
                                                       const v1::ListResourceGroupsRequest& request,
                                                       v1::ListResourceGroupsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::vector<ResourceGroup> groups,
                          resources_->ListResourceGroups(request.subscription_id()));
  for (const ResourceGroup& group : groups) Fill(group, response->add_value());
  return absl::OkStatus();
}

absl::Status ResourceGroupsService::DeleteResourceGroup(const CallContext&,
                                                        const v1::ResourceGroupRequest& request,
                                                        v1::Empty*) {
  LAZULI_RETURN_IF_ERROR(
      resources_->DeleteResourceGroup(request.subscription_id(), request.resource_group_name()));
  roles_->RemoveAssignmentsUnder(
      ResourceId::ResourceGroup(request.subscription_id(), request.resource_group_name()),
      "resource group deleted");
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
