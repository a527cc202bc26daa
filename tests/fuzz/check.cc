#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

void Check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", promise);
  std::abort();
}

}  // namespace lazuli::fuzz
