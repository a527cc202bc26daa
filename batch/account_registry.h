// File: batch/account_registry.h
//
// All Batch accounts: by ARM id for management, by name or endpoint for the data plane.
#ifndef LAZULI_BATCH_ACCOUNT_REGISTRY_H_
#define LAZULI_BATCH_ACCOUNT_REGISTRY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/mutex.h"
#include "batch/account.h"
#include "batch/account_spec.h"
#include "batch/account_state.h"
#include "batch/state_scope.h"

namespace lazuli::batch {

// Whether a name is free in a region.
struct NameAvailability {
  bool available = true;
  std::string reason;  // "Invalid" or "AlreadyExists"
  std::string message;
};

// Thread safe. Its own lock is a leaf: never held while an account or a vault is asked. Accounts
// live as long as somebody holds them; one that was deleted answers AccountNotFoundError.
class AccountRegistry {
 public:
  // INVALID_ARGUMENT when an option is out of its range.
  static absl::StatusOr<std::unique_ptr<AccountRegistry>> Create(AccountEnvironment environment);

  AccountRegistry(const AccountRegistry&) = delete;
  AccountRegistry& operator=(const AccountRegistry&) = delete;

  // Creates the account. One that exists already is returned as it is when `spec` asks for just
  // what it is (a PUT may be repeated, as templates are deployed again), else
  // AccountExistsDifferentlyError: Batch changes existing accounts by PATCH only.
  // AccountNameInUseError, AccountInOtherRegionError, AccountQuotaReachedError, and the
  // preconditions of identity and key.
  absl::StatusOr<std::shared_ptr<Account>> CreateAccount(const AccountSpec& spec, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mu_);
  // No error if there is none.
  void DeleteAccount(const AccountId& id, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

  // AccountNotFoundError.
  absl::StatusOr<std::shared_ptr<Account>> Get(const AccountId& id) const ABSL_LOCKS_EXCLUDED(mu_);
  // "NAME" where only one region of the name space has it, or "NAME.REGION.batch.azure.com", in any
  // case. AccountEndpointNotFoundError, AmbiguousAccountNameError.
  absl::StatusOr<std::shared_ptr<Account>> Find(absl::string_view name_or_endpoint,
                                                absl::string_view name_space = "") const
      ABSL_LOCKS_EXCLUDED(mu_);
  // The same for whoever stands above all name spaces: by ARM id in any case, or by a name or
  // endpoint, which means that of the only name space that has it, else that of the empty one.
  absl::StatusOr<std::shared_ptr<Account>> FindAnywhere(absl::string_view text) const
      ABSL_LOCKS_EXCLUDED(mu_);
  // The only name space that has an account of that name or endpoint, for whoever does not say
  // which; empty when none or several have.
  std::string GuessNameSpace(absl::string_view name_or_endpoint) const ABSL_LOCKS_EXCLUDED(mu_);
  // In the order of their ids; an empty group stands for all of the subscription.
  std::vector<std::shared_ptr<Account>> List(absl::string_view subscription_id,
                                             absl::string_view resource_group) const
      ABSL_LOCKS_EXCLUDED(mu_);
  // Account::SetDetectionDelay of all accounts, those to come included.
  void SetDetectionDelay(absl::Duration delay) ABSL_LOCKS_EXCLUDED(mu_);

  NameAvailability CheckName(absl::string_view name, absl::string_view region,
                             absl::string_view name_space = "") const ABSL_LOCKS_EXCLUDED(mu_);

  // --- How the accounts are stored ---

  // From now on notes what changes.
  void StartTracking() ABSL_LOCKS_EXCLUDED(mu_);
  // Shows all that is to be stored, or what changed since the last such call or since
  // StartTracking. No call that changes an account runs meanwhile.
  void VisitState(StateScope scope, AccountStateVisitor* visitor) ABSL_LOCKS_EXCLUDED(mu_);
  // Takes an account back (Account::Restore). INVALID_ARGUMENT also if there is one of its id
  // or name.
  absl::StatusOr<std::shared_ptr<Account>> RestoreAccount(AccountState state)
      ABSL_LOCKS_EXCLUDED(mu_);
  // When all that accounts depend upon is back: brings each of them back to life, in the order of
  // their ids. What this changes is noted after StartTracking.
  void Resume(absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

  // Has these accounts look at their keys, one after the other in the order of their ids, and
  // returns when all have settled. Ids (ARM ids in any case) of accounts that are gone are passed
  // over.
  void ReevaluateKeyAccess(absl::Span<const std::string> account_ids, absl::Time now,
                           absl::string_view cause) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  explicit AccountRegistry(AccountEnvironment environment);

  struct RegionalName {
    std::string name;
    std::string region;
    std::string name_space;

    friend auto operator<=>(const RegionalName&, const RegionalName&) = default;
  };
  static RegionalName NameOf(const AccountId& id, const std::string& region) {
    return {id.name, region, id.name_space};
  }
  // The accounts of that name or endpoint, in all name spaces. AccountEndpointNotFoundError for
  // what is neither.
  absl::StatusOr<std::vector<std::shared_ptr<Account>>> FindAll(
      absl::string_view name_or_endpoint) const ABSL_LOCKS_EXCLUDED(mu_);

  // Takes the names of a new account and returns null, or returns the account that is there.
  absl::StatusOr<std::shared_ptr<Account>> Reserve(const AccountSpec& spec)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Frees the names, if they still are those of `account`; null for a reservation.
  void Release(const AccountId& id, const std::shared_ptr<Account>& account)
      ABSL_LOCKS_EXCLUDED(mu_);

  // All that are there, in the order of their ids.
  std::vector<std::shared_ptr<Account>> All() const ABSL_LOCKS_EXCLUDED(mu_);

  const AccountEnvironment environment_;
  mutable Mutex mu_;
  // Instead of the environment's.
  std::optional<absl::Duration> detection_delay_ ABSL_GUARDED_BY(mu_);
  // By AccountId::Key(). Null while an account is being created: its names are taken, but nobody
  // finds it.
  std::map<std::string, std::shared_ptr<Account>> accounts_ ABSL_GUARDED_BY(mu_);
  std::map<RegionalName, std::string> keys_by_name_ ABSL_GUARDED_BY(mu_);
  uint64_t next_number_ ABSL_GUARDED_BY(mu_) = 1;  // see AccountState
  bool tracking_ ABSL_GUARDED_BY(mu_) = false;
  // Deleted ones of which nobody has been shown yet that they are gone.
  std::vector<std::shared_ptr<Account>> gone_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_REGISTRY_H_
