// Schedules of chaos over gRPC: they run on virtual time and replay exactly, and what must hold is
// watched.
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"
#include "proto/time.h"
#include "tests/support/chaos_calls.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::Duration kWindow = absl::Minutes(10);

constexpr char kSchedule[] = R"({
  "seed": 7,
  "steps": [
    {"at": "+5m", "revoke": ["*"], "causes": ["key-disabled", "policy-removed", "vault-deleted"],
     "restoreAt": "+20m", "repeat": 3, "every": "1h", "jitter": "2m"},
    {"at": "1h30m", "policyPropagationDelay": "90s", "detectionDelay": "10s"}
  ]
})";

TEST(ChaosScheduleTest, TakesAndGivesBackOnVirtualTime) {
  Scene scene;
  const absl::Time start = scene.Now();
  const v1::ChaosState begun = Must(StartSchedule(scene, R"({"steps": [
    {"at": "+5m", "revoke": ["scenebatch"], "causes": ["key-deleted"], "restoreAt": "+20m"}]})"));
  EXPECT_EQ(begun.phase(), v1::CHAOS_PHASE_RUNNING);
  EXPECT_EQ(FromProto(begun.next_time()), start + absl::Minutes(5));
  EXPECT_THAT(StartSchedule(scene, R"({"steps": []})").status(), ErrorCodeIs("ChaosIsRunning"));
  scene.Advance(absl::Minutes(5) - absl::Seconds(1));
  LAZULI_EXPECT_OK(scene.TryService());
  scene.Advance(absl::Seconds(1));
  EXPECT_THAT(scene.TryService(), ErrorCodeIs("AccountIsDisabled"));
  scene.Advance(absl::Minutes(15));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
  scene.Advance(kWindow);
  LAZULI_EXPECT_OK(scene.TryService());

  const v1::ChaosReport report = Report(scene);
  EXPECT_EQ(report.state().phase(), v1::CHAOS_PHASE_FINISHED);
  EXPECT_THAT(report.violations(), IsEmpty());
  EXPECT_EQ(report.missed_events(), 0);
  EXPECT_GT(report.looks(), 10);
  ASSERT_THAT(report.absences(), SizeIs(1));
  const v1::Absence& absence = report.absences(0);
  EXPECT_THAT(absence.reason(), HasSubstr("KeyNotFound"));
  EXPECT_EQ(FromProto(absence.lost_at()), start + absl::Minutes(5));
  EXPECT_EQ(FromProto(absence.restoring_at()), start + absl::Minutes(20));
  EXPECT_EQ(FromProto(absence.served_at()), start + absl::Minutes(30));
  EXPECT_EQ(FromProto(absence.away()), absl::Minutes(25));
  EXPECT_EQ(absence.refused_calls(), 1);
  bool refused = false;
  for (const v1::CallCount& count : report.calls()) {
    if (count.code() != "AccountIsDisabled") continue;
    refused = true;
    EXPECT_EQ(count.plane(), "batch");
    EXPECT_EQ(count.calls(), 1);
    EXPECT_EQ(count.during_absence(), 1);
  }
  EXPECT_TRUE(refused);
}

// All that happened.
std::vector<std::string> History(Scene& scene) {
  std::vector<std::string> history;
  for (const v1::EventRecord& event : Must(scene.api().EventsAfter(0))) {
    history.push_back(event.ShortDebugString());
  }
  return history;
}

TEST(ChaosScheduleTest, WhatWasExecutedReplaysExactly) {
  Scene first;
  Must(StartSchedule(first, kSchedule).status());
  first.Advance(absl::Hours(5));
  const v1::ChaosSchedule executed = Export(first);
  ASSERT_THAT(executed.steps(), SizeIs(7));
  for (const v1::ChaosStep& step : executed.steps()) {
    EXPECT_EQ(step.outcome(), "OK") << step.ShortDebugString();
    EXPECT_EQ(
        FromProto(step.time()), FromProto(executed.start_time()) + [&] {
          absl::Duration at;
          EXPECT_TRUE(absl::ParseDuration(step.at(), &at));
          return at;
        }());
  }
  EXPECT_THAT(Report(first).violations(), IsEmpty());

  Scene second;
  Must(StartSchedule(second, executed).status());
  second.Advance(absl::Hours(5));
  EXPECT_EQ(History(second), History(first));
  const v1::ChaosSchedule again = Export(second);
  ASSERT_EQ(again.steps_size(), executed.steps_size());
  for (int i = 0; i < again.steps_size(); ++i) {
    v1::ChaosStep a = executed.steps(i);
    v1::ChaosStep b = again.steps(i);
    a.clear_real_time();
    b.clear_real_time();
    EXPECT_EQ(a.ShortDebugString(), b.ShortDebugString());
  }
}

