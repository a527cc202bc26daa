#include <utility>

#include "base/status_macros.h"
#include "keyvault/key_rules.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {

absl::StatusOr<KeyVersionPtr> Vault::AddKeyVersion(absl::Time now, absl::string_view key_name,
                                                   NewKeyVersion version, absl::string_view cause,
                                                   bool only_first) {
  KeyVersion made;
  made.type = version.type;
  made.key_ops = std::move(version.key_ops);
  made.attributes = version.attributes;
  made.tags = std::move(version.tags);
  made.stray_curve = version.stray_curve;
  made.exportable = version.exportable;
  made.release_policy = std::move(version.release_policy);
  made.material = std::move(version.material);
  return Add<KeyTraits>(now, key_name, std::move(made), cause, only_first);
}

absl::StatusOr<KeyVersionPtr> Vault::UpdateKey(absl::Time now, absl::string_view key_name,
                                               absl::string_view version,
                                               const KeyVersionUpdate& update) {
  const auto change = [&update](KeyVersion* key) -> absl::Status {
    LAZULI_RETURN_IF_ERROR(CheckReleaseUpdate(*key, update));
    if (update.key_ops.has_value()) {
      LAZULI_RETURN_IF_ERROR(CheckKeyOperationsFit(key->type, *update.key_ops, "key_ops"));
      key->key_ops = *update.key_ops;
    }
    if (update.tags.has_value()) key->tags = update.tags;
    if (update.release_policy.has_value()) key->release_policy = update.release_policy;
    if (update.enabled.has_value()) key->attributes.enabled = *update.enabled;
    if (update.not_before.has_value()) key->attributes.not_before = update.not_before;
    if (update.expires.has_value()) key->attributes.expires = update.expires;
    if (update.clear_not_before) key->attributes.not_before.reset();
    if (update.clear_expires) key->attributes.expires.reset();
    return absl::OkStatus();
  };
  return Update<KeyTraits>(now, key_name, version, change, "UpdateKey");
}

}  // namespace lazuli::keyvault
