// File: emulator/chaos/key_taker.h
//
// Takes keys away from accounts, remembers what was before, and gives them back.
#ifndef LAZULI_EMULATOR_CHAOS_KEY_TAKER_H_
#define LAZULI_EMULATOR_CHAOS_KEY_TAKER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "batch/account.h"
#include "emulator/chaos/cause.h"
#include "emulator/chaos/chaos_engines.h"

namespace lazuli::emulator {

// What was taken from an account, or given back to it.
struct TakenKey {
  std::string account_id;    // the ARM id
  std::string account_name;  // as it is called for
  const Cause* cause = nullptr;
  absl::Time since;  // virtual
  std::string what;
};

// Thread safe. One thing is taken or given back at a time, and its effects have settled before the
// next: the lock is taken before all others but that of ChangeGate. Tells the event log of each
// (kind "chaos", the account, "revoked" or "restored" with the cause).
//
// What it remembers is gone with the process: what was taken then stays as anybody's change would.
class KeyTaker {
 public:
  // The parts outlive this.
  KeyTaker(const ChaosEngines& engines, EventLog* events) : engines_(engines), events_(events) {}

  // `account`: a name, an endpoint or an ARM id. Errors: UnknownCauseError, those of
  // AccountRegistry::FindAnywhere, NoCustomerKeyError, AlreadyRevokedError, VaultNotFoundError, and
  // those of the cause.
  absl::StatusOr<TakenKey> Revoke(absl::string_view account, absl::string_view cause,
                                  const CallContext& context) ABSL_LOCKS_EXCLUDED(mu_);

  // Undoes what was taken for `cause` (empty: for any), the latest first, and stops at the first
  // error. What changed meanwhile or cannot be undone is no longer remembered after that. Errors:
  // NothingRevokedError and those of TakenAway::GiveBack.
  absl::StatusOr<std::vector<TakenKey>> Restore(absl::string_view account, absl::string_view cause,
                                                const CallContext& context)
      ABSL_LOCKS_EXCLUDED(mu_);

  // What is taken away now: by account, then in the order of taking.
  std::vector<TakenKey> List() const ABSL_LOCKS_EXCLUDED(mu_);

  // By name, endpoint or ARM id. Errors: those of AccountRegistry::FindAnywhere.
  absl::StatusOr<std::shared_ptr<batch::Account>> FindAccount(absl::string_view account) const;
  // What the account of that ARM id and name is called for people: its name, unless that finds
  // another account, or several.
  std::string HandleOf(absl::string_view account_id, absl::string_view account_name) const;
  // The ARM id, in lower case, of what FindAccount finds, or of an account that was deleted while
  // something was taken from it; empty: of neither, or of several.
  std::string IdOf(absl::string_view account) const ABSL_LOCKS_EXCLUDED(mu_);
  // The accounts that have a customer-managed key, in the order of their ids.
  std::vector<std::shared_ptr<batch::Account>> ListCustomerKeyAccounts() const;

 private:
  struct Held {
    TakenKey key;
    std::unique_ptr<TakenAway> taken;
  };

  std::string IdOfLocked(absl::string_view account) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<CauseTarget> FindTarget(absl::string_view account) const;
  void Record(const TakenKey& key, const char* to, absl::Time now);

  const ChaosEngines engines_;
  EventLog* const events_;
  mutable Mutex mu_;
  // By the ARM id in lower case; the latest last.
  std::map<std::string, std::vector<Held>> held_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_KEY_TAKER_H_
