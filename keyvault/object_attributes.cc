#include "keyvault/object_attributes.h"

#include "keyvault/errors.h"

namespace lazuli::keyvault {

absl::Status CheckObjectAttributes(const ObjectAttributes& attributes) {
  if (attributes.not_before.has_value() && attributes.expires.has_value() &&
      *attributes.expires <= *attributes.not_before) {
    return BadObjectParameterError("attributes.exp", "It must be later than attributes.nbf.");
  }
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
