#include "batch/key_access.h"

#include <algorithm>
#include <utility>

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

absl::Status KeyAccessMachine::Restore(KeyAccessState saved) {
  if ((saved.state == KeyAccess::kRestoring) != saved.until.has_value()) {
    return absl::InvalidArgumentError("the end of the restoration window does not fit the state");
  }
  // More than an account can draw, and few enough to be drawn anew.
  constexpr uint64_t kMaxWindows = uint64_t{1} << 24;
  if (saved.windows_drawn > kMaxWindows) {
    return absl::InvalidArgumentError("too many restoration windows");
  }
  for (uint64_t drawn = 0; drawn < saved.windows_drawn; ++drawn) {
    windows_.NextDuration(options_.restoration_window);
  }
  saved_ = std::move(saved);
  return absl::OkStatus();
}

KeyAccessStep KeyAccessMachine::Apply(KeyAccessEvent event, absl::Time now,
                                      absl::string_view reason) {
  switch (saved_.state) {
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
  if (!saved_.sighting.has_value()) return std::nullopt;
  return saved_.sighting->due;
}

KeyAccessStep KeyAccessMachine::ApplyPlatform(KeyAccessEvent event) {
  switch (event) {
    case KeyAccessEvent::kCustomerKeySet:
      saved_.state = KeyAccess::kAccessible;
      return KeyAccessStep::kProtect;
    case KeyAccessEvent::kPlatformKeySet:
    case KeyAccessEvent::kGranted:
    case KeyAccessEvent::kDenied:
    case KeyAccessEvent::kWindowOverGranted:
    case KeyAccessEvent::kWindowOverDenied:
    case KeyAccessEvent::kNotUnwrapped:
      return KeyAccessStep::kNone;
  }
  return KeyAccessStep::kNone;
}

KeyAccessStep KeyAccessMachine::ApplyAccessible(KeyAccessEvent event, absl::Time now,
                                                absl::string_view reason) {
  switch (event) {
    case KeyAccessEvent::kCustomerKeySet:
      // Another key: what was seen of the one before does not matter any more.
      saved_.sighting.reset();
      return KeyAccessStep::kProtect;
    case KeyAccessEvent::kPlatformKeySet:
      saved_.sighting.reset();
      saved_.state = KeyAccess::kPlatform;
      return KeyAccessStep::kProtect;
    case KeyAccessEvent::kGranted:
      saved_.sighting.reset();
      return KeyAccessStep::kNone;
    case KeyAccessEvent::kDenied:
      if (!DenialDetected(now)) return KeyAccessStep::kWatch;
      break;
    case KeyAccessEvent::kNotUnwrapped:
      // Nothing works without the data key: there is no waiting for a denial to last.
      saved_.sighting.reset();
      break;
    case KeyAccessEvent::kWindowOverGranted:
    case KeyAccessEvent::kWindowOverDenied:
      return KeyAccessStep::kNone;
  }
  saved_.state = KeyAccess::kLost;
  saved_.reason = std::string(reason);
  return KeyAccessStep::kLose;
}

KeyAccessStep KeyAccessMachine::ApplyLost(KeyAccessEvent event, absl::Time now,
                                          absl::string_view reason) {
  switch (event) {
    case KeyAccessEvent::kGranted:
      if (!saved_.sighting.has_value()) {
        // The window counts from now, however late it is noticed.
        const absl::Duration window = NextWindow();
        saved_.sighting = KeyAccessState::Sighting{
            true, now + std::min(options_.detection_delay, window), now + window};
      }
      if (now < saved_.sighting->due) return KeyAccessStep::kWatch;
      saved_.state = KeyAccess::kRestoring;
      saved_.until = saved_.sighting->until;
      saved_.sighting.reset();
      return KeyAccessStep::kOpenWindow;
    case KeyAccessEvent::kDenied:
      saved_.sighting.reset();
      if (saved_.reason == reason) return KeyAccessStep::kNone;
      saved_.reason = std::string(reason);
      return KeyAccessStep::kAnotherReason;
    case KeyAccessEvent::kCustomerKeySet:
    case KeyAccessEvent::kPlatformKeySet:
    case KeyAccessEvent::kWindowOverGranted:
    case KeyAccessEvent::kWindowOverDenied:
    case KeyAccessEvent::kNotUnwrapped:
      return KeyAccessStep::kNone;
  }
  return KeyAccessStep::kNone;
}

KeyAccessStep KeyAccessMachine::ApplyRestoring(KeyAccessEvent event, absl::Time now,
                                               absl::string_view reason) {
  switch (event) {
    case KeyAccessEvent::kGranted:
      saved_.sighting.reset();
      return KeyAccessStep::kNone;
    case KeyAccessEvent::kDenied:
      if (!DenialDetected(now)) return KeyAccessStep::kWatch;
      break;
    case KeyAccessEvent::kWindowOverGranted:
      saved_.state = KeyAccess::kAccessible;
      saved_.until.reset();
      saved_.sighting.reset();
      saved_.reason.clear();
      return KeyAccessStep::kRestore;
    case KeyAccessEvent::kWindowOverDenied:
      // Nothing could be restored: there is no waiting for a denial to last.
      saved_.sighting.reset();
      break;
    case KeyAccessEvent::kCustomerKeySet:
    case KeyAccessEvent::kPlatformKeySet:
    case KeyAccessEvent::kNotUnwrapped:
      return KeyAccessStep::kNone;
  }
  saved_.state = KeyAccess::kLost;
  saved_.until.reset();
  saved_.reason = std::string(reason);
  return KeyAccessStep::kDropWindow;
}

bool KeyAccessMachine::DenialDetected(absl::Time now) {
  if (!saved_.sighting.has_value()) {
    saved_.sighting =
        KeyAccessState::Sighting{false, now + options_.detection_delay, absl::InfinitePast()};
  }
  if (now < saved_.sighting->due) return false;
  saved_.sighting.reset();
  return true;
}

absl::Duration KeyAccessMachine::NextWindow() {
  if (!options_.random_restoration_window) return options_.restoration_window;
  ++saved_.windows_drawn;
  return windows_.NextDuration(options_.restoration_window);
}

}  // namespace lazuli::batch
