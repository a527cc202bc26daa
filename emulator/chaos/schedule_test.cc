#include "emulator/chaos/schedule.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "emulator/chaos/causes.h"
#include "emulator/json/decoder.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

absl::StatusOr<Schedule> Read(const std::string& json) {
  v1::ChaosSchedule message;
  const absl::Status decoded = DecodeStrictJson(json, &message);
  if (!decoded.ok()) return decoded;
  return ReadSchedule(message);
}

Schedule MustRead(const std::string& json) {
  absl::StatusOr<Schedule> schedule = Read(json);
  LAZULI_EXPECT_OK(schedule.status());
  return *std::move(schedule);
}

// "5m0s step 0 time 0" and so on.
std::vector<std::string> PlanOf(const Schedule& schedule, uint64_t seed = 1) {
  std::vector<std::string> plan;
  for (const PlannedInstant& instant : MakePlan(schedule, seed)) {
    plan.push_back(absl::FormatDuration(instant.at) + (instant.gives_back ? " back " : " take ") +
                   std::to_string(instant.step) + "/" + std::to_string(instant.time));
  }
  return plan;
}

TEST(ScheduleTest, RepeatsTakingAndGivingBack) {
  const Schedule schedule = MustRead(R"({"steps": [
    {"at": "+5m", "revoke": ["a"], "restoreAt": "PT20M", "repeat": 2, "every": "1h"},
    {"at": "10m", "restore": ["*"]}]})");
  EXPECT_THAT(PlanOf(schedule), testing::ElementsAre("5m take 0/0", "10m take 1/0", "20m back 0/0",
                                                     "1h5m take 0/1", "1h20m back 0/1"));
  ASSERT_THAT(schedule.steps[0].causes, SizeIs(1));
  EXPECT_EQ(schedule.steps[0].causes[0]->name, kDefaultCause);
}

TEST(ScheduleTest, JitterIsDrawnFromTheSeedWithinItsBound) {
  const Schedule schedule = MustRead(R"({"steps": [
    {"at": "5m", "revoke": ["a"], "restoreAt": "20m", "repeat": 50, "every": "1h",
     "jitter": "90s"}]})");
  EXPECT_EQ(PlanOf(schedule, 3), PlanOf(schedule, 3));
  EXPECT_NE(PlanOf(schedule, 3), PlanOf(schedule, 4));
  for (const PlannedInstant& instant : MakePlan(schedule, 3)) {
    const absl::Duration plain =
        (instant.gives_back ? absl::Minutes(20) : absl::Minutes(5)) + absl::Hours(1) * instant.time;
    EXPECT_GE(instant.at, plain);
    EXPECT_LE(instant.at, plain + absl::Seconds(90));
  }
}

TEST(ScheduleTest, CausesAreDrawnForEachAccountByItself) {
  std::vector<const Cause*> causes;
  for (const Cause& cause : AllCauses()) causes.push_back(&cause);
  const Cause* const drawn = DrawCause(causes, 1, 0, 0, "/subscriptions/S/a");
  EXPECT_EQ(DrawCause(causes, 1, 0, 0, "/subscriptions/s/A"), drawn);
  bool differs = false;
  for (int time = 1; time < 20; ++time) {
    differs |= DrawCause(causes, 1, 0, time, "/subscriptions/S/a") != drawn;
  }
  EXPECT_TRUE(differs);
}

TEST(ScheduleTest, InstantsAreBoundedRatherThanSteps) {
  v1::ChaosSchedule message;
  const auto add = [&message](int count) {
    for (int i = 0; i < count; ++i) {
      v1::ChaosStep& step = *message.add_steps();
      step.set_at(absl::StrCat(i, "s"));
      step.add_revoke("a");
    }
  };
  // As an export of a step that was repeated 10,000 times, and of another one.
  add(10'001);
  const absl::StatusOr<Schedule> schedule = ReadSchedule(message);
  LAZULI_ASSERT_OK(schedule.status());
  EXPECT_THAT(schedule->steps, SizeIs(10'001));
  add(90'000);
  EXPECT_THAT(ReadSchedule(message).status().message(),
              HasSubstr("come to 100001 instants; at most 100000"));
}

struct Refusal {
  const char* json;
  const char* says;
};

class ScheduleRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(ScheduleRefusalTest, NamesTheMember) {
  EXPECT_THAT(Read(GetParam().json).status().message(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, ScheduleRefusalTest,
    testing::Values(
        Refusal{R"({"steps": [{"at": "x", "revoke": ["a"]}]})", "steps[0].at must be a duration"},
        Refusal{R"({"steps": [{"at": "-5m", "revoke": ["a"]}]})", "steps[0].at must be from 0s"},
        Refusal{R"({"steps": [{"at": "1m"}]})", "steps[0] must have exactly one of"},
        Refusal{R"({"steps": [{"at": "1m", "addFault": {"action": {}}}]})",
                "steps[0].addFault is no fault rule"},
        Refusal{R"({"steps": [{"at": "1m", "removeFault": "a", "causes": ["key-disabled"]}]})",
                "steps[0].causes[0] belongs to"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "restore": ["a"]}]})",
                "steps[0] must have exactly one of"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a", "*"]}]})", "steps[0].revoke[1]"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": [""]}]})", "steps[0].revoke[0]"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "causes": ["key-disabled", "no"]}]})",
                "steps[0].causes[1] is no cause"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "restoreAt": "1m"}]})",
                "steps[0].restoreAt must be later"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "restoreAt": "2m", "jitter": "1m"}]})",
                "steps[0].restoreAt must be later"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "causes": ["key-purged"],
                               "restoreAt": "2m"}]})",
                "key-purged is for good"},
        Refusal{R"({"steps": [{"at": "1m", "restore": ["a"], "restoreAt": "2m"}]})",
                "steps[0].restoreAt belongs to revoke"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "repeat": 0}]})", "steps[0].repeat"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "repeat": 2}]})",
                "steps[0].every must say"},
        Refusal{R"({"steps": [{"at": "1m", "revoke": ["a"], "restoreAt": "9m", "repeat": 2,
                               "every": "8m"}]})",
                "steps[0].every must be longer"},
        Refusal{R"({"steps": [{"at": "1m", "detectionDelay": "25h"}]})",
                "steps[0].detectionDelay must be at most 24h"},
        Refusal{R"({"steps": [{"at": "1m", "detectionDelay": "1s", "causes": ["key-disabled"]}]})",
                "steps[0].causes[0] belongs to"},
        Refusal{"{\"steps\": [\n{\"at\": \"1m\",\n\"revok\": [\"a\"]}]}", "line 3"}));

}  // namespace
}  // namespace lazuli::emulator
