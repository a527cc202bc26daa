// When an account is lost and restored: flaps, delays, windows, and the two queues while they hold
// work.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock_driver.h"
#include "base/real_time.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_pools.pb.h"
#include "proto/time.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::Gt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::StartsWith;

constexpr absl::Duration kWindow = absl::Minutes(10);

void Enable(Scene& scene, bool enabled) {
  Must(scene.api().EnableKey(Scene::kVault, Scene::kKey, enabled).status());
}

bool Serves(Scene& scene) {
  const absl::Status status = scene.TryService();
  if (!status.ok()) {
    EXPECT_THAT(status, ErrorCodeIs("AccountIsDisabled"));
  }
  return status.ok();
}

// "loss task active", in order.
std::vector<std::string> Queued(Scene& scene) {
  std::vector<std::string> queued;
  for (const v1::QueuedTransition& each : Must(scene.api().QueuedTransitions(Scene::kAccount))) {
    queued.push_back(absl::StrCat(each.queue() == v1::TRANSITION_QUEUE_LOSS ? "loss " : "restore ",
                                  each.kind(), " ", each.transition()));
  }
  return queued;
}

TEST(KeyAccessTimingTest, LosingTheKeyAgainStartsTheWindowOver) {
  Scene scene;
  Enable(scene, false);
  Enable(scene, true);
  const absl::Time first_until = scene.Now() + kWindow;
  scene.Advance(absl::Minutes(5));
  Must(scene.api().DeleteKey(Scene::kVault, Scene::kKey).status());
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  // The reason is the new one, and the first window's end passes without effect.
  EXPECT_THAT(scene.Access().reason(), HasSubstr("KeyNotFound"));
  scene.Advance(first_until - scene.Now() + absl::Minutes(1));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_FALSE(Serves(scene));

  Must(scene.api().RecoverKey(Scene::kVault, Scene::kKey).status());
  EXPECT_EQ(FromProto(scene.Access().until()), scene.Now() + kWindow);
  scene.Advance(kWindow - absl::Seconds(1));
  EXPECT_FALSE(Serves(scene));
  scene.Advance(absl::Seconds(1));
  EXPECT_TRUE(Serves(scene));
  // One loss for nodes and tasks: they were still down.
  std::map<std::string, int> changes = scene.ChangesAfter(0);
  EXPECT_EQ(changes["node running -> unusable"], 2);
  EXPECT_EQ(changes["task running -> active"], 2);
  EXPECT_EQ(changes["task active -> running"], 4);
}

TEST(KeyAccessTimingTest, ManyLossesLoseNothing) {
  Scene scene;
  for (int i = 0; i < 5; ++i) {
    Enable(scene, false);
    scene.Advance(absl::Minutes(20));
    Enable(scene, true);
    scene.Advance(kWindow);
    ASSERT_EQ(scene.TasksByState(), "2 active, 2 running") << i;
    scene.Advance(absl::Minutes(20));
  }
  scene.Advance(Scene::kTaskTime * 2);
  EXPECT_EQ(scene.TasksByState(), "4 completed");
}

TEST(KeyAccessTimingTest, AFlapShorterThanTheDetectionDelayIsNoLoss) {
  ServerOptions options = TestOptions();
  options.detection_delay = absl::Seconds(30);
  Scene scene({}, options);
  const uint64_t before = scene.server().LastSequence();
  for (int i = 0; i < 3; ++i) {
    Enable(scene, false);
    scene.Advance(absl::Seconds(29));
    EXPECT_TRUE(Serves(scene));
    Enable(scene, true);
    scene.Advance(absl::Seconds(29));
  }
  scene.Advance(absl::Minutes(20));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  EXPECT_THAT(scene.ChangesAfter(before), IsEmpty());
}

TEST(KeyAccessTimingTest, DetectionLiesInsideTheWindow) {
  ServerOptions options = TestOptions();
  options.detection_delay = absl::Seconds(30);
  Scene scene({}, options);
  Enable(scene, false);
  scene.Advance(absl::Seconds(29));
  EXPECT_TRUE(Serves(scene));
  EXPECT_TRUE(scene.Access().data_key_present());
  scene.Advance(absl::Seconds(1));
  EXPECT_FALSE(Serves(scene));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  scene.Advance(absl::Hours(1));

  Enable(scene, true);
  const absl::Time back = scene.Now();
  scene.Advance(absl::Seconds(30));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_RESTORING);
  EXPECT_EQ(FromProto(scene.Access().until()), back + kWindow);
  scene.Advance(kWindow - absl::Seconds(31));
  EXPECT_FALSE(Serves(scene));
  scene.Advance(absl::Seconds(1));
  EXPECT_TRUE(Serves(scene));
}

