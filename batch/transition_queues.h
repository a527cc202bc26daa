// File: batch/transition_queues.h
//
// What waits in an account: the work that is timed, the loss queue, and the restore queue.
#ifndef LAZULI_BATCH_TRANSITION_QUEUES_H_
#define LAZULI_BATCH_TRANSITION_QUEUES_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "base/change_set.h"
#include "base/timer_queue.h"
#include "batch/account_spec.h"
#include "batch/state_scope.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

// A transition that was consumed without effect, because its object had changed or gone.
struct SupersededTransition {
  std::string kind;
  std::string resource;
  std::string transition;
};

// What is to be stored of an entry of the restore queue. What it does when it is applied follows
// from the object whose timer it is; without one it will be superseded.
struct WaitingTransition {
  TimerId id;
  std::string kind;
  std::string resource;
  std::string transition;
};

// Guarded by the account's lock, but for the timers that it schedules, which call `on_due` without.
class TransitionQueues {
 public:
  using OnDueFunction = std::function<void(TimerId)>;

  // `on_due` is to take the account's lock and call OnDue. `timers` outlives the queues.
  TransitionQueues(TimerQueue* timers, OnDueFunction on_due);
  ~TransitionQueues();  // Clears.

  TransitionQueues(const TransitionQueues&) = delete;
  TransitionQueues& operator=(const TransitionQueues&) = delete;

  // --- Timed work ---

  // absl::InfiniteFuture() never comes: an invalid id.
  TimerId Schedule(absl::Time due, DeferredWork work);
  // After a restart: work that has the id waits for its time again, or goes to its place in the
  // restore queue if RestoreWaiting has made one. False, and nothing done, if other work has the
  // id.
  bool Reschedule(TimerId id, DeferredWork work);
  // Work that waits for its time is dropped. Work that came due and waits for restoration stays in
  // its place, to be consumed as superseded.
  void Cancel(TimerId id);
  // The time of `id` has come; nothing if it was cancelled. Applies the work now, or has it join
  // the restore queue when `deferred`.
  void OnDue(TimerId id, bool deferred, absl::Time now);

  // --- Loss ---

  // Replaces what is left of an earlier loss. The first step is due at `first`, each further one
  // `delay` later.
  void PlanLoss(std::vector<LossStep> steps, absl::Time first, absl::Duration delay);
  // When the next step is due; nullopt when none is left.
  std::optional<absl::Time> next_loss_due() const;
  // The delay that the loss was planned with.
  absl::Duration loss_delay() const { return loss_delay_; }
  // Applies the steps due at or before `now`, in order. Returns those that had no effect.
  std::vector<SupersededTransition> ApplyLossDue(absl::Time now);
  // Applies all that are left.
  std::vector<SupersededTransition> ApplyLossRest(absl::Time now);

  // --- Restoration ---

  // Applies what waits, in the order of due times and then of scheduling. Returns what had no
  // effect.
  std::vector<SupersededTransition> Drain(absl::Time now);

  // `restore_due`: when the restore queue will be drained, if anybody knows.
  std::vector<QueuedTransition> List(std::optional<absl::Time> restore_due) const;
  // Drops and cancels everything.
  void Clear();

  // --- How the restore queue is stored ---

  // From now on notes what changes.
  void StartTracking() { changed_waiting_.Start(); }
  // Shows its entries, or what has become of those that changed since the last such call or since
  // StartTracking.
  void VisitWaiting(StateScope scope, absl::FunctionRef<void(const WaitingTransition&)> visit,
                    absl::FunctionRef<void(TimerId)> gone);
  // Makes the entry, of work that is superseded until Reschedule brings it. False if there is one.
  bool RestoreWaiting(WaitingTransition waiting);

 private:
  struct Timed {
    DeferredWork work;
    // The timer queue's. The same as the id of the work, unless a timer that was taken over before,
    // of somebody else, had that already.
    TimerId timer;
  };
  struct Waiting {
    std::string kind;
    std::string resource;
    std::string transition;
    std::function<bool(absl::Time now)> apply;  // null: superseded
  };
  struct TimedLossStep {
    LossStep step;
    absl::Time due;
  };

  // Applies the first step.
  void ApplyOneLoss(absl::Time now, std::vector<SupersededTransition>* superseded);

  static WaitingTransition Describe(TimerId id, const Waiting& waiting);

  TimerQueue* const timers_queue_;
  // Shared by the timers, of which there may be thousands.
  const std::shared_ptr<const OnDueFunction> on_due_;
  std::map<TimerId, Timed> timed_;
  std::deque<TimedLossStep> loss_;
  absl::Duration loss_delay_;
  std::map<TimerId, Waiting> restore_;
  ChangeSet<TimerId> changed_waiting_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_TRANSITION_QUEUES_H_
