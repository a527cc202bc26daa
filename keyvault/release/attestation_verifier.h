// File: keyvault/release/attestation_verifier.h
//
// Who tells whether an attestation is one.
#ifndef LAZULI_KEYVAULT_RELEASE_ATTESTATION_VERIFIER_H_
#define LAZULI_KEYVAULT_RELEASE_ATTESTATION_VERIFIER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/release/release_rules.h"

namespace lazuli::keyvault {

// Thread safe.
class AttestationVerifier {
 public:
  virtual ~AttestationVerifier() = default;

  // What `token`, a JWT, attests at the virtual time `now`. InvalidAttestationError for what is
  // none; ReleaseRefusedError for one that no authority signed or that is out of date.
  virtual absl::StatusOr<Attestation> Verify(absl::string_view token, absl::Time now) const = 0;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_ATTESTATION_VERIFIER_H_
