// File: keyvault/key_type_offer.h
//
// Which types of keys a vault offers. Key Vault documentation, "About keys": a standard vault has
// software keys alone, a premium one those and HSM-protected keys, a managed HSM the latter alone.
#ifndef LAZULI_KEYVAULT_KEY_TYPE_OFFER_H_
#define LAZULI_KEYVAULT_KEY_TYPE_OFFER_H_

#include "absl/status/status.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// Whether it has HSM-protected keys.
bool OffersHardwareKeys(const VaultRecord& vault);

// OK, or why a key of `type` can be neither created in nor imported into `vault`. Errors:
// HardwareKeyOnStandardVaultError, KeyTypeNotSupportedError.
absl::Status CheckKeyTypeOffered(const VaultRecord& vault, crypto::KeyType type);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_TYPE_OFFER_H_
