// File: emulator/chaos/chaos_runner.h
//
// Executes a schedule of chaos on the virtual clock, and tells what came of it.
#ifndef LAZULI_EMULATOR_CHAOS_CHAOS_RUNNER_H_
#define LAZULI_EMULATOR_CHAOS_CHAOS_RUNNER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/timer_queue.h"
#include "batch/account.h"
#include "emulator/chaos/chaos_observer.h"
#include "emulator/chaos/delays.h"
#include "emulator/chaos/key_taker.h"
#include "emulator/chaos/schedule.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/faults/fault_rules.h"
#include "google/protobuf/message.h"
#include "proto/chaos.pb.h"

namespace lazuli::emulator {

// Thread safe. Steps are executed one after the other: those of one instant in one go, by index and
// time, and accounts in the order of their ids. The lock is taken before all others but that of
// ChangeGate. A schedule is gone with the process.
class ChaosRunner final : public CallObserver {
 public:
  struct Parts {
    KeyTaker* taker = nullptr;
    Delays* delays = nullptr;
    FaultRules* faults = nullptr;
    ChaosObserver* observer = nullptr;
    const Clock* clock = nullptr;
    const Clock* real_clock = nullptr;
    TimerQueue* timers = nullptr;
    uint64_t seed = 0;  // the server's
  };

  // The parts outlive this, and no timer fires once it is destroyed.
  explicit ChaosRunner(const Parts& parts) : parts_(parts) {}

  // Steps that are due at once are done when this returns. Further ones act as `context.caller`.
  // Errors: InvalidScheduleError, ChaosIsRunningError.
  absl::Status Start(const v1::ChaosSchedule& schedule, const CallContext& context)
      ABSL_LOCKS_EXCLUDED(mu_);
  // ChaosIsNotRunningError. `restore`: what the schedule took is given back as far as it can be.
  absl::Status Stop(bool restore, const CallContext& context) ABSL_LOCKS_EXCLUDED(mu_);

  // But for what is taken and the delays, which are not the runner's.
  v1::ChaosState State() const ABSL_LOCKS_EXCLUDED(mu_);
  // The schedule that does just what was executed.
  v1::ChaosSchedule Executed() const ABSL_LOCKS_EXCLUDED(mu_);
  // Looks at the accounts once more if a schedule is running.
  v1::ChaosReport Report() ABSL_LOCKS_EXCLUDED(mu_);

  // CallObserver: begins a schedule that waits for accounts when they are there. Also tells the
  // schedule's observer.
  void OnCompleted(const Method& method, const CallContext& context,
                   const google::protobuf::Message& request, const absl::Status& status) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // An account and what was taken from it.
  using Taken = std::pair<std::string, const Cause*>;

  bool IsActiveLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool AccountsAreReadyLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void BeginLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void EndLocked(v1::ChaosPhase phase) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Executes what is due, and sees to the rest.
  void AdvanceLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Looks while there is something to see, so that auto time comes to rest after the schedule.
  void ScheduleLookLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void OnTimer(uint64_t generation) ABSL_LOCKS_EXCLUDED(mu_);
  void OnLook(uint64_t generation) ABSL_LOCKS_EXCLUDED(mu_);

  void ExecuteLocked(const PlannedInstant& instant, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RevokeLocked(const PlannedInstant& instant, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void GiveBackLocked(const std::vector<Taken>& taken, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RestoreLocked(const ScheduleStep& step, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SetDelaysLocked(const ScheduleStep& step, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AddFaultLocked(const ScheduleStep& step, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void RemoveFaultLocked(const ScheduleStep& step, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The names that a step's list stands for now: of accounts with a customer's key, or of those
  // that something was taken from.
  std::vector<std::string> ResolveLocked(const ScheduleStep& step) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // A step of the executed schedule, to be filled.
  v1::ChaosStep* RecordLocked(absl::Time now, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  CallContext ContextLocked(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Parts parts_;
  mutable Mutex mu_;
  v1::ChaosPhase phase_ ABSL_GUARDED_BY(mu_) = v1::CHAOS_PHASE_NONE;
  Caller caller_ ABSL_GUARDED_BY(mu_);
  Schedule schedule_ ABSL_GUARDED_BY(mu_);
  uint64_t seed_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Time start_time_ ABSL_GUARDED_BY(mu_);
  std::vector<PlannedInstant> plan_ ABSL_GUARDED_BY(mu_);
  size_t next_ ABSL_GUARDED_BY(mu_) = 0;  // the first of plan_ that is to come
  v1::ChaosSchedule executed_ ABSL_GUARDED_BY(mu_);
  // By step and time: what is to be given back.
  std::map<std::pair<size_t, int>, std::vector<Taken>> taken_ ABSL_GUARDED_BY(mu_);
  // Of the present schedule: a timer of another one is out of date.
  uint64_t generation_ ABSL_GUARDED_BY(mu_) = 0;
  // Whether phase_ is waiting, for calls to ask without the lock.
  std::atomic<bool> waiting_{false};
  TimerId timer_ ABSL_GUARDED_BY(mu_);
  TimerId look_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CHAOS_RUNNER_H_