TEST(KeyAccessTimingTest, AShorterFixedWindowHolds) {
  ServerOptions options = TestOptions();
  options.restoration_window = absl::Seconds(90);
  Scene scene({}, options);
  Enable(scene, false);
  Enable(scene, true);
  scene.Advance(absl::Seconds(89));
  EXPECT_FALSE(Serves(scene));
  scene.Advance(absl::Seconds(1));
  EXPECT_TRUE(Serves(scene));
}

// Five windows of one server.
std::vector<absl::Duration> RandomWindows(uint64_t seed) {
  ServerOptions options = TestOptions();
  options.random_restoration_window = true;
  options.seed = seed;
  Scene scene({.nodes = 0, .tasks = 1}, options);
  std::vector<absl::Duration> windows;
  for (int i = 0; i < 5; ++i) {
    Enable(scene, false);
    Enable(scene, true);
    const absl::Time until = FromProto(scene.Access().until());
    windows.push_back(until - scene.Now());
    scene.Advance(windows.back() - absl::Milliseconds(1));
    EXPECT_FALSE(Serves(scene));
    scene.Advance(absl::Milliseconds(1));
    EXPECT_TRUE(Serves(scene));
  }
  return windows;
}

TEST(KeyAccessTimingTest, ARandomWindowComesFromTheSeed) {
  const std::vector<absl::Duration> windows = RandomWindows(7);
  for (const absl::Duration window : windows) {
    EXPECT_THAT(window, Gt(absl::ZeroDuration()));
    EXPECT_THAT(window, Le(kWindow));
  }
  EXPECT_EQ(RandomWindows(7), windows);
  EXPECT_NE(RandomWindows(8), windows);
}

TEST(KeyAccessTimingTest, QueuesHoldWorkAndCanBeListed) {
  ServerOptions options = TestOptions();
  options.loss_step_delay = absl::Minutes(5);
  Scene scene({}, options);
  // A second pool that boots while the key is away.
  Must(scene.api().AddPool(Scene::kAccount, "booting-pool", 1));
  EXPECT_THAT(Queued(scene), IsEmpty());
  Enable(scene, false);
  const absl::Time lost = scene.Now();
  EXPECT_FALSE(Serves(scene));
  EXPECT_THAT(Queued(scene), ElementsAre("loss task active", "loss task active",
                                         "loss node unusable", "loss node unusable"));
  const auto waiting = Must(scene.api().QueuedTransitions(Scene::kAccount));
  for (size_t i = 0; i < waiting.size(); ++i) {
    EXPECT_EQ(FromProto(waiting[i].due()), lost + absl::Minutes(5) * (i + 1));
    EXPECT_THAT(waiting[i].resource(), HasSubstr(i < 2 ? "tasks/task-000" : "nodes/"));
  }

  scene.Advance(absl::Minutes(6));
  std::vector<std::string> queued = Queued(scene);
  ASSERT_EQ(queued.size(), 4u);
  EXPECT_EQ(queued[0], "loss task active");
  EXPECT_EQ(queued[1], "loss node unusable");
  EXPECT_EQ(queued[2], "loss node unusable");
  EXPECT_TRUE(absl::StartsWith(queued[3], "restore node ")) << queued[3];
  EXPECT_FALSE(Must(scene.api().QueuedTransitions(Scene::kAccount)).back().has_due());
  EXPECT_THAT(scene.ChangesAfter(0)["task running -> active"], 1);

  // While restoring, the restore queue has a time; the loss goes on.
  Enable(scene, true);
  const absl::Time until = FromProto(scene.Access().until());
  EXPECT_EQ(FromProto(Must(scene.api().QueuedTransitions(Scene::kAccount)).back().due()), until);
  scene.Advance(absl::Minutes(4));
  EXPECT_THAT(scene.ChangesAfter(0)["task running -> active"], 2);

  scene.Advance(until - scene.Now());
  EXPECT_THAT(Queued(scene), IsEmpty());
  EXPECT_EQ(scene.NodesByState(), "2 running");
  EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");
  // The boot that waited is one of those that come after creation: it goes on to its end.
  scene.Advance(absl::Minutes(2));
  const auto booted = Must(scene.api().ListNodes(Scene::kAccount, "booting-pool"));
  ASSERT_EQ(booted.size(), 1u);
  EXPECT_EQ(booted.front().state(), v1::COMPUTE_NODE_STATE_IDLE);
  scene.Advance(Scene::kTaskTime * 2);
  EXPECT_EQ(scene.TasksByState(), "4 completed");
}

