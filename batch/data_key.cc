#include "batch/data_key.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/aead_key.h"
#include "base/secure_random.h"
#include "batch/errors.h"

namespace lazuli::batch {
namespace {

// Counted, so that no two pairs of identity and generation read the same.
std::string AssociatedData(absl::string_view identity, uint64_t generation) {
  return absl::StrCat(identity.size(), ":", identity, generation);
}

}  // namespace

DataKey::DataKey() = default;
DataKey::~DataKey() = default;

SecureBytes DataKey::Generate() { return SecureRandomBytes(AeadKey::kKeyBytes); }

void DataKey::Install(SecureBytes key) { key_ = std::make_unique<const AeadKey>(std::move(key)); }

void DataKey::Wipe() { key_.reset(); }

SecureBytes DataKey::Copy() const { return key_ == nullptr ? SecureBytes() : key_->key().Clone(); }

std::string DataKey::Seal(absl::string_view identity, uint64_t generation,
                          absl::string_view plaintext) const {
  if (key_ == nullptr) return "";
  return key_->Seal(AssociatedData(identity, generation), plaintext);
}

absl::StatusOr<std::string> DataKey::Unseal(absl::string_view identity, uint64_t generation,
                                            absl::string_view sealed) const {
  if (key_ == nullptr) {
    return UnreadableRecordError();
  }
  const std::optional<SecureBytes> plaintext =
      key_->Open(AssociatedData(identity, generation), sealed);
  if (!plaintext.has_value()) return UnreadableRecordError();
  return std::string(plaintext->view());
}

}  // namespace lazuli::batch
