#include "base/clock_driver.h"

#include <algorithm>
#include <atomic>
#include <chrono>  // NOLINT: the steady clock has no other door.
#include <cmath>
#include <cstdint>
#include <thread>  // NOLINT

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/mutex.h"
#include "base/real_time.h"

namespace lazuli {
namespace {

// The longest that a thread waits before it looks at its clock again: the machine's clock may have
// been set.
constexpr absl::Duration kLongestWait = absl::Minutes(1);

// Real time that only ever runs forward, from an origin of its own.
absl::Duration SteadyNow() {
  return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

// The machine's clock, moved to start where it is told; stands still while the machine's is set
// back.
class OffsetClock final : public Clock {
 public:
  explicit OffsetClock(std::optional<absl::Time> start)
      : offset_(start.has_value() ? *start - RealNow() : absl::ZeroDuration()),
        latest_unix_nanos_(absl::ToUnixNanos(RealNow() + offset_)) {}

  absl::Time Now() const override {
    const int64_t now = absl::ToUnixNanos(RealNow() + offset_);
    int64_t latest = latest_unix_nanos_.load(std::memory_order_relaxed);
    while (latest < now && !latest_unix_nanos_.compare_exchange_weak(latest, now)) {
    }
    return absl::FromUnixNanos(std::max(latest, now));
  }

 private:
  const absl::Duration offset_;
  mutable std::atomic<int64_t> latest_unix_nanos_;
};

class ScaledClock final : public Clock {
 public:
  ScaledClock(absl::Time start, double scale)
      : start_(start), steady_start_(SteadyNow()), scale_(scale) {}

  absl::Time Now() const override { return start_ + (SteadyNow() - steady_start_) * scale_; }

 private:
  const absl::Time start_;
  const absl::Duration steady_start_;
  const double scale_;
};

}  // namespace

absl::StatusOr<ClockOptions> ParseClockOptions(absl::string_view text) {
  ClockOptions options;
  if (text == "real") {
    options.mode = ClockMode::kReal;
  } else if (text == "manual") {
    options.mode = ClockMode::kManual;
  } else if (text == "auto") {
    options.mode = ClockMode::kAuto;
  } else if (absl::ConsumePrefix(&text, "scaled:")) {
    options.mode = ClockMode::kScaled;
    if (!absl::SimpleAtod(text, &options.scale) || !std::isfinite(options.scale) ||
        options.scale <= 0 || options.scale > limits::kMaxClockScale) {
      return InvalidInputError(
          "clock",
          absl::StrCat("the scale must be a number above 0 and at most ", limits::kMaxClockScale));
    }
  } else {
    return InvalidInputError("clock", "it must be real, manual, auto or scaled:N");
  }
  return options;
}

std::string ClockModeName(const ClockOptions& options) {
  switch (options.mode) {
    case ClockMode::kReal:
      return "real";
    case ClockMode::kManual:
      return "manual";
    case ClockMode::kScaled:
      return absl::StrCat("scaled:", options.scale);
    case ClockMode::kAuto:
      return "auto";
  }
  return "unknown";
}

class ClockDriver::Impl {
 public:
  Impl(const ClockOptions& options, ChangeGate* gate) : options_(options), gate_(gate) {
    const absl::Time start = options.start_time.value_or(RealNow());
    switch (options.mode) {
      case ClockMode::kReal:
        running_clock_ = std::make_unique<OffsetClock>(options.start_time);
        break;
      case ClockMode::kScaled:
        running_clock_ = std::make_unique<ScaledClock>(start, options.scale);
        break;
      case ClockMode::kManual:
      case ClockMode::kAuto:
        manual_clock_ = std::make_unique<ManualClock>(start);
        break;
    }
    if (options.mode != ClockMode::kManual) {
      timers_.SetEarliestChangedObserver([this] {
        MutexLock lock(&mu_);
        wake_.SignalAll();
      });
    }
  }

  ~Impl() { Stop(); }

  const Clock& clock() const {
    if (manual_clock_ != nullptr) return *manual_clock_;
    return *running_clock_;
  }
  TimerQueue& timers() { return timers_; }
  const ClockOptions& options() const { return options_; }

