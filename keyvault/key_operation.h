// File: keyvault/key_operation.h
//
// The values of "key_ops": what a key may be used for.
#ifndef LAZULI_KEYVAULT_KEY_OPERATION_H_
#define LAZULI_KEYVAULT_KEY_OPERATION_H_

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault {

// Kept by number: none ever changes its own.
enum class KeyOperation {
  kEncrypt,
  kDecrypt,
  kSign,
  kVerify,
  kWrapKey,
  kUnwrapKey,
  kImport,
  kExport,
};

// The JSON spelling, e.g. "wrapKey". Lives for ever.
absl::string_view KeyOperationName(KeyOperation operation);

// The operation that a permission's verb ("wrapKey", in any letter case) lets a caller do with a
// key's material; nullopt for verbs that need none, e.g. "get".
std::optional<KeyOperation> KeyOperationOf(absl::string_view permission);

// True for decrypt, unwrapKey and verify, which a key still serves before nbf and from exp on: what
// was protected must stay readable. Key Vault documentation, "About keys": date-time controlled
// operations.
bool WorksOutsideValidity(KeyOperation operation);

// OK if `algorithm` is one for `operation`, which is one of the four that encrypt and decrypt data
// or keys; else UnsupportedAlgorithmError.
absl::Status CheckAlgorithmPurpose(crypto::EncryptionAlgorithm algorithm, KeyOperation operation);

// What a key may do when its creator says nothing, in the service's order.
std::vector<KeyOperation> DefaultKeyOperations(crypto::KeyType type);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_OPERATION_H_
