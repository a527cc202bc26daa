#include "emulator/dispatch/held_calls.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "emulator/dispatch/errors.h"

namespace lazuli::emulator {
namespace {

// Real time between two looks at who is still there. Own choice: nobody notices so short a time.
constexpr absl::Duration kWatchInterval = absl::Milliseconds(20);
constexpr absl::Duration kBusyRetryAfter = absl::Seconds(1);

}  // namespace

HeldCalls::HeldCalls(ClockDriver* clock_driver)
    : virtual_time_(clock_driver), real_time_(ClockOptions()) {}

HeldCalls::~HeldCalls() { End(); }

void HeldCalls::HoldVirtual(absl::Duration delay, std::function<bool()> is_cancelled,
                            Release release) {
  Hold(virtual_time_, delay, std::move(is_cancelled), std::move(release));
}

void HeldCalls::HoldReal(absl::Duration delay, std::function<bool()> is_cancelled,
                         Release release) {
  Hold(&real_time_, delay, std::move(is_cancelled), std::move(release));
}

void HeldCalls::Hold(ClockDriver* driver, absl::Duration delay, std::function<bool()> is_cancelled,
                     Release release) {
  absl::Status refused;
  {
    MutexLock lock(&mu_);
    if (is_ended_) {
      refused = ShuttingDownError("the server holds no more calls");
    } else if (held_.size() >= kMaxHeld) {
      refused = ServerBusyError("too many calls wait for a delay to end", kBusyRetryAfter);
    } else {
      // The first call that is held is what starts the thread of real time.
      real_time_.Start();
      const uint64_t id = next_id_++;
      Held& held = held_[id];
      held.timers = &driver->timers();
      held.is_cancelled = std::move(is_cancelled);
      held.release = std::move(release);
      held.timer = held.timers->Schedule(driver->clock().Now() + delay, [this, id] { OnDue(id); });
      ArmWatchLocked();
      return;
    }
  }
  release(std::move(refused));
}

void HeldCalls::OnDue(uint64_t id) {
  Release release;
  {
    MutexLock lock(&mu_);
    const auto found = held_.find(id);
    if (found == held_.end()) return;
    release = std::move(found->second.release);
    held_.erase(found);
  }
  release(absl::OkStatus());
}

void HeldCalls::ArmWatchLocked() {
  if (is_watching_ || held_.empty() || is_ended_) return;
  is_watching_ = true;
  real_time_.timers().Schedule(real_time_.clock().Now() + kWatchInterval, [this] { Watch(); });
}

void HeldCalls::Watch() {
  std::vector<Release> releases;
  {
    MutexLock lock(&mu_);
    for (auto it = held_.begin(); it != held_.end();) {
      Held& held = it->second;
      // Under the lock, so that what the question is about is still there.
      if (!held.is_cancelled || !held.is_cancelled()) {
        ++it;
        continue;
      }
      held.timers->Cancel(held.timer);
      releases.push_back(std::move(held.release));
      it = held_.erase(it);
    }
    is_watching_ = false;
    ArmWatchLocked();
  }
  for (Release& release : releases) release(CallDroppedError());
}

void HeldCalls::End() {
  std::map<uint64_t, Held> ended;
  {
    MutexLock lock(&mu_);
    is_ended_ = true;
    ended.swap(held_);
  }
  for (auto& [id, held] : ended) {
    held.timers->Cancel(held.timer);
    held.release(ShuttingDownError("the server holds no more calls"));
  }
  real_time_.Stop();
}

size_t HeldCalls::size() const {
  MutexLock lock(&mu_);
  return held_.size();
}

}  // namespace lazuli::emulator
