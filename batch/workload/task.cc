#include "batch/workload/task.h"

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace lazuli::batch {

size_t TaskIdHash::operator()(absl::string_view id) const {
  // FNV-1a over the letters in lower case, which saves the copy; absl::Hash then spreads it over
  // all bits.
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) {
    hash ^= static_cast<unsigned char>(absl::ascii_tolower(static_cast<unsigned char>(c)));
    hash *= 0x100000001b3;
  }
  return absl::Hash<uint64_t>{}(hash);
}

bool TaskIdEqual::Equal(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(a, b);
}

}  // namespace lazuli::batch
