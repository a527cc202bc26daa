// File: keyvault/throttle.h
//
// How many transactions a vault serves in a while. Source of the limits: Key Vault documentation,
// "Azure Key Vault service limits".
#ifndef LAZULI_KEYVAULT_THROTTLE_H_
#define LAZULI_KEYVAULT_THROTTLE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault {

// Virtual time.
inline constexpr absl::Duration kThrottleWindow = absl::Seconds(10);

// Transactions of one group share one limit.
enum class ThrottleGroup {
  kKeyCreation,  // create, import, rotate, restore and release
  kKeys,         // every other transaction of keys
  kSecretCreation,
  kOthers,  // every other transaction of secrets and certificates
};

inline constexpr int kThrottleGroupCount = 4;

// What one transaction takes of its group's limit.
struct ThrottleCost {
  ThrottleGroup group = ThrottleGroup::kOthers;
  int64_t units = 1;
};

// Units that a vault serves of a group in one window; a subscription serves five times as many.
int64_t ThrottleUnits(ThrottleGroup group);

// A transaction with a key of the type; `rsa_bits` counts for RSA alone.
ThrottleCost CostOfKey(bool is_creation, crypto::KeyType type, int rsa_bits);

// Counts transactions, of each vault and each subscription, in windows of kThrottleWindow that
// begin with the first transaction after the last one ended. Off until it is turned on. Nothing is
// stored, and windows that are over are forgotten. Thread safe.
class Throttle {
 public:
  Throttle() = default;
  Throttle(const Throttle&) = delete;
  Throttle& operator=(const Throttle&) = delete;

  void Enable(bool enabled) { enabled_.store(enabled); }
  bool is_enabled() const { return enabled_.load(); }

  // OK, and the transaction counts; or ThrottledError, and it does not: the vault or its
  // subscription has served all that it serves in this window. `vault` and `subscription` name them
  // uniquely, in any letter case.
  absl::Status Admit(absl::string_view vault, absl::string_view subscription,
                     const ThrottleCost& cost, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

  // How many windows are kept: of whom asked in the last two, at most.
  size_t windows() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Window {
    absl::Time start = absl::InfinitePast();
    std::array<int64_t, kThrottleGroupCount> units = {};
  };
  using Windows = std::map<std::string, Window, std::less<>>;

  static bool IsOver(const Window& window, absl::Time now);
  // Once in a window's time: the windows that are over, whoever they are of.
  void ForgetLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The present window of the name, begun anew if the last one is over.
  static Window* Find(Windows* windows, absl::string_view name, absl::Time now);

  std::atomic<bool> enabled_{false};
  mutable Mutex mu_;
  absl::Time forgot_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  Windows vaults_ ABSL_GUARDED_BY(mu_);
  Windows subscriptions_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_THROTTLE_H_
