// File: keyvault/service/release_conversion.h
//
// Between the messages of keys.proto and release policies, and keys that are brought along.
#ifndef LAZULI_KEYVAULT_SERVICE_RELEASE_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_RELEASE_CONVERSION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/release/release_policy.h"
#include "keyvault/vault.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

// The policy as the service gives it back. BadKeyParameterError.
absl::StatusOr<ReleasePolicy> ReadReleasePolicy(const v1::KeyReleasePolicy& policy);
void WriteReleasePolicy(const ReleasePolicy& policy, v1::KeyReleasePolicy* written);

// The key in a transfer blob (key_hsm), unwrapped with the exchange key of `vault` that it names:
// an RSA-HSM key for nothing but import. `type`: the kty of the import, which must be one of
// hardware. Takes a private RSA operation. Errors: BadKeyParameterError("key.key_hsm"), those of
// imports, and of a key that may not be used.
absl::StatusOr<crypto::KeyMaterial::Ptr> UnwrapBroughtKey(const Vault& vault,
                                                          absl::string_view key_hsm,
                                                          crypto::KeyType type, absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_RELEASE_CONVERSION_H_
