// File: batch/data_key.h
//
// The data encryption key of one account: seals what rests of its pools, jobs and tasks.
#ifndef LAZULI_BATCH_DATA_KEY_H_
#define LAZULI_BATCH_DATA_KEY_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/secure_bytes.h"
#include "batch/record_protector.h"

namespace lazuli {
class AeadKey;
}  // namespace lazuli

namespace lazuli::batch {

// Holds the key while the account has access to it, and nothing once it is wiped. Seal and Unseal
// may run at the same time; Install and Wipe need the account's lock.
class DataKey final : public RecordProtector {
 public:
  DataKey();
  ~DataKey() override;

  // A new random key, not installed anywhere.
  static SecureBytes Generate();

  // Takes a key of AeadKey::kKeyBytes into use.
  void Install(SecureBytes key);
  // Overwrites the key and its schedule in memory.
  void Wipe();
  bool present() const { return key_ != nullptr; }
  // For wrapping it anew. Empty when wiped.
  SecureBytes Copy() const;

  // Without a key nothing can be sealed: the result is then empty, and opens as nothing.
  std::string Seal(absl::string_view identity, uint64_t generation,
                   absl::string_view plaintext) const override;
  // DATA_LOSS also when wiped.
  absl::StatusOr<std::string> Unseal(absl::string_view identity, uint64_t generation,
                                     absl::string_view sealed) const override;

 private:
  std::unique_ptr<const AeadKey> key_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_DATA_KEY_H_
