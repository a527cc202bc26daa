#include "emulator/chaos/key_taker.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/chaos/causes.h"
#include "emulator/chaos/errors.h"

namespace lazuli::emulator {

absl::StatusOr<std::shared_ptr<batch::Account>> KeyTaker::FindAccount(
    absl::string_view account) const {
  return engines_.accounts->FindAnywhere(account);
}

absl::StatusOr<CauseTarget> KeyTaker::FindTarget(absl::string_view account) const {
  CauseTarget target;
  LAZULI_ASSIGN_OR_RETURN(target.account, FindAccount(account));
  const batch::AccountView view = target.account->Describe();
  if (!view.encryption.customer_key.has_value()) return NoCustomerKeyError(view.id.name);
  target.identity = view.identity;
  const batch::KeyAccessSnapshot access = target.account->GetKeyAccess();
  LAZULI_ASSIGN_OR_RETURN(target.key, batch::KeyIdentifier::Parse(access.key_identifier));
  LAZULI_ASSIGN_OR_RETURN(target.vault,
                          engines_.vaults->Describe(target.key.vault_name, view.id.name_space));
  return target;
}

std::string KeyTaker::HandleOf(absl::string_view account_id, absl::string_view account_name) const {
  const auto found = FindAccount(account_name);
  // An account that is gone goes by the id, so that one of its name that came after it is not
  // meant.
  const bool is_unique = found.ok() && absl::EqualsIgnoreCase((*found)->arm_id(), account_id);
  return std::string(is_unique ? account_name : account_id);
}

std::string KeyTaker::IdOf(absl::string_view account) const {
  MutexLock lock(&mu_);
  return IdOfLocked(account);
}

std::string KeyTaker::IdOfLocked(absl::string_view account) const {
  const auto found = FindAccount(account);
  if (found.ok()) return absl::AsciiStrToLower((*found)->arm_id());
  // A name that several have means none of them.
  if (!absl::IsNotFound(found.status())) return "";
  // Deleted meanwhile: what was taken can be given back all the same.
  std::string only;
  for (const auto& [id, held] : held_) {
    if (absl::EqualsIgnoreCase(id, account)) return id;
    if (held.empty() || !absl::EqualsIgnoreCase(held.front().key.account_name, account)) continue;
    if (!only.empty()) return "";
    only = id;
  }
  return only;
}

absl::StatusOr<TakenKey> KeyTaker::Revoke(absl::string_view account, absl::string_view cause,
                                          const CallContext& context) {
  const Cause* const found = FindCause(cause);
  if (found == nullptr) return UnknownCauseError(cause);
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(const CauseTarget target, FindTarget(account));
  TakenKey key;
  key.account_id = target.account->arm_id();
  key.account_name = target.account->id().name;
  key.cause = found;
  key.since = context.now;
  const std::string id = absl::AsciiStrToLower(key.account_id);
  if (const auto present = held_.find(id); present != held_.end()) {
    for (const Held& held : present->second) {
      if (held.key.cause == found) return AlreadyRevokedError(key.account_name, found->name);
    }
  }
  LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<TakenAway> taken, found->take(engines_, target, context));
  key.what = taken->what();
  Record(key, "revoked", context.now);
  held_[id].push_back({key, std::move(taken)});
  return key;
}

absl::StatusOr<std::vector<TakenKey>> KeyTaker::Restore(absl::string_view account,
                                                        absl::string_view cause,
                                                        const CallContext& context) {
  const Cause* const wanted = cause.empty() ? nullptr : FindCause(cause);
  if (!cause.empty() && wanted == nullptr) return UnknownCauseError(cause);
  MutexLock lock(&mu_);
  const auto found = held_.find(IdOfLocked(account));
  if (found == held_.end()) {
    // An account that never was is told from one that nothing was taken from.
    LAZULI_RETURN_IF_ERROR(FindAccount(account).status());
    return NothingRevokedError(account, cause);
  }
  std::vector<TakenKey> restored;
  absl::Status status;
  std::vector<Held>& held = found->second;
  for (size_t i = held.size(); i-- > 0 && status.ok();) {
    if (wanted != nullptr && held[i].key.cause != wanted) continue;
    status = held[i].taken->GiveBack(context);
    if (status.ok()) {
      Record(held[i].key, "restored", context.now);
      restored.push_back(held[i].key);
    }
    // What was refused for a reason that may pass is tried again another time.
    if (status.ok() || absl::IsAborted(status) || held[i].key.cause->undo.empty()) {
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  if (held.empty()) held_.erase(found);
  LAZULI_RETURN_IF_ERROR(status);
  if (restored.empty()) return NothingRevokedError(account, cause);
  return restored;
}

std::vector<TakenKey> KeyTaker::List() const {
  std::vector<TakenKey> keys;
  MutexLock lock(&mu_);
  for (const auto& [id, held] : held_) {
    for (const Held& each : held) keys.push_back(each.key);
  }
  return keys;
}

std::vector<std::shared_ptr<batch::Account>> KeyTaker::ListCustomerKeyAccounts() const {
  std::vector<std::shared_ptr<batch::Account>> accounts;
  for (const Subscription& subscription : engines_.resources->ListSubscriptions()) {
    for (std::shared_ptr<batch::Account>& account :
         engines_.accounts->List(subscription.subscription_id, "")) {
      if (account->Describe().encryption.customer_key.has_value()) {
        accounts.push_back(std::move(account));
      }
    }
  }
  return accounts;
}

void KeyTaker::Record(const TakenKey& key, const char* to, absl::Time now) {
  Event event;
  event.time = now;
  event.kind = "chaos";
  event.resource = key.account_id;
  event.from = std::string(key.cause->name);
  event.to = to;
  event.cause = key.what;
  events_->Append(std::move(event));
}

}  // namespace lazuli::emulator
