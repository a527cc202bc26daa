#include "base/timer_queue.h"

namespace lazuli {

TimerId TimerQueue::Schedule(absl::Time due, Callback callback) {
  if (due == absl::InfiniteFuture()) return TimerId();
  TimerId id;
  std::function<void()> observer;
  {
    MutexLock lock(&mu_);
    id = TimerId{due, next_sequence_++};
    const auto at = timers_.emplace(id, std::move(callback)).first;
    if (at == timers_.begin()) observer = observer_;
  }
  if (observer) observer();
  return id;
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
