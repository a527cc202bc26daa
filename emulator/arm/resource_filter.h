// File: emulator/arm/resource_filter.h
//
// $filter of lists of resources and of resource groups. Source of the names: the REST reference of
// Microsoft.Resources, "Resources - List".
#ifndef LAZULI_EMULATOR_ARM_RESOURCE_FILTER_H_
#define LAZULI_EMULATOR_ARM_RESOURCE_FILTER_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/arm/management_filter.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"

namespace lazuli::emulator {

// resourceType, name, resourceGroup and location with eq and ne; tagName and tagValue with eq, of
// one and the same tag; startswith(tagName, 'x'); substringof('x', name) and substringof('x',
// resourceGroup). Tags' values count letter case, nothing else does. Immutable.
class ResourceFilter {
 public:
  // Errors: InvalidFilterError.
  static absl::StatusOr<ResourceFilter> Parse(absl::string_view text);

  // `id` of a resource or of a resource group.
  bool Matches(const ResourceId& id, absl::string_view location, const Tags& tags) const;

 private:
  explicit ResourceFilter(ManagementFilter filter) : filter_(std::move(filter)) {}

  ManagementFilter filter_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCE_FILTER_H_
