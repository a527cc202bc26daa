#include "keyvault/testing/vault_model.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace lazuli::keyvault {
namespace {

constexpr char kOk[] = "ok";
constexpr char kVaultNotFound[] = "VaultNotFound";
constexpr char kKeyNotFound[] = "KeyNotFound";
constexpr char kBadParameter[] = "BadParameter";
constexpr char kBeingDeleted[] = "Conflict/ObjectIsBeingDeleted";
constexpr char kBeingRecovered[] = "Conflict/ObjectIsBeingRecovered";

constexpr size_t kMostVersionsOfABackup = 100;

// A month later keeps its day, or is the last that there is.
int64_t Plus(int64_t seconds, PolicyChoice::Span span, int sign) {
  using namespace std::chrono;  // NOLINT: the calendar's operators
  const sys_seconds time{std::chrono::seconds(seconds)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  year_month_day moved = date + months(sign * span.months);
  if (!moved.ok()) moved = moved.year() / moved.month() / last;
  const sys_days moved_day = sys_days(moved) + days(sign * span.days);
  return (moved_day + (time - day)).time_since_epoch().count();
}

std::string Text(const std::optional<int64_t>& seconds) {
  return seconds.has_value() ? absl::StrCat(*seconds) : "-";
}

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

VaultModel::Key* VaultModel::LiveKey(Vault* vault, int key) {
  const auto found = vault->keys.find(key);
  if (found == vault->keys.end() || found->second.state != State::kLive) return nullptr;
  return &found->second;
}

VaultModel::Version* VaultModel::Find(Key* key, int number) {
  if (number == 0) return &key->versions.back();
  for (Version& version : key->versions) {
    if (version.number == number) return &version;
  }
  return nullptr;
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
    default:
      break;
  }
  Vault* const vault = LiveVault(step.vault);
  return vault == nullptr ? kVaultNotFound : ApplyToKey(step, vault);
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
  Key* const live = LiveKey(vault, step.key);
  const auto found = vault->keys.find(step.key);
  const bool absent = found == vault->keys.end();
  const State state = absent ? State::kLive : found->second.state;
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
      return live == nullptr ? kKeyNotFound : Delete(step, vault, live);
    case StepKind::kGetDeleted:
      if (absent || state != State::kDeleted) return kKeyNotFound;
      return absl::StrCat(found->second.deleted, " ", found->second.purge, " ",
                          VersionText(*vault, found->second.latest(), step.key));
    case StepKind::kRecover:
      if (absent) return kKeyNotFound;
      if (state == State::kLive) return "MethodNotAllowed/RequestNotAllowedOnNonDeletedObject";
      if (state == State::kDeleting || state == State::kPurging) return kBeingDeleted;
      if (state == State::kRecovering) return kBeingRecovered;
      found->second.state = rules_.recovering > 0 ? State::kRecovering : State::kLive;
      found->second.step_due = now_ + rules_.recovering;
      if (rules_.recovery_loses_policy) found->second.policy.reset();
      return VersionText(*vault, found->second.latest(), step.key);
    case StepKind::kPurge:
      if (absent || state == State::kLive) return kKeyNotFound;
      if (state == State::kDeleting || state == State::kPurging) return kBeingDeleted;
      if (state == State::kRecovering) return kBeingRecovered;
      if (vault->purge_protection) return "Forbidden";
      if (rules_.purging == 0) {
        vault->keys.erase(found);
      } else {
        found->second.state = State::kPurging;
        found->second.step_due = now_ + rules_.purging;
      }
      return kOk;
    case StepKind::kRotate:
      if (live == nullptr) return kKeyNotFound;
      Rotate(step.vault, step.key, live);
      return VersionText(*vault, live->latest(), step.key);
    case StepKind::kSetPolicy:
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
  const auto found = vault->keys.find(step.key);
  if (found != vault->keys.end()) {
    if (found->second.state == State::kDeleting || found->second.state == State::kPurging) {
      return kBeingDeleted;
    }
    if (found->second.state == State::kDeleted) return "Conflict/ObjectIsDeletedButRecoverable";
    if (found->second.state == State::kRecovering) return kBeingRecovered;
  }
  version.number = ++made_[{step.vault, step.key}];
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
  Tell("new", step.vault, step.key, version);
  return VersionText(*vault, version, step.key);
}

std::string VaultModel::Update(const Step& step, Vault* vault, Key* key) {
  Version* const version = Find(key, step.version);
  if (version == nullptr) return kKeyNotFound;
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
  next.number = ++made_[{vault, key_number}];
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
  Tell("new", vault, key_number, next);
}

std::string VaultModel::Delete(const Step& step, Vault* vault, Key* key) {
  key->deleted = seconds();
  key->purge = seconds() + vault->retention_days * kDay;
  key->state = rules_.deleting > 0 ? State::kDeleting : State::kDeleted;
  key->step_due = rules_.deleting > 0 ? now_ + rules_.deleting : key->purge * 1000;
  return absl::StrCat(key->deleted, " ", key->purge, " ",
                      VersionText(*vault, key->latest(), step.key));
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
    if (deleted) absl::StrAppend(&text, key.deleted, " ", key.purge, " ");
    absl::StrAppend(&text, VersionText(vault, key.latest(), number), "; ");
  }
  return text;
}

