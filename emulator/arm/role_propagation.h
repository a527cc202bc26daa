// File: emulator/arm/role_propagation.h
//
// Lets changes of role assignments count for vaults only after a while, as they do in Azure.
#ifndef LAZULI_EMULATOR_ARM_ROLE_PROPAGATION_H_
#define LAZULI_EMULATOR_ARM_ROLE_PROPAGATION_H_

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/timer_queue.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/arm/role_listener.h"
#include "keyvault/role_checker.h"

namespace lazuli::emulator {

// Answers as RoleEvaluator does while the delay is zero, and else by the assignments that were in
// force that long ago. Management calls do not ask here: to them changes count at once.
//
// Thread safe. Its lock is a leaf. What is on its way is not stored: in another process the
// assignments of then decide at once.
class RolePropagation final : public keyvault::RoleChecker, public RoleListener {
 public:
  // The pointers outlive this. `dependents` is told when a change has come to count. Whoever makes
  // it adds it to the listeners of `assignments`, before those who ask it.
  RolePropagation(const RoleAssignments* assignments, const RoleEvaluator* evaluator,
                  const Clock* clock, TimerQueue* timers, RoleListener* dependents);

  // For changes from now on. >= 0; at first zero.
  void SetDelay(absl::Duration delay) ABSL_LOCKS_EXCLUDED(mu_);

  // keyvault::RoleChecker
  keyvault::RoleAnswer FindDataAction(const Caller& caller, absl::string_view scope,
                                      absl::string_view data_action) const override
      ABSL_LOCKS_EXCLUDED(mu_);
  bool HasDataAction(const Caller& caller, absl::string_view scope,
                     absl::string_view data_action) const override ABSL_LOCKS_EXCLUDED(mu_);
  keyvault::RoleAdvice Advise(const Caller& caller, absl::string_view scope,
                              absl::string_view data_action) const override
      ABSL_LOCKS_EXCLUDED(mu_);
  // RoleListener
  void OnRolesChanged(const std::string& object_id, const std::string& scope,
                      const std::string& cause) override ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Assignments that decide until then; null: none.
  struct Superseded {
    RoleAssignments::Snapshot assignments;
    absl::Time until;
    // Where changes come to count then.
    std::set<std::string> scopes;
  };

  // What decides about the principal in the place of the present assignments, the first to end
  // first.
  std::vector<Superseded> SupersededOf(absl::string_view object_id) const ABSL_LOCKS_EXCLUDED(mu_);
  void OnPropagated(const std::string& object_id) ABSL_LOCKS_EXCLUDED(mu_);

  const RoleAssignments* const assignments_;
  const RoleEvaluator* const evaluator_;
  const Clock* const clock_;
  TimerQueue* const timers_;
  RoleListener* const dependents_;

  // False: nothing below is looked at.
  std::atomic<bool> in_use_{false};
  mutable Mutex mu_;
  absl::Duration delay_ ABSL_GUARDED_BY(mu_) = absl::ZeroDuration();
  // By object id: what each had after the latest change, kept while there is a delay; and what goes
  // on deciding, the first to end first; no two end at the same time.
  std::map<std::string, RoleAssignments::Snapshot> latest_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::vector<Superseded>> superseded_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_PROPAGATION_H_
