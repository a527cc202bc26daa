#include "emulator/chaos/absence_watch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/iso8601.h"
#include "batch/limits.h"

namespace lazuli::emulator {
namespace {

using batch::KeyAccess;

bool Is(const std::string& state, KeyAccess access) { return state == KeyAccessName(access); }

// What a loss brings about, and what a transition that came too late leaves behind.
bool MayHappenWhileAway(const Event& event) {
  if (event.to == "superseded") return true;
  if (event.kind == "node") return event.to == "unusable";
  return event.kind == "task" && event.from == "running" && event.to == "active";
}

std::string Instant(absl::Time time) { return FormatIso8601Time(time, 3); }

}  // namespace

void AbsenceWatch::BeginAbsence(const std::string& account_id, const std::string& reason,
                                absl::Time now, absl::Time real_now, Account* account) {
  account->absence = absences_.size();
  AccountAbsence absence;
  absence.account_id = account_id;
  absence.reason = reason;
  absence.lost_at = now;
  absence.lost_at_real = real_now;
  absences_.push_back(std::move(absence));
}

void AbsenceWatch::Adopt(const AccountLook& look, absl::Time now, absl::Time real_now) {
  Account& account = accounts_[look.account_id];
  if (look.state != KeyAccess::kLost && look.state != KeyAccess::kRestoring) return;
  account.state = look.state == KeyAccess::kLost ? State::kLost : State::kRestoring;
  account.until = look.until;
  BeginAbsence(look.account_id, "lost before the schedule began", now, real_now, &account);
}

std::vector<BrokenInvariant> AbsenceWatch::OnEvent(const Event& event,
                                                   const std::string& account_id,
                                                   absl::Time real_now) {
  Account& account = accounts_[account_id];
  account.digest.clear();
  if (event.kind == "account") return OnAccountEvent(event, account_id, real_now, &account);
  if (account.state == State::kServing || MayHappenWhileAway(event)) return {};
  return {{"frozen", account_id,
           absl::StrCat("the ", event.kind, " ", event.resource, " went from '", event.from,
                        "' to '", event.to, "' (", event.cause, ") while the account was ",
                        account.state == State::kLost ? "lost" : "restoring")}};
}

std::vector<BrokenInvariant> AbsenceWatch::OnAccountEvent(const Event& event,
                                                          const std::string& account_id,
                                                          absl::Time real_now, Account* account) {
  std::vector<BrokenInvariant> broken;
  if (event.to.empty()) {
    accounts_.erase(account_id);
  } else if (Is(event.to, KeyAccess::kLost)) {
    if (account->state == State::kServing) {
      BeginAbsence(account_id, event.cause, event.time, real_now, account);
    }
    account->state = State::kLost;
    account->until.reset();
  } else if (Is(event.to, KeyAccess::kRestoring)) {
    if (account->state != State::kLost) {
      broken.push_back({"window", account_id, "the account is restoring and was not lost"});
      BeginAbsence(account_id, event.cause, event.time, real_now, account);
    }
    account->state = State::kRestoring;
    absences_[account->absence].restoring_at = event.time;
  } else if (Is(event.to, KeyAccess::kAccessible) && account->state != State::kServing) {
    if (account->state == State::kLost) {
      broken.push_back(
          {"window", account_id, "the account serves again without a restoration window"});
    } else if (account->until.has_value() && event.time < *account->until) {
      broken.push_back({"window", account_id,
                        absl::StrCat("the account serves again at ", Instant(event.time),
                                     ", before the end of its restoration window at ",
                                     Instant(*account->until))});
    }
    account->state = State::kServing;
    AccountAbsence& absence = absences_[account->absence];
    absence.served_at = event.time;
    absence.served_at_real = real_now;
  }
  return broken;
}

std::vector<BrokenInvariant> AbsenceWatch::OnLook(const AccountLook& look, bool stable) {
  std::vector<BrokenInvariant> broken;
  const auto report = [&](const char* invariant, std::string message) {
    broken.push_back({invariant, look.account_id, std::move(message)});
  };
  if (look.unsealed_records > 0) {
    report("sealed", absl::StrCat(look.unsealed_records, " records rest without being sealed"));
  }
  const bool lost = look.state == KeyAccess::kLost;
  const bool restoring = look.state == KeyAccess::kRestoring;
  Account& account = accounts_[look.account_id];
  if (!stable || (!lost && !restoring)) {
    account.digest.clear();
    return broken;
  }
  const absl::string_view state = batch::KeyAccessName(look.state);
  if (look.data_key_present) {
    report("sealed", absl::StrCat("the account is ", state, " and its data key is in memory"));
  }
  if (look.serves) report("window", absl::StrCat("the account is ", state, " and serves calls"));
  if (restoring && look.until.has_value()) {
    account.until = look.until;
    const std::optional<absl::Time> since =
        account.state == State::kRestoring ? absences_[account.absence].restoring_at : std::nullopt;
    if (since.has_value() && *look.until > *since + limits::batch::kMaxRestorationWindow) {
      report("window", absl::StrCat("the restoration window ends at ", Instant(*look.until),
                                    ", more than ten minutes after it began"));
    }
  }
  if (!account.digest.empty() && account.digest != look.digest) {
    report("frozen", absl::StrCat("what rests of the account changed while it was ", state,
                                  ", and no event tells of it"));
  }
  account.digest = look.digest;
  return broken;
}

void AbsenceWatch::CountRefusal(const std::string& account_id) {
  const auto found = accounts_.find(account_id);
  if (found != accounts_.end() && found->second.state != State::kServing) {
    ++absences_[found->second.absence].refused_calls;
  }
}

bool AbsenceWatch::AnyAway() const {
  return std::any_of(accounts_.begin(), accounts_.end(),
                     [](const auto& entry) { return entry.second.state != State::kServing; });
}

}  // namespace lazuli::emulator
