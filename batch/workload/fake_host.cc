#include "batch/workload/fake_host.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lazuli::batch {
namespace {

std::string Flip(absl::string_view bytes) {
  std::string flipped(bytes);
  for (char& c : flipped) c = static_cast<char>(c ^ 0x5a);
  return flipped;
}

}  // namespace

std::string FakeProtector::Seal(absl::string_view identity, uint64_t generation,
                                absl::string_view plaintext) const {
  return Flip(absl::StrCat(identity, "|", generation, "|", plaintext));
}

absl::StatusOr<std::string> FakeProtector::Unseal(absl::string_view identity, uint64_t generation,
                                                  absl::string_view sealed) const {
  const std::string opened = Flip(sealed);
  absl::string_view rest = opened;
  if (!absl::ConsumePrefix(&rest, absl::StrCat(identity, "|", generation, "|"))) {
    return absl::DataLossError("sealed for another record");
  }
  return std::string(rest);
}

RunPlan FakeRunner::Plan(absl::string_view task_specification,
                         absl::string_view job_specification) const {
  double seconds = 60;
  int exit_code = 0;
  std::sscanf(std::string(task_specification).c_str(), "%lf %d", &seconds, &exit_code);
  std::sscanf(std::string(job_specification).c_str(), "code %d", &exit_code);
  return {absl::Seconds(seconds), exit_code};
}

const RecordProtector& FakeHost::protector() const {
  if (key_lost_) std::abort();
  return protector_;
}

TimerId FakeHost::Schedule(absl::Time due, DeferredWork work) {
  if (due == absl::InfiniteFuture()) return TimerId();
  const TimerId id{due, next_sequence_++};
  timers_.emplace(id, std::move(work));
  return id;
}

bool FakeHost::Reschedule(TimerId id, DeferredWork work) {
  next_sequence_ = std::max(next_sequence_, id.sequence + 1);
  return timers_.emplace(id, std::move(work)).second;
}

void FakeHost::Cancel(TimerId id) {
  if (!ignore_cancels_) timers_.erase(id);
}

void FakeHost::RecordEvent(absl::string_view kind, absl::string_view resource,
                           absl::string_view from, absl::string_view to, absl::string_view cause) {
  // Before the workload knows that the key is back nothing may start.
  if (restoring_ && kind == "task" && to == "running") std::abort();
  if (!keep_events_) return;
  events.push_back({now_, std::string(kind), std::string(resource), std::string(from),
                    std::string(to), std::string(cause)});
}

void FakeHost::Fire(DeferredWork& work) {
  if (!work.apply(now_)) ++superseded_;
}

void FakeHost::AdvanceTo(absl::Time time) {
  while (!timers_.empty() && timers_.begin()->first.due <= time) {
    auto due = timers_.extract(timers_.begin());
    now_ = std::max(now_, due.key().due);
    if (key_lost_) {
      deferred_.insert(std::move(due));
    } else {
      Fire(due.mapped());
    }
  }
  now_ = std::max(now_, time);
}

bool FakeHost::AdvanceToNext() {
  if (timers_.empty()) return false;
  AdvanceTo(timers_.begin()->first.due);
  return true;
}

void FakeHost::LoseKey(Workload& workload, absl::string_view reason) {
  key_lost_ = true;
  loss_steps_ = workload.PlanLoss(reason);
  next_step_ = 0;
}

size_t FakeHost::ApplyLoss(size_t count) {
  size_t applied = 0;
  for (; count > 0 && next_step_ < loss_steps_.size(); --count) {
    if (loss_steps_[next_step_++].apply(now_)) ++applied;
  }
  return applied;
}

void FakeHost::Drain() {
  while (!deferred_.empty()) {
    auto due = deferred_.extract(deferred_.begin());
    Fire(due.mapped());
  }
}

void FakeHost::RestoreKey(Workload& workload, bool drain_first) {
  key_lost_ = false;
  restoring_ = true;
  if (drain_first) Drain();
  restoring_ = false;
  workload.OnAccessRestored(now_);
  Drain();
}

}  // namespace lazuli::batch
