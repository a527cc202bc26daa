// File: emulator/chaos/absence_watch.h
//
// Follows accounts through the loss of their keys: how long each was away, and whether it kept
// still meanwhile.
#ifndef LAZULI_EMULATOR_CHAOS_ABSENCE_WATCH_H_
#define LAZULI_EMULATOR_CHAOS_ABSENCE_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/event_log.h"
#include "batch/key_access.h"

namespace lazuli::emulator {

// An account as it is at one moment.
struct AccountLook {
  std::string account_id;  // ARM id
  batch::KeyAccess state = batch::KeyAccess::kAccessible;
  std::optional<absl::Time> until;  // the end of the restoration window
  bool data_key_present = true;
  bool serves = true;
  // While lost or restoring: records of pools, jobs and tasks that rest without a sealed blob, and
  // what all that rests comes to.
  size_t unsealed_records = 0;
  std::string digest;
};

// What must not be.
struct BrokenInvariant {
  std::string invariant;  // "tasks", "sealed", "frozen", "window"
  std::string account_id;
  std::string message;
};

// One time that an account was without its key.
struct AccountAbsence {
  std::string account_id;
  std::string reason;
  absl::Time lost_at;
  absl::Time lost_at_real;
  std::optional<absl::Time> restoring_at;
  std::optional<absl::Time> served_at;
  std::optional<absl::Time> served_at_real;
  int64_t refused_calls = 0;
};

// Not thread safe. Checked from events: while an account is lost or restoring nothing of it changes
// but nodes that become unusable and tasks that go back to the queue ("frozen"), and service comes
// back through the window, not before its end ("window"). Checked from looks: the data key is gone,
// no call is served, what rests is sealed ("sealed"), and what rests stays as it is ("frozen").
class AbsenceWatch {
 public:
  // An account whose state is known without an event, e.g. because it was there before.
  void Adopt(const AccountLook& look, absl::Time now, absl::Time real_now);

  // `event` of any kind; `account_id` is the ARM id of the account that it is about.
  std::vector<BrokenInvariant> OnEvent(const Event& event, const std::string& account_id,
                                       absl::Time real_now);
  // `stable`: no event of the account was told while it was looked at.
  std::vector<BrokenInvariant> OnLook(const AccountLook& look, bool stable);

  // A call to the account's data was refused because of the key.
  void CountRefusal(const std::string& account_id);
  // Some account is lost or restoring.
  bool AnyAway() const;

  const std::vector<AccountAbsence>& absences() const { return absences_; }

 private:
  enum class State { kServing, kLost, kRestoring };

  struct Account {
    State state = State::kServing;
    size_t absence = 0;               // its index, unless serving
    std::optional<absl::Time> until;  // as it was seen during this restoration
    std::string digest;               // of the latest look since which nothing was told; or empty
  };

  void BeginAbsence(const std::string& account_id, const std::string& reason, absl::Time now,
                    absl::Time real_now, Account* account);
  std::vector<BrokenInvariant> OnAccountEvent(const Event& event, const std::string& account_id,
                                              absl::Time real_now, Account* account);

  std::map<std::string, Account> accounts_;  // by ARM id
  std::vector<AccountAbsence> absences_;     // in the order of their beginnings
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_ABSENCE_WATCH_H_
