#include "base/ids.h"

#include "base/encoding.h"

namespace lazuli {
namespace {

constexpr size_t kIdBytes = 16;

void AppendUint64(uint64_t value, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) out->push_back(static_cast<char>(value >> shift));
}

// Lengths are part of the input, so that ("ab", "c") and ("a", "bc") differ; the form is, so that a
// GUID tells nothing of the version with the same coordinates.
std::string Derive(absl::string_view form, uint64_t seed, absl::string_view parent,
                   absl::string_view kind, uint64_t ordinal) {
  std::string input;
  for (const absl::string_view part : {form, parent, kind}) {
    AppendUint64(part.size(), &input);
    input.append(part.data(), part.size());
  }
  AppendUint64(seed, &input);
  AppendUint64(ordinal, &input);
  return Sha256(input).substr(0, kIdBytes);
}

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

std::string IdDeriver::Guid(absl::string_view parent, absl::string_view kind,
                            uint64_t ordinal) const {
  std::string bytes = Derive("guid", seed_, parent, kind, ordinal);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);  // the variant of RFC 4122
  std::string text = HexEncode(bytes);
  for (const size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

std::string IdDeriver::Hex32(absl::string_view parent, absl::string_view kind,
                             uint64_t ordinal) const {
  return HexEncode(Derive("hex32", seed_, parent, kind, ordinal));
}

bool IsGuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_hyphen_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_hyphen_place ? text[i] != '-' : !IsHexDigit(text[i])) return false;
  }
  return true;
}

bool IsHex32(absl::string_view text) {
  if (text.size() != 32) return false;
  for (const char c : text) {
    if (!IsHexDigit(c)) return false;
  }
  return true;
}

}  // namespace lazuli
