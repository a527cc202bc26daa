#include "batch/service/simulated_task_runner.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "batch/workload/command_line.h"
#include "google/protobuf/repeated_field.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"

namespace lazuli::batch {
namespace {

using Settings = google::protobuf::RepeatedPtrField<v1::EnvironmentSetting>;

constexpr char kRunSeconds[] = "LAZULI_RUN_SECONDS";
constexpr char kExitCode[] = "LAZULI_EXIT_CODE";
constexpr absl::Duration kDefaultDuration = absl::Seconds(60);

template <typename Message>
Message Parse(absl::string_view bytes) {
  Message message;
  message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  return message;
}

// Fills what is still open from the settings; the last of several of one name counts.
void ReadSettings(const Settings& settings, CommandLineReading* reading) {
  std::optional<absl::Duration> duration;
  std::optional<int32_t> exit_code;
  for (const v1::EnvironmentSetting& setting : settings) {
    if (setting.name() == kRunSeconds) duration = ReadSeconds(setting.value());
    if (setting.name() == kExitCode) exit_code = ReadExitCode(setting.value());
  }
  if (!reading->duration.has_value()) reading->duration = duration;
  if (!reading->exit_code.has_value()) reading->exit_code = exit_code;
}

bool Open(const CommandLineReading& reading) {
  return !reading.duration.has_value() || !reading.exit_code.has_value();
}

}  // namespace

RunPlan SimulatedTaskRunner::Plan(absl::string_view task_specification,
                                  absl::string_view job_specification) const {
  const auto task = Parse<v1::TaskAddParameter>(task_specification);
  CommandLineReading reading = ReadCommandLine(task.command_line());
  const absl::Duration default_duration =
      reading.exit_code.has_value() ? absl::ZeroDuration() : kDefaultDuration;
  ReadSettings(task.environment_settings(), &reading);
  if (Open(reading)) {
    ReadSettings(Parse<v1::JobAddParameter>(job_specification).common_environment_settings(),
                 &reading);
  }
  return {reading.duration.value_or(default_duration), reading.exit_code.value_or(0)};
}

}  // namespace lazuli::batch
