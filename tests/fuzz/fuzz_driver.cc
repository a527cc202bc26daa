// Runs a fuzz target as a test: its seeds, and a fixed number of mutations of them.
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutator.h"

namespace lazuli::fuzz {
namespace {

// A few seconds under the sanitizers.
constexpr int kMutations = 20'000;
constexpr uint64_t kSeed = 1;

void Try(const std::string& input) {
  // On the heap and of the exact size, so that the sanitizers see a read beyond the end.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

TEST(FuzzTest, SurvivesItsSeeds) {
  ASSERT_FALSE(Seeds().empty());
  for (const std::string& seed : Seeds()) Try(seed);
  Try("");
}

TEST(FuzzTest, SurvivesMutations) {
  Mutator mutator(kSeed, Seeds(), Dictionary());
  for (int i = 0; i < kMutations; ++i) {
    const std::string input = mutator.Next();
    SCOPED_TRACE(i);
    Try(input);
  }
}

}  // namespace
}  // namespace lazuli::fuzz