TEST(KeyAccessTimingTest, ATaskThatEndsWhileItsLossWaitsRunsOnceMore) {
  ServerOptions options = TestOptions();
  options.loss_step_delay = absl::Minutes(30);
  Scene scene({.nodes = 1, .tasks = 1}, options);
  scene.Advance(absl::Minutes(50));
  Enable(scene, false);
  // The end comes due nine minutes later: it waits; then the loss requeues the task.
  scene.Advance(absl::Minutes(10));
  EXPECT_THAT(Queued(scene),
              ElementsAre("loss task active", "loss node unusable", "restore task completed"));
  scene.Advance(absl::Minutes(51));
  EXPECT_EQ(scene.ChangesAfter(0)["task running -> active"], 1);
  Enable(scene, true);
  scene.Advance(kWindow);
  EXPECT_EQ(scene.TasksByState(), "1 running");
  // What was overtaken is consumed, and told of.
  bool superseded = false;
  for (const v1::EventRecord& event : Must(scene.api().EventsAfter(0))) {
    superseded = superseded || (event.kind() == "task" && event.to() == "superseded");
  }
  EXPECT_TRUE(superseded);
  scene.Advance(Scene::kTaskTime);
  EXPECT_EQ(scene.TasksByState(), "1 completed");
  EXPECT_EQ(scene.ChangesAfter(0)["task running -> completed"], 1);
}

TEST(KeyAccessTimingTest, ABootThatEndsMeanwhileWaitsForTheRestoration) {
  Scene scene;
  Must(scene.api().AddPool(Scene::kAccount, "booting-pool", 3));
  const uint64_t before = scene.server().LastSequence();
  Enable(scene, false);
  scene.Advance(absl::Hours(1));
  std::map<std::string, int> changes = scene.ChangesAfter(before);
  EXPECT_EQ(changes.count("node starting -> idle"), 0u);
  // And so does the end of the time that the resize had.
  EXPECT_THAT(Queued(scene), ElementsAre(StartsWith("restore node "), StartsWith("restore node "),
                                         StartsWith("restore node "), "restore pool steady"));
  Enable(scene, true);
  scene.Advance(kWindow);
  // What waited was done; a boot of several steps goes on from there.
  EXPECT_THAT(Queued(scene), IsEmpty());
  scene.Advance(absl::Minutes(1));
  for (const v1::ComputeNode& node : Must(scene.api().ListNodes(Scene::kAccount, "booting-pool"))) {
    EXPECT_EQ(node.state(), v1::COMPUTE_NODE_STATE_IDLE) << node.id();
  }
}

TEST(KeyAccessTimingTest, ARegularLookFindsWhatNobodyTold) {
  // The vault's firewall is open to Batch by bypass; nothing tells of a loss but the change itself,
  // so that looking regularly must find nothing new, however long.
  ServerOptions options = TestOptions();
  options.probe_interval = absl::Minutes(1);
  Scene scene({.nodes = 0, .tasks = 1}, options);
  const uint64_t before = scene.server().LastSequence();
  scene.Advance(absl::Hours(24));
  EXPECT_EQ(scene.server().LastSequence(), before);
}

TEST(KeyAccessTimingTest, AutoTimeBringsAPollerThroughTheWindow) {
  ServerOptions options = TestOptions();
  options.clock.mode = ClockMode::kAuto;
  Scene scene({.nodes = 0, .tasks = 0}, options);
  Enable(scene, false);
  EXPECT_FALSE(Serves(scene));
  Enable(scene, true);
  const absl::Time back = scene.Now();
  const absl::Time give_up = RealNow() + absl::Seconds(30);
  while (!Serves(scene)) {
    ASSERT_LT(RealNow(), give_up);
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_GE(scene.Now() - back, kWindow);
}

TEST(KeyAccessTimingTest, DeletionWorksInEveryState) {
  for (const bool restoring : {false, true}) {
    Scene scene;
    Enable(scene, false);
    if (restoring) Enable(scene, true);
    LAZULI_EXPECT_OK(scene.api().DeleteAccount(Scene::kAccount));
    EXPECT_THAT(scene.api().GetAccount(Scene::kAccount), ErrorCodeIs("ResourceNotFound"));
    EXPECT_THAT(scene.TryService(), ErrorCodeIs("ResourceNotFound"));
    // Nothing of it is left to be restored, and its name is free.
    const uint64_t deleted = scene.server().LastSequence();
    if (!restoring) Enable(scene, true);
    scene.Advance(absl::Hours(1));
    EXPECT_THAT(scene.ChangesAfter(deleted), IsEmpty());
    LAZULI_EXPECT_OK(scene.api().PutAccount(Scene::kAccount));
    LAZULI_EXPECT_OK(scene.api().DeleteKey(Scene::kVault, Scene::kKey));
    EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_PLATFORM);
  }
}

}  // namespace
}  // namespace lazuli::emulator
