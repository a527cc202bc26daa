// File: base/secure_bytes.h
//
// A buffer for secrets: wiped when it is destroyed, moved from, or cleared. Not copyable by
// accident.
#ifndef LAZULI_BASE_SECURE_BYTES_H_
#define LAZULI_BASE_SECURE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lazuli {

class SecureBytes {
 public:
  SecureBytes() = default;
  explicit SecureBytes(size_t size);  // zero-filled
  explicit SecureBytes(absl::string_view bytes);
  ~SecureBytes();
  SecureBytes(SecureBytes&& other) noexcept;
  SecureBytes& operator=(SecureBytes&& other) noexcept;
  SecureBytes(const SecureBytes&) = delete;
  SecureBytes& operator=(const SecureBytes&) = delete;

  SecureBytes Clone() const;
  uint8_t* data() { return data_.get(); }
  const uint8_t* data() const { return data_.get(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Shortens to `size` (<= size()); the cut bytes are wiped.
  void Truncate(size_t size);
  // Wipes and empties.
  void Clear();
  absl::string_view view() const;
  absl::Span<const uint8_t> span() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<uint8_t[]> data_;
  size_t size_ = 0;
};

// Wipes and empties a text that had to hold a secret for a while.
void WipeText(std::string* text);
// The bytes of `text`, which is wiped: nothing but the result holds them then.
SecureBytes TakeText(std::string text);

}  // namespace lazuli

#endif  // LAZULI_BASE_SECURE_BYTES_H_
