#include "batch/account_registry.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "batch/errors.h"
#include "batch/limits.h"

namespace lazuli::batch {
namespace {

// The highest number of an account: far above any count.
constexpr uint64_t kMaxNumber = 0xffffffff;

// What the keys of all accounts of a subscription, or of one of its groups, begin with.
std::string KeyPrefix(absl::string_view subscription_id, absl::string_view resource_group) {
  std::string prefix = absl::StrCat("/subscriptions/", subscription_id, "/resourcegroups/");
  if (!resource_group.empty()) absl::StrAppend(&prefix, resource_group, "/");
  return absl::AsciiStrToLower(prefix);
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccountRegistry>> AccountRegistry::Create(
    AccountEnvironment environment) {
  LAZULI_RETURN_IF_ERROR(ValidateKeyAccessOptions(environment.options.key_access));
  return std::unique_ptr<AccountRegistry>(new AccountRegistry(std::move(environment)));
}

AccountRegistry::AccountRegistry(AccountEnvironment environment)
    : environment_(std::move(environment)) {}

absl::StatusOr<std::shared_ptr<Account>> AccountRegistry::CreateAccount(const AccountSpec& spec,
                                                                        absl::Time now) {
  LAZULI_RETURN_IF_ERROR(ValidateAccountName(spec.id.name));
  LAZULI_RETURN_IF_ERROR(ValidateTags(spec.tags));
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> existing, Reserve(spec));
  if (existing != nullptr) {
    const absl::Status serving = existing->CheckServing();
    // Deleted just now: its name is not free yet.
    if (absl::IsNotFound(serving)) return AccountNameInUseError(spec.id.name, spec.region);
    LAZULI_RETURN_IF_ERROR(serving);
    if (!existing->Matches(spec)) return AccountExistsDifferentlyError(spec.id.name);
    return existing;
  }
  uint64_t number = 0;
  {
    MutexLock lock(&mu_);
    number = next_number_++;
  }
  absl::StatusOr<std::shared_ptr<Account>> account =
      Account::Create(&environment_, spec, number, now);
  if (!account.ok()) {
    Release(spec.id, nullptr);
    return account;
  }
  bool tracking = false;
  std::optional<absl::Duration> detection_delay;
  {
    MutexLock lock(&mu_);
    accounts_[spec.id.Key()] = *account;
    tracking = tracking_;
    detection_delay = detection_delay_;
  }
  if (detection_delay.has_value()) (*account)->SetDetectionDelay(*detection_delay);
  if (tracking) (*account)->StartTracking();
  // Only now, when whoever learns of the account can find it.
  (*account)->Start(now);
  return account;
}

absl::StatusOr<std::shared_ptr<Account>> AccountRegistry::Reserve(const AccountSpec& spec) {
  const std::string key = spec.id.Key();
  const RegionalName name = NameOf(spec.id, spec.region);
  MutexLock lock(&mu_);
  if (const auto existing = accounts_.find(key); existing != accounts_.end()) {
    if (existing->second == nullptr) return AccountNameInUseError(spec.id.name, spec.region);
    if (existing->second->region() != spec.region) {
      return AccountInOtherRegionError(spec.id.name, spec.id.resource_group,
                                       existing->second->region(), spec.region);
    }
    return existing->second;
  }
  if (keys_by_name_.contains(name)) return AccountNameInUseError(spec.id.name, spec.region);
  const std::string prefix = KeyPrefix(spec.id.subscription_id, "");
  size_t in_region = 0;
  for (const auto& [regional, other] : keys_by_name_) {
    if (regional.region == spec.region && absl::StartsWith(other, prefix)) ++in_region;
  }
  if (in_region >= limits::batch::kMaxAccountsPerRegion) {
    return AccountQuotaReachedError(limits::batch::kMaxAccountsPerRegion, spec.region);
  }
  accounts_[key] = nullptr;
  keys_by_name_[name] = key;
  return nullptr;
}

void AccountRegistry::Release(const AccountId& id, const std::shared_ptr<Account>& account) {
  const std::string key = id.Key();
  MutexLock lock(&mu_);
  const auto found = accounts_.find(key);
  // Another one of the same id may have been created since.
  if (found == accounts_.end() || found->second != account) return;
  if (tracking_ && account != nullptr) gone_.push_back(account);
  accounts_.erase(found);
  for (auto name = keys_by_name_.begin(); name != keys_by_name_.end(); ++name) {
    if (name->second != key) continue;
    keys_by_name_.erase(name);
    return;
  }
}

void AccountRegistry::DeleteAccount(const AccountId& id, absl::Time now) {
  const absl::StatusOr<std::shared_ptr<Account>> account = Get(id);
  if (!account.ok()) return;
  // Its names are free when all of it is gone.
  (*account)->Delete(now);
  Release(id, *account);
}

absl::StatusOr<std::shared_ptr<Account>> AccountRegistry::Get(const AccountId& id) const {
  MutexLock lock(&mu_);
  const auto found = accounts_.find(id.Key());
  if (found == accounts_.end() || found->second == nullptr) {
    return AccountNotFoundError(id.name, id.resource_group);
  }
  return found->second;
}

absl::StatusOr<std::vector<std::shared_ptr<Account>>> AccountRegistry::FindAll(
    absl::string_view name_or_endpoint) const {
  const std::string lower = absl::AsciiStrToLower(name_or_endpoint);
  std::string name = lower;
  std::string region;  // empty: any
  if (const size_t dot = lower.find('.'); dot != std::string::npos) {
    absl::string_view rest = absl::string_view(lower).substr(dot + 1);
    if (!absl::ConsumeSuffix(&rest, ".batch.azure.com") || rest.empty()) {
      return AccountEndpointNotFoundError(name_or_endpoint);
    }
    name = lower.substr(0, dot);
    region = std::string(rest);
  }
  std::vector<std::shared_ptr<Account>> found;
  MutexLock lock(&mu_);
  for (auto each = keys_by_name_.lower_bound(RegionalName{name, region, ""});
       each != keys_by_name_.end() && each->first.name == name; ++each) {
    if (!region.empty() && each->first.region != region) break;
    const std::shared_ptr<Account>& account = accounts_.at(each->second);
    if (account != nullptr) found.push_back(account);
  }
  return found;
}

absl::StatusOr<std::shared_ptr<Account>> AccountRegistry::Find(absl::string_view name_or_endpoint,
                                                               absl::string_view name_space) const {
  LAZULI_ASSIGN_OR_RETURN(const std::vector<std::shared_ptr<Account>> found,
                          FindAll(name_or_endpoint));
  std::shared_ptr<Account> result;
  for (const std::shared_ptr<Account>& account : found) {
    if (absl::string_view(account->id().name_space) != name_space) continue;
    if (result != nullptr) return AmbiguousAccountNameError(account->id().name);
    result = account;
  }
  if (result == nullptr) return AccountEndpointNotFoundError(name_or_endpoint);
  return result;
}

absl::StatusOr<std::shared_ptr<Account>> AccountRegistry::FindAnywhere(
    absl::string_view text) const {
  if (!absl::StartsWith(text, "/")) return Find(text, GuessNameSpace(text));
  MutexLock lock(&mu_);
  const auto found = accounts_.find(absl::AsciiStrToLower(text));
  if (found == accounts_.end() || found->second == nullptr) {
    return AccountEndpointNotFoundError(text);
  }
  return found->second;
}

std::string AccountRegistry::GuessNameSpace(absl::string_view name_or_endpoint) const {
  const auto found = FindAll(name_or_endpoint);
  std::set<std::string> name_spaces;
  if (found.ok()) {
    for (const std::shared_ptr<Account>& account : *found) {
      name_spaces.insert(account->id().name_space);
    }
  }
  return name_spaces.size() == 1 ? *name_spaces.begin() : "";
}

std::vector<std::shared_ptr<Account>> AccountRegistry::List(
    absl::string_view subscription_id, absl::string_view resource_group) const {
  const std::string prefix = KeyPrefix(subscription_id, resource_group);
  std::vector<std::shared_ptr<Account>> result;
  MutexLock lock(&mu_);
  for (auto each = accounts_.lower_bound(prefix);
       each != accounts_.end() && absl::StartsWith(each->first, prefix); ++each) {
    if (each->second != nullptr) result.push_back(each->second);
  }
  return result;
}

void AccountRegistry::SetDetectionDelay(absl::Duration delay) {
  {
    MutexLock lock(&mu_);
    detection_delay_ = delay;
  }
  for (const std::shared_ptr<Account>& account : All()) account->SetDetectionDelay(delay);
}

NameAvailability AccountRegistry::CheckName(absl::string_view name, absl::string_view region,
                                            absl::string_view name_space) const {
  if (!ValidateAccountName(name).ok()) {
    return NameAvailability{false, "Invalid",
                            "The account name must be 3 to 24 characters long, of lower-case "
                            "letters and digits."};
  }
  MutexLock lock(&mu_);
  if (keys_by_name_.contains(
          RegionalName{std::string(name), std::string(region), std::string(name_space)})) {
    return NameAvailability{false, "AlreadyExists",
                            absl::StrCat("An account named '", name, "' is already in use.")};
  }
  return NameAvailability();
}

std::vector<std::shared_ptr<Account>> AccountRegistry::All() const {
  std::vector<std::shared_ptr<Account>> accounts;
  MutexLock lock(&mu_);
  for (const auto& [key, account] : accounts_) {
    if (account != nullptr) accounts.push_back(account);
  }
  return accounts;
}

void AccountRegistry::StartTracking() {
  {
    MutexLock lock(&mu_);
    tracking_ = true;
  }
  for (const std::shared_ptr<Account>& account : All()) account->StartTracking();
}

void AccountRegistry::VisitState(StateScope scope, AccountStateVisitor* visitor) {
  if (scope == StateScope::kChanged) {
    std::vector<std::shared_ptr<Account>> gone;
    {
      MutexLock lock(&mu_);
      gone.swap(gone_);
    }
    for (const std::shared_ptr<Account>& account : gone) account->VisitState(scope, visitor);
  }
  for (const std::shared_ptr<Account>& account : All()) account->VisitState(scope, visitor);
}

absl::StatusOr<std::shared_ptr<Account>> AccountRegistry::RestoreAccount(AccountState state) {
  const uint64_t number = state.number;
  if (number == 0 || number > kMaxNumber)
    return absl::InvalidArgumentError("its number is out of range");
  LAZULI_ASSIGN_OR_RETURN(std::shared_ptr<Account> account,
                          Account::Restore(&environment_, std::move(state)));
  const std::string key = account->id().Key();
  MutexLock lock(&mu_);
  if (!accounts_.try_emplace(key, account).second) {
    return absl::InvalidArgumentError("another account has its id");
  }
  if (!keys_by_name_.try_emplace(NameOf(account->id(), account->region()), key).second) {
    return absl::InvalidArgumentError("another account has its name");
  }
  next_number_ = std::max(next_number_, number + 1);
  return account;
}

void AccountRegistry::Resume(absl::Time now) {
  for (const std::shared_ptr<Account>& account : All()) account->Resume(now);
}

void AccountRegistry::ReevaluateKeyAccess(absl::Span<const std::string> account_ids, absl::Time now,
                                          absl::string_view cause) {
  std::set<std::string> keys;
  for (const std::string& id : account_ids) keys.insert(absl::AsciiStrToLower(id));
  for (const std::string& key : keys) {
    std::shared_ptr<Account> account;
    {
      MutexLock lock(&mu_);
      if (const auto found = accounts_.find(key); found != accounts_.end()) {
        account = found->second;
      }
    }
    if (account != nullptr) account->ReevaluateKeyAccess(now, cause);
  }
}

}  // namespace lazuli::batch
