// File: emulator/https/entra/path_words.h
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_PATH_WORDS_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_PATH_WORDS_H_

#include <cstddef>
#include <initializer_list>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "emulator/https/message/http_target.h"

namespace lazuli::emulator {

// True if the path's segments from number `first` on are these words, in any letter case.
inline bool PathIs(const HttpTarget& target, size_t first,
                   std::initializer_list<absl::string_view> words) {
  if (target.segments.size() != first + words.size()) return false;
  size_t i = first;
  for (const absl::string_view word : words) {
    if (!absl::EqualsIgnoreCase(target.segments[i++], word)) return false;
  }
  return true;
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_PATH_WORDS_H_
