// File: emulator/arm/resources_service.cc
#include "emulator/arm/resources_service.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "emulator/arm/list_page.h"
#include "emulator/arm/resource_filter.h"
#include "emulator/arm/resource_id.h"

namespace lazuli::emulator {
namespace {

bool AsksFor(absl::string_view expand, absl::string_view field) {
  for (const absl::string_view each : absl::StrSplit(expand, ',')) {
    if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(each), field)) return true;
  }
  return false;
}

template <typename Request>
absl::Status List(const ResourceDirectory& directory, const Request& request,
                  absl::string_view resource_group, v1::ListResourcesResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const ResourceFilter filter, ResourceFilter::Parse(request.filter()));
  LAZULI_ASSIGN_OR_RETURN(ListPage page, BeginPage(request));
  LAZULI_ASSIGN_OR_RETURN(const std::vector<ListedResource> resources,
                          directory.ListResources(request.subscription_id(), resource_group));
  const bool with_state = AsksFor(request.expand(), "provisioningState");
  for (const ListedResource& resource : resources) {
    LAZULI_ASSIGN_OR_RETURN(const ResourceId id, ResourceId::Parse(resource.id));
    if (!filter.Matches(id, resource.location, resource.tags)) continue;
    if (!page.Takes(id.key())) continue;
    v1::GenericResource* const message = response->add_value();
    message->set_id(resource.id);
    message->set_name(id.name());
    message->set_type(id.type());
    message->set_location(resource.location);
    message->mutable_tags()->insert(resource.tags.begin(), resource.tags.end());
    if (with_state) message->set_provisioning_state("Succeeded");
  }
  EndPage(page, response);
  return absl::OkStatus();
}

}  // namespace

absl::Status ResourcesService::ListResources(const CallContext&,
                                             const v1::ListResourcesRequest& request,
                                             v1::ListResourcesResponse* response) const {
  return List(*resources_, request, "", response);
}

absl::Status ResourcesService::ListResourcesByResourceGroup(
    const CallContext&, const v1::ListResourcesByResourceGroupRequest& request,
    v1::ListResourcesResponse* response) const {
  return List(*resources_, request, request.resource_group_name(), response);
}

}  // namespace lazuli::emulator
