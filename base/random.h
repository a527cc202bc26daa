// File: base/random.h
//
// Chance, in two kinds that never mix: named streams derived from the seed, which replay (here),
// and the secure source for secrets and keys, which does not (base/secure_random.h).
#ifndef LAZULI_BASE_RANDOM_H_
#define LAZULI_BASE_RANDOM_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli {

// A stream of pseudo-random numbers fixed by (seed, name): the same on every platform and version,
// and independent of every other stream. Not thread safe; never for secrets.
class RandomStream {
 public:
  RandomStream(uint64_t seed, absl::string_view name);

  uint64_t NextUint64();
  // Uniform in [0, bound). bound > 0.
  uint64_t NextBelow(uint64_t bound);
  // Uniform in (0, 1].
  double NextUnit();
  // Uniform in (0, max], whole milliseconds, at least one. max >= 1 ms.
  absl::Duration NextDuration(absl::Duration max);

 private:
  uint64_t state_[4];
};

}  // namespace lazuli

#endif  // LAZULI_BASE_RANDOM_H_
