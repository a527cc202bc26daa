#include "batch/key_access.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "batch/limits.h"

namespace lazuli::batch {

const char* KeyAccessName(KeyAccess state) {
  switch (state) {
    case KeyAccess::kPlatform:
      return "platform";
    case KeyAccess::kAccessible:
      return "accessible";
    case KeyAccess::kLost:
      return "lost";
    case KeyAccess::kRestoring:
      return "restoring";
  }
  return "";
}

absl::Status ValidateKeyAccessOptions(const KeyAccessOptions& options) {
  if (options.probe_interval <= absl::ZeroDuration()) {
    return InvalidInputError("probe_interval", "must be more than zero");
  }
  if (options.detection_delay < absl::ZeroDuration()) {
    return InvalidInputError("detection_delay", "must not be negative");
  }
  // Drawn windows are whole milliseconds.
  const absl::Duration least =
      options.random_restoration_window ? absl::Milliseconds(1) : absl::Nanoseconds(1);
  if (options.restoration_window < least ||
      options.restoration_window > limits::batch::kMaxRestorationWindow) {
    return InvalidInputError("restoration_window", "must be more than zero and at most 10 minutes");
  }
  if (options.loss_step_delay < absl::ZeroDuration()) {
    return InvalidInputError("loss_step_delay", "must not be negative");
  }
  return absl::OkStatus();
}

KeyAccessMachine::KeyAccessMachine(const KeyAccessOptions& options, uint64_t seed,
                                   absl::string_view account_id)
    : options_(options), windows_(seed, absl::StrCat("restoration_window/", account_id)) {}

KeyAccessStep KeyAccessMachine::Apply(KeyAccessEvent event, absl::Time now,
                                      absl::string_view reason) {
  switch (state_) {
    case KeyAccess::kPlatform:
      return ApplyPlatform(event);
    case KeyAccess::kAccessible:
      return ApplyAccessible(event, now, reason);
    case KeyAccess::kLost:
      return ApplyLost(event, now, reason);
    case KeyAccess::kRestoring:
      return ApplyRestoring(event, now, reason);
  }
  return KeyAccessStep::kNone;
}

std::optional<absl::Time> KeyAccessMachine::detection_due() const {
  if (!sighting_.has_value()) return std::nullopt;
  return sighting_->due;
}

KeyAccessStep KeyAccessMachine::ApplyPlatform(KeyAccessEvent event) {
  switch (event) {
    case KeyAccessEvent::kCustomerKeySet:
      state_ = KeyAccess::kAccessible;
      return KeyAccessStep::kProtect;
    case KeyAccessEvent::kPlatformKeySet:
    case KeyAccessEvent::kGranted:
    case KeyAccessEvent::kDenied:
    case KeyAccessEvent::kWindowOverGranted:
    case KeyAccessEvent::kWindowOverDenied:
      return KeyAccessStep::kNone;
  }
  return KeyAccessStep::kNone;
}

KeyAccessStep KeyAccessMachine::ApplyAccessible(KeyAccessEvent event, absl::Time now,
                                                absl::string_view reason) {
  switch (event) {
    case KeyAccessEvent::kCustomerKeySet:
      // Another key: what was seen of the one before does not matter any more.
      sighting_.reset();
      return KeyAccessStep::kProtect;
    case KeyAccessEvent::kPlatformKeySet:
      sighting_.reset();
      state_ = KeyAccess::kPlatform;
      return KeyAccessStep::kProtect;
    case KeyAccessEvent::kGranted:
      sighting_.reset();
      return KeyAccessStep::kNone;
    case KeyAccessEvent::kDenied:
      if (!DenialDetected(now)) return KeyAccessStep::kWatch;
      state_ = KeyAccess::kLost;
      reason_ = std::string(reason);
      return KeyAccessStep::kLose;
    case KeyAccessEvent::kWindowOverGranted:
    case KeyAccessEvent::kWindowOverDenied:
      return KeyAccessStep::kNone;
  }
  return KeyAccessStep::kNone;
}

KeyAccessStep KeyAccessMachine::ApplyLost(KeyAccessEvent event, absl::Time now,
                                          absl::string_view reason) {
  switch (event) {
    case KeyAccessEvent::kGranted:
      if (!sighting_.has_value()) {
        // The window counts from now, however late it is noticed.
        const absl::Duration window = NextWindow();
        sighting_ =
            Sighting{true, now, now + std::min(options_.detection_delay, window), now + window};
      }
      if (now < sighting_->due) return KeyAccessStep::kWatch;
      state_ = KeyAccess::kRestoring;
      until_ = sighting_->until;
      sighting_.reset();
      return KeyAccessStep::kOpenWindow;
    case KeyAccessEvent::kDenied:
      sighting_.reset();
      if (reason_ == reason) return KeyAccessStep::kNone;
      reason_ = std::string(reason);
      return KeyAccessStep::kAnotherReason;
    case KeyAccessEvent::kCustomerKeySet:
    case KeyAccessEvent::kPlatformKeySet:
    case KeyAccessEvent::kWindowOverGranted:
    case KeyAccessEvent::kWindowOverDenied:
      return KeyAccessStep::kNone;
  }
  return KeyAccessStep::kNone;
}

KeyAccessStep KeyAccessMachine::ApplyRestoring(KeyAccessEvent event, absl::Time now,
                                               absl::string_view reason) {
  switch (event) {
    case KeyAccessEvent::kGranted:
      sighting_.reset();
      return KeyAccessStep::kNone;
    case KeyAccessEvent::kDenied:
      if (!DenialDetected(now)) return KeyAccessStep::kWatch;
      break;
    case KeyAccessEvent::kWindowOverGranted:
      state_ = KeyAccess::kAccessible;
      until_.reset();
      sighting_.reset();
      reason_.clear();
      return KeyAccessStep::kRestore;
    case KeyAccessEvent::kWindowOverDenied:
      // Nothing could be restored: there is no waiting for a denial to last.
      sighting_.reset();
      break;
    case KeyAccessEvent::kCustomerKeySet:
    case KeyAccessEvent::kPlatformKeySet:
      return KeyAccessStep::kNone;
  }
  state_ = KeyAccess::kLost;
  until_.reset();
  reason_ = std::string(reason);
  return KeyAccessStep::kDropWindow;
}

bool KeyAccessMachine::DenialDetected(absl::Time now) {
  if (!sighting_.has_value()) {
    sighting_ = Sighting{false, now, now + options_.detection_delay, absl::InfinitePast()};
  }
  if (now < sighting_->due) return false;
  sighting_.reset();
  return true;
}

absl::Duration KeyAccessMachine::NextWindow() {
  if (!options_.random_restoration_window) return options_.restoration_window;
  return windows_.NextDuration(options_.restoration_window);
}

}  // namespace lazuli::batch
