// File: batch/platform_key.h
//
// The key of the platform that wraps the data key of one account without a customer-managed key.
#ifndef LAZULI_BATCH_PLATFORM_KEY_H_
#define LAZULI_BATCH_PLATFORM_KEY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"

namespace lazuli {
class AeadKey;
}  // namespace lazuli

namespace lazuli::batch {

// Belongs to that account alone, so that the data key of an account that went over to a key of its
// customer has no second way back. Wiped when destroyed. Immutable and thread safe.
class PlatformKey {
 public:
  // A new random key for the account of that ARM id.
  explicit PlatformKey(absl::string_view account_id);
  // The key that key() of an earlier one gave. INVALID_ARGUMENT if it cannot be.
  static absl::StatusOr<std::unique_ptr<const PlatformKey>> FromKey(absl::string_view account_id,
                                                                    SecureBytes key);
  ~PlatformKey();

  // For whoever stores it.
  const SecureBytes& key() const;

  std::string Wrap(const SecureBytes& data_key) const;
  // DATA_LOSS if this key did not wrap it.
  absl::StatusOr<SecureBytes> Unwrap(absl::string_view wrapped) const;

 private:
  PlatformKey(absl::string_view account_id, SecureBytes key);

  const std::string associated_data_;
  const std::unique_ptr<const AeadKey> key_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_PLATFORM_KEY_H_
