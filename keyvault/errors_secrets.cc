#include "absl/strings/str_cat.h"
#include "keyvault/errors.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault {

absl::Status SecretDisabledError() {
  return make_error::Forbidden("SecretDisabled",
                               "Operation get is not allowed on a disabled secret.");
}

absl::Status SecretTooLongError(size_t limit) {
  return BadObjectParameterError("value", absl::StrCat("A secret has at most ", limit, " bytes."));
}

}  // namespace lazuli::keyvault
