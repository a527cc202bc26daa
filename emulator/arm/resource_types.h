// File: emulator/arm/resource_types.h
//
// The resource providers that are emulated, with the types that each knows.
#ifndef LAZULI_EMULATOR_ARM_RESOURCE_TYPES_H_
#define LAZULI_EMULATOR_ARM_RESOURCE_TYPES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lazuli::emulator {

struct ResourceTypeInfo {
  absl::string_view name;  // below the provider's: "vaults"
  // Newest first.
  std::vector<absl::string_view> api_versions;
  bool has_locations = false;
  bool has_tags = false;
};

// Immutable; lives for ever.
struct ResourceProviderInfo {
  absl::string_view name;  // "Microsoft.KeyVault"
  // Every subscription has it without registering.
  bool registration_free = false;
  std::vector<ResourceTypeInfo> types;
};

// By name.
absl::Span<const ResourceProviderInfo> ResourceProviders();
// In any letter case; null when there is none.
const ResourceProviderInfo* FindResourceProvider(absl::string_view name);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCE_TYPES_H_
