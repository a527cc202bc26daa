// File: keyvault/vault_changes.h
//
// What changed among vaults and their objects since it was last stored.
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
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

// Names a vault, an object of it or a version of that: `object` and `version` are empty where they
// do not apply, and `kind` then means nothing. All in lower case.
struct ChangedItem {
  std::string vault;
  ObjectKind kind = ObjectKind::kKey;
  std::string object;
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

  void Mark(absl::string_view vault) { Mark(vault, ObjectKind::kKey, "", ""); }

  void Mark(absl::string_view vault, ObjectKind kind, absl::string_view object,
            absl::string_view version) {
    MutexLock lock(&mu_);
    if (!items_.started()) return;
    items_.Mark(
        {absl::AsciiStrToLower(vault), kind, absl::AsciiStrToLower(object), std::string(version)});
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
