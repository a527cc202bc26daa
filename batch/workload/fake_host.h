// File: batch/workload/fake_host.h
//
// An account for tests of its workload: time that moves by hand, a key that can be taken away, and
// a list of the events.
#ifndef LAZULI_BATCH_WORKLOAD_FAKE_HOST_H_
#define LAZULI_BATCH_WORKLOAD_FAKE_HOST_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/timer_queue.h"
#include "batch/record_protector.h"
#include "batch/workload/task_runner.h"
#include "batch/workload/workload.h"
#include "batch/workload_host.h"

namespace lazuli::batch {

// Encodes so that no plaintext shows, and refuses another identity or generation. No cryptography.
class FakeProtector final : public RecordProtector {
 public:
  std::string Seal(absl::string_view identity, uint64_t generation,
                   absl::string_view plaintext) const override;
  absl::StatusOr<std::string> Unseal(absl::string_view identity, uint64_t generation,
                                     absl::string_view sealed) const override;
};

// Reads a specification of the form "SECONDS EXITCODE ...": the run lasts so long and ends so. A
// job's may begin with "code N", which goes before.
class FakeRunner final : public TaskRunner {
 public:
  RunPlan Plan(absl::string_view task_specification,
               absl::string_view job_specification) const override;
};

struct RecordedEvent {
  absl::Time time;
  std::string kind;
  std::string resource;
  std::string from;
  std::string to;
  std::string cause;
};

// Not thread safe.
class FakeHost final : public WorkloadHost {
 public:
  explicit FakeHost(bool keep_events = true) : keep_events_(keep_events) {}

  // Aborts the process while the key is lost: a Workload must not ask then.
  const RecordProtector& protector() const override;
  TimerId Schedule(absl::Time due, DeferredWork work) override;
  bool Reschedule(TimerId id, DeferredWork work) override;
  void Cancel(TimerId id) override;
  void RecordEvent(absl::string_view kind, absl::string_view resource, absl::string_view from,
                   absl::string_view to, absl::string_view cause) override;

  absl::Time now() const { return now_; }
  // Fires what comes due on the way, in order.
  void AdvanceTo(absl::Time time);
  void AdvanceBy(absl::Duration duration) { AdvanceTo(now_ + duration); }
  // To the next timer, if there is one.
  bool AdvanceToNext();

  // Takes the key away. The steps wait for ApplyLoss.
  void LoseKey(Workload& workload, absl::string_view reason = "KeyDisabled");
  // Applies the next `count` steps; returns how many of them took effect.
  size_t ApplyLoss(size_t count = SIZE_MAX);
  // Gives it back: applies what came due meanwhile and tells the workload, in this order or in the
  // other. The steps of the loss that are left may still be applied, as by a timer that was late.
  void RestoreKey(Workload& workload, bool drain_first = true);

  const std::vector<LossStep>& loss_steps() const { return loss_steps_; }
  const std::map<TimerId, DeferredWork>& timers() const { return timers_; }
  const std::map<TimerId, DeferredWork>& deferred() const { return deferred_; }
  // From now on nothing is cancelled: every timer fires, as one does that was under way when it was
  // cancelled.
  void IgnoreCancels() { ignore_cancels_ = true; }
  // Deferred or due work that found its object changed.
  size_t superseded() const { return superseded_; }
  std::vector<RecordedEvent> events;

 private:
  void Fire(DeferredWork& work);
  void Drain();

  const bool keep_events_;
  FakeProtector protector_;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  uint64_t next_sequence_ = 1;
  std::map<TimerId, DeferredWork> timers_;
  bool ignore_cancels_ = false;
  bool key_lost_ = false;
  // The workload has not heard yet that the key is back.
  bool restoring_ = false;
  std::vector<LossStep> loss_steps_;
  size_t next_step_ = 0;
  std::map<TimerId, DeferredWork> deferred_;
  size_t superseded_ = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_WORKLOAD_FAKE_HOST_H_
