// File: emulator/chaos/chaos_engines.h
//
// What chaos acts upon: the same engines that serve everybody's calls.
#ifndef LAZULI_EMULATOR_CHAOS_CHAOS_ENGINES_H_
#define LAZULI_EMULATOR_CHAOS_CHAOS_ENGINES_H_

#include "batch/account_registry.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/user_assigned_identities.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

// Nothing is owned; all outlive whoever holds this.
struct ChaosEngines {
  keyvault::VaultRegistry* vaults = nullptr;
  batch::AccountRegistry* accounts = nullptr;
  ResourceDirectory* resources = nullptr;
  RoleAssignments* roles = nullptr;
  UserAssignedIdentities* identities = nullptr;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CHAOS_ENGINES_H_
