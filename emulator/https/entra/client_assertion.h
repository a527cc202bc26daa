// File: emulator/https/entra/client_assertion.h
//
// What a client signs to prove who it is, in the place of a secret (RFC 7523 section 2.2; Microsoft
// identity platform documentation, "Certificate credentials").
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_CLIENT_ASSERTION_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_CLIENT_ASSERTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/https/entra/sign_in_tenant.h"
#include "emulator/identity/key_credential.h"

namespace lazuli::emulator {

// A JSON Web Token taken apart. Nothing of it is to be believed before CheckClientAssertion.
struct ClientAssertion {
  std::string algorithm;  // alg
  std::string key_name;   // x5t#S256, else x5t, else kid; empty: none of them
  std::string issuer;     // iss
  std::string subject;    // sub
  std::string audience;   // aud
  absl::Time expires_at;  // exp
  absl::Time not_before;  // nbf; the infinite past when there is none
  std::string signing_input;
  std::string signature;  // bytes
};

// Errors: MalformedAssertionError, AssertionWithoutKeyError, AssertionAlgorithmError.
absl::StatusOr<ClientAssertion> ParseClientAssertion(absl::string_view text);

// Where an assertion may be meant for: a token endpoint or the issuer of `tenant`, on the host that
// the client reached or on one of Azure's login hosts.
struct AssertionRecipient {
  std::string authority;
  SignInTenant tenant;
};

// OK if a client with these keys signed the assertion for itself, for this place, for now. An
// assertion may be used again until it ends, as clients do that ask for several tokens. Errors:
// AssertionOfOtherClientError, AssertionKeyError, AssertionAudienceError, AssertionTimeError.
absl::Status CheckClientAssertion(const ClientAssertion& assertion, absl::string_view client_id,
                                  const std::vector<KeyCredential::Ptr>& keys,
                                  const AssertionRecipient& recipient, absl::Time now);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_CLIENT_ASSERTION_H_
