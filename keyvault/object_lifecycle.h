// File: keyvault/object_lifecycle.h
//
// The states of an object's name in a vault and what each of them answers to each request; all
// versions move together. The same for every kind of object.
//
//   Live --delete--> Deleting --> Deleted --recover--> Recovering --> Live
//                                 Deleted --purge--> Purging --> absent
//                                 Deleted --the end of the retention--> absent
//
// Deleting, Recovering and Purging last as long as the options of the registry say, by default no
// time.
#ifndef LAZULI_KEYVAULT_OBJECT_LIFECYCLE_H_
#define LAZULI_KEYVAULT_OBJECT_LIFECYCLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

// Kept by number: none ever changes its own.
enum class ObjectState {
  kAbsent,      // no object of the name
  kLive,        // usable
  kDeleting,    // a deletion was accepted and is not visible yet
  kDeleted,     // kept until its scheduled purge
  kRecovering,  // a recovery was accepted and is not visible yet
  kPurging,     // a purge was accepted and the name is not free yet
};

enum class ObjectRequest {
  kUse,  // get, update, every use of what it holds
  kDelete,
  kCreate,   // and import: whatever adds a version
  kRestore,  // of a backup
  kGetDeleted,
  kRecover,
  kPurge,
};

// "Live", "Deleting", ...; empty for kAbsent. Lives for ever.
absl::string_view ObjectStateName(ObjectState state);

// OK, or why an object of that kind called `name` refuses `request` in `state`. Purge protection is
// another matter: see Vault::Purge. `restored_id`: what the refusal of a restoration names.
absl::Status CheckObjectRequest(ObjectKind kind, ObjectState state, ObjectRequest request,
                                absl::string_view name, absl::string_view restored_id = "");

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_OBJECT_LIFECYCLE_H_