  void Start() {
    if (options_.mode == ClockMode::kManual) return;
    MutexLock lock(&mu_);
    if (stopping_ || thread_.joinable()) return;
    idle_since_ = SteadyNow();
    if (options_.mode == ClockMode::kAuto) {
      thread_ = std::thread([this] {
        while (WaitUntilIdle()) JumpIfIdle();
      });
    } else {
      thread_ = std::thread([this] {
        while (WaitUntilDue()) FireOneDue();
      });
    }
  }

  void Stop() {
    std::thread thread;
    {
      MutexLock lock(&mu_);
      stopping_ = true;
      wake_.SignalAll();
      thread.swap(thread_);
    }
    if (thread.joinable()) thread.join();
  }

  absl::StatusOr<absl::Time> AdvanceTo(absl::Time time) {
    if (absl::Status status = CheckMovable(); !status.ok()) return status;
    ChangeGate::Pause pause(gate_);
    MutexLock advance_lock(&advance_mu_);
    return AdvanceToLocked(time);
  }

  absl::StatusOr<absl::Time> AdvanceBy(absl::Duration duration) {
    if (absl::Status status = CheckMovable(); !status.ok()) return status;
    if (duration < absl::ZeroDuration()) {
      return InvalidInputError("duration", "time never goes backwards");
    }
    ChangeGate::Pause pause(gate_);
    MutexLock advance_lock(&advance_mu_);
    return AdvanceToLocked(manual_clock_->Now() + duration);
  }

  absl::StatusOr<absl::Time> AdvanceToNextTimer() {
    if (absl::Status status = CheckMovable(); !status.ok()) return status;
    ChangeGate::Pause pause(gate_);
    MutexLock advance_lock(&advance_mu_);
    const std::optional<absl::Time> due = NextReachable();
    if (!due.has_value()) return manual_clock_->Now();
    return AdvanceToLocked(std::max(*due, manual_clock_->Now()));
  }

  void BeginCall() {
    if (options_.mode != ClockMode::kAuto) return;
    MutexLock lock(&mu_);
    ++calls_in_flight_;
  }

  void EndCall() {
    if (options_.mode != ClockMode::kAuto) return;
    MutexLock lock(&mu_);
    if (--calls_in_flight_ > 0) return;
    idle_since_ = SteadyNow();
    wake_.SignalAll();
  }

 private:
  absl::Status CheckMovable() const {
    if (manual_clock_ != nullptr) return absl::OkStatus();
    return PreconditionError(
        absl::StrCat("The clock is ", ClockModeName(options_),
                     "; time can be moved by hand only when it is manual or auto."));
  }

  // The due time of the earliest timer that the clock can show, if any.
  std::optional<absl::Time> NextReachable() const {
    const std::optional<absl::Time> due = timers_.NextDue();
    if (due.has_value() && *due > MaxClockTime()) return std::nullopt;
    return due;
  }

  absl::StatusOr<absl::Time> AdvanceToLocked(absl::Time time)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(advance_mu_) {
    if (time < manual_clock_->Now()) {
      return InvalidInputError("time", "it lies before the present; time never goes backwards");
    }
    if (time > MaxClockTime())
      return InvalidInputError("time", "the clock does not reach that far");
    FireUntil(time);
    manual_clock_->Set(time);
    // A timer that another thread scheduled for this stretch before it could see the new time.
    FireUntil(time);
    ChangeGate::NoteChange();
    NoteActivity();
    return manual_clock_->Now();
  }

  void FireUntil(absl::Time limit) ABSL_EXCLUSIVE_LOCKS_REQUIRED(advance_mu_) {
    while (std::optional<TimerQueue::Due> timer = timers_.PopDue(limit)) {
      manual_clock_->Set(timer->due);
      Fire(&*timer);
    }
  }

  void NoteActivity() {
    MutexLock lock(&mu_);
    idle_since_ = SteadyNow();
  }

  // Auto time: how long the silence must still last; not positive when time may jump.
  absl::Duration IdleLeft() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return options_.auto_idle - (SteadyNow() - idle_since_);
  }

