#include "emulator/chaos/schedule.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/iso8601.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "emulator/chaos/causes.h"
#include "emulator/chaos/errors.h"
#include "emulator/faults/fault_conversion.h"

namespace lazuli::emulator {
namespace {

// Own choice: what a schedule of a test needs, many times over, and what a mistake does not turn
// into gigabytes.
constexpr int kMaxRepeat = 10'000;
constexpr int64_t kMaxInstants = 100'000;
constexpr absl::Duration kMaxInstant = absl::Hours(24 * 366 * 10);
constexpr absl::Duration kMaxDelay = absl::Hours(24);

std::string Member(absl::string_view path, absl::string_view name) {
  return absl::StrCat(path, ".", name);
}

absl::StatusOr<absl::Duration> ReadDelay(const std::string& path, absl::string_view text) {
  LAZULI_ASSIGN_OR_RETURN(const absl::Duration delay, ReadInstant(path, text));
  if (delay > kMaxDelay) return InvalidScheduleError(path, "must be at most 24h");
  return delay;
}

absl::Status ReadKind(const std::string& path, const v1::ChaosStep& message, ScheduleStep* step) {
  using Kind = ScheduleStep::Kind;
  std::vector<Kind> kinds;
  if (message.revoke_size() > 0) kinds.push_back(Kind::kRevoke);
  if (message.restore_size() > 0) kinds.push_back(Kind::kRestore);
  if (message.has_policy_propagation_delay() || message.has_detection_delay()) {
    kinds.push_back(Kind::kDelays);
  }
  if (message.has_add_fault()) kinds.push_back(Kind::kAddFault);
  if (message.has_remove_fault()) kinds.push_back(Kind::kRemoveFault);
  if (kinds.size() != 1) {
    return InvalidScheduleError(
        path,
        "must have exactly one of revoke, restore, the delays (policyPropagationDelay, "
        "detectionDelay), addFault and removeFault");
  }
  step->kind = kinds.front();
  return absl::OkStatus();
}

// What a step says that is not about accounts.
absl::Status ReadSettings(const std::string& path, const v1::ChaosStep& message,
                          ScheduleStep* step) {
  if (message.has_policy_propagation_delay()) {
    LAZULI_ASSIGN_OR_RETURN(
        step->policy_propagation_delay,
        ReadDelay(Member(path, "policyPropagationDelay"), message.policy_propagation_delay()));
  }
  if (message.has_detection_delay()) {
    LAZULI_ASSIGN_OR_RETURN(step->detection_delay,
                            ReadDelay(Member(path, "detectionDelay"), message.detection_delay()));
  }
  if (message.has_add_fault()) {
    // Of its times only whether they make sense is known before it is added.
    const absl::Status rule = FaultRuleFromProto(message.add_fault(), absl::UnixEpoch()).status();
    if (!rule.ok()) {
      return InvalidScheduleError(Member(path, "addFault"),
                                  absl::StrCat("is no fault rule: ", rule.message()));
    }
    step->fault = message.add_fault();
  }
  step->fault_id = message.remove_fault();
  return absl::OkStatus();
}

absl::Status ReadAccounts(const std::string& path, const v1::ChaosStep& message,
                          ScheduleStep* step) {
  const bool revokes = step->kind == ScheduleStep::Kind::kRevoke;
  if (!revokes && step->kind != ScheduleStep::Kind::kRestore) return absl::OkStatus();
  const auto& names = revokes ? message.revoke() : message.restore();
  const std::string list = Member(path, revokes ? "revoke" : "restore");
  for (int i = 0; i < names.size(); ++i) {
    const std::string one = absl::StrCat(list, "[", i, "]");
    if (names[i].empty()) return InvalidScheduleError(one, "must name an account");
    if (names[i] == kAllAccounts && names.size() > 1) {
      return InvalidScheduleError(one, "stands for all accounts and must be alone");
    }
    step->accounts.push_back(names[i]);
  }
  return absl::OkStatus();
}

absl::Status ReadCauses(const std::string& path, const v1::ChaosStep& message, ScheduleStep* step) {
  for (int i = 0; i < message.causes_size(); ++i) {
    const Cause* const cause = FindCause(message.causes(i));
    const std::string one = absl::StrCat(path, ".causes[", i, "]");
    if (step->accounts.empty()) {
      return InvalidScheduleError(one, "belongs to revoke or restore");
    }
    if (cause == nullptr) {
      return InvalidScheduleError(one, "is no cause; 'lazuli chaos causes' lists those there are");
    }
    step->causes.push_back(cause);
  }
  if (step->causes.empty() && step->kind == ScheduleStep::Kind::kRevoke) {
    step->causes.push_back(FindCause(kDefaultCause));
  }
  return absl::OkStatus();
}

// Repetition, jitter and restoration, and that they do not get in one another's way.
absl::Status ReadTimes(const std::string& path, const v1::ChaosStep& message, ScheduleStep* step) {
  LAZULI_ASSIGN_OR_RETURN(step->at, ReadInstant(Member(path, "at"), message.at()));
  if (message.has_jitter()) {
    LAZULI_ASSIGN_OR_RETURN(step->jitter, ReadInstant(Member(path, "jitter"), message.jitter()));
  }
  if (message.has_restore_at()) {
    const std::string member = Member(path, "restoreAt");
    if (step->kind != ScheduleStep::Kind::kRevoke) {
      return InvalidScheduleError(member, "belongs to revoke");
    }
    LAZULI_ASSIGN_OR_RETURN(step->restore_at, ReadInstant(member, message.restore_at()));
    if (*step->restore_at <= step->at + step->jitter) {
      return InvalidScheduleError(member, "must be later than at and jitter together");
    }
    for (const Cause* cause : step->causes) {
      if (!cause->undo.empty()) continue;
      return InvalidScheduleError(member, absl::StrCat("cannot be: ", cause->name, " is for good"));
    }
  }
  step->repeat = message.has_repeat() ? message.repeat() : 1;
  if (step->repeat < 1 || step->repeat > kMaxRepeat) {
    return InvalidScheduleError(Member(path, "repeat"), absl::StrCat("must be 1 to ", kMaxRepeat));
  }
  if (step->repeat > 1 && !message.has_every()) {
    return InvalidScheduleError(Member(path, "every"),
                                "must say when what is repeated comes again");
  }
  if (message.has_every()) {
    const std::string member = Member(path, "every");
    LAZULI_ASSIGN_OR_RETURN(step->every, ReadInstant(member, message.every()));
    const absl::Duration taken = step->restore_at.value_or(step->at) - step->at;
    if (step->every <= taken + step->jitter) {
      return InvalidScheduleError(
          member, "must be longer than one time lasts, jitter included, so that times do not mix");
    }
  }
  const absl::Duration last =
      step->restore_at.value_or(step->at) + step->jitter + step->every * (step->repeat - 1);
  if (last > kMaxInstant) return InvalidScheduleError(path, "goes on for more than ten years");
  return absl::OkStatus();
}

absl::StatusOr<ScheduleStep> ReadStep(const std::string& path, const v1::ChaosStep& message) {
  ScheduleStep step;
  LAZULI_RETURN_IF_ERROR(ReadKind(path, message, &step));
  LAZULI_RETURN_IF_ERROR(ReadSettings(path, message, &step));
  LAZULI_RETURN_IF_ERROR(ReadAccounts(path, message, &step));
  LAZULI_RETURN_IF_ERROR(ReadCauses(path, message, &step));
  LAZULI_RETURN_IF_ERROR(ReadTimes(path, message, &step));
  return step;
}

// What chance adds to an instant: whole milliseconds in [0, jitter].
absl::Duration DrawJitter(const ScheduleStep& step, uint64_t seed, size_t index, int time,
                          absl::string_view which) {
  const int64_t most = absl::ToInt64Milliseconds(step.jitter);
  if (most <= 0) return absl::ZeroDuration();
  RandomStream stream(seed, absl::StrCat("chaos/", index, "/", time, "/", which));
  return absl::Milliseconds(stream.NextBelow(static_cast<uint64_t>(most) + 1));
}

}  // namespace

absl::StatusOr<absl::Duration> ReadInstant(absl::string_view path, absl::string_view text) {
  absl::string_view rest = text;
  absl::ConsumePrefix(&rest, "+");
  absl::Duration duration;
  if (!absl::ParseDuration(rest, &duration)) {
    const absl::StatusOr<absl::Duration> iso = ParseIso8601Duration(rest);
    if (!iso.ok()) return InvalidScheduleError(path, "must be a duration, as 90s, +5m or PT5M");
    duration = *iso;
  }
  if (duration < absl::ZeroDuration() || duration > kMaxInstant) {
    return InvalidScheduleError(path, "must be from 0s to ten years");
  }
  return duration;
}

absl::StatusOr<Schedule> ReadSchedule(const v1::ChaosSchedule& message) {
  Schedule schedule;
  if (message.has_seed()) schedule.seed = message.seed();
  schedule.wait_for_accounts = message.wait_for_accounts();
  int64_t instants = 0;
  for (int i = 0; i < message.steps_size(); ++i) {
    LAZULI_ASSIGN_OR_RETURN(ScheduleStep step,
                            ReadStep(absl::StrCat("steps[", i, "]"), message.steps(i)));
    instants += step.repeat * (step.restore_at.has_value() ? 2 : 1);
    schedule.steps.push_back(std::move(step));
  }
  if (instants > kMaxInstants) {
    return InvalidScheduleError(
        "steps", absl::StrCat("come to ", instants, " instants; at most ", kMaxInstants));
  }
  return schedule;
}

std::vector<PlannedInstant> MakePlan(const Schedule& schedule, uint64_t seed) {
  std::vector<PlannedInstant> plan;
  for (size_t i = 0; i < schedule.steps.size(); ++i) {
    const ScheduleStep& step = schedule.steps[i];
    for (int time = 0; time < step.repeat; ++time) {
      const absl::Duration shift = step.every * time;
      plan.push_back(
          {.at = step.at + shift + DrawJitter(step, seed, i, time, "at"), .step = i, .time = time});
      if (!step.restore_at.has_value()) continue;
      plan.push_back({.at = *step.restore_at + shift + DrawJitter(step, seed, i, time, "restore"),
                      .step = i,
                      .time = time,
                      .gives_back = true});
    }
  }
  std::sort(plan.begin(), plan.end(), [](const PlannedInstant& a, const PlannedInstant& b) {
    return std::tie(a.at, a.step, a.time, a.gives_back) <
           std::tie(b.at, b.step, b.time, b.gives_back);
  });
  return plan;
}

const Cause* DrawCause(const std::vector<const Cause*>& causes, uint64_t seed, size_t step,
                       int time, absl::string_view account_id) {
  if (causes.size() == 1) return causes.front();
  RandomStream stream(
      seed, absl::StrCat("chaos/", step, "/", time, "/cause/", absl::AsciiStrToLower(account_id)));
  return causes[stream.NextBelow(causes.size())];
}

}  // namespace lazuli::emulator
