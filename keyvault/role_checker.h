// File: keyvault/role_checker.h
//
// What the vaults ask of role assignments, for vaults whose data plane is authorized by roles.
#ifndef LAZULI_KEYVAULT_ROLE_CHECKER_H_
#define LAZULI_KEYVAULT_ROLE_CHECKER_H_

#include "absl/strings/string_view.h"
#include "base/call_context.h"

namespace lazuli::keyvault {

// Thread safe.
class RoleChecker {
 public:
  virtual ~RoleChecker() = default;

  // True if an assignment at or above the ARM id `scope` gives `caller` the data action, e.g.
  // "Microsoft.KeyVault/vaults/keys/wrap/action".
  virtual bool HasDataAction(const Caller& caller, absl::string_view scope,
                             absl::string_view data_action) const = 0;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ROLE_CHECKER_H_
