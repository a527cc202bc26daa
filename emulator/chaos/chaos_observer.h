// File: emulator/chaos/chaos_observer.h
//
// Watches what chaos does to accounts and their callers, from the outside: by the history, by looks
// at the accounts, and by the outcome of calls.
#ifndef LAZULI_EMULATOR_CHAOS_CHAOS_OBSERVER_H_
#define LAZULI_EMULATOR_CHAOS_CHAOS_OBSERVER_H_

#include <atomic>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/mutex.h"
#include "batch/account.h"
#include "emulator/chaos/absence_watch.h"
#include "emulator/chaos/key_taker.h"
#include "emulator/chaos/task_ledger.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/dispatch/method_registry.h"
#include "google/protobuf/message.h"
#include "proto/chaos.pb.h"

namespace lazuli::emulator {

// Thread safe. Costs nothing before Begin. Its lock is a leaf, but that a schedule's own lock may
// be held around calls of it.
class ChaosObserver final : public CallObserver {
 public:
  // The pointers outlive this.
  ChaosObserver(const KeyTaker* taker, const Clock* real_clock, EventLog* events);
  ~ChaosObserver() override;

  // Forgets what was and watches from now on.
  void Begin(absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);
  // Looks at every account with a customer's key. `step`, unless empty, is what was done just now,
  // to be named by violations from here on.
  void Look(absl::string_view step, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);
  // Absences, calls and violations.
  void Fill(uint64_t seed, absl::Time now, v1::ChaosReport* report) const ABSL_LOCKS_EXCLUDED(mu_);

  // CallObserver
  void OnCompleted(const Method& method, const CallContext& context,
                   const google::protobuf::Message& request, const absl::Status& status) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct CallKey {
    std::string principal;
    std::string plane;
    std::string code;

    friend auto operator<=>(const CallKey&, const CallKey&) = default;
  };
  struct CallNumbers {
    int64_t calls = 0;
    int64_t during_absence = 0;
  };
  struct Violation {
    BrokenInvariant broken;
    absl::Time time;
    std::string step;
  };

  // Reads what the log has got since the last time.
  void ReadEvents() ABSL_LOCKS_EXCLUDED(mu_);
  void ReadEventLocked(const Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void AddLocked(std::vector<BrokenInvariant> broken, absl::Time time)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SetBaseline(batch::Account& account, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);
  void LookAt(batch::Account& account, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);
  void CompareTasks(batch::Account& account, absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

  const KeyTaker* const taker_;
  const Clock* const real_clock_;
  EventLog* const events_;

  std::atomic<bool> watching_{false};
  mutable Mutex mu_;
  std::optional<EventLog::SubscriptionId> subscription_ ABSL_GUARDED_BY(mu_);
  uint64_t read_ ABSL_GUARDED_BY(mu_) = 0;  // the latest event
  TaskLedger tasks_ ABSL_GUARDED_BY(mu_);
  AbsenceWatch absences_ ABSL_GUARDED_BY(mu_);
  // Accounts by name, as the history calls what is in them; empty where two have one name, whose
  // tasks then cannot be told apart and are not watched.
  std::map<std::string, std::string> ids_by_name_ ABSL_GUARDED_BY(mu_);
  // Events told of each account, by ARM id.
  std::map<std::string, uint64_t> events_by_account_ ABSL_GUARDED_BY(mu_);
  std::map<CallKey, CallNumbers> calls_ ABSL_GUARDED_BY(mu_);
  std::vector<Violation> violations_ ABSL_GUARDED_BY(mu_);
  std::string step_ ABSL_GUARDED_BY(mu_);
  int64_t looks_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t events_read_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t events_missed_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CHAOS_OBSERVER_H_
