#include "base/secure_bytes.h"

#include <cstring>
#include <utility>

#include "base/boringssl.h"

namespace lazuli {

SecureBytes::SecureBytes(size_t size)
    : data_(size == 0 ? nullptr : std::make_unique<uint8_t[]>(size)), size_(size) {}

SecureBytes::SecureBytes(absl::string_view bytes) : SecureBytes(bytes.size()) {
  if (size_ > 0) std::memcpy(data_.get(), bytes.data(), size_);
}

SecureBytes::~SecureBytes() { Clear(); }

SecureBytes::SecureBytes(SecureBytes&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

SecureBytes& SecureBytes::operator=(SecureBytes&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  data_ = std::move(other.data_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

SecureBytes SecureBytes::Clone() const { return SecureBytes(view()); }

void SecureBytes::Truncate(size_t size) {
  if (size >= size_) return;
  OPENSSL_cleanse(data_.get() + size, size_ - size);
  size_ = size;
}

void SecureBytes::Clear() {
  // What Truncate cut off is wiped already, so that size_ bytes are all that is left.
  if (data_ != nullptr) OPENSSL_cleanse(data_.get(), size_);
  data_.reset();
  size_ = 0;
}

absl::string_view SecureBytes::view() const {
  return absl::string_view(reinterpret_cast<const char*>(data_.get()), size_);
}

void WipeText(std::string* text) {
  OPENSSL_cleanse(text->data(), text->size());
  text->clear();
}

SecureBytes TakeText(std::string text) {
  SecureBytes bytes{absl::string_view(text)};
  WipeText(&text);
  return bytes;
}

}  // namespace lazuli
