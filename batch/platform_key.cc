#include "batch/platform_key.h"

#include "absl/strings/str_cat.h"
#include "base/secure_random.h"
#include "batch/aead_key.h"

namespace lazuli::batch {

PlatformKey::PlatformKey(absl::string_view account_id)
    : associated_data_(absl::StrCat("datakey:", account_id)),
      key_(std::make_unique<const AeadKey>(SecureRandomBytes(AeadKey::kKeyBytes))) {}

PlatformKey::~PlatformKey() = default;

std::string PlatformKey::Wrap(const SecureBytes& data_key) const {
  return key_->Seal(associated_data_, data_key.view());
}

absl::StatusOr<SecureBytes> PlatformKey::Unwrap(absl::string_view wrapped) const {
  return key_->Open(associated_data_, wrapped);
}

}  // namespace lazuli::batch
