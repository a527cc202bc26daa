// File: keyvault/key_lifecycle.h
//
// The states of a key's name in a vault and what each of them answers to each request; all versions
// move together.
//
//   Live --delete--> Deleting --> Deleted --recover--> Recovering --> Live
//                                 Deleted --purge, or the end of the retention--> absent
//
// Deleting and Recovering last as long as the options of the registry say, by default no time.
#ifndef LAZULI_KEYVAULT_KEY_LIFECYCLE_H_
#define LAZULI_KEYVAULT_KEY_LIFECYCLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// Kept by number: none ever changes its own.
enum class KeyState {
  kAbsent,      // no key of the name
  kLive,        // usable
  kDeleting,    // a deletion was accepted and is not visible yet
  kDeleted,     // kept until its scheduled purge
  kRecovering,  // a recovery was accepted and is not visible yet
};

enum class KeyRequest {
  kUse,  // get, update, every use of the material
  kDelete,
  kCreate,  // and import
  kGetDeleted,
  kRecover,
  kPurge,
};

// "Live", "Deleting", ...; empty for kAbsent. Lives for ever.
absl::string_view KeyStateName(KeyState state);

// OK, or why a key called `name` refuses `request` in `state`. Purge protection is another matter:
// see Vault::PurgeKey.
absl::Status CheckKeyRequest(KeyState state, KeyRequest request, absl::string_view name);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_LIFECYCLE_H_
