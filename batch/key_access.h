// File: batch/key_access.h
//
// Whether an account can reach its data key: the states, and the one function that owns every
// change between them.
//
//   PLATFORM --customer key set--> ACCESSIBLE --denied--> LOST --granted--> RESTORING --window
//   over--> ACCESSIBLE
//
// RESTORING goes back to LOST when access is denied again; ACCESSIBLE goes to PLATFORM when the
// account returns to a platform-managed key.
#ifndef LAZULI_BATCH_KEY_ACCESS_H_
#define LAZULI_BATCH_KEY_ACCESS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/random.h"

namespace lazuli::batch {

enum class KeyAccess {
  kPlatform,    // the data key is protected by a key of the platform: there is nothing to lose
  kAccessible,  // the customer's key can be used, the data key is in memory
  kLost,        // the customer's key cannot be used, the data key is wiped
  kRestoring,  // it can be used again, the restoration window is not over, the data key still wiped
};

// "platform", "accessible", "lost", "restoring".
const char* KeyAccessName(KeyAccess state);

// How an account watches its key and reacts.
struct KeyAccessOptions {
  // A probe at the latest this long after the one before, beside those that changes and the key's
  // own times bring about. > 0; infinite: none.
  absl::Duration probe_interval = absl::Minutes(10);
  // How long access must be gone before the account reacts; a shorter absence is no loss. The
  // return of access is noticed as late, which does not prolong the restoration window. >= 0.
  absl::Duration detection_delay = absl::ZeroDuration();
  // From the return of access until the account works again. In (0, kMaxRestorationWindow].
  absl::Duration restoration_window = absl::Minutes(10);
  // Draws the window anew for each restoration, uniform in (0, restoration_window], from the
  // seeded stream of the account.
  bool random_restoration_window = false;
  // Between two steps of the loss queue; zero: all are applied at once. >= 0.
  absl::Duration loss_step_delay = absl::ZeroDuration();
};

// INVALID_ARGUMENT names the option that is out of its range.
absl::Status ValidateKeyAccessOptions(const KeyAccessOptions& options);

// What happens to the access of an account.
enum class KeyAccessEvent {
  kCustomerKeySet,     // a customer's key passed every check and wraps the data key
  kPlatformKeySet,     // a platform key wraps the data key
  kGranted,            // a probe found that access is there
  kDenied,             // a probe found that it is not
  kWindowOverGranted,  // the restoration window ended, access is there and the data key unwrapped
  kWindowOverDenied,   // the restoration window ended and access is not there
  kNotUnwrapped,       // after a restart the data key could not be unwrapped again
};

// What the account has to do about it.
enum class KeyAccessStep {
  kNone,           // nothing
  kWatch,          // look again at detection_due()
  kProtect,        // a key was set: the data key stays in memory
  kLose,           // ACCESSIBLE -> LOST: wipe the data key, requeue the work
  kAnotherReason,  // LOST stays LOST, for another reason
  kOpenWindow,     // LOST -> RESTORING until until()
  kDropWindow,     // RESTORING -> LOST
  kRestore,        // RESTORING -> ACCESSIBLE: drain the queues, let the work run again
};

// What is to be stored of a KeyAccessMachine.
struct KeyAccessState {
  // Something seen and not acted upon yet.
  struct Sighting {
    bool granted = false;
    absl::Time due;
    absl::Time until;  // end of the window that would open; only if granted
  };

  KeyAccess state = KeyAccess::kPlatform;
  std::string reason;
  std::optional<absl::Time> until;
  std::optional<Sighting> sighting;
  uint64_t windows_drawn = 0;  // from the seeded stream
};

// The state machine of one account. Not thread safe.
class KeyAccessMachine {
 public:
  // The windows, where drawn, come from the stream that `seed` and `account_id` name.
  KeyAccessMachine(const KeyAccessOptions& options, uint64_t seed, absl::string_view account_id);

  const KeyAccessState& saved() const { return saved_; }
  // Takes over the state of a machine with the same seed and account. INVALID_ARGUMENT for one that
  // none can have.
  absl::Status Restore(KeyAccessState saved);

  // The one place where the state changes. `reason` belongs to denials. An event that has no
  // meaning in the state changes nothing and gives kNone.
  KeyAccessStep Apply(KeyAccessEvent event, absl::Time now, absl::string_view reason = "");

  KeyAccess state() const { return saved_.state; }
  // Why access was lost; empty while it is there.
  const std::string& reason() const { return saved_.reason; }
  // The end of the restoration window, while kRestoring.
  std::optional<absl::Time> until() const { return saved_.until; }
  // For what is seen from now on. >= 0.
  void set_detection_delay(absl::Duration delay) { options_.detection_delay = delay; }

  // When something that was seen is to be acted upon, unless it is undone before.
  std::optional<absl::Time> detection_due() const;

 private:
  KeyAccessStep ApplyPlatform(KeyAccessEvent event);
  KeyAccessStep ApplyAccessible(KeyAccessEvent event, absl::Time now, absl::string_view reason);
  KeyAccessStep ApplyLost(KeyAccessEvent event, absl::Time now, absl::string_view reason);
  KeyAccessStep ApplyRestoring(KeyAccessEvent event, absl::Time now, absl::string_view reason);
  // Notes a denial; true when it has lasted long enough.
  bool DenialDetected(absl::Time now);
  absl::Duration NextWindow();

  KeyAccessOptions options_;
  RandomStream windows_;
  KeyAccessState saved_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_KEY_ACCESS_H_
