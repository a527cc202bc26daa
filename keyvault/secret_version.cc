#include "keyvault/secret_version.h"

#include "keyvault/errors.h"

namespace lazuli::keyvault {

absl::Status CheckSecretShown(const SecretVersion& version) {
  return version.attributes.enabled ? absl::OkStatus() : SecretDisabledError();
}

}  // namespace lazuli::keyvault
