#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

std::string Spoiled(std::string text, const uint8_t* input, size_t size) {
  const size_t reach = std::min(text.size(), size);
  for (size_t i = 0; i < reach; ++i) {
    text[i] = static_cast<char>(static_cast<uint8_t>(text[i]) ^ input[i]);
  }
  return text;
}

void Check(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", promise);
  std::abort();
}

}  // namespace lazuli::fuzz
