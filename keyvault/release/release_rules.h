// File: keyvault/release/release_rules.h
//
// The grammar of release policies and what they decide. Key Vault documentation, "Azure Key Vault
// secure key release policy grammar":
//
//   {"version": "1.0.0",
//    "anyOf": [{"authority": URL,
//               "allOf" or "anyOf": [{"claim": NAME, "equals": VALUE}
//                                    or {"allOf" or "anyOf": [...]}]}]}
#ifndef LAZULI_KEYVAULT_RELEASE_RELEASE_RULES_H_
#define LAZULI_KEYVAULT_RELEASE_RELEASE_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/release/release_policy.h"

namespace lazuli::keyvault {

// `json` as the service gives it back: without white space, the version first, each authority
// before its conditions, each claim before its value. BadKeyParameterError("release_policy.data")
// for whatever is no policy.
absl::StatusOr<std::string> NormalizeReleasePolicy(absl::string_view json);

// An attestation whose signature has been verified.
struct Attestation {
  std::string authority;  // its issuer
  std::string claims;     // a JSON object
};

// OK when an authority of the policy issued the attestation and its conditions hold. A claim is
// named by its path: "x-ms-isolation-tee.x-ms-compliance-status" is that member of that object.
// Values are compared as texts, so that true equals "true". ReleaseRefusedError.
absl::Status CheckRelease(const ReleasePolicy& policy, const Attestation& attestation);

// The RSA key of the environment that is attested, to which a key is released.
struct EnvironmentKey {
  std::string kid;
  std::string n;  // big-endian
  std::string e;
};
// The key with the kid "TpmEphemeralEncryptionKey" among the attestation's x-ms-runtime.keys, else
// the first that is for encryption (key_use or use), else the only one.
// InvalidAttestationError.
absl::StatusOr<EnvironmentKey> EnvironmentKeyOf(const Attestation& attestation);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_RELEASE_RULES_H_
