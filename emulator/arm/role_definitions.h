// File: emulator/arm/role_definitions.h
//
// The built-in roles that concern what is emulated. Source: Azure documentation, "Azure built-in
// roles".
#ifndef LAZULI_EMULATOR_ARM_ROLE_DEFINITIONS_H_
#define LAZULI_EMULATOR_ARM_ROLE_DEFINITIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/arm/action_pattern.h"

namespace lazuli::emulator {

inline constexpr absl::string_view kOwnerRoleId = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
inline constexpr absl::string_view kContributorRoleId = "b24988ac-6180-42a0-ab88-20f7382dd24c";
inline constexpr absl::string_view kReaderRoleId = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

// Immutable; lives for ever.
struct RoleDefinition {
  std::string id;  // a GUID in lower case
  std::string name;
  std::string description;
  std::vector<ActionPattern> actions;
  std::vector<ActionPattern> not_actions;
  std::vector<ActionPattern> data_actions;
  std::vector<ActionPattern> not_data_actions;
  // The only roles that a holder may give or take by this role; empty: any. (Azure says it as a
  // condition of the role.)
  std::vector<std::string> assignable_roles;

  // "/providers/Microsoft.Authorization/roleDefinitions/ID".
  std::string ArmId() const;
};

// All of them, in a fixed order.
absl::Span<const RoleDefinition> BuiltInRoles();

// By GUID, or by an ARM id that ends in one; letter case aside. Null when there is none.
const RoleDefinition* FindRole(absl::string_view id);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_DEFINITIONS_H_
