#include "emulator/chaos/key_causes.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "emulator/chaos/errors.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/vault.h"

namespace lazuli::emulator {
namespace {

using keyvault::KeyOperation;
using keyvault::KeyVersion;
using keyvault::KeyVersionPtr;
using keyvault::KeyVersionUpdate;
using keyvault::VaultPtr;

// Longer than anybody waits, and short enough to be waited for with a manual clock.
constexpr absl::Duration kPostponement = absl::Hours(365 * 24);

std::string KeyLabel(const CauseTarget& target) {
  return absl::StrCat("the key '", target.key.key_name, "' of the vault '", target.key.vault_name,
                      "'");
}

absl::StatusOr<VaultPtr> FindVault(const ChaosEngines& engines, const CauseTarget& target) {
  const keyvault::VaultAddress& address = target.vault->address;
  return engines.vaults->FindLive(address.name, address.name_space);
}

std::string VersionLabel(const CauseTarget& target, absl::string_view version) {
  return absl::StrCat("version ", version, " of ", KeyLabel(target));
}

// The service's times are whole seconds.
absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

// What of a version a cause changes, and so looks at before it puts it back.
enum class Aspect { kEnabled, kValidity, kOperations };

bool Same(Aspect aspect, const KeyVersion& a, const KeyVersion& b) {
  switch (aspect) {
    case Aspect::kEnabled:
      return a.attributes.enabled == b.attributes.enabled;
    case Aspect::kValidity:
      return a.attributes.not_before == b.attributes.not_before &&
             a.attributes.expires == b.attributes.expires;
    case Aspect::kOperations:
      return a.key_ops == b.key_ops;
  }
  return false;
}

// The update that makes the aspect what it is in `wanted`.
KeyVersionUpdate UpdateTo(Aspect aspect, const KeyVersion& wanted) {
  KeyVersionUpdate update;
  switch (aspect) {
    case Aspect::kEnabled:
      update.enabled = wanted.attributes.enabled;
      break;
    case Aspect::kValidity:
      update.not_before = wanted.attributes.not_before;
      update.expires = wanted.attributes.expires;
      update.clear_not_before = !wanted.attributes.not_before.has_value();
      update.clear_expires = !wanted.attributes.expires.has_value();
      break;
    case Aspect::kOperations:
      update.key_ops = wanted.key_ops;
      break;
  }
  return update;
}

struct ChangedVersion {
  KeyVersionPtr before;
  KeyVersionPtr after;
};

class ChangedVersions final : public TakenAway {
 public:
  ChangedVersions(std::string what, const ChaosEngines& engines, const CauseTarget& target,
                  Aspect aspect, std::vector<ChangedVersion> versions)
      : TakenAway(std::move(what)),
        vaults_(engines.vaults),
        address_(target.vault->address),
        label_(KeyLabel(target)),
        aspect_(aspect),
        versions_(std::move(versions)) {}

  absl::Status GiveBack(const CallContext& context) override {
    LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                            vaults_->FindLive(address_.name, address_.name_space));
    for (const ChangedVersion& each : versions_) {
      LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr present,
                              vault->FindKey(each.after->name, each.after->version));
      if (!Same(aspect_, *present, *each.after)) {
        return ChangedMeanwhileError(
            absl::StrCat("Version ", each.after->version, " of ", label_, " was changed"));
      }
    }
    for (const ChangedVersion& each : versions_) {
      LAZULI_RETURN_IF_ERROR(vault
                                 ->UpdateKey(context.now, each.before->name, each.before->version,
                                             UpdateTo(aspect_, *each.before))
                                 .status());
    }
    return absl::OkStatus();
  }

 private:
  keyvault::VaultRegistry* const vaults_;
  const keyvault::VaultAddress address_;
  const std::string label_;
  const Aspect aspect_;
  const std::vector<ChangedVersion> versions_;
};

// The version in use.
absl::StatusOr<KeyVersionPtr> FindVersion(const ChaosEngines& engines, const CauseTarget& target) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(engines, target));
  return vault->FindKey(target.key.key_name, target.key.key_version);
}

// Makes the aspect of `version` what it is in `wanted`.
absl::StatusOr<ChangedVersion> ChangeVersion(const ChaosEngines& engines, const CauseTarget& target,
                                             Aspect aspect, const KeyVersionPtr& version,
                                             const KeyVersion& wanted, const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(engines, target));
  LAZULI_ASSIGN_OR_RETURN(
      KeyVersionPtr after,
      vault->UpdateKey(context.now, version->name, version->version, UpdateTo(aspect, wanted)));
  return ChangedVersion{version, std::move(after)};
}