  // Auto time: returns true when there is a timer to jump to and nobody has called for long enough,
  // false at the end.
  bool WaitUntilIdle() {
    MutexLock lock(&mu_);
    while (!stopping_) {
      if (calls_in_flight_ > 0 || !NextReachable().has_value()) {
        wake_.Wait(&mu_);
        continue;
      }
      const absl::Duration left = IdleLeft();
      if (left <= absl::ZeroDuration()) return true;
      wake_.WaitWithTimeout(&mu_, left);
    }
    return false;
  }

  // Auto time: to the next timer, unless a call came in the meantime.
  void JumpIfIdle() {
    MutexLock advance_lock(&advance_mu_);
    absl::Time target;
    {
      // A call begins before this block and is seen, or after it and finds the time moved already.
      MutexLock lock(&mu_);
      const std::optional<absl::Time> due = NextReachable();
      if (stopping_ || calls_in_flight_ > 0 || !due.has_value()) return;
      if (IdleLeft() > absl::ZeroDuration()) return;
      target = std::max(*due, manual_clock_->Now());
      manual_clock_->Set(target);
    }
    FireUntil(target);
    NoteActivity();
  }

  // Real and scaled time: returns true when a timer is due, false at the end.
  bool WaitUntilDue() {
    MutexLock lock(&mu_);
    while (!stopping_) {
      const std::optional<absl::Time> due = timers_.NextDue();
      if (!due.has_value()) {
        wake_.Wait(&mu_);
        continue;
      }
      const absl::Duration virtual_left = *due - running_clock_->Now();
      if (virtual_left <= absl::ZeroDuration()) return true;
      const double scale = options_.mode == ClockMode::kScaled ? options_.scale : 1.0;
      wake_.WaitWithTimeout(&mu_, std::min(virtual_left / scale, kLongestWait));
    }
    return false;
  }

  void FireOneDue() {
    std::optional<TimerQueue::Due> timer = timers_.PopDue(running_clock_->Now());
    if (timer.has_value()) Fire(&*timer);
  }

  void Fire(TimerQueue::Due* timer) {
    ChangeGate::Change change(gate_);
    timer->callback();
  }

  const ClockOptions options_;
  ChangeGate* const gate_;
  // One of the two, by mode.
  std::unique_ptr<ManualClock> manual_clock_;
  std::unique_ptr<Clock> running_clock_;
  TimerQueue timers_;

  // Held while timers fire in manual and auto time, so that one advance is settled before the next
  // begins. Taken outside of changes only: the timers' begin while it is held.
  Mutex advance_mu_ ABSL_ACQUIRED_BEFORE(mu_);
  Mutex mu_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  int64_t calls_in_flight_ ABSL_GUARDED_BY(mu_) = 0;
  // When the last call or advance ended, on the steady clock.
  absl::Duration idle_since_ ABSL_GUARDED_BY(mu_);
  std::thread thread_ ABSL_GUARDED_BY(mu_);
};

ClockDriver::ClockDriver(const ClockOptions& options, ChangeGate* gate)
    : impl_(std::make_unique<Impl>(options, gate)) {}
ClockDriver::~ClockDriver() = default;

const Clock& ClockDriver::clock() const { return impl_->clock(); }
TimerQueue& ClockDriver::timers() { return impl_->timers(); }
const ClockOptions& ClockDriver::options() const { return impl_->options(); }
void ClockDriver::Start() { impl_->Start(); }
void ClockDriver::Stop() { impl_->Stop(); }

absl::StatusOr<absl::Time> ClockDriver::AdvanceTo(absl::Time time) {
  return impl_->AdvanceTo(time);
}
absl::StatusOr<absl::Time> ClockDriver::AdvanceBy(absl::Duration duration) {
  return impl_->AdvanceBy(duration);
}
absl::StatusOr<absl::Time> ClockDriver::AdvanceToNextTimer() { return impl_->AdvanceToNextTimer(); }

ClockDriver::InFlight::InFlight(ClockDriver* driver) : driver_(driver) {
  driver_->impl_->BeginCall();
}
ClockDriver::InFlight::~InFlight() { driver_->impl_->EndCall(); }

}  // namespace lazuli
