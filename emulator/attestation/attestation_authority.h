// File: emulator/attestation/attestation_authority.h
//
// The attestation service of the emulator: says of an environment whatever a test wants said, under
// the name of any authority. (Azure's is Microsoft Azure Attestation.)
#ifndef LAZULI_EMULATOR_ATTESTATION_ATTESTATION_AUTHORITY_H_
#define LAZULI_EMULATOR_ATTESTATION_ATTESTATION_AUTHORITY_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "emulator/identity/signing_key.h"
#include "keyvault/release/attestation_verifier.h"

namespace lazuli::emulator {

struct AttestationInput {
  std::string authority;  // the issuer; empty: kDefaultAuthority
  std::string claims;     // a JSON object; empty: none
  // The environment's RSA key, big-endian: one that a key can be released to.
  std::string n;
  std::string e;
  absl::Duration lifetime = absl::Hours(8);
};

// Thread safe. Signs with a key of its own, which lives as long as it does: an attestation does not
// outlive the process.
class AttestationAuthority final : public keyvault::AttestationVerifier {
 public:
  static constexpr absl::string_view kDefaultAuthority = "https://attest.lazuli.local";

  AttestationAuthority() = default;

  // A JWT with the claims, and the key among its x-ms-runtime.keys, no longer than Verify takes.
  // Times are in whole seconds. Errors: InvalidInputError.
  absl::StatusOr<std::string> Issue(const AttestationInput& input, absl::Time now) const;

  absl::StatusOr<keyvault::Attestation> Verify(absl::string_view token,
                                               absl::Time now) const override;

  // The key, which is made at its first use.
  absl::StatusOr<const SigningKey*> signing_key() const;

 private:
  mutable Mutex mu_;
  mutable std::unique_ptr<const SigningKey> key_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ATTESTATION_ATTESTATION_AUTHORITY_H_