TEST(ChaosScheduleTest, AnotherSeedDrawsOtherwise) {
  const auto run = [](uint64_t seed) {
    Scene scene;
    v1::ChaosSchedule schedule = ParseSchedule(kSchedule);
    schedule.set_seed(seed);
    Must(StartSchedule(scene, schedule).status());
    scene.Advance(absl::Hours(5));
    std::string drawn;
    const v1::ChaosSchedule executed = Export(scene);
    for (const v1::ChaosStep& step : executed.steps()) {
      absl::StrAppend(&drawn, step.at(), " ", step.causes_size() > 0 ? step.causes(0) : "", "\n");
    }
    return drawn;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(ChaosScheduleTest, CanWaitForItsAccounts) {
  Scene scene;
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, false).status());
  EXPECT_EQ(Must(StartSchedule(scene, R"({"waitForAccounts": true, "steps": [
                {"at": "1m", "revoke": ["scenebatch"]}, {"at": "2m", "revoke": ["other"]}]})"))
                .phase(),
            v1::CHAOS_PHASE_WAITING);
  scene.Advance(absl::Hours(1));
  EXPECT_EQ(Report(scene).state().phase(), v1::CHAOS_PHASE_WAITING);
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, true).status());
  scene.Advance(kWindow);
  const v1::BatchAccount other = Must(scene.api().PutAccount("other"));
  Must(scene.api().ChangePolicy(Scene::kVault, "add", other.identity().principal_id(),
                                {"get", "wrapKey", "unwrapKey"}));
  const v1::KeyBundle key = Must(scene.api().CreateRsaKey(Scene::kVault, "other-key"));
  scene.Advance(absl::Minutes(1));
  EXPECT_EQ(Report(scene).state().phase(), v1::CHAOS_PHASE_WAITING);
  // The last of its accounts begins it.
  Must(scene.api().SetCustomerKey("other", key.key().kid()).status());
  const absl::Time begin = scene.Now();
  EXPECT_EQ(Report(scene).state().phase(), v1::CHAOS_PHASE_RUNNING);
  EXPECT_EQ(FromProto(Report(scene).state().start_time()), begin);

  const auto other_access = [&] { return Must(scene.api().KeyAccess("other")).state(); };
  scene.Advance(absl::Minutes(1) - absl::Nanoseconds(1));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  scene.Advance(absl::Minutes(1) - absl::Nanoseconds(1));
  EXPECT_EQ(other_access(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(other_access(), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_EQ(scene.Now(), begin + absl::Minutes(2));
  EXPECT_EQ(Report(scene).state().phase(), v1::CHAOS_PHASE_FINISHED);
}

TEST(ChaosScheduleTest, StoppingGivesBackWhatItTook) {
  Scene scene;
  Must(StartSchedule(scene, R"({"steps": [{"at": "0s", "revoke": ["*"]},
                                          {"at": "9h", "revoke": ["*"]}]})")
           .status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  v1::StopChaosRequest request;
  request.set_restore(true);
  const auto stopped = Must(scene.api().Call<v1::ChaosState>("Chaos/StopChaos", request));
  EXPECT_EQ(stopped.phase(), v1::CHAOS_PHASE_STOPPED);
  EXPECT_THAT(stopped.revocations(), IsEmpty());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
  request.clear_restore();
  EXPECT_THAT(scene.api().Call<v1::ChaosState>("Chaos/StopChaos", request).status(),
              ErrorCodeIs("ChaosIsNotRunning"));
}

TEST(ChaosScheduleTest, AStepThatCannotBeIsTold) {
  Scene scene;
  Must(StartSchedule(scene, R"({"steps": [{"at": "0s", "revoke": ["nobody", "scenebatch"]},
                                          {"at": "0s", "restore": ["nobody"]}]})")
           .status());
  const v1::ChaosSchedule executed = Export(scene);
  ASSERT_THAT(executed.steps(), SizeIs(3));
  EXPECT_NE(executed.steps(0).outcome(), "OK");
  EXPECT_EQ(executed.steps(1).outcome(), "OK");
  EXPECT_NE(executed.steps(2).outcome(), "OK");
}

