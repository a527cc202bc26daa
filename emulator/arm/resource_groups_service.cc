// File: emulator/arm/resource_groups_service.cc
#include "emulator/arm/resource_groups_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "emulator/arm/list_page.h"
#include "emulator/arm/resource_filter.h"
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
  if (!group.managed_by.empty()) message->set_managed_by(group.managed_by);
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
                              parameters.location(), std::move(tags), parameters.managed_by()));
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

absl::Status ResourceGroupsService::CheckResourceGroupExistence(
    const CallContext&, const v1::ResourceGroupRequest& request, v1::Empty*) {
  return resources_->CheckResourceGroup(request.subscription_id(), request.resource_group_name());
}

absl::Status ResourceGroupsService::UpdateResourceGroup(
    const CallContext&, const v1::UpdateResourceGroupRequest& request,
    v1::ResourceGroup* response) {
  const v1::ResourceGroupPatchable& parameters = request.parameters();
  std::optional<Tags> tags;
  if (parameters.has_tags()) tags = TagsOf(parameters.tags());
  std::optional<std::string> managed_by;
  if (parameters.has_managed_by()) managed_by = parameters.managed_by();
  LAZULI_ASSIGN_OR_RETURN(
      const ResourceGroup group,
      resources_->UpdateResourceGroup(request.subscription_id(), request.resource_group_name(),
                                      std::move(tags), std::move(managed_by)));
  Fill(group, response);
  return absl::OkStatus();
}

absl::Status ResourceGroupsService::ListResourceGroups(const CallContext&,
                                                       const v1::ListResourceGroupsRequest& request,
                                                       v1::ListResourceGroupsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceFilter filter, ResourceFilter::Parse(request.filter()));
  LAZULI_ASSIGN_OR_RETURN(ListPage page, BeginPage(request));
  LAZULI_ASSIGN_OR_RETURN(const std::vector<ResourceGroup> groups,
                          resources_->ListResourceGroups(request.subscription_id()));
  for (const ResourceGroup& group : groups) {
    if (!filter.Matches(group.id, group.location, group.tags.value_or(Tags()))) continue;
    if (page.Takes(group.id.key())) Fill(group, response->add_value());
  }
  EndPage(page, response);
  return absl::OkStatus();
}

absl::Status ResourceGroupsService::DeleteResourceGroup(const CallContext& context,
                                                        const v1::ResourceGroupRequest& request,
                                                        v1::Empty*) {
  LAZULI_RETURN_IF_ERROR(resources_->DeleteResourceGroup(context, request.subscription_id(),
                                                         request.resource_group_name()));
  roles_->RemoveAssignmentsUnder(
      ResourceId::ResourceGroup(request.subscription_id(), request.resource_group_name()),
      "resource group deleted");
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
