// File: batch/fake_key_encryption_client.h
//
// Key vaults for tests of Batch: no cryptography, but the rules and refusals of the real ones, and
// a count of what would have been RSA work.
#ifndef LAZULI_BATCH_FAKE_KEY_ENCRYPTION_CLIENT_H_
#define LAZULI_BATCH_FAKE_KEY_ENCRYPTION_CLIENT_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/secure_bytes.h"
#include "batch/key_encryption_client.h"

namespace lazuli::batch {

struct FakeVault {
  VaultDescription description;
  bool firewall_closed = false;
};

// Versions are in the order of their making, the last one being the latest.
struct FakeKey {
  bool deleted = false;
  std::map<std::string, KeyDescription> versions;
  std::string latest;
};

// Thread safe. A new fake holds vault "vault" of tenant "tenant" with soft delete and purge
// protection, and in it the RSA-2048 key "key" with version FakeVersion(1).
class FakeKeyEncryptionClient final : public KeyEncryptionClient {
 public:
  FakeKeyEncryptionClient();

  // 32 hexadecimal digits.
  static std::string FakeVersion(int number);
  static std::string Kid(absl::string_view vault, absl::string_view key, int version);

  // Change the world under its lock; each name is made if it is new.
  void SetVault(const std::string& name, const std::function<void(FakeVault&)>& change);
  void RemoveVault(const std::string& name);
  void SetKey(const std::string& vault, const std::string& key,
              const std::function<void(FakeKey&)>& change);
  // Adds or changes a version; a new one becomes the latest.
  void SetVersion(const std::string& vault, const std::string& key, int version,
                  const std::function<void(KeyDescription&)>& change);
  // A principal has all three permissions on every key, or those given here.
  void Grant(const std::string& principal_id, std::set<std::string> permissions);
  // What was unwrapped comes back altered.
  void CorruptUnwrap(bool corrupt);

  int wraps() const;
  int unwraps() const;
  int rsa_calls() const { return wraps() + unwraps(); }

  absl::StatusOr<VaultDescription> DescribeVault(const ManagedIdentity& as,
                                                 const KeyIdentifier& key,
                                                 absl::Time now) const override;
  absl::StatusOr<KeyDescription> GetKey(const ManagedIdentity& as, const KeyIdentifier& key,
                                        absl::Time now) const override;
  absl::Status CheckAccess(const ManagedIdentity& as, const KeyIdentifier& key,
                           absl::Time now) const override;
  absl::StatusOr<WrappedKey> WrapKey(const ManagedIdentity& as, const KeyIdentifier& key,
                                     const SecureBytes& data_key, absl::Time now) override;
  absl::StatusOr<SecureBytes> UnwrapKey(const ManagedIdentity& as, const WrappedKey& wrapped,
                                        absl::Time now) override;

 private:
  // The version, if the principal has the permission and the vault and the key are there.
  absl::StatusOr<KeyDescription> Find(const ManagedIdentity& as, const KeyIdentifier& key,
                                      absl::string_view permission) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The same, if the version may be used so at `now`.
  absl::StatusOr<KeyDescription> Use(const ManagedIdentity& as, const KeyIdentifier& key,
                                     absl::string_view operation, absl::Time now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  std::map<std::string, FakeVault> vaults_ ABSL_GUARDED_BY(mu_);
  std::map<std::pair<std::string, std::string>, FakeKey> keys_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::set<std::string>> permissions_ ABSL_GUARDED_BY(mu_);
  bool corrupt_unwrap_ ABSL_GUARDED_BY(mu_) = false;
  int wraps_ ABSL_GUARDED_BY(mu_) = 0;
  int unwraps_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_FAKE_KEY_ENCRYPTION_CLIENT_H_
