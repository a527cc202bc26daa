// File: batch/account_registry.h
//
// All Batch accounts: by ARM id for management, by name or endpoint for the data plane.
#ifndef LAZULI_BATCH_ACCOUNT_REGISTRY_H_
#define LAZULI_BATCH_ACCOUNT_REGISTRY_H_

#include <map>
#include <memory>
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
  // "NAME" where only one region has it, or "NAME.REGION.batch.azure.com", in any case.
  // AccountEndpointNotFoundError, AmbiguousAccountNameError.
  absl::StatusOr<std::shared_ptr<Account>> Find(absl::string_view name_or_endpoint) const
      ABSL_LOCKS_EXCLUDED(mu_);
  // In the order of their ids; an empty group stands for all of the subscription.
  std::vector<std::shared_ptr<Account>> List(absl::string_view subscription_id,
                                             absl::string_view resource_group) const
      ABSL_LOCKS_EXCLUDED(mu_);
  NameAvailability CheckName(absl::string_view name, absl::string_view region) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Has these accounts look at their keys, one after the other in the order of their ids, and
  // returns when all have settled. Ids (ARM ids in any case) of accounts that are gone are passed
  // over.
  void ReevaluateKeyAccess(absl::Span<const std::string> account_ids, absl::Time now,
                           absl::string_view cause) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  explicit AccountRegistry(AccountEnvironment environment);

  using NameAndRegion = std::pair<std::string, std::string>;

  // Takes the names of a new account and returns null, or returns the account that is there.
  absl::StatusOr<std::shared_ptr<Account>> Reserve(const AccountSpec& spec)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Frees the names, if they still are those of `account`; null for a reservation.
  void Release(const AccountId& id, const std::shared_ptr<Account>& account)
      ABSL_LOCKS_EXCLUDED(mu_);

  const AccountEnvironment environment_;
  mutable Mutex mu_;
  // By AccountId::Key(). Null while an account is being created: its names are taken, but nobody
  // finds it.
  std::map<std::string, std::shared_ptr<Account>> accounts_ ABSL_GUARDED_BY(mu_);
  std::map<NameAndRegion, std::string> keys_by_name_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_REGISTRY_H_
