// A server that is ended and started again after every step has the same history as one that is
// not: what runs, boots, is lost step by step, waits in a queue or is being restored goes on as if
// nothing had happened.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/server/server_options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/control.pb.h"
#include "tests/support/program.h"
#include "tests/support/scene.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using Step = std::function<void(Api&)>;

Step Advance(absl::Duration duration) {
  return [duration](Api& api) { Must(api.AdvanceBy(duration)); };
}
Step EnableKey(bool enabled) {
  return [enabled](Api& api) { Must(api.EnableKey(Scene::kVault, Scene::kKey, enabled)); };
}

// Tasks of an hour run since a minute, and as many wait.
std::vector<Step> Steps() {
  return {
      [](Api& api) { Must(api.AddPool(Scene::kAccount, "second-pool", 2)); },
      Advance(absl::Seconds(20)),
      // The account loses its key while the second pool boots, ...
      EnableKey(false),
      // ... one thing after the other, ...
      Advance(absl::Seconds(30)),
      Advance(absl::Seconds(30)),
      // ... and what comes due meanwhile waits.
      Advance(absl::Minutes(10)),
      EnableKey(true),
      Advance(absl::Minutes(4)),
      // Away again before the window is over.
      EnableKey(false),
      Advance(absl::Seconds(30)),
      EnableKey(true),
      Advance(absl::Minutes(9)),
      Advance(absl::Minutes(1)),
      [](Api& api) { Must(api.AddTasks(Scene::kAccount, Scene::kJob, "more-", 3, "exit 1")); },
      Advance(absl::Minutes(59)),
      Advance(absl::Hours(3)),
  };
}

// What the world looks like from outside, and what happened since `after`.
std::vector<std::string> Look(TestServer& server, uint64_t after) {
  Api& api = server.api();
  std::vector<std::string> lines = {
      absl::FormatTime(Must(api.Now()), absl::UTCTimeZone()),
      Must(api.KeyAccess(Scene::kAccount)).ShortDebugString(),
  };
  for (const v1::QueuedTransition& queued : Must(api.QueuedTransitions(Scene::kAccount))) {
    lines.push_back(queued.ShortDebugString());
  }
  for (v1::EventRecord& event : Must(api.EventsAfter(after))) {
    event.clear_sequence();
    lines.push_back(event.ShortDebugString());
  }
  return lines;
}

// What is seen after each step.
using History = std::vector<std::vector<std::string>>;

TEST(RestartTest, MakesNoDifference) {
  ServerOptions options = TestOptions();
  options.loss_step_delay = absl::Seconds(20);
  options.random_restoration_window = true;
  History expected;
  {
    Scene scene({}, options);
    for (const Step& step : Steps()) {
      const uint64_t before = scene.server().LastSequence();
      step(scene.api());
      expected.push_back(Look(scene.server(), before));
    }
  }
  // It is about something.
  EXPECT_THAT(expected[3], Contains(HasSubstr("TRANSITION_QUEUE_LOSS")));
  EXPECT_THAT(expected[5], Contains(HasSubstr("TRANSITION_QUEUE_RESTORE")));

  const TemporaryFolder folder;
  options.data_dir = folder.File("data");
  {
    const Scene scene({}, options);
  }
  options.clock.start_time.reset();
  History seen;
  for (const Step& step : Steps()) {
    TestServer server(options);
    const uint64_t before = server.LastSequence();
    step(server.api());
    seen.push_back(Look(server, before));
  }
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(seen[i], expected[i]) << "step " << i;
}

}  // namespace
}  // namespace lazuli::emulator
