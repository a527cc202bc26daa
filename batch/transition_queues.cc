#include "batch/transition_queues.h"

#include <utility>

namespace lazuli::batch {

TransitionQueues::TransitionQueues(TimerQueue* timers, OnDueFunction on_due)
    : timers_queue_(timers), on_due_(std::make_shared<const OnDueFunction>(std::move(on_due))) {}

TransitionQueues::~TransitionQueues() { Clear(); }

TimerId TransitionQueues::Schedule(absl::Time due, DeferredWork work) {
  if (due == absl::InfiniteFuture()) return TimerId();
  const TimerId id{due, next_sequence_++};
  const TimerId timer = timers_queue_->Schedule(due, [on_due = on_due_, id] { (*on_due)(id); });
  timed_.emplace(id, Timed{std::move(work), timer});
  return id;
}

void TransitionQueues::Cancel(TimerId id) {
  if (const auto timed = timed_.find(id); timed != timed_.end()) {
    timers_queue_->Cancel(timed->second.timer);
    timed_.erase(timed);
    return;
  }
  if (const auto waiting = restore_.find(id); waiting != restore_.end()) {
    waiting->second.cancelled = true;
  }
}

void TransitionQueues::OnDue(TimerId id, bool deferred, absl::Time now) {
  auto timed = timed_.extract(id);
  if (timed.empty()) return;
  DeferredWork work = std::move(timed.mapped().work);
  if (deferred) {
    restore_.emplace(id, Waiting{std::move(work)});
  } else {
    work.apply(now);
  }
}

void TransitionQueues::PlanLoss(std::vector<LossStep> steps, absl::Time first,
                                absl::Duration delay) {
  loss_.clear();
  absl::Time due = first;
  for (LossStep& step : steps) {
    loss_.push_back(TimedLossStep{std::move(step), due});
    due += delay;
  }
}

std::optional<absl::Time> TransitionQueues::next_loss_due() const {
  if (loss_.empty()) return std::nullopt;
  return loss_.front().due;
}

void TransitionQueues::ApplyOneLoss(absl::Time now, std::vector<SupersededTransition>* superseded) {
  LossStep step = std::move(loss_.front().step);
  loss_.pop_front();
  if (!step.apply(now)) {
    superseded->push_back(
        SupersededTransition{step.kind, std::move(step.resource), step.transition});
  }
}

std::vector<SupersededTransition> TransitionQueues::ApplyLossDue(absl::Time now) {
  std::vector<SupersededTransition> superseded;
  while (!loss_.empty() && loss_.front().due <= now) ApplyOneLoss(now, &superseded);
  return superseded;
}

std::vector<SupersededTransition> TransitionQueues::ApplyLossRest(absl::Time now) {
  std::vector<SupersededTransition> superseded;
  while (!loss_.empty()) ApplyOneLoss(now, &superseded);
  return superseded;
}

std::vector<SupersededTransition> TransitionQueues::Drain(absl::Time now) {
  std::vector<SupersededTransition> superseded;
  // One by one: what is applied may cancel what still waits.
  while (!restore_.empty()) {
    auto node = restore_.extract(restore_.begin());
    Waiting& waiting = node.mapped();
    if (waiting.cancelled || !waiting.work.apply(now)) {
      superseded.push_back(SupersededTransition{waiting.work.kind, std::move(waiting.work.resource),
                                                waiting.work.transition});
    }
  }
  return superseded;
}

std::vector<QueuedTransition> TransitionQueues::List(std::optional<absl::Time> restore_due) const {
  std::vector<QueuedTransition> result;
  result.reserve(loss_.size() + restore_.size());
  for (const TimedLossStep& loss : loss_) {
    result.push_back(QueuedTransition{TransitionQueue::kLoss, loss.step.kind, loss.step.resource,
                                      loss.step.transition, loss.due});
  }
  for (const auto& [id, waiting] : restore_) {
    result.push_back(QueuedTransition{TransitionQueue::kRestore, waiting.work.kind,
                                      waiting.work.resource, waiting.work.transition, restore_due});
  }
  return result;
}

void TransitionQueues::Clear() {
  for (const auto& [id, timed] : timed_) timers_queue_->Cancel(timed.timer);
  timed_.clear();
  loss_.clear();
  restore_.clear();
}

}  // namespace lazuli::batch
