#include "keyvault/key_version.h"

#include <algorithm>

#include "keyvault/errors.h"

namespace lazuli::keyvault {

bool KeyVersion::Allows(KeyOperation operation) const {
  return std::find(key_ops.begin(), key_ops.end(), operation) != key_ops.end();
}

absl::Status CheckKeyAttributes(const KeyAttributes& attributes) {
  if (attributes.not_before.has_value() && attributes.expires.has_value() &&
      *attributes.expires <= *attributes.not_before) {
    return BadKeyParameterError("attributes.exp", "It must be later than attributes.nbf.");
  }
  return absl::OkStatus();
}

absl::Status CheckKeyVersionUse(const KeyVersion& version, KeyOperation operation, absl::Time now) {
  const KeyAttributes& attributes = version.attributes;
  if (!attributes.enabled) return KeyDisabledError(operation);
  if (!WorksOutsideValidity(operation)) {
    if (attributes.not_before.has_value() && now < *attributes.not_before) {
      return KeyNotYetValidError(operation);
    }
    if (attributes.expires.has_value() && now >= *attributes.expires) {
      return KeyExpiredError(operation);
    }
  }
  if (!version.Allows(operation)) return KeyOperationForbiddenError(operation);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