// The same for the version in use alone.
TakeResult ChangeVersionInUse(const ChaosEngines& engines, const CauseTarget& target, Aspect aspect,
                              const KeyVersionPtr& version, const KeyVersion& wanted,
                              std::string what, const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(ChangedVersion changed,
                          ChangeVersion(engines, target, aspect, version, wanted, context));
  std::vector<ChangedVersion> versions;
  versions.push_back(std::move(changed));
  return std::make_unique<ChangedVersions>(std::move(what), engines, target, aspect,
                                           std::move(versions));
}

TakeResult ForbidOperation(const ChaosEngines& engines, const CauseTarget& target,
                           KeyOperation operation, absl::string_view cause,
                           const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, FindVersion(engines, target));
  const absl::string_view name = keyvault::KeyOperationName(operation);
  if (!version->Allows(operation)) {
    return NothingToRevokeError(cause, absl::StrCat(name, " is not among the key_ops of ",
                                                    VersionLabel(target, version->version), "."));
  }
  KeyVersion wanted = *version;
  std::erase(wanted.key_ops, operation);
  return ChangeVersionInUse(
      engines, target, Aspect::kOperations, version, wanted,
      absl::StrCat(name, " was taken from the key_ops of ", VersionLabel(target, version->version)),
      context);
}

class DeletedKeyTaken final : public TakenAway {
 public:
  DeletedKeyTaken(std::string what, const ChaosEngines& engines, const CauseTarget& target,
                  const keyvault::DeletedKey& deleted)
      : TakenAway(std::move(what)),
        vaults_(engines.vaults),
        address_(target.vault->address),
        label_(KeyLabel(target)),
        deleted_(deleted) {}

  absl::Status GiveBack(const CallContext& context) override {
    LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                            vaults_->FindLive(address_.name, address_.name_space));
    const std::string& name = deleted_.latest->name;
    const absl::StatusOr<keyvault::DeletedKey> present = vault->FindDeletedKey(name);
    // Recovered, purged, or deleted once more by somebody else.
    if (!present.ok() || present->deleted_date != deleted_.deleted_date ||
        present->latest->version != deleted_.latest->version) {
      return ChangedMeanwhileError(absl::StrCat("Somebody recovered or purged ", label_));
    }
    return vault->RecoverKey(context.now, name).status();
  }

 private:
  keyvault::VaultRegistry* const vaults_;
  const keyvault::VaultAddress address_;
  const std::string label_;
  const keyvault::DeletedKey deleted_;
};

class PurgedKeyTaken final : public TakenAway {
 public:
  using TakenAway::TakenAway;

  absl::Status GiveBack(const CallContext&) override {
    return CannotBeRestoredError(
        absl::StrCat("'key-purged' is for good: ", what(),
                     ". Give the account another key; to lose a key and get it back, use "
                     "'key-deleted'."));
  }
};

}  // namespace

TakeResult DisableKey(const ChaosEngines& engines, const CauseTarget& target,
                      const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(engines, target));
  LAZULI_RETURN_IF_ERROR(vault->FindKey(target.key.key_name, "").status());
  LAZULI_ASSIGN_OR_RETURN(const keyvault::Page<KeyVersionPtr> page,
                          vault->ListKeyVersions(target.key.key_name, "", SIZE_MAX));
  std::vector<ChangedVersion> versions;
  for (const KeyVersionPtr& version : page.items) {
    if (!version->attributes.enabled) continue;
    KeyVersion wanted = *version;
    wanted.attributes.enabled = false;
    absl::StatusOr<ChangedVersion> changed =
        ChangeVersion(engines, target, Aspect::kEnabled, version, wanted, context);
    if (!changed.ok()) {
      // Somebody took the key or its vault away meanwhile; what can be put back is put back.
      ChangedVersions("", engines, target, Aspect::kEnabled, std::move(versions))
          .GiveBack(context)
          .IgnoreError();
      return std::move(changed).status();
    }
    versions.push_back(*std::move(changed));
  }
  if (versions.empty()) {
    return NothingToRevokeError("key-disabled",
                                absl::StrCat(KeyLabel(target), " is disabled already."));
  }
  return std::make_unique<ChangedVersions>(absl::StrCat(KeyLabel(target), " was disabled"), engines,
                                           target, Aspect::kEnabled, std::move(versions));
}

