// File: batch/key_encryption_client.h
//
// What Batch asks of a key vault, as the identity of an account. Every call goes through the
// vault's own authorization, like any caller's.
#ifndef LAZULI_BATCH_KEY_ENCRYPTION_CLIENT_H_
#define LAZULI_BATCH_KEY_ENCRYPTION_CLIENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/secure_bytes.h"
#include "batch/key_identifier.h"
#include "batch/managed_identity_client.h"

namespace lazuli::batch {

// What an account must know of a key before it uses it.
struct KeyDescription {
  std::string kid;       // with version
  std::string version;   // 32 hexadecimal digits
  std::string key_type;  // "RSA", "RSA-HSM", "EC", ...
  int rsa_bits = 0;      // 0 when not RSA
  std::vector<std::string> key_ops;
  bool enabled = true;
  std::optional<absl::Time> not_before;
  std::optional<absl::Time> expires;
};

// What an account must know of the vault that holds the key.
struct VaultDescription {
  std::string tenant_id;
  bool soft_delete = false;
  bool purge_protection = false;
};

struct WrappedKey {
  std::string kid;  // with version: the one that unwraps it
  std::string ciphertext;
};

// Thread safe. No lock of Batch's but an account's key lock may be held in a call. Errors are Key
// Vault's own, passed through: their inner code and message say why.
class KeyEncryptionClient {
 public:
  virtual ~KeyEncryptionClient() = default;

  // The vault's settings as the platform sees them; needs no permission, and no identity that still
  // exists: `as` tells in which tenant the name is looked up. NOT_FOUND when no live vault has it.
  virtual absl::StatusOr<VaultDescription> DescribeVault(const ManagedIdentity& as,
                                                         const KeyIdentifier& key,
                                                         absl::Time now) const = 0;
  // As GET key: needs the get permission; works on a disabled or expired key.
  virtual absl::StatusOr<KeyDescription> GetKey(const ManagedIdentity& as, const KeyIdentifier& key,
                                                absl::Time now) const = 0;
  // Everything that get, wrapKey and unwrapKey would refuse at `now` - permission, firewall,
  // existence, enabled, nbf and exp, key_ops - decided in that order of operations and without any
  // RSA work. OK, or the first refusal.
  virtual absl::Status CheckAccess(const ManagedIdentity& as, const KeyIdentifier& key,
                                   absl::Time now) const = 0;
  // RSA-OAEP-256. With a versionless identifier the latest version wraps.
  virtual absl::StatusOr<WrappedKey> WrapKey(const ManagedIdentity& as, const KeyIdentifier& key,
                                             const SecureBytes& data_key, absl::Time now) = 0;
  // `wrapped.kid` names the version.
  virtual absl::StatusOr<SecureBytes> UnwrapKey(const ManagedIdentity& as,
                                                const WrappedKey& wrapped, absl::Time now) = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_KEY_ENCRYPTION_CLIENT_H_
