// File: keyvault/key_rules.h
//
// What a key may be made to be: exportable or not, an exchange key or not. Key Vault documentation,
// "Secure key release" and "Bring your own key specification".
#ifndef LAZULI_KEYVAULT_KEY_RULES_H_
#define LAZULI_KEYVAULT_KEY_RULES_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"

namespace lazuli::keyvault {

// Of a new version: an exportable key is one of hardware with a release policy, and no other key
// has one. `has_hardware`: the vault keeps keys in hardware. Errors, in this order:
// ExportableNeedsPremiumError, ExportableNeedsHardwareError, ExportableNeedsReleasePolicyError,
// ReleasePolicyNeedsExportableError.
absl::Status CheckNewKeyRelease(crypto::KeyType type, bool has_hardware, bool exportable,
                                bool has_release_policy);

// Of an update of a version: ExportableFixedError, ReleasePolicyNeedsExportableError,
// ReleasePolicyImmutableError. The policy that is there already may always be set once more.
absl::Status CheckReleaseUpdate(const KeyVersion& version, const KeyVersionUpdate& update);

// Of a release, before anything about who asks: KeyDisabledError, KeyNotExportableError. The
// validity plays no part.
absl::Status CheckKeyVersionRelease(const KeyVersion& version);

// "import" makes a key an exchange key, which is of the type RSA-HSM and for nothing else.
// BadKeyParameterError(`field`).
absl::Status CheckKeyOperationsFit(crypto::KeyType type, const std::vector<KeyOperation>& key_ops,
                                   absl::string_view field);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_RULES_H_
