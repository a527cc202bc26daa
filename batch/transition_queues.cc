#include "batch/transition_queues.h"

#include <utility>

namespace lazuli::batch {

TransitionQueues::TransitionQueues(TimerQueue* timers, OnDueFunction on_due)
    : timers_queue_(timers), on_due_(std::make_shared<const OnDueFunction>(std::move(on_due))) {}

TransitionQueues::~TransitionQueues() { Clear(); }

TimerId TransitionQueues::Schedule(absl::Time due, DeferredWork work) {
  const TimerId id = timers_queue_->Reserve(due);
  if (id.valid()) Reschedule(id, std::move(work));
  return id;
}

bool TransitionQueues::Reschedule(TimerId id, DeferredWork work) {
  if (const auto waiting = restore_.find(id); waiting != restore_.end()) {
    if (waiting->second.apply != nullptr) return false;
    waiting->second.apply = std::move(work.apply);
    return true;
  }
  const auto [timed, inserted] = timed_.try_emplace(id, Timed{std::move(work), id});
  if (!inserted) return false;
  const auto fire = [on_due = on_due_, id] { (*on_due)(id); };
  if (!timers_queue_->ScheduleAs(id, fire)) {
    timed->second.timer = timers_queue_->Schedule(id.due, fire);
  }
  return true;
}

void TransitionQueues::Cancel(TimerId id) {
  if (const auto timed = timed_.find(id); timed != timed_.end()) {
    timers_queue_->Cancel(timed->second.timer);
    timed_.erase(timed);
    return;
  }
  if (const auto waiting = restore_.find(id); waiting != restore_.end()) {
    waiting->second.apply = nullptr;
  }
}

void TransitionQueues::OnDue(TimerId id, bool deferred, absl::Time now) {
  auto timed = timed_.extract(id);
  if (timed.empty()) return;
  DeferredWork work = std::move(timed.mapped().work);
  if (deferred) {
    restore_.emplace(
        id, Waiting{work.kind, std::move(work.resource), work.transition, std::move(work.apply)});
    changed_waiting_.Mark(id);
  } else {
    work.apply(now);
  }
}

void TransitionQueues::PlanLoss(std::vector<LossStep> steps, absl::Time first,
                                absl::Duration delay) {
  loss_.clear();
  loss_delay_ = delay;
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
    changed_waiting_.Mark(node.key());
    Waiting& waiting = node.mapped();
    if (waiting.apply == nullptr || !waiting.apply(now)) {
      superseded.push_back(SupersededTransition{
          std::move(waiting.kind), std::move(waiting.resource), std::move(waiting.transition)});
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
    result.push_back(QueuedTransition{TransitionQueue::kRestore, waiting.kind, waiting.resource,
                                      waiting.transition, restore_due});
  }
  return result;
}

void TransitionQueues::Clear() {
  for (const auto& [id, timed] : timed_) timers_queue_->Cancel(timed.timer);
  for (const auto& [id, waiting] : restore_) changed_waiting_.Mark(id);
  timed_.clear();
  loss_.clear();
  restore_.clear();
}

WaitingTransition TransitionQueues::Describe(TimerId id, const Waiting& waiting) {
  return WaitingTransition{id, waiting.kind, waiting.resource, waiting.transition};
}

void TransitionQueues::VisitWaiting(StateScope scope,
                                    absl::FunctionRef<void(const WaitingTransition&)> visit,
                                    absl::FunctionRef<void(TimerId)> gone) {
  switch (scope) {
    case StateScope::kAll:
      for (const auto& [id, waiting] : restore_) visit(Describe(id, waiting));
      return;
    case StateScope::kChanged:
      for (const TimerId id : changed_waiting_.Take()) {
        const auto found = restore_.find(id);
        found == restore_.end() ? gone(id) : visit(Describe(id, found->second));
      }
      return;
  }
}

bool TransitionQueues::RestoreWaiting(WaitingTransition waiting) {
  timers_queue_->SkipPast(waiting.id);
  return restore_
      .try_emplace(waiting.id, Waiting{std::move(waiting.kind), std::move(waiting.resource),
                                       std::move(waiting.transition), nullptr})
      .second;
}

}  // namespace lazuli::batch
