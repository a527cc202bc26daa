// File: emulator/json/utf8.h
//
// Whether bytes are text.
#ifndef LAZULI_EMULATOR_JSON_UTF8_H_
#define LAZULI_EMULATOR_JSON_UTF8_H_

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// True for well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsValidUtf8(absl::string_view text);

// The longest beginning of well-formed `text` that has at most `max_bytes` and ends with a whole
// character.
absl::string_view ClipUtf8(absl::string_view text, size_t max_bytes);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_UTF8_H_
