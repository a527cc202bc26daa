#include "emulator/json/utf8.h"

#include <cstdint>
#include <cstring>

namespace lazuli::emulator {
namespace {

bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// How many bytes the character takes that begins with `lead`, and the bounds of its second byte,
// by which RFC 3629 excludes overlong forms, surrogates and what lies above U+10FFFF.
struct Lead {
  size_t size;
  uint8_t second_min = 0x80;
  uint8_t second_max = 0xBF;
};

// Size 0 for a byte that begins no character.
Lead ClassifyLead(uint8_t lead) {
  if (lead < 0x80) return {1};
  if (lead >= 0xC2 && lead <= 0xDF) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  const uint8_t* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* const end = bytes + text.size();
  while (bytes != end) {
    // Nearly all text is ASCII: eight bytes at once.
    uint64_t word;
    if (end - bytes >= 8 &&
        (std::memcpy(&word, bytes, sizeof(word)), (word & 0x8080808080808080u) == 0)) {
      bytes += 8;
      continue;
    }
    const Lead lead = ClassifyLead(*bytes);
    if (lead.size == 0 || static_cast<size_t>(end - bytes) < lead.size) return false;
    if (lead.size > 1 && (bytes[1] < lead.second_min || bytes[1] > lead.second_max)) return false;
    for (size_t i = 2; i < lead.size; ++i) {
      if (!IsContinuation(bytes[i])) return false;
    }
    bytes += lead.size;
  }
  return true;
}

absl::string_view ClipUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t size = max_bytes;
  while (size > 0 && IsContinuation(static_cast<uint8_t>(text[size]))) --size;
  return text.substr(0, size);
}

}  // namespace lazuli::emulator
