// File: keyvault/attribute_decision.h
//
// Refusals by what a version of an object, or its vault, is set to.
#ifndef LAZULI_KEYVAULT_ATTRIBUTE_DECISION_H_
#define LAZULI_KEYVAULT_ATTRIBUTE_DECISION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "keyvault/names.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

// What refuses, and what would help.
struct RefusingAttribute {
  ObjectKind kind = ObjectKind::kKey;
  absl::string_view name;     // of the object
  absl::string_view version;  // its id
  // As JSON names it below "attributes", or "key_ops".
  absl::string_view attribute;
  absl::string_view value;
  // What goes on after "version V of the key K": "is disabled".
  absl::string_view reason;
  // Empty: no change helps.
  absl::string_view change;
};

// `refusal`, which must not be OK, with the attribute as the decision that made it.
absl::Status RefuseByAttribute(absl::Status refusal, const RefusingAttribute& by);

// ObjectPurgeProtectedError for a deleted object of the kind, with when it is purged by itself.
absl::Status RefusePurge(ObjectKind kind, const VaultLabel& vault, absl::Time scheduled_purge_date);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ATTRIBUTE_DECISION_H_
