#include "keyvault/rotation/key_milestones.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "keyvault/rotation/rotation_policy.h"

namespace lazuli::keyvault {
namespace {

// Day 0 is when the version was made.
absl::Time Day(int day) {
  return absl::FromCivil(absl::CivilDay(2030, 3, 1), absl::UTCTimeZone()) + absl::Hours(24) * day;
}

KeyAge Age(std::optional<int> expires = std::nullopt) {
  KeyAge age;
  age.created = Day(0);
  if (expires.has_value()) age.expires = Day(*expires);
  return age;
}

RotationPolicy RotateAfter(const char* time, std::optional<std::string> expiry = std::nullopt) {
  return *ReadRotationPolicy({{{time, std::nullopt, "Rotate"}}, expiry});
}
RotationPolicy RotateBefore(const char* time, const char* notify, const char* expiry) {
  return *ReadRotationPolicy(
      {{{std::nullopt, time, "Rotate"}, {std::nullopt, notify, "Notify"}}, expiry});
}

std::string Next(const RotationPolicy* policy, const KeyAge& age, int now = 0) {
  const std::optional<DueMilestone> next = NextMilestone(policy, age, Day(now));
  if (!next.has_value()) return "nothing";
  constexpr const char* kNames[] = {"near expiry", "expired", "rotate"};
  return absl::StrCat(kNames[static_cast<int>(next->milestone)], " on day ",
                      (next->due - Day(0)) / absl::Hours(24));
}

TEST(KeyMilestonesTest, NothingComesToAKeyWithoutExpiryAndRotation) {
  EXPECT_EQ(Next(nullptr, Age()), "nothing");
  const RotationPolicy notify = *ReadRotationPolicy({});
  EXPECT_EQ(Next(&notify, Age()), "nothing");
}

TEST(KeyMilestonesTest, AnExpiryIsToldThirtyDaysBeforeAndWhenItComes) {
  KeyAge age = Age(90);
  EXPECT_EQ(Next(nullptr, age), "near expiry on day 60");
  age.told.near = age.expires;
  EXPECT_EQ(Next(nullptr, age, 60), "expired on day 90");
  age.told.expired = age.expires;
  EXPECT_EQ(Next(nullptr, age, 90), "nothing");
}

TEST(KeyMilestonesTest, AnotherExpiryIsToldAnew) {
  KeyAge age = Age(200);
  age.told.near = Day(90);
  age.told.expired = Day(90);
  EXPECT_EQ(Next(nullptr, age, 95), "near expiry on day 170");
}

TEST(KeyMilestonesTest, AnExpiryThatIsPastIsNoLongerNear) {
  EXPECT_EQ(Next(nullptr, Age(10), 5), "near expiry on day -20");
  EXPECT_EQ(Next(nullptr, Age(10), 10), "expired on day 10");
}

TEST(KeyMilestonesTest, RotationCountsFromTheCreationOrFromTheExpiry) {
  const RotationPolicy after = RotateAfter("P20D", "P50D");
  EXPECT_EQ(Next(&after, Age()), "rotate on day 20");
  EXPECT_EQ(Next(&after, Age(60)), "rotate on day 20");
  const RotationPolicy before = RotateBefore("P20D", "P10D", "P50D");
  EXPECT_EQ(Next(&before, Age(50)), "rotate on day 30");
  // The version was made without one.
  EXPECT_EQ(Next(&before, Age()), "nothing");
}

TEST(KeyMilestonesTest, ADisabledKeyDoesNotRotate) {
  const RotationPolicy policy = RotateAfter("P20D");
  KeyAge age = Age(90);
  age.rotatable = false;
  EXPECT_EQ(Next(&policy, age), "near expiry on day 60");
}

TEST(KeyMilestonesTest, RotationComesAfterWhatIsDueAtTheSameTime) {
  const RotationPolicy policy = RotateBefore("P30D", "P30D", "P90D");
  KeyAge age = Age(90);
  EXPECT_EQ(Next(&policy, age), "near expiry on day 60");
  age.told.near = age.expires;
  EXPECT_EQ(Next(&policy, age), "rotate on day 60");
  const RotationPolicy late = RotateAfter("P90D");
  EXPECT_EQ(Next(&late, age), "expired on day 90");
}

}  // namespace
}  // namespace lazuli::keyvault
