#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/limits.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

}  // namespace

absl::StatusOr<KeyVersionPtr> Vault::AddRotatedKey(absl::Time now, KeyVersionPtr latest,
                                                   uint64_t step,
                                                   const crypto::Interrupted& interrupted,
                                                   absl::string_view cause) {
  while (true) {
    LAZULI_ASSIGN_OR_RETURN(const crypto::KeyMaterial::Ptr material,
                            environment_->MakeKeyLike(*latest->material, interrupted));
    bool fits = true;
    const auto make = [&](const KeyVersion& present,
                          const KeyNameData& data) -> std::optional<KeyVersion> {
      fits = present.material->IsLike(*latest->material);
      if (!fits) return std::nullopt;
      KeyVersion version = present;
      version.version.clear();
      version.material = material;
      // A curiosity of one import.
      version.stray_curve.reset();
      version.attributes = ObjectAttributes();
      if (data.rotation_policy != nullptr) {
        version.attributes.expires = data.rotation_policy->ExpiryOf(WholeSeconds(now));
      }
      return version;
    };
    KeyVersionPtr added;
    {
      MutexLock lock(&mu_);
      LAZULI_RETURN_IF_ERROR(CheckLiveLocked());
      LAZULI_RETURN_IF_ERROR(CheckNotManagedLocked<KeyTraits>(latest->name, "rotate"));
      LAZULI_ASSIGN_OR_RETURN(
          added, ObjectsLocked<KeyTraits>().AddSuccessor(now, latest->name, step, make, cause));
    }
    if (added != nullptr) {
      environment_->Publish(name_space_, name_, added->name, "new key version");
      return added;
    }
    if (fits) return added;
    // Somebody has put a key of another type or size there meanwhile.
    if (interrupted && interrupted()) return crypto::KeyGenerationInterruptedError();
    LAZULI_ASSIGN_OR_RETURN(latest, FindKey(latest->name, ""));
  }
}

absl::StatusOr<KeyVersionPtr> Vault::RotateKey(absl::Time now, absl::string_view key_name,
                                               const crypto::Interrupted& interrupted) {
  LAZULI_ASSIGN_OR_RETURN(KeyVersionPtr latest, FindKey(key_name, ""));
  return AddRotatedKey(now, std::move(latest), 0, interrupted, "RotateKey");
}

template <>
void Vault::Succeed<KeyTraits>(absl::Time due, const KeyVersionPtr& old, uint64_t step) {
  const absl::Status rotated = AddRotatedKey(due, old, step, nullptr, "KeyRotateIfDue").status();
  // At the end of the process the step rests and comes again in the next one.
  if (rotated.ok() || absl::IsCancelled(rotated)) return;
  MutexLock lock(&mu_);
  // What is due in a deleted vault comes when it is recovered.
  if (!is_live()) return;
  ObjectsLocked<KeyTraits>().PutOffSuccessor(
      due, old->name, step, due + absl::Hours(limits::keyvault::kRotationRetryHours),
      absl::StrCat("KeyRotateIfDue failed: ", rotated.message()));
}

absl::StatusOr<std::shared_ptr<const RotationPolicy>> Vault::FindRotationPolicy(
    absl::string_view key_name) const {
  LAZULI_ASSIGN_OR_RETURN(KeyNameData data, FindData<KeyTraits>(key_name));
  return std::move(data.rotation_policy);
}

absl::StatusOr<std::shared_ptr<const RotationPolicy>> Vault::SetRotationPolicy(
    absl::Time now, absl::string_view key_name, RotationPolicy policy) {
  std::shared_ptr<const RotationPolicy> kept;
  const auto change = [&](KeyNameData* data) {
    policy.updated = WholeSeconds(now);
    policy.created =
        data->rotation_policy == nullptr ? policy.updated : data->rotation_policy->created;
    kept = std::make_shared<const RotationPolicy>(std::move(policy));
    data->rotation_policy = kept;
    return absl::OkStatus();
  };
  LAZULI_RETURN_IF_ERROR(ChangeData<KeyTraits>(now, key_name, change, "UpdateKeyRotationPolicy"));
  return kept;
}

}  // namespace lazuli::keyvault