TakeResult DisableVersion(const ChaosEngines& engines, const CauseTarget& target,
                          const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, FindVersion(engines, target));
  const std::string label = VersionLabel(target, version->version);
  if (!version->attributes.enabled) {
    return NothingToRevokeError("version-disabled", absl::StrCat(label, " is disabled already."));
  }
  KeyVersion wanted = *version;
  wanted.attributes.enabled = false;
  return ChangeVersionInUse(engines, target, Aspect::kEnabled, version, wanted,
                            absl::StrCat(label, " was disabled"), context);
}

TakeResult ExpireKey(const ChaosEngines& engines, const CauseTarget& target,
                     const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, FindVersion(engines, target));
  const std::string label = VersionLabel(target, version->version);
  const absl::Time now = WholeSeconds(context.now);
  if (version->attributes.expires.has_value() && *version->attributes.expires <= now) {
    return NothingToRevokeError("key-expired", absl::StrCat(label, " is expired already."));
  }
  KeyVersion wanted = *version;
  wanted.attributes.expires = now;
  // A key has to be valid at some time.
  if (wanted.attributes.not_before.has_value() && *wanted.attributes.not_before >= now) {
    wanted.attributes.not_before = now - absl::Seconds(1);
  }
  return ChangeVersionInUse(
      engines, target, Aspect::kValidity, version, wanted,
      absl::StrCat("exp of ", label, " was set to ", FormatIso8601Time(now, 0)), context);
}

TakeResult PostponeKey(const ChaosEngines& engines, const CauseTarget& target,
                       const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr version, FindVersion(engines, target));
  const std::string label = VersionLabel(target, version->version);
  if (version->attributes.not_before.has_value() && *version->attributes.not_before > context.now) {
    return NothingToRevokeError("key-not-yet-valid",
                                absl::StrCat(label, " is not valid yet anyway."));
  }
  KeyVersion wanted = *version;
  const absl::Time not_before = WholeSeconds(context.now + kPostponement);
  wanted.attributes.not_before = not_before;
  // A key has to be valid at some time.
  if (wanted.attributes.expires.has_value() && *wanted.attributes.expires <= not_before) {
    wanted.attributes.expires = not_before + absl::Hours(1);
  }
  return ChangeVersionInUse(
      engines, target, Aspect::kValidity, version, wanted,
      absl::StrCat("nbf of ", label, " was set to ", FormatIso8601Time(not_before, 0)), context);
}

TakeResult ForbidWrapKey(const ChaosEngines& engines, const CauseTarget& target,
                         const CallContext& context) {
  return ForbidOperation(engines, target, KeyOperation::kWrapKey, "key-ops-without-wrap", context);
}

TakeResult ForbidUnwrapKey(const ChaosEngines& engines, const CauseTarget& target,
                           const CallContext& context) {
  return ForbidOperation(engines, target, KeyOperation::kUnwrapKey, "key-ops-without-unwrap",
                         context);
}

TakeResult DeleteKey(const ChaosEngines& engines, const CauseTarget& target,
                     const CallContext& context) {
  // Without soft delete it would be gone for good.
  if (!target.vault->settings.soft_delete) {
    return CauseDoesNotApplyError(
        "key-deleted", absl::StrCat("the vault '", target.key.vault_name,
                                    "' has no soft delete, so that the key could not be recovered; "
                                    "'key-purged' deletes it for good."));
  }
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(engines, target));
  LAZULI_ASSIGN_OR_RETURN(const keyvault::DeletedKey deleted,
                          vault->DeleteKey(context.now, target.key.key_name));
  return std::make_unique<DeletedKeyTaken>(absl::StrCat(KeyLabel(target), " was deleted"), engines,
                                           target, deleted);
}

TakeResult PurgeKey(const ChaosEngines& engines, const CauseTarget& target,
                    const CallContext& context) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault, FindVault(engines, target));
  LAZULI_ASSIGN_OR_RETURN(const keyvault::DeletedKey deleted,
                          vault->DeleteKey(context.now, target.key.key_name));
  // With purge protection, as accounts want it of their vaults, nobody can purge it before its
  // time.
  const bool purged =
      !target.vault->settings.soft_delete || vault->PurgeKey(context.now, target.key.key_name).ok();
  if (!purged) {
    return std::make_unique<PurgedKeyTaken>(
        absl::StrCat(KeyLabel(target), " was deleted, and is purged when its retention ends at ",
                     FormatIso8601Time(*deleted.scheduled_purge_date, 0)));
  }
  return std::make_unique<PurgedKeyTaken>(absl::StrCat(KeyLabel(target), " was purged"));
}

}  // namespace lazuli::emulator
