// File: batch/storage/batch_world.h
//
// For tests: accounts with real work in them on a manual clock, and what can be seen of them.
#ifndef LAZULI_BATCH_STORAGE_BATCH_WORLD_H_
#define LAZULI_BATCH_STORAGE_BATCH_WORLD_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock_driver.h"
#include "base/event_log.h"
#include "batch/account.h"
#include "batch/account_registry.h"
#include "batch/fake_key_encryption_client.h"
#include "batch/fake_managed_identity_client.h"
#include "batch/storage/account_records.h"
#include "batch/workload/workload.h"

namespace lazuli::batch {

// What lies outside of Batch, and outlives a restart of it. User-assigned identity kIdentityId,
// principal "user", may use the key "key" of "vault".
struct BatchSurroundings {
  static constexpr char kIdentityId[] = "/subscriptions/sub/identities/user";

  BatchSurroundings() { identities.AddUserAssigned(kIdentityId, "user"); }

  FakeKeyEncryptionClient keys;
  FakeManagedIdentityClient identities;
};

// One process, so to speak. Tasks run as FakeRunner reads their specifications.
class BatchWorld {
 public:
  // `surroundings` outlives this.
  BatchWorld(BatchSurroundings* surroundings, const AccountOptions& options, absl::Time start);

  absl::Time now() const { return clock_.clock().Now(); }
  CallContext Context() const;
  void AdvanceBy(absl::Duration duration);
  void AdvanceToNextTimer();

  AccountRegistry& registry() { return *registry_; }
  AccountRecords& records() { return *records_; }
  // An account that a key of the customer protects, or else the platform.
  std::shared_ptr<Account> AddAccount(const std::string& name, bool customer_key);
  // The only account of that name; none: null.
  std::shared_ptr<Account> Find(const std::string& name);
  // On the account's work, if the account serves calls.
  template <typename Operation>
  absl::Status InWorkload(const std::string& account, Operation operation) {
    const std::shared_ptr<Account> found = Find(account);
    if (found == nullptr) return absl::NotFoundError("no such account");
    return found->WithWorkload(Context(), [&](Workload& workload, absl::Time now) {
      return absl::Status(operation(workload, now));
    });
  }
  // Has every account look at its key, as a change of the key would.
  void KeyChanged();

  // A line for each event after the first `after`.
  std::vector<std::string> Events(uint64_t after = 0) const;
  uint64_t last_event() const { return events_.last_sequence(); }
  // Lines that tell all that callers can see of the account.
  std::vector<std::string> Describe(const std::string& account);
  // What AccountRegistry told of the keys that accounts depend on.
  const std::vector<std::string>& dependencies() const { return observer_.told; }

 private:
  struct Observer final : public KeyDependencyObserver {
    void OnKeyDependencyChanged(const std::string& account_id,
                                const std::optional<KeyDependency>& dependency) override;
    std::vector<std::string> told;
  };

  ClockDriver clock_;
  EventLog events_;
  Observer observer_;
  std::unique_ptr<AccountRegistry> registry_;
  std::unique_ptr<AccountRecords> records_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_STORAGE_BATCH_WORLD_H_
