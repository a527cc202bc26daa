#include "keyvault/secret_version.h"

#include "keyvault/attribute_decision.h"
#include "keyvault/errors.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

absl::Status CheckSecretShown(const SecretVersion& version) {
  if (version.attributes.enabled) return absl::OkStatus();
  return RefuseByAttribute(SecretDisabledError(), {.kind = ObjectKind::kSecret,
                                                   .name = version.name,
                                                   .version = version.version,
                                                   .attribute = "enabled",
                                                   .value = "false",
                                                   .reason = "is disabled",
                                                   .change = "set attributes.enabled to true"});
}

}  // namespace lazuli::keyvault
