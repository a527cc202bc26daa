// File: keyvault/role_checker.h
//
// What the vaults ask of role assignments, for vaults whose data plane is authorized by roles.
#ifndef LAZULI_KEYVAULT_ROLE_CHECKER_H_
#define LAZULI_KEYVAULT_ROLE_CHECKER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"

namespace lazuli::keyvault {

// Whether a data action is given, and by what.
struct RoleAnswer {
  bool allowed = false;
  // Of the assignment that gives it: its ARM id, the name of its role, and where it was made.
  std::string assignment_id = {};
  std::string role = {};
  std::string scope = {};
};

// What would help whom a data action is not given.
struct RoleAdvice {
  // One line for each assignment of the caller that was looked at, or one that says that there is
  // none.
  std::vector<std::string> considered;
  // The name of the built-in role with the fewest data actions that has this one; empty: none has.
  std::string role;
  // The caller has an assignment that gives it and counts from then on.
  std::optional<absl::Time> counts_from;
};

// Thread safe.
class RoleChecker {
 public:
  virtual ~RoleChecker() = default;

  // The answer for `caller` at the ARM id `scope`, by the assignments there and above, about e.g.
  // "Microsoft.KeyVault/vaults/keys/wrap/action".
  virtual RoleAnswer FindDataAction(const Caller& caller, absl::string_view scope,
                                    absl::string_view data_action) const = 0;
  virtual RoleAdvice Advise(const Caller& caller, absl::string_view scope,
                            absl::string_view data_action) const = 0;

  // As FindDataAction, for whoever does not ask by what.
  virtual bool HasDataAction(const Caller& caller, absl::string_view scope,
                             absl::string_view data_action) const {
    return FindDataAction(caller, scope, data_action).allowed;
  }
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ROLE_CHECKER_H_
