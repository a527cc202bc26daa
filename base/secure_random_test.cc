#include "base/secure_random.h"

#include <array>
#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/secure_bytes.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

TEST(SecureRandomTest, FillsTheWholeSpan) {
  // A byte that stays zero in 32 rounds was not written: the odds of that by chance are 1 in 2^256.
  std::array<uint8_t, 64> seen{};
  for (int round = 0; round < 32; ++round) {
    std::array<uint8_t, 64> bytes{};
    FillSecureRandom(absl::MakeSpan(bytes));
    for (size_t i = 0; i < bytes.size(); ++i) seen[i] |= bytes[i];
  }
  for (const uint8_t byte : seen) EXPECT_NE(byte, 0);
}

TEST(SecureRandomTest, NeverRepeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const SecureBytes bytes = SecureRandomBytes(16);
    ASSERT_EQ(bytes.size(), 16u);
    EXPECT_TRUE(seen.emplace(bytes.view()).second);
  }
}

TEST(SecureRandomTest, NothingAskedForNothingGiven) {
  EXPECT_TRUE(SecureRandomBytes(0).empty());
  FillSecureRandom(absl::Span<uint8_t>());
}

}  // namespace
}  // namespace lazuli
