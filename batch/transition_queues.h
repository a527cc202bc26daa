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

#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/account_spec.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

// A transition that was consumed without effect, because its object had changed or gone.
struct SupersededTransition {
  const char* kind;
  std::string resource;
  const char* transition;
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

  // The id is this object's, not the timer queue's. absl::InfiniteFuture() never comes: an invalid
  // id.
  TimerId Schedule(absl::Time due, DeferredWork work);
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

 private:
  struct Timed {
    DeferredWork work;
    TimerId timer;
  };
  struct Waiting {
    DeferredWork work;
    bool cancelled = false;
  };
  struct TimedLossStep {
    LossStep step;
    absl::Time due;
  };

  // Applies the first step.
  void ApplyOneLoss(absl::Time now, std::vector<SupersededTransition>* superseded);

  TimerQueue* const timers_queue_;
  // Shared by the timers, of which there may be thousands.
  const std::shared_ptr<const OnDueFunction> on_due_;
  uint64_t next_sequence_ = 1;
  std::map<TimerId, Timed> timed_;
  std::deque<TimedLossStep> loss_;
  std::map<TimerId, Waiting> restore_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_TRANSITION_QUEUES_H_
