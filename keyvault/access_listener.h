// File: keyvault/access_listener.h
//
// How the vaults tell that somebody's access to a key may have changed.
#ifndef LAZULI_KEYVAULT_ACCESS_LISTENER_H_
#define LAZULI_KEYVAULT_ACCESS_LISTENER_H_

#include <string>

namespace lazuli::keyvault {

// Told of every change of a vault or key that can give or take access: policies, firewall,
// deletion, recovery, purge, attributes, key_ops, a new version.
class AccessListener {
 public:
  virtual ~AccessListener() = default;

  // Called after the change is visible and with no lock held, on the thread of the call or timer
  // that made it, which answers only when this returns: every dependent has settled by then.
  // `key_name` is empty when the whole vault is concerned. `cause` is for the event log, e.g. "key
  // deleted". Must not call back into a mutation.
  virtual void OnAccessChanged(const std::string& name_space, const std::string& vault_name,
                               const std::string& key_name, const std::string& cause) = 0;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ACCESS_LISTENER_H_
