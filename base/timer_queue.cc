#include "base/timer_queue.h"

#include <algorithm>

namespace lazuli {

TimerId TimerQueue::Schedule(absl::Time due, Callback callback) {
  const TimerId id = Reserve(due);
  if (id.valid()) ScheduleAs(id, std::move(callback));
  return id;
}

TimerId TimerQueue::Reserve(absl::Time due) {
  if (due == absl::InfiniteFuture()) return TimerId();
  MutexLock lock(&mu_);
  return TimerId{due, next_sequence_++};
}

bool TimerQueue::ScheduleAs(TimerId id, Callback callback) {
  std::function<void()> observer;
  {
    MutexLock lock(&mu_);
    const auto [at, inserted] = timers_.try_emplace(id, std::move(callback));
    if (!inserted) return false;
    next_sequence_ = std::max(next_sequence_, id.sequence + 1);
    if (at == timers_.begin()) observer = observer_;
  }
  if (observer) observer();
  return true;
}

void TimerQueue::SkipPast(TimerId id) {
  MutexLock lock(&mu_);
  next_sequence_ = std::max(next_sequence_, id.sequence + 1);
}

bool TimerQueue::Cancel(TimerId id) {
  // Destroyed after the lock is released: what a callback holds may want the queue in its
  // destructor.
  std::map<TimerId, Callback>::node_type cancelled;
  MutexLock lock(&mu_);
  cancelled = timers_.extract(id);
  return !cancelled.empty();
}

std::optional<absl::Time> TimerQueue::NextDue() const {
  MutexLock lock(&mu_);
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.due;
}

size_t TimerQueue::size() const {
  MutexLock lock(&mu_);
  return timers_.size();
}

std::optional<TimerQueue::Due> TimerQueue::PopDue(absl::Time limit) {
  MutexLock lock(&mu_);
  if (timers_.empty() || timers_.begin()->first.due > limit) return std::nullopt;
  auto node = timers_.extract(timers_.begin());
  return Due{node.key().due, std::move(node.mapped())};
}

void TimerQueue::SetEarliestChangedObserver(std::function<void()> observer) {
  MutexLock lock(&mu_);
  observer_ = std::move(observer);
}

}  // namespace lazuli