std::string VaultModel::VersionText(const Vault& vault, const Version& version, int key) const {
  const bool customized = vault.retention_days != 90;
  return absl::StrCat("k", key, "#", version.number, " ", ShapeText(version.shape), " [",
                      version.operations, "] ", version.enabled ? "on" : "off", " ",
                      Text(version.not_before), " ", Text(version.expires), " ", version.created,
                      " ", version.updated, " ",
                      version.tag.has_value() ? absl::StrCat("tag:", *version.tag) : "-", " ",
                      customized ? "Customized" : "", "Recoverable",
                      vault.purge_protection ? "" : "+Purgeable", " ", vault.retention_days);
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
  Key* const key = LiveKey(vault, key_number);
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
    const Key* const key = LiveKey(vault, step.key);
    if (key == nullptr) return kKeyNotFound;
    // How many versions a backup has at most others try.
    if (key->versions.size() > kMostVersionsOfABackup) return std::nullopt;
    backups_[step.choice] = {step.vault, step.key, *key};
    return kOk;
  }
  const int key_number = backup->second.key_number;
  const auto found = vault->keys.find(key_number);
  if (found != vault->keys.end()) {
    switch (found->second.state) {
      case State::kDeleting:
      case State::kPurging:
        return kBeingDeleted;
      case State::kRecovering:
        return kBeingRecovered;
      case State::kLive:
      case State::kDeleted:
        return "Conflict";
    }
  }
  Key& key = vault->keys[key_number] = backup->second.key;
  if (rules_.restoring_loses_versions)
    key.versions.erase(key.versions.begin(), key.versions.end() - 1);
  return VersionText(*vault, key.latest(), key_number);
}

void VaultModel::Tell(const char* kind, int vault, int key_number, const Version& version) {
  events_.push_back(absl::StrCat(seconds(), " ", kind, " vault-", vault, "/k", key_number, "#",
                                 version.number, " ", Text(version.not_before), " ",
                                 Text(version.expires)));
}

std::vector<VaultModel::Due> VaultModel::DuesOf(int vault_number, int key_number,
                                                const Vault& vault, const Key& key) const {
  std::vector<Due> dues;
  const auto add = [&](int64_t time, Coming coming) {
    dues.push_back({time, vault_number, key_number, coming});
  };
  if (key.state != State::kLive) {
    add(key.step_due, Coming::kState);
    return dues;
  }
  if (!vault.live) return dues;
  const Version& latest = key.latest();
  if (latest.expires.has_value()) {
    const PolicyChoice::Span before =
        key.policy.has_value() ? key.policy->meaning.notify : PolicyChoice::Span{.days = 30};
    if (key.near_told != latest.expires && *latest.expires * 1000 > now_) {
      add(Plus(*latest.expires, before, -1) * 1000, Coming::kNear);
    }
    if (key.expired_told != latest.expires) add(*latest.expires * 1000, Coming::kExpired);
  }
  if (key.policy.has_value() && latest.enabled) {
    const PolicyChoice::Meaning& meaning = key.policy->meaning;
    if (meaning.rotate_after_create.has_value()) {
      add(Plus(latest.created, *meaning.rotate_after_create, 1) * 1000, Coming::kRotate);
    } else if (meaning.rotate_before_expiry.has_value() && latest.expires.has_value()) {
      add(Plus(*latest.expires, *meaning.rotate_before_expiry, -1) * 1000, Coming::kRotate);
    }
  }
  return dues;
}

std::optional<VaultModel::Due> VaultModel::NextDue() const {
  std::vector<Due> dues;
  for (const auto& [vault_number, vault] : vaults_) {
    if (!vault.live) dues.push_back({vault.purge * 1000, vault_number, -1, Coming::kState});
    for (const auto& [key_number, key] : vault.keys) {
      for (const Due& due : DuesOf(vault_number, key_number, vault, key)) dues.push_back(due);
    }
  }
  const auto first = std::min_element(dues.begin(), dues.end(), [](const Due& a, const Due& b) {
    return std::tie(a.time, a.coming) < std::tie(b.time, b.coming);
  });
  if (first == dues.end()) return std::nullopt;
  return *first;
}

void VaultModel::Fire(const Due& due) {
  if (due.key < 0) {
    vaults_.erase(due.vault);
    return;
  }
  Vault& vault = vaults_[due.vault];
  Key& key = vault.keys[due.key];
  switch (due.coming) {
    case Coming::kNear:
      Tell("near", due.vault, due.key, key.latest());
      key.near_told = key.latest().expires;
      return;
    case Coming::kExpired:
      Tell("expired", due.vault, due.key, key.latest());
      key.expired_told = key.latest().expires;
      return;
    case Coming::kRotate:
      Rotate(due.vault, due.key, &key);
      return;
    case Coming::kState:
      break;
  }
  if (key.state == State::kDeleting) {
    key.state = State::kDeleted;
    key.step_due = key.purge * 1000;
  } else if (key.state == State::kRecovering) {
    key.state = State::kLive;
  } else {
    vault.keys.erase(due.key);
  }
}

std::string VaultModel::Advance(const Step& step) {
  const int64_t by = kAdvanceChoices[static_cast<size_t>(step.choice)];
  int64_t target = now_ + by * 1000;
  if (by < 0) {
    const std::optional<Due> next = NextDue();
    target = std::max(now_, next.has_value() ? next->time - (by == kBeforeNext ? 1000 : 0) : now_);
  }
  while (true) {
    const std::optional<Due> due = NextDue();
    if (!due.has_value() || due->time > target) break;
    now_ = std::max(now_, due->time);
    Fire(*due);
  }
  now_ = target;
  return absl::StrCat(target);
}

}  // namespace lazuli::keyvault
