// File: emulator/chaos/schedule.h
//
// What is to happen when: a schedule as its file or call says it, checked, and the instants that
// chance makes of it.
#ifndef LAZULI_EMULATOR_CHAOS_SCHEDULE_H_
#define LAZULI_EMULATOR_CHAOS_SCHEDULE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/chaos/cause.h"
#include "proto/chaos.pb.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {

// Stands for every account that fits.
inline constexpr absl::string_view kAllAccounts = "*";

// One step, checked. Durations count from the beginning of the schedule.
struct ScheduleStep {
  enum class Kind { kRevoke, kRestore, kDelays, kAddFault, kRemoveFault };

  Kind kind = Kind::kRevoke;
  absl::Duration at;
  std::vector<std::string> accounts;  // names, or kAllAccounts alone
  std::vector<const Cause*> causes;   // to draw from; of a restoration: only these, or empty
  std::optional<absl::Duration> restore_at;
  int repeat = 1;
  absl::Duration every;
  absl::Duration jitter;
  std::optional<absl::Duration> policy_propagation_delay;
  std::optional<absl::Duration> detection_delay;
  v1::FaultRule fault;   // to add
  std::string fault_id;  // to remove
};

struct Schedule {
  std::optional<uint64_t> seed;
  bool wait_for_accounts = false;
  std::vector<ScheduleStep> steps;
};

// InvalidScheduleError, which names the member.
absl::StatusOr<Schedule> ReadSchedule(const v1::ChaosSchedule& message);

// "90s", "+5m", "1h30m", "PT5M"; not negative. `path` names the member in the error.
absl::StatusOr<absl::Duration> ReadInstant(absl::string_view path, absl::string_view text);

// One instant of a step.
struct PlannedInstant {
  absl::Duration at;
  size_t step = 0;          // its index in the schedule
  int time = 0;             // 0: the step's first time
  bool gives_back = false;  // what this step took at this time
};

// All instants of the schedule, in order: by time, then by step. What is drawn depends on `seed`
// and the step's place alone.
std::vector<PlannedInstant> MakePlan(const Schedule& schedule, uint64_t seed);

// The one of `causes`, which are not empty, that `seed` has for the account at that time of that
// step.
const Cause* DrawCause(const std::vector<const Cause*>& causes, uint64_t seed, size_t step,
                       int time, absl::string_view account_id);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_SCHEDULE_H_
