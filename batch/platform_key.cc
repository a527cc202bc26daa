#include "batch/platform_key.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/aead_key.h"
#include "base/secure_random.h"
#include "batch/errors.h"

namespace lazuli::batch {

PlatformKey::PlatformKey(absl::string_view account_id)
    : PlatformKey(account_id, SecureRandomBytes(AeadKey::kKeyBytes)) {}

PlatformKey::PlatformKey(absl::string_view account_id, SecureBytes key)
    : associated_data_(absl::StrCat("datakey:", account_id)),
      key_(std::make_unique<const AeadKey>(std::move(key))) {}

absl::StatusOr<std::unique_ptr<const PlatformKey>> PlatformKey::FromKey(
    absl::string_view account_id, SecureBytes key) {
  if (key.size() != AeadKey::kKeyBytes) {
    return absl::InvalidArgumentError("the platform key has not the length of one");
  }
  return std::unique_ptr<const PlatformKey>(new PlatformKey(account_id, std::move(key)));
}

PlatformKey::~PlatformKey() = default;

const SecureBytes& PlatformKey::key() const { return key_->key(); }

std::string PlatformKey::Wrap(const SecureBytes& data_key) const {
  return key_->Seal(associated_data_, data_key.view());
}

absl::StatusOr<SecureBytes> PlatformKey::Unwrap(absl::string_view wrapped) const {
  std::optional<SecureBytes> data_key = key_->Open(associated_data_, wrapped);
  if (!data_key.has_value()) return UnreadableRecordError();
  return *std::move(data_key);
}

}  // namespace lazuli::batch