TEST(ChaosScheduleTest, AccountsOfOneKeyAreLostTogether) {
  Scene scene({.user_assigned = true});
  const v1::Identity identity = Must(scene.api().PutIdentity(Scene::kIdentity));
  Must(scene.api().PutAccount("second", identity.id(), scene.first_kid()).status());
  Must(StartSchedule(scene, R"({"steps": [{"at": "1m", "revoke": ["*"], "restoreAt": "2m"}]})")
           .status());
  scene.Advance(absl::Minutes(20));
  const v1::ChaosReport report = Report(scene);
  ASSERT_THAT(report.executed().steps(), SizeIs(3));
  EXPECT_EQ(report.executed().steps(0).outcome(), "OK");
  EXPECT_EQ(report.executed().steps(1).outcome(), "NothingToRevoke");
  EXPECT_EQ(report.executed().steps(2).outcome(), "OK");
  ASSERT_THAT(report.absences(), SizeIs(2));
  for (const v1::Absence& absence : report.absences()) {
    EXPECT_EQ(FromProto(absence.away()), absl::Minutes(11));
  }
  EXPECT_THAT(report.violations(), IsEmpty());
}

TEST(ChaosScheduleTest, FaultsComeAndGo) {
  Scene scene;
  Must(StartSchedule(scene, R"({"steps": [
    {"at": "1m", "addFault": {"id": "slow", "match": {"operation": "ListTasks"},
                              "action": {"error": {"status": 503}}}},
    {"at": "2m", "removeFault": "slow"},
    {"at": "3m", "removeFault": "slow"}]})")
           .status());
  LAZULI_EXPECT_OK(scene.TryService());
  scene.Advance(absl::Minutes(1));
  EXPECT_EQ(ErrorInfoOrDefault(scene.TryService()).http_status, 503);
  scene.Advance(absl::Minutes(1));
  LAZULI_EXPECT_OK(scene.TryService());
  scene.Advance(absl::Minutes(1));
  const v1::ChaosSchedule executed = Export(scene);
  ASSERT_THAT(executed.steps(), SizeIs(3));
  EXPECT_EQ(executed.steps(0).add_fault().id(), "slow");
  EXPECT_EQ(executed.steps(1).outcome(), "OK");
  EXPECT_NE(executed.steps(2).outcome(), "OK");
}

TEST(ChaosScheduleTest, AFaultWithoutAnIdIsExportedWithTheOneItWasGiven) {
  Scene scene;
  Must(StartSchedule(scene, R"({"steps": [
    {"at": "1m", "addFault": {"match": {"operation": "ListTasks"},
                              "action": {"error": {"status": 503}}}},
    {"at": "2m", "removeFault": "fault-1"}]})")
           .status());
  scene.Advance(absl::Minutes(2));
  const v1::ChaosSchedule executed = Export(scene);
  ASSERT_THAT(executed.steps(), SizeIs(2));
  EXPECT_EQ(executed.steps(0).add_fault().id(), "fault-1");
  EXPECT_EQ(executed.steps(1).outcome(), "OK");
}

TEST(ChaosScheduleTest, ErrorsNameTheMember) {
  Scene scene;
  EXPECT_THAT(StartSchedule(scene, R"({"steps": [{"at": "1m", "revoke": ["a"]},
                                                 {"at": "soon", "revoke": ["a"]}]})")
                  .status()
                  .message(),
              HasSubstr("steps[1].at"));
}

// --- delays

v1::ChaosDelays SetDelays(Scene& scene, absl::Duration policy, absl::Duration detection) {
  v1::ChaosDelays delays;
  *delays.mutable_policy_propagation_delay() = ToProto(policy);
  *delays.mutable_detection_delay() = ToProto(detection);
  return Must(scene.api().Call<v1::ChaosDelays>("Chaos/SetDelays", delays));
}

class PropagationTest : public testing::TestWithParam<bool> {};

TEST_P(PropagationTest, PermissionsThatChangeGoOnDecidingForAWhile) {
  Scene scene({.rbac = GetParam()});
  SetDelays(scene, absl::Minutes(3), absl::ZeroDuration());
  Must(Revoke(scene, GetParam() ? "role-removed" : "policy-removed").status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(absl::Minutes(3) - absl::Seconds(1));
  LAZULI_EXPECT_OK(scene.TryService());
  scene.Advance(absl::Seconds(1));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);

  Must(Restore(scene).status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  scene.Advance(absl::Minutes(3));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
  // What is not a permission takes effect at once.
  SetDelays(scene, absl::Minutes(3), absl::ZeroDuration());
  scene.Advance(kWindow);
  Must(Revoke(scene, "key-disabled").status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
}

INSTANTIATE_TEST_SUITE_P(PoliciesAndRoles, PropagationTest, testing::Bool());

TEST(ChaosDelaysTest, DetectionIsSetForAccountsThatAreThere) {
  Scene scene;
  SetDelays(scene, absl::ZeroDuration(), absl::Minutes(2));
  Must(Revoke(scene, "key-disabled").status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(absl::Minutes(2));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
}

}  // namespace
}  // namespace lazuli::emulator
