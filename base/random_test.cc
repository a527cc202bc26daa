#include "base/random.h"

#include <array>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::ElementsAre;

// The expected numbers were computed apart from this code, from SHA-256 and the published
// xoshiro256**. Recorded runs replay only as long as they hold.
TEST(RandomStreamTest, GivesTheSameNumbersForEver) {
  struct {
    uint64_t seed;
    const char* name;
    std::array<uint64_t, 4> numbers;
  } const kCases[] = {
      {42,
       "restoration",
       {0x3c1f85fd36c69f7e, 0x1fcc8a11fedfe1c9, 0xc1b728ab1570124e, 0x0c4ee2f24db4d251}},
      {42,
       "boot",
       {0x4b53340ab0d2deb5, 0xfdb0de09f785d8d0, 0x1104ef5c371e9433, 0x2bba7978932d11dd}},
      {43,
       "restoration",
       {0x33a057c200c49a30, 0xa6ad364e7cf106cd, 0x26c59723738303f4, 0xbd52e3854e218067}},
      {0, "", {0x6e9173dd9b403c5f, 0x28a8c4a813fd509c, 0xb86dafd36c16a99a, 0x8d5f8b42c3188b91}},
  };
  for (const auto& c : kCases) {
    RandomStream stream(c.seed, c.name);
    for (const uint64_t number : c.numbers) EXPECT_EQ(stream.NextUint64(), number) << c.name;
  }
}

TEST(RandomStreamTest, BoundedNumbersAreFixedToo) {
  RandomStream stream(42, "dice");
  std::vector<uint64_t> rolls;
  for (int i = 0; i < 20; ++i) rolls.push_back(stream.NextBelow(6) + 1);
  EXPECT_THAT(rolls, ElementsAre(5, 2, 1, 6, 3, 3, 6, 1, 3, 6, 3, 1, 1, 1, 3, 2, 3, 4, 2, 5));
}

TEST(RandomStreamTest, BoundedNumbersReachEveryValueAndNoOther) {
  RandomStream stream(1, "bounds");
  std::array<int, 7> counts{};
  for (int i = 0; i < 7'000; ++i) {
    const uint64_t number = stream.NextBelow(7);
    ASSERT_LT(number, 7u);
    ++counts[number];
  }
  for (const int count : counts) EXPECT_NEAR(count, 1'000, 200);
  EXPECT_EQ(stream.NextBelow(1), 0u);
  // The widest bound is served without loss.
  EXPECT_LT(stream.NextBelow(UINT64_MAX), UINT64_MAX);
}

TEST(RandomStreamTest, UnitsLieAboveZeroAndAtMostAtOne) {
  RandomStream golden(42, "unit");
  EXPECT_DOUBLE_EQ(golden.NextUnit(), 0.6644514811568696);
  EXPECT_DOUBLE_EQ(golden.NextUnit(), 0.6074331916020475);
  RandomStream stream(5, "unit");
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double unit = stream.NextUnit();
    ASSERT_GT(unit, 0.0);
    ASSERT_LE(unit, 1.0);
    sum += unit;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

TEST(RandomStreamTest, DurationsAreWholeMillisecondsUpToTheMaximum) {
  RandomStream golden(42, "window");
  EXPECT_EQ(golden.NextDuration(absl::Minutes(10)), absl::Milliseconds(537'626));
  EXPECT_EQ(golden.NextDuration(absl::Minutes(10)), absl::Milliseconds(318'645));
  RandomStream stream(5, "window");
  for (int i = 0; i < 1'000; ++i) {
    const absl::Duration duration = stream.NextDuration(absl::Milliseconds(3));
    ASSERT_GE(duration, absl::Milliseconds(1));
    ASSERT_LE(duration, absl::Milliseconds(3));
    ASSERT_EQ(duration % absl::Milliseconds(1), absl::ZeroDuration());
  }
  EXPECT_EQ(stream.NextDuration(absl::Milliseconds(1)), absl::Milliseconds(1));
}

TEST(RandomStreamTest, StreamsDoNotDisturbEachOther) {
  RandomStream alone(42, "boot");
  const uint64_t first = alone.NextUint64();
  const uint64_t second = alone.NextUint64();

  RandomStream stream(42, "boot");
  RandomStream other(42, "restoration");
  EXPECT_EQ(stream.NextUint64(), first);
  for (int i = 0; i < 10; ++i) other.NextUint64();
  EXPECT_EQ(stream.NextUint64(), second);
}

}  // namespace
}  // namespace lazuli
