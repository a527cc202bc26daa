// File: base/timer_queue.h
//
// "Later": the only source of work that happens at a time. Ordered by due time, then by the order
// of scheduling, so that simultaneous timers fire in one fixed order.
#ifndef LAZULI_BASE_TIMER_QUEUE_H_
#define LAZULI_BASE_TIMER_QUEUE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "base/mutex.h"

namespace lazuli {

// Names one scheduled timer. A default-made id names none.
struct TimerId {
  absl::Time due = absl::InfinitePast();
  uint64_t sequence = 0;

  bool valid() const { return sequence != 0; }
  friend auto operator<=>(const TimerId& a, const TimerId& b) {
    if (a.due != b.due)
      return a.due < b.due ? std::strong_ordering::less : std::strong_ordering::greater;
    return a.sequence <=> b.sequence;
  }
  friend bool operator==(const TimerId&, const TimerId&) = default;
};

// Thread safe. Callbacks run on the thread that drives the queue, without any lock of the queue
// held; they may schedule and cancel timers.
class TimerQueue {
 public:
  using Callback = absl::AnyInvocable<void()>;

  // Runs `callback` once when the driver reaches `due`. A time in the past fires at the next step.
  // absl::InfiniteFuture() never fires and returns an invalid id.
  TimerId Schedule(absl::Time due, Callback callback);

  // In two steps, for who needs the id within the callback: takes the id that Schedule would give,
  // and schedules with it. For absl::InfiniteFuture() the id is invalid.
  TimerId Reserve(absl::Time due);
  // `id` is of Reserve, in this process or in one whose timers are taken over: timers fire in the
  // order of their ids, whatever the order of these calls, and those that are scheduled later get
  // later ids. False, and nothing done, if there is a timer of that id.
  bool ScheduleAs(TimerId id, Callback callback);
  // For an `id` as there that is to stand for something else than a timer: timers that are
  // scheduled from now on get later ids.
  void SkipPast(TimerId id);

  // Returns true if the timer had not started and now never will. A timer that is firing on another
  // thread returns false: a callback must therefore check, under its object's lock, that it still
  // applies (by a generation or by comparing its TimerId).
  bool Cancel(TimerId id);

  // The due time of the earliest timer, or nullopt.
  std::optional<absl::Time> NextDue() const;
  size_t size() const;

  // For drivers: takes the earliest timer if it is due at or before `limit`.
  struct Due {
    absl::Time due;
    Callback callback;
  };
  std::optional<Due> PopDue(absl::Time limit);

  // For drivers: `observer` is called, without locks, whenever a newly scheduled timer became the
  // earliest one.
  void SetEarliestChangedObserver(std::function<void()> observer);

 private:
  mutable Mutex mu_;
  uint64_t next_sequence_ ABSL_GUARDED_BY(mu_) = 1;
  std::map<TimerId, Callback> timers_ ABSL_GUARDED_BY(mu_);
  std::function<void()> observer_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli

#endif  // LAZULI_BASE_TIMER_QUEUE_H_
