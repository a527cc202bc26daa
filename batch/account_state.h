// File: batch/account_state.h
//
// What is to be stored of an account, beside the work in it. The plain data key is not.
#ifndef LAZULI_BATCH_ACCOUNT_STATE_H_
#define LAZULI_BATCH_ACCOUNT_STATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/secure_bytes.h"
#include "base/timer_queue.h"
#include "batch/account_spec.h"
#include "batch/key_access.h"
#include "batch/key_identifier.h"
#include "batch/transition_queues.h"

namespace lazuli::batch {

class WorkloadStateVisitor;

// What is timed in an account beside the work. Stored by their numbers, which stay.
enum class AccountTimer {
  kProbe = 0,      // the next look at the key
  kKeyTime = 1,    // nbf or exp of the key may change the answer
  kDetection = 2,  // something seen is to be acted upon
  kWindow = 3,     // the end of the restoration window
  kLossStep = 4,   // the next step of the loss queue
};
inline constexpr size_t kAccountTimers = 5;

// How the data key is wrapped. Without a customer's key it is by the platform key.
struct DataKeyProtection {
  std::optional<KeyIdentifier> customer_key;  // as configured
  KeyIdentifier in_use;                       // the version that unwraps
  std::string wrapped_data_key;
};

// What is left of a loss. Which steps these are follows from the work: the tasks that still run and
// the nodes that are not unusable yet.
struct PlannedLoss {
  absl::Time next_due;
  absl::Duration delay;  // from each to the next
};

struct AccountState {
  // Tells this account from every other, also of the same id, in what is stored.
  uint64_t number = 0;
  AccountId id;
  std::string tenant_id;
  std::string region;
  std::string node_management_endpoint;
  bool created_with_identity = false;
  std::map<std::string, std::string> tags;
  std::vector<AuthenticationMode> authentication_modes;
  SecureBytes primary_shared_key;
  SecureBytes secondary_shared_key;
  AccountIdentity identity;
  DataKeyProtection protection;
  SecureBytes platform_key;  // empty with a customer's key
  KeyAccessState access;
  // By AccountTimer; an invalid id: not armed.
  std::array<TimerId, kAccountTimers> timers;
  std::optional<PlannedLoss> loss;
  // The newer version of the key that was refused last; empty: none.
  std::string refused_version;
};

// Shown what is to be stored of accounts, one after the other.
class AccountStateVisitor {
 public:
  virtual ~AccountStateVisitor() = default;

  // The rest is of this account, until the next call.
  virtual void OnBegin(uint64_t number) = 0;
  virtual void OnAccount(const AccountState& state) = 0;
  virtual void OnAccountGone() = 0;
  virtual void OnWaiting(const WaitingTransition& waiting) = 0;
  virtual void OnWaitingGone(TimerId id) = 0;
  // For the work in it; outlives this.
  virtual WorkloadStateVisitor* workload() = 0;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_STATE_H_
