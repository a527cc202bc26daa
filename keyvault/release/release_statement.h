// File: keyvault/release/release_statement.h
//
// What a release answers: a JWS that holds the key, wrapped for the environment that asked.
#ifndef LAZULI_KEYVAULT_RELEASE_RELEASE_STATEMENT_H_
#define LAZULI_KEYVAULT_RELEASE_RELEASE_STATEMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/key_version.h"
#include "keyvault/release/jws_signer.h"
#include "keyvault/release/release_rules.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {

// What the caller asked, as the statement repeats it.
struct ReleaseRequest {
  std::string api_version;  // empty: none
  std::string nonce;        // empty: none
  crypto::KeyTransport transport = crypto::KeyTransport::kCkmRsaAesKeyWrap;
};

// The JSON of the statement: the request, and the key with its private part wrapped for
// `environment` (key_hsm). `version` has a release policy. Errors: InvalidAttestationError for an
// environment whose key cannot be used.
absl::StatusOr<std::string> ReleaseStatement(const KeyVersion& version, const VaultSettings& vault,
                                             const ReleaseRequest& request,
                                             const EnvironmentKey& environment);

// What statements are signed with: RS256, by an RSA key of `key_pool`, which outlives the signer.
JwsSigner::Options ReleaseSigning(crypto::KeyPool* key_pool);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_RELEASE_STATEMENT_H_
