#include "keyvault/testing/vault_model.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "keyvault/testing/model_texts.h"

namespace lazuli::keyvault {

using namespace model;  // NOLINT: the words of the model

namespace {

const char* ShapeText(Shape shape) {
  switch (shape) {
    case Shape::kP256:
      return "EC P-256";
    case Shape::kP384:
      return "EC P-384";
    case Shape::kRsa2048:
      return "RSA 2048";
  }
  return "";
}

std::optional<int64_t> FromNow(int64_t now, const std::optional<int64_t>& seconds) {
  if (!seconds.has_value()) return std::nullopt;
  return now + *seconds;
}

bool HasNoTime(const std::optional<int64_t>& not_before, const std::optional<int64_t>& expires) {
  return not_before.has_value() && expires.has_value() && *expires <= *not_before;
}

bool Contains(const std::string& operations, const std::string& operation) {
  return absl::StrCat(",", operations, ",").find(absl::StrCat(",", operation, ",")) !=
         std::string::npos;
}

}  // namespace

VaultModel::Vault* VaultModel::LiveVault(int vault) {
  const auto found = vaults_.find(vault);
  return found != vaults_.end() && found->second.live ? &found->second : nullptr;
}

VaultModel::Version* VaultModel::Find(Object* object, int number) {
  if (number == 0) return &object->versions.back();
  for (Version& version : object->versions) {
    if (version.number == number) return &version;
  }
  return nullptr;
}

std::string VaultModel::AddRefusal(const Object* object) {
  if (object == nullptr) return "";
  switch (object->state) {
    case State::kDeleting:
    case State::kPurging:
      return kBeingDeleted;
    case State::kDeleted:
      return "Conflict/ObjectIsDeletedButRecoverable";
    case State::kRecovering:
      return kBeingRecovered;
    case State::kLive:
      break;
  }
  return "";
}

std::string VaultModel::RestoreRefusal(const Object* object) {
  if (object == nullptr) return "";
  const bool settled = object->state == State::kLive || object->state == State::kDeleted;
  return settled ? kConflict : AddRefusal(object);
}

std::string VaultModel::RecoverRefusal(const Object* object, const char* not_found) {
  if (object == nullptr) return not_found;
  if (object->state == State::kLive) return "MethodNotAllowed/RequestNotAllowedOnNonDeletedObject";
  return object->state == State::kDeleted ? "" : AddRefusal(object);
}

std::string VaultModel::PurgeRefusal(const Object* object, const char* not_found) {
  if (object == nullptr || object->state == State::kLive) return not_found;
  return object->state == State::kDeleted ? "" : AddRefusal(object);
}

void VaultModel::Delete(const Vault& vault, Object* object) {
  object->deleted = seconds();
  object->purge = seconds() + vault.retention_days * kDay;
  object->state = rules_.deleting > 0 ? State::kDeleting : State::kDeleted;
  object->step_due = rules_.deleting > 0 ? now_ + rules_.deleting : object->purge * 1000;
}

void VaultModel::Recover(Object* object) {
  object->state = rules_.recovering > 0 ? State::kRecovering : State::kLive;
  object->step_due = now_ + rules_.recovering;
}

bool VaultModel::IsBehindCertificate(const Vault& vault, int name) {
  return vault.certificates.count(name) > 0;
}

std::optional<std::string> VaultModel::Apply(const Step& step) {
  switch (step.kind) {
    case StepKind::kAdvance:
      return Advance(step);
    case StepKind::kCreateVault:
      if (LiveVault(step.vault) != nullptr) return std::nullopt;
      [[fallthrough]];
    case StepKind::kProtectVault:
    case StepKind::kDeleteVault:
    case StepKind::kRecoverVault:
    case StepKind::kPurgeVault:
      return ApplyToVault(step);
    case StepKind::kSign:
    case StepKind::kVerify:
    case StepKind::kWrap:
    case StepKind::kUnwrap:
      return ApplyCryptography(step);
    case StepKind::kBackup:
    case StepKind::kRestore:
      return ApplyBackup(step);
    case StepKind::kRestoreCertificate:
      return RestoreCertificate(step);
    default:
      break;
  }
  Vault* const vault = LiveVault(step.vault);
  if (vault == nullptr) return kVaultNotFound;
  if (step.kind >= StepKind::kSetSecret && step.kind <= StepKind::kPurgeSecret) {
    return ApplyToSecret(step, vault);
  }
  return IsAboutCertificates(step.kind) ? ApplyToCertificate(step, vault) : ApplyToKey(step, vault);
}

std::string VaultModel::ApplyToVault(const Step& step) {
  const auto found = vaults_.find(step.vault);
  const bool live = found != vaults_.end() && found->second.live;
  const bool deleted = found != vaults_.end() && !live;
  switch (step.kind) {
    case StepKind::kCreateVault: {
      if (deleted) return "ConflictError";
      const VaultChoice& choice = kVaultChoices[static_cast<size_t>(step.choice)];
      Vault vault;
      vault.retention_days = choice.retention_days;
      vault.purge_protection = choice.purge_protection;
      vaults_[step.vault] = vault;
      return kOk;
    }
    case StepKind::kProtectVault:
      if (!live) return "ResourceNotFound";
      found->second.purge_protection = true;
      return kOk;
    case StepKind::kDeleteVault:
      if (live) {
        found->second.live = false;
        found->second.purge = seconds() + found->second.retention_days * kDay;
      }
      return kOk;
    case StepKind::kRecoverVault:
      if (!deleted) return "SoftDeletedVaultDoesNotExist";
      found->second.live = true;
      return kOk;
    default:
      if (!deleted) return "DeletedVaultNotFound";
      if (found->second.purge_protection) return "MethodNotAllowed";
      vaults_.erase(found);
      return kOk;
  }
}

std::string VaultModel::ApplyToKey(const Step& step, Vault* vault) {
  Key* const live = Live(vault->keys, step.key);
  Key* const present = Present(vault->keys, step.key);
  const bool managed =
      IsBehindCertificate(*vault, step.key) && !rules_.keys_behind_certificates_are_free;
  switch (step.kind) {
    case StepKind::kCreate:
      return AddVersion(step, vault, kCreateChoices[static_cast<size_t>(step.choice)], 0);
    case StepKind::kImport: {
      const ImportChoice& choice = kImportChoices[static_cast<size_t>(step.choice)];
      return AddVersion(step, vault, choice.key, choice.material + 1);
    }
    case StepKind::kUpdate:
      return live == nullptr ? kKeyNotFound : Update(step, vault, live);
    case StepKind::kGet: {
      const Version* const version = live == nullptr ? nullptr : Find(live, step.version);
      return version == nullptr ? kKeyNotFound : VersionText(*vault, *version, step.key);
    }
    case StepKind::kDelete:
      if (live == nullptr) return kKeyNotFound;
      if (managed) return kKeyManaged;
      Delete(*vault, live);
      return DeletedText(*live, VersionText(*vault, live->latest(), step.key));
    case StepKind::kGetDeleted:
      if (present == nullptr || present->state != State::kDeleted) return kKeyNotFound;
      return DeletedText(*present, VersionText(*vault, present->latest(), step.key));
    case StepKind::kRecover: {
      const std::string refusal = RecoverRefusal(present, kKeyNotFound);
      if (!refusal.empty()) return refusal;
      if (managed) return kKeyManaged;
      Recover(present);
      if (rules_.recovery_loses_policy) present->policy.reset();
      return VersionText(*vault, present->latest(), step.key);
    }
    case StepKind::kPurge: {
      const std::string refusal = PurgeRefusal(present, kKeyNotFound);
      if (!refusal.empty()) return refusal;
      if (managed) return kKeyManaged;
      if (vault->purge_protection) return kForbidden;
      Purge(step.key, &vault->keys);
      return kOk;
    }
    case StepKind::kRotate:
      if (live == nullptr) return kKeyNotFound;
      if (managed) return kKeyManaged;
      Rotate(step.vault, step.key, live);
      return VersionText(*vault, live->latest(), step.key);
    case StepKind::kSetPolicy:
      if (live == nullptr) return kKeyNotFound;
      if (managed && kPolicyChoices[static_cast<size_t>(step.choice)].meaning.has_value()) {
        return kKeyManaged;
      }
      return ApplyToPolicy(step, live);
    case StepKind::kGetPolicy:
      return live == nullptr ? kKeyNotFound : ApplyToPolicy(step, live);
    case StepKind::kListVersions: {
      std::string text;
      if (live == nullptr) return text;
      for (const Version& version : live->versions) {
        absl::StrAppend(&text, VersionText(*vault, version, step.key), "; ");
      }
      return text;
    }
    default:
      return List(*vault, step.kind == StepKind::kListDeleted);
  }
}

std::string VaultModel::AddVersion(const Step& step, Vault* vault, const KeyChoice& choice,
                                   int material) {
  Version version;
  version.not_before = FromNow(seconds(), choice.not_before);
  version.expires = FromNow(seconds(), choice.expires);
  if (HasNoTime(version.not_before, version.expires)) return kBadParameter;
  const std::string refusal = AddRefusal(Present(vault->keys, step.key));
  if (!refusal.empty()) return refusal;
  if (IsBehindCertificate(*vault, step.key) && !rules_.keys_behind_certificates_are_free) {
    return kKeyManaged;
  }
  version.number = ++made_[{Kind::kKey, step.vault, step.key}];
  version.material = material > 0 ? material : ++materials_;
  version.shape = choice.shape;
  version.operations = choice.operation != nullptr ? choice.operation
                       : choice.shape == Shape::kRsa2048
                           ? "encrypt,decrypt,sign,verify,wrapKey,unwrapKey"
                           : "sign,verify";
  version.enabled = choice.enabled;
  version.created = version.updated = seconds();
  if (choice.tag != nullptr) version.tag = choice.tag;
  Key& key = vault->keys[step.key];
  key.versions.push_back(version);
  key.near_told.reset();
  key.expired_told.reset();
  Tell(Kind::kKey, "new", step.vault, step.key, version);
  return VersionText(*vault, version, step.key);
}

std::string VaultModel::Update(const Step& step, Vault* vault, Key* key) {
  Version* const version = Find(key, step.version);
  if (version == nullptr) return kKeyNotFound;
  if (IsBehindCertificate(*vault, step.key) && !rules_.keys_behind_certificates_are_free) {
    return kKeyManaged;
  }
  const UpdateChoice& choice = kUpdateChoices[static_cast<size_t>(step.choice)];
  Version next = *version;
  if (choice.enabled.has_value()) next.enabled = *choice.enabled;
  if (choice.not_before.has_value()) next.not_before = seconds() + *choice.not_before;
  if (choice.expires.has_value()) next.expires = seconds() + *choice.expires;
  if (HasNoTime(next.not_before, next.expires)) return kBadParameter;
  if (choice.tag != nullptr) next.tag = choice.tag;
  if (choice.operation != nullptr) next.operations = choice.operation;
  next.updated = seconds();
  *version = next;
  return VersionText(*vault, next, step.key);
}

void VaultModel::Rotate(int vault, int key_number, Key* key) {
  Version next = key->latest();
  next.number = ++made_[{Kind::kKey, vault, key_number}];
  next.material = ++materials_;
  next.enabled = true;
  next.created = next.updated = seconds();
  next.not_before.reset();
  if (!rules_.rotation_keeps_expiry) {
    next.expires.reset();
    if (key->policy.has_value() && key->policy->meaning.expiry.has_value()) {
      next.expires = Plus(next.created, *key->policy->meaning.expiry, 1);
    }
  }
  key->versions.push_back(next);
  key->near_told.reset();
  key->expired_told.reset();
  Tell(Kind::kKey, "new", vault, key_number, next);
}

std::string VaultModel::ApplyToPolicy(const Step& step, Key* key) {
  if (step.kind == StepKind::kSetPolicy) {
    const PolicyChoice& choice = kPolicyChoices[static_cast<size_t>(step.choice)];
    if (!choice.meaning.has_value()) return kBadParameter;
    const int64_t created = key->policy.has_value() ? key->policy->created : seconds();
    key->policy = Policy{*choice.meaning, created, seconds()};
  }
  return PolicyText(key->policy);
}

std::string VaultModel::PolicyText(const std::optional<Policy>& policy) const {
  if (!policy.has_value()) return "Notify-P30D";
  return absl::StrCat(policy->meaning.shown, " ", policy->created, " ", policy->updated);
}

std::string VaultModel::List(const Vault& vault, bool deleted) const {
  std::string text;
  for (const auto& [number, key] : vault.keys) {
    if (key.state != (deleted ? State::kDeleted : State::kLive)) continue;
    const std::string version = VersionText(vault, key.latest(), number);
    absl::StrAppend(&text, deleted ? DeletedText(key, version) : version, "; ");
  }
  return text;
}

std::string VaultModel::AttributesText(const Vault& vault, const Version& version) const {
  const bool customized = vault.retention_days != 90;
  return absl::StrCat(version.enabled ? "on" : "off", " ", Text(version.not_before), " ",
                      Text(version.expires), " ", version.created, " ", version.updated, " ",
                      version.tag.has_value() ? absl::StrCat("tag:", *version.tag) : "-", " ",
                      customized ? "Customized" : "", "Recoverable",
                      vault.purge_protection ? "" : "+Purgeable", " ", vault.retention_days);
}

std::string VaultModel::VersionText(const Vault& vault, const Version& version, int key) const {
  return absl::StrCat("k", key, "#", version.number, " ", ShapeText(version.shape), " [",
                      version.operations, "] ", AttributesText(vault, version),
                      IsBehindCertificate(vault, key) ? " managed" : "");
}

std::string VaultModel::DeletedText(const Object& object, const std::string& text) {
  return absl::StrCat(object.deleted, " ", object.purge, " ", text);
}

std::string VaultModel::Refusal(const Version& version, const std::string& operation,
                                bool outside) const {
  if (!version.enabled) return "Forbidden/KeyDisabled";
  if (!outside && version.not_before.has_value() && now_ < *version.not_before * 1000) {
    return "Forbidden/KeyNotYetValid";
  }
  if (!outside && version.expires.has_value() && now_ >= *version.expires * 1000) {
    return "Forbidden/KeyExpired";
  }
  return Contains(version.operations, operation) ? "" : "Forbidden/KeyOperationForbidden";
}

std::optional<std::string> VaultModel::ApplyCryptography(const Step& step) {
  const bool signs = step.kind == StepKind::kSign;
  const bool wraps = step.kind == StepKind::kWrap;
  const bool unwraps = step.kind == StepKind::kUnwrap;
  std::map<int, Slot>& slots = signs || step.kind == StepKind::kVerify ? signatures_ : wrapped_;
  const auto slot = slots.find(step.choice);
  if (!signs && !wraps && slot == slots.end()) return std::nullopt;
  // What was wrapped is unwrapped by the version that wrapped it.
  const int vault_number = unwraps ? slot->second.vault : step.vault;
  const int key_number = unwraps ? slot->second.key : step.key;
  Vault* const vault = LiveVault(vault_number);
  if (vault == nullptr) return kVaultNotFound;
  Key* const key = Live(vault->keys, key_number);
  Version* const version =
      key == nullptr ? nullptr : Find(key, unwraps ? slot->second.number : step.version);
  if (version == nullptr) return kKeyNotFound;
  const bool outside = unwraps || step.kind == StepKind::kVerify || rules_.expired_keys_sign;
  const std::string refusal = Refusal(*version,
                                      signs     ? "sign"
                                      : wraps   ? "wrapKey"
                                      : unwraps ? "unwrapKey"
                                                : "verify",
                                      outside);
  if (!refusal.empty()) return refusal;
  if (signs || wraps) {
    slots[step.choice] = {vault_number, key_number, version->number, version->material,
                          version->shape};
    return absl::StrCat("by #", version->number);
  }
  if (unwraps) return "the same";
  // Of other algorithms there are other tests.
  if (slot->second.shape != version->shape) return std::nullopt;
  const bool same = slot->second.material == version->material;
  // The RSA keys of rotations are of a few, so that another version may have the same one.
  if (!same && version->shape == Shape::kRsa2048) return std::nullopt;
  return same ? "valid" : "invalid";
}

std::optional<std::string> VaultModel::ApplyBackup(const Step& step) {
  const auto backup = backups_.find(step.choice);
  if (step.kind == StepKind::kRestore && backup == backups_.end()) return std::nullopt;
  Vault* const vault =
      LiveVault(step.kind == StepKind::kBackup ? step.vault : backup->second.vault);
  if (vault == nullptr) return kVaultNotFound;
  if (step.kind == StepKind::kBackup) {
    const Key* const key = Live(vault->keys, step.key);
    if (key == nullptr) return kKeyNotFound;
    if (IsBehindCertificate(*vault, step.key)) return kKeyManaged;
    if (key->versions.size() > kMostVersionsOfABackup) return std::nullopt;
    backups_[step.choice] = {step.vault, step.key, *key};
    return kOk;
  }
  const int key_number = backup->second.key_number;
  if (IsBehindCertificate(*vault, key_number)) return kKeyManaged;
  const std::string refusal = RestoreRefusal(Present(vault->keys, key_number));
  if (!refusal.empty()) return refusal;
  Key& key = vault->keys[key_number] = backup->second.key;
  if (rules_.restoring_loses_versions)
    key.versions.erase(key.versions.begin(), key.versions.end() - 1);
  return VersionText(*vault, key.latest(), key_number);
}

}  // namespace lazuli::keyvault
