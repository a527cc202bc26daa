#include "batch/service/simulated_task_runner.h"

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"

namespace lazuli::batch {
namespace {

struct Case {
  const char* description;
  const char* task;
  const char* job;
  absl::Duration duration;
  int exit_code;
};

template <typename Message>
std::string Serialize(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message.SerializeAsString();
}

TEST(SimulatedTaskRunnerTest, TheFirstThatSaysSoDecides) {
  const Case cases[] = {
      {"nobody says anything", "command_line: 'render'", "", absl::Seconds(60), 0},
      {"the command line", "command_line: 'sleep 5; exit 3'", "", absl::Seconds(5), 3},
      {"a plain exit takes no time", "command_line: 'exit 3'", "", absl::ZeroDuration(), 3},
      {"the task's settings",
       "command_line: 'render'"
       "environment_settings { name: 'LAZULI_RUN_SECONDS' value: '7.5' }"
       "environment_settings { name: 'LAZULI_EXIT_CODE' value: '9' }",
       "", absl::Milliseconds(7500), 9},
      {"an exit lasts as its settings say",
       "command_line: 'exit 3'"
       "environment_settings { name: 'LAZULI_RUN_SECONDS' value: '7' }"
       "environment_settings { name: 'LAZULI_EXIT_CODE' value: '9' }",
       "", absl::Seconds(7), 3},
      {"a sleep ends as its settings say",
       "command_line: 'sleep 5' environment_settings { name: 'LAZULI_EXIT_CODE' value: '9' }", "",
       absl::Seconds(5), 9},
      {"the job's settings", "command_line: 'render'",
       "common_environment_settings { name: 'LAZULI_RUN_SECONDS' value: '8' }"
       "common_environment_settings { name: 'LAZULI_EXIT_CODE' value: '1' }",
       absl::Seconds(8), 1},
      {"the task's settings go before the job's",
       "command_line: 'render' environment_settings { name: 'LAZULI_RUN_SECONDS' value: '2' }",
       "common_environment_settings { name: 'LAZULI_RUN_SECONDS' value: '8' }"
       "common_environment_settings { name: 'LAZULI_EXIT_CODE' value: '1' }",
       absl::Seconds(2), 1},
      {"what is no number says nothing",
       "command_line: 'render' environment_settings { name: 'LAZULI_RUN_SECONDS' value: 'long' }",
       "common_environment_settings { name: 'LAZULI_RUN_SECONDS' value: '8' }", absl::Seconds(8),
       0},
  };
  const SimulatedTaskRunner runner;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    const RunPlan plan =
        runner.Plan(Serialize<v1::TaskAddParameter>(c.task), Serialize<v1::JobAddParameter>(c.job));
    EXPECT_EQ(plan.duration, c.duration);
    EXPECT_EQ(plan.exit_code, c.exit_code);
  }
}

}  // namespace
}  // namespace lazuli::batch
