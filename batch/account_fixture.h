// File: batch/account_fixture.h
//
// For tests: accounts on a manual clock, with fakes around them.
#ifndef LAZULI_BATCH_ACCOUNT_FIXTURE_H_
#define LAZULI_BATCH_ACCOUNT_FIXTURE_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock_driver.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "batch/account.h"
#include "batch/account_registry.h"
#include "batch/account_spec.h"
#include "batch/fake_key_encryption_client.h"
#include "batch/fake_managed_identity_client.h"
#include "batch/workload_handle.h"
#include "batch/workload_host.h"
#include "gtest/gtest.h"

namespace lazuli::batch {

// Work that only tells what happens to it. Guarded by its account's lock.
class FakeWorkload final : public WorkloadHandle {
 public:
  explicit FakeWorkload(WorkloadHost* host) : host_(host) {}

  // Work at `due` that writes "RESOURCE applied at SECONDS" into the log, or has no effect if
  // `stale`.
  TimerId Schedule(absl::Time due, const std::string& resource, bool stale = false);
  void Cancel(TimerId id) { host_->Cancel(id); }
  std::string Seal(absl::string_view text) { return host_->protector().Seal("record", 1, text); }
  absl::StatusOr<std::string> Unseal(absl::string_view sealed) {
    return host_->protector().Unseal("record", 1, sealed);
  }

  // Each of these becomes a step of every loss until it has been applied.
  std::vector<std::string> running;
  // Cancelled when the step of that resource is applied.
  std::map<std::string, TimerId> cancelled_by_loss;
  std::vector<std::string> log;

  std::vector<LossStep> PlanLoss(absl::string_view reason) override;
  void OnAccessRestored(absl::Time now) override;
  std::vector<RestingBytes> DumpRecords() const override;
  void Clear() override;
  void StartTracking() override {}
  void VisitState(StateScope, WorkloadStateVisitor*) override {}
  std::vector<LossStep> PlanRestOfLoss() override { return PlanLoss(""); }
  Workload& workload() override;

 private:
  WorkloadHost* const host_;
};

// Remembers what it was told.
class FakeDependencyObserver final : public KeyDependencyObserver {
 public:
  void OnKeyDependencyChanged(const std::string& account_id,
                              const std::optional<KeyDependency>& dependency) override;
  std::vector<std::optional<KeyDependency>> told() const;
  // Called each time, without a lock of the observer's.
  void SetOnTold(std::function<void()> on_told);

 private:
  mutable Mutex mu_;
  std::vector<std::optional<KeyDependency>> told_ ABSL_GUARDED_BY(mu_);
  std::function<void()> on_told_ ABSL_GUARDED_BY(mu_);
};

// User-assigned identity kIdentityId, principal "user", may use the key "key" of "vault".
class AccountFixture : public testing::Test {
 public:
  static constexpr char kIdentityId[] = "/subscriptions/sub/identities/user";

  AccountFixture();
  ~AccountFixture() override;

  // Options to change before the first account is made, as the factory of its work, if it is not to
  // be FakeWorkload.
  AccountOptions& options() { return options_; }
  AccountRegistry& registry();

  absl::Time now() const { return clock_.clock().Now(); }
  CallContext Context() const;
  void AdvanceBy(absl::Duration duration);
  // Has the account look at its key, as a change of the key would.
  void KeyChanged(absl::string_view cause = "test");

  // A spec of account `name` without identity and customer key.
  static AccountSpec Spec(const std::string& name = "account");
  static AccountSpec SpecWithKey(const std::string& key_identifier);
  static KeyIdentifier Key(const std::string& text);
  // Makes the account that the others below speak of.
  void MakeAccount(const AccountSpec& spec);
  void MakeAccountWithKey();
  Account& account() { return *account_; }
  KeyAccess state() { return account_->GetKeyAccess().state; }

  // What is in the account. Its host may be used under the account's lock only: in
  // WithWorkloadHandle.
  FakeWorkload& workload() { return *workload_; }
  // Runs `operation` so.
  void InAccount(const std::function<void()>& operation);
  std::vector<std::string> log() const { return workload_->log; }
  // "FROM -> TO: CAUSE" of each event of that kind.
  std::vector<std::string> Events(const std::string& kind) const;

  FakeKeyEncryptionClient keys;
  FakeManagedIdentityClient identities;
  FakeDependencyObserver observer;

 protected:
  ClockDriver clock_;
  EventLog events_;
  AccountOptions options_;
  WorkloadFactory factory_;
  std::unique_ptr<AccountRegistry> registry_;
  std::shared_ptr<Account> account_;
  // The latest one made.
  FakeWorkload* workload_ = nullptr;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_FIXTURE_H_
