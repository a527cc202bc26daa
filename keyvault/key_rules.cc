#include "keyvault/key_rules.h"

#include <algorithm>

#include "keyvault/attribute_decision.h"
#include "keyvault/errors.h"
#include "keyvault/object_kind.h"

namespace lazuli::keyvault {

absl::Status CheckNewKeyRelease(crypto::KeyType type, bool has_hardware, bool exportable,
                                bool has_release_policy) {
  if (!exportable) {
    return has_release_policy ? ReleasePolicyNeedsExportableError() : absl::OkStatus();
  }
  if (!has_hardware) return ExportableNeedsPremiumError();
  if (!crypto::IsHsm(type)) return ExportableNeedsHardwareError();
  return has_release_policy ? absl::OkStatus() : ExportableNeedsReleasePolicyError();
}

absl::Status CheckReleaseUpdate(const KeyVersion& version, const KeyVersionUpdate& update) {
  if (update.exportable.has_value() && *update.exportable != version.exportable) {
    return ExportableFixedError();
  }
  if (!update.release_policy.has_value()) return absl::OkStatus();
  if (!version.exportable) return ReleasePolicyNeedsExportableError();
  if (version.release_policy.has_value() && version.release_policy->immutable &&
      *version.release_policy != *update.release_policy) {
    return ReleasePolicyImmutableError();
  }
  return absl::OkStatus();
}

absl::Status CheckKeyVersionRelease(const KeyVersion& version) {
  RefusingAttribute by{.kind = ObjectKind::kKey,
                       .name = version.name,
                       .version = version.version,
                       .attribute = "enabled",
                       .value = "false",
                       .reason = "is disabled",
                       .change = "set attributes.enabled to true"};
  if (!version.attributes.enabled) return RefuseByAttribute(KeyReleaseDisabledError(), by);
  if (version.exportable && version.release_policy.has_value()) return absl::OkStatus();
  by.attribute = "exportable";
  by.reason = "is not exportable";
  by.change = "release a key that was created as exportable, with a release policy";
  return RefuseByAttribute(KeyNotExportableError(), by);
}

absl::Status CheckKeyOperationsFit(crypto::KeyType type, const std::vector<KeyOperation>& key_ops,
                                   absl::string_view field) {
  if (std::find(key_ops.begin(), key_ops.end(), KeyOperation::kImport) == key_ops.end()) {
    return absl::OkStatus();
  }
  if (key_ops.size() != 1) {
    return BadKeyParameterError(field, "The operation import goes with no other operation.");
  }
  if (type != crypto::KeyType::kRsaHsm) {
    return BadKeyParameterError(field,
                                "The operation import goes with keys of type RSA-HSM alone.");
  }
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
