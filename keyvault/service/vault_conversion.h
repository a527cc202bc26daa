// File: keyvault/service/vault_conversion.h
//
// Between the messages of vaults.proto and the model of vaults. Reading judges nothing:
// the rules are in keyvault/vault_input.h.
#ifndef LAZULI_KEYVAULT_SERVICE_VAULT_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_VAULT_CONVERSION_H_

#include <vector>

#include "keyvault/access_policy.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_record.h"
#include "proto/vaults.pb.h"

namespace lazuli::keyvault {

std::vector<AccessPolicy> ReadAccessPolicies(const v1::AccessPolicies& policies);
VaultInput ReadVaultInput(const v1::VaultCreateOrUpdateParameters& parameters);
VaultInput ReadVaultInput(const v1::VaultPatchParameters& parameters);

// Members that the service leaves out are left out.
void WriteVault(const VaultRecord& record, v1::Vault* vault);
void WriteDeletedVault(const VaultRecord& record, v1::DeletedVault* vault);
void WriteAccessPolicies(const AccessPolicyTable& table, v1::AccessPolicies* policies);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_VAULT_CONVERSION_H_
