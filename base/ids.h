// File: base/ids.h
//
// Ids derived from (seed, parent, kind, ordinal within the parent), so that one more call does not
// shift all others, and a replay with the same seed gets the same ids.
#ifndef LAZULI_BASE_IDS_H_
#define LAZULI_BASE_IDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli {

// Immutable and thread safe; cheap to copy.
class IdDeriver {
 public:
  explicit IdDeriver(uint64_t seed) : seed_(seed) {}

  uint64_t seed() const { return seed_; }

  // A version-4 shaped GUID in lower case, e.g. "5d3c5c0e-6a0b-4f0a-9a6d-0d6f2b1c8e11".
  std::string Guid(absl::string_view parent, absl::string_view kind, uint64_t ordinal) const;
  // 32 lower-case hexadecimal digits, as versions of keys have.
  std::string Hex32(absl::string_view parent, absl::string_view kind, uint64_t ordinal) const;

 private:
  uint64_t seed_;
};

// True for 8-4-4-4-12 hexadecimal digits of either case.
bool IsGuid(absl::string_view text);
// True for 32 hexadecimal digits of either case.
bool IsHex32(absl::string_view text);

}  // namespace lazuli

#endif  // LAZULI_BASE_IDS_H_
