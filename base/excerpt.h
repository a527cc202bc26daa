// File: base/excerpt.h
//
// What an error shows of a text that a caller wrote.
#ifndef LAZULI_BASE_EXCERPT_H_
#define LAZULI_BASE_EXCERPT_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace lazuli {

// Own choice: enough to recognize what was sent, too little to blow up answers and logs.
inline constexpr size_t kMaxExcerptBytes = 256;

// The first kMaxExcerptBytes bytes of UTF-8 `text`, less what would cut a character in two.
inline absl::string_view Excerpt(absl::string_view text) {
  if (text.size() <= kMaxExcerptBytes) return text;
  size_t end = kMaxExcerptBytes;
  // Bytes 10xxxxxx go on with a character that began before them.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace lazuli

#endif  // LAZULI_BASE_EXCERPT_H_
