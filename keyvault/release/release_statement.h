// File: keyvault/release/release_statement.h
//
// What a release answers: a JWS that holds the key, wrapped for the environment that asked.
#ifndef LAZULI_KEYVAULT_RELEASE_RELEASE_STATEMENT_H_
#define LAZULI_KEYVAULT_RELEASE_RELEASE_STATEMENT_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/key_version.h"
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

// Signs statements with RS256. Its RSA key and the self-signed certificate for it are made at the
// first signature, and live as long as this. Thread safe.
class ReleaseSigner {
 public:
  // Both outlive this.
  ReleaseSigner(crypto::KeyPool* key_pool, crypto::CryptoEngine* engine)
      : key_pool_(key_pool), engine_(engine) {}
  ReleaseSigner(const ReleaseSigner&) = delete;
  ReleaseSigner& operator=(const ReleaseSigner&) = delete;

  // The compact JWS, whose header has kid, x5t, x5t#S256 and x5c. `now` dates the certificate.
  absl::StatusOr<std::string> Sign(absl::string_view payload, absl::Time now);

 private:
  struct Identity {
    crypto::KeyMaterial::Ptr key;
    std::string header;  // base64url
  };
  absl::StatusOr<Identity> MakeIdentity(absl::Time now);

  crypto::KeyPool* const key_pool_;
  crypto::CryptoEngine* const engine_;
  Mutex mu_;
  Identity identity_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_RELEASE_RELEASE_STATEMENT_H_
