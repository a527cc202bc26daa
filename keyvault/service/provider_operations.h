// File: keyvault/service/provider_operations.h
//
// What Microsoft.KeyVault can be asked to allow: the operations that roles name.
#ifndef LAZULI_KEYVAULT_SERVICE_PROVIDER_OPERATIONS_H_
#define LAZULI_KEYVAULT_SERVICE_PROVIDER_OPERATIONS_H_

#include "proto/provider_lists.pb.h"

namespace lazuli::keyvault {

// Adds every action and data action that a call of the emulator may need. Source: Azure
// documentation, "Azure permissions for Security": Microsoft.KeyVault.
void WriteProviderOperations(v1::OperationListResult* list);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_PROVIDER_OPERATIONS_H_
