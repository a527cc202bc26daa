// File: keyvault/object_kind.h
//
// The kinds of objects that a vault holds.
#ifndef LAZULI_KEYVAULT_OBJECT_KIND_H_
#define LAZULI_KEYVAULT_OBJECT_KIND_H_

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

enum class ObjectKind {
  kKey,
  kSecret,
  kCertificate,
};

// How texts name one: "key", "secret", "certificate". Lives for ever, like the next two.
absl::string_view ObjectKindName(ObjectKind kind);
// The same in upper case: "Key", as in the operation DeleteKey.
absl::string_view ObjectKindTitle(ObjectKind kind);
// How identifiers name all of them: "keys", "secrets", "certificates".
absl::string_view ObjectKindPlural(ObjectKind kind);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_OBJECT_KIND_H_
