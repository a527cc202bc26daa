// Runs a fuzz target as a test: its seeds, the files of its corpus, and a fixed number of mutations
// of both.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutator.h"

namespace lazuli::fuzz {
namespace {

#define LAZULI_TEXT_OF(name) #name
#define LAZULI_TEXT(name) LAZULI_TEXT_OF(name)
// The target's name, which the build says.
constexpr char kTarget[] = LAZULI_TEXT(LAZULI_FUZZ_TARGET);

// A few seconds under the sanitizers.
constexpr int kMutations = 20'000;
constexpr uint64_t kSeed = 1;

void Try(const std::string& input) {
  // On the heap and of the exact size, so that the sanitizers see a read beyond the end.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

// The files of the target's corpus, in the order of their names; none where it has no corpus.
std::vector<std::string> Corpus() {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  const auto folder = std::filesystem::path("tests/fuzz/corpus") / kTarget;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << path;
    inputs.push_back(text.str());
  }
  return inputs;
}

// What mutations begin with.
std::vector<std::string> Inputs() {
  std::vector<std::string> inputs = Seeds();
  for (std::string& input : Corpus()) inputs.push_back(std::move(input));
  return inputs;
}

TEST(FuzzTest, SurvivesItsSeedsAndItsCorpus) {
  ASSERT_FALSE(Seeds().empty());
  for (const std::string& input : Inputs()) Try(input);
  Try("");
}

TEST(FuzzTest, SurvivesMutations) {
  Mutator mutator(kSeed, Inputs(), Dictionary());
  for (int i = 0; i < kMutations; ++i) {
    const std::string input = mutator.Next();
    SCOPED_TRACE(i);
    Try(input);
  }
}

}  // namespace
}  // namespace lazuli::fuzz
