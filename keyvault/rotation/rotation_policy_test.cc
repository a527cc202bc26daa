#include "keyvault/rotation/rotation_policy.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using ::testing::HasSubstr;

RotationPolicyInput::Action After(std::string time, std::string type = "Rotate") {
  return {std::move(time), std::nullopt, std::move(type)};
}
RotationPolicyInput::Action Before(std::string time, std::string type) {
  return {std::nullopt, std::move(time), std::move(type)};
}
RotationPolicyInput Input(std::vector<RotationPolicyInput::Action> actions,
                          std::optional<std::string> expiry = std::nullopt) {
  return {std::move(actions), std::move(expiry)};
}

std::string Text(const RotationPolicy& policy) {
  std::string text;
  for (const LifetimeAction& action : policy.actions) {
    text += std::string(LifetimeActionTypeName(action.type)) +
            (action.trigger == LifetimeTrigger::kTimeAfterCreate ? " after " : " before ") +
            action.duration.text() + ", ";
  }
  return text + (policy.expiry_time.has_value() ? policy.expiry_time->text() : "none");
}

TEST(RotationPolicyTest, NormalisesTypesAndKeepsDurationsAndOrder) {
  const auto policy =
      ReadRotationPolicy(Input({Before("P30D", "NOTIFY"), After("P18M", "rotate")}, "P48M"));
  LAZULI_ASSERT_OK(policy);
  EXPECT_EQ(Text(*policy), "Notify before P30D, Rotate after P18M, P48M");
  EXPECT_EQ(policy->rotate()->duration.text(), "P18M");
  EXPECT_EQ(policy->notify()->duration.text(), "P30D");
}

TEST(RotationPolicyTest, AddsTheDefaultNotificationWhenNoneIsGiven) {
  EXPECT_EQ(Text(*ReadRotationPolicy(Input({After("P90D")}, "P2Y"))),
            "Rotate after P90D, Notify before P30D, P2Y");
  EXPECT_EQ(Text(*ReadRotationPolicy(Input({}, "P2Y"))), "Notify before P30D, P2Y");
  EXPECT_EQ(Text(*ReadRotationPolicy(Input({Before("P10D", "Notify")}))),
            "Notify before P10D, none");
}

TEST(RotationPolicyTest, TakesWhatTheServiceWasSeenToTake) {
  LAZULI_EXPECT_OK(ReadRotationPolicy(Input({After("P15D"), Before("P7D", "Notify")}, "P30D")));
}

TEST(RotationPolicyTest, TakesTheShortestDistancesAndRefusesLess) {
  const struct {
    RotationPolicyInput input;
    bool valid;
  } kCases[] = {
      {Input({After("P7D")}), true},
      {Input({After("P6D")}), false},
      {Input({After("PT167H")}), false},
      {Input({After("P21D")}, "P28D"), true},
      {Input({After("P22D")}, "P28D"), false},
      {Input({Before("P7D", "Rotate")}, "P28D"), true},
      {Input({Before("P6D", "Rotate")}, "P28D"), false},
      {Input({Before("P21D", "Rotate")}, "P28D"), true},
      {Input({Before("P22D", "Rotate")}, "P28D"), false},
      {Input({}, "P28D"), true},
      {Input({}, "P27D"), false},
      {Input({}, "P1M"), true},
      {Input({After("P1M")}, "P1M7D"), true},
      {Input({After("P1M")}, "P1M6D"), false},
      {Input({After("P11M")}, "P1Y"), true},
  };
  for (const auto& test : kCases) {
    const auto policy = ReadRotationPolicy(test.input);
    EXPECT_EQ(policy.ok(), test.valid)
        << (policy.ok() ? Text(*policy) : policy.status().ToString());
  }
}

TEST(RotationPolicyTest, SaysWhatIsWrongAndWhere) {
  const struct {
    RotationPolicyInput input;
    std::string target;
    std::string reason;
  } kCases[] = {
      {Input({After("P90D"), Before("P30D", "Notify"), Before("P9D", "Notify")}), "lifetimeActions",
       "at most 2"},
      {Input({After("P90D"), After("P80D")}), "lifetimeActions[1].action.type", "more than one"},
      {Input({Before("P9D", "Notify"), Before("P8D", "notify")}), "lifetimeActions[1].action.type",
       "more than one 'Notify'"},
      {Input({After("P90D", "Delete")}), "lifetimeActions[0].action.type", "not 'Delete'"},
      {Input({After("P90D", "")}), "lifetimeActions[0].action.type", "'Rotate' or 'Notify'"},
      {Input({After("P90D", "Notify")}), "lifetimeActions[0].trigger.timeAfterCreate",
       "'timeBeforeExpiry' only"},
      {Input({{"P90D", "P30D", "Rotate"}}), "lifetimeActions[0].trigger", "exactly one"},
      {Input({{std::nullopt, std::nullopt, "Rotate"}}), "lifetimeActions[0].trigger",
       "exactly one"},
      {Input({After("90 days")}), "lifetimeActions[0].trigger.timeAfterCreate", "ISO 8601"},
      {Input({Before("", "Notify")}), "lifetimeActions[0].trigger.timeBeforeExpiry", "ISO 8601"},
      {Input({Before("P30D", "Rotate")}), "lifetimeActions[0].trigger.timeBeforeExpiry",
       "'attributes.expiryTime' must be set"},
      {Input({After("P6D")}), "lifetimeActions[0].trigger.timeAfterCreate",
       "at least 7 days after its creation"},
      {Input({Before("P25D", "Rotate")}, "P30D"), "lifetimeActions[0].trigger.timeBeforeExpiry",
       "at least 7 days after the creation of a version that lives for 'P30D'"},
      {Input({}, "P2W"), "attributes.expiryTime", "at least 28 days"},
      {Input({}, "soon"), "attributes.expiryTime", "'soon'"},
  };
  for (const auto& test : kCases) {
    const absl::Status status = ReadRotationPolicy(test.input).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.reason)));
    EXPECT_THAT(status, ErrorCodeIs("BadParameter"));
    EXPECT_EQ(GetErrorInfo(status)->target, test.target) << status;
  }
}

TEST(RotationPolicyTest, ANewVersionExpiresByTheCalendarOrNever) {
  const absl::Time created =
      absl::FromCivil(absl::CivilSecond(2030, 1, 31, 8, 0, 0), absl::UTCTimeZone());
  EXPECT_EQ(ReadRotationPolicy(Input({}))->ExpiryOf(created), std::nullopt);
  EXPECT_EQ(ReadRotationPolicy(Input({}, "P1M"))->ExpiryOf(created),
            absl::FromCivil(absl::CivilSecond(2030, 2, 28, 8, 0, 0), absl::UTCTimeZone()));
}

}  // namespace
}  // namespace lazuli::keyvault
