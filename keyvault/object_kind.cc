#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

absl::string_view ObjectKindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kKey:
      return "key";
    case ObjectKind::kSecret:
      return "secret";
    case ObjectKind::kCertificate:
      return "certificate";
  }
  return "";
}

absl::string_view ObjectKindTitle(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kKey:
      return "Key";
    case ObjectKind::kSecret:
      return "Secret";
    case ObjectKind::kCertificate:
      return "Certificate";
  }
  return "";
}

absl::string_view ObjectKindPlural(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kKey:
      return "keys";
    case ObjectKind::kSecret:
      return "secrets";
    case ObjectKind::kCertificate:
      return "certificates";
  }
  return "";
}

}  // namespace lazuli::keyvault
