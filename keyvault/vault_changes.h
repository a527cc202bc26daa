// File: keyvault/vault_changes.h
//
// What changed among vaults and keys since it was last stored.
#ifndef LAZULI_KEYVAULT_VAULT_CHANGES_H_
#define LAZULI_KEYVAULT_VAULT_CHANGES_H_

#include <compare>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "base/change_set.h"
#include "base/mutex.h"

namespace lazuli::keyvault {

// Names a vault, a key of it or a version of that: `key` and `version` are empty where they do not
// apply. All in lower case.
struct ChangedItem {
  std::string vault;
  std::string key;
  std::string version;

  friend auto operator<=>(const ChangedItem&, const ChangedItem&) = default;
};

// Thread safe; its lock is a leaf. Named, and not pointed at: a vault of the same name may take the
// place of another before anything is stored. To be marked under the lock of what changes.
class VaultChanges {
 public:
  // Nothing is kept before.
  void Start() {
    MutexLock lock(&mu_);
    items_.Start();
  }

  void Mark(absl::string_view vault, absl::string_view key = "", absl::string_view version = "") {
    MutexLock lock(&mu_);
    if (!items_.started()) return;
    items_.Mark({absl::AsciiStrToLower(vault), absl::AsciiStrToLower(key), std::string(version)});
  }

  // What was marked since the last call, in order.
  std::set<ChangedItem> Take() {
    MutexLock lock(&mu_);
    return items_.Take();
  }

 private:
  Mutex mu_;
  ChangeSet<ChangedItem> items_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_VAULT_CHANGES_H_
