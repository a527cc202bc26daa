// File: emulator/chaos/delays.h
//
// How late changes are noticed: settable while the server runs.
#ifndef LAZULI_EMULATOR_CHAOS_DELAYS_H_
#define LAZULI_EMULATOR_CHAOS_DELAYS_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "batch/account_registry.h"
#include "emulator/arm/role_propagation.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

struct DelayValues {
  // From a change of access policies or role assignments until it counts for the data plane.
  absl::Duration policy_propagation = absl::ZeroDuration();
  // From a key's refusal until its account notices.
  absl::Duration detection = absl::ZeroDuration();

  friend bool operator==(const DelayValues&, const DelayValues&) = default;
};

// Thread safe.
class Delays {
 public:
  struct Parts {
    keyvault::VaultRegistry* vaults = nullptr;
    RolePropagation* roles = nullptr;
    batch::AccountRegistry* accounts = nullptr;
    EventLog* events = nullptr;
  };

  // The parts outlive this; `initial` is what they were made with.
  Delays(const Parts& parts, const DelayValues& initial) : parts_(parts), values_(initial) {}

  DelayValues Get() const ABSL_LOCKS_EXCLUDED(mu_);
  // What is absent stays. Changes that are on their way keep the delay that they began with.
  // Answers what holds now; the event log is told of what changed.
  DelayValues Set(std::optional<absl::Duration> policy_propagation,
                  std::optional<absl::Duration> detection, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Record(const char* which, absl::Duration from, absl::Duration to, absl::Time now);

  const Parts parts_;
  mutable Mutex mu_;
  DelayValues values_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_DELAYS_H_
