// Certificates, with the keys and secrets that are behind them, and secrets of their names.
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "keyvault/testing/model_texts.h"
#include "keyvault/testing/vault_model.h"

namespace lazuli::keyvault {

using namespace model;  // NOLINT: the words of the model

namespace {

constexpr int64_t kBackdate = 600;  // seconds
constexpr int kMostMonths = 1200;
constexpr int kDaysPerMonth = 27;
// Of the key that imported files hold.
const int kImportedMaterial = kImportChoices[3].material + 1;

std::string TriggerText(const char* name, const std::optional<ActionTrigger>& trigger) {
  if (!trigger.has_value()) return "";
  return trigger->days > 0 ? absl::StrCat(" ", name, "-", trigger->days, "d")
                           : absl::StrCat(" ", name, "@", trigger->percentage, "%");
}

std::optional<std::string> TagOf(const char* tag) {
  if (tag == nullptr) return std::nullopt;
  return tag;
}

}  // namespace

// --- secrets

std::string VaultModel::SecretText(const Vault& vault, const Version& version, int name) const {
  return absl::StrCat("k", name, "#", version.number, " ", AttributesText(vault, version),
                      version.of_key > 0 ? absl::StrCat(" of key #", version.of_key) : "");
}

std::string VaultModel::SetSecret(const Step& step, Vault* vault) {
  const std::string refusal = AddRefusal(Present(vault->secrets, step.key));
  if (!refusal.empty()) return refusal;
  if (IsBehindCertificate(*vault, step.key)) return kSecretManaged;
  Version version;
  version.number = ++made_[{Kind::kSecret, step.vault, step.key}];
  version.created = version.updated = seconds();
  vault->secrets[step.key].versions.push_back(version);
  Tell(Kind::kSecret, "new", step.vault, step.key, version);
  return SecretText(*vault, version, step.key);
}

std::string VaultModel::ApplyToSecret(const Step& step, Vault* vault) {
  Object* const live = Live(vault->secrets, step.key);
  Object* const present = Present(vault->secrets, step.key);
  const bool managed = IsBehindCertificate(*vault, step.key);
  Version* const version = live == nullptr ? nullptr : Find(live, step.version);
  switch (step.kind) {
    case StepKind::kSetSecret:
      return SetSecret(step, vault);
    case StepKind::kGetSecret:
      if (version == nullptr) return kSecretNotFound;
      return version->enabled ? SecretText(*vault, *version, step.key) : "Forbidden/SecretDisabled";
    case StepKind::kUpdateSecret: {
      if (version == nullptr) return kSecretNotFound;
      if (managed) return kSecretManaged;
      const LabelChoice& choice = kLabelChoices[static_cast<size_t>(step.choice)];
      if (choice.enabled.has_value()) version->enabled = *choice.enabled;
      if (choice.tag != nullptr) version->tag = choice.tag;
      version->updated = seconds();
      return SecretText(*vault, *version, step.key);
    }
    case StepKind::kDeleteSecret:
      if (live == nullptr) return kSecretNotFound;
      if (managed) return kSecretManaged;
      Delete(*vault, live);
      return DeletedText(*live, SecretText(*vault, live->latest(), step.key));
    case StepKind::kGetDeletedSecret:
      if (present == nullptr || present->state != State::kDeleted) return kSecretNotFound;
      return DeletedText(*present, SecretText(*vault, present->latest(), step.key));
    case StepKind::kRecoverSecret: {
      const std::string refusal = RecoverRefusal(present, kSecretNotFound);
      if (!refusal.empty()) return refusal;
      if (managed) return kSecretManaged;
      Recover(present);
      return SecretText(*vault, present->latest(), step.key);
    }
    default: {
      const std::string refusal = PurgeRefusal(present, kSecretNotFound);
      if (!refusal.empty()) return refusal;
      if (managed) return kSecretManaged;
      if (vault->purge_protection) return kForbidden;
      Purge(step.key, &vault->secrets);
      return kOk;
    }
  }
}

// --- certificates

std::string VaultModel::CertificatePolicyText(const CertificatePolicy& policy) {
  return absl::StrCat(policy.issuer, " ", policy.months, "m", policy.reuse_key ? " reuse" : "",
                      TriggerText("renew", policy.actions.renew),
                      TriggerText("mail", policy.actions.mail), " ", policy.created, " ",
                      policy.updated);
}

std::string VaultModel::RequestText(const Certificate& certificate) {
  return absl::StrCat(certificate.policy.issuer, " ", certificate.request->status);
}

std::string VaultModel::CertificateText(const Vault& vault, const Certificate& certificate,
                                        const Version& version, int name) const {
  return absl::StrCat("k", name, "#", version.number, version.issued ? " issued " : " waiting ",
                      AttributesText(vault, version), " (",
                      CertificatePolicyText(certificate.policy), ")",
                      certificate.request.has_value() ? " requested" : "");
}

std::string VaultModel::IssueRefusal(const Vault& vault, int name) const {
  const Certificate* const present = Present(vault.certificates, name);
  if (present != nullptr) {
    const std::string refusal = AddRefusal(present);
    return refusal.empty() && present->is_in_progress() ? kConflict : refusal;
  }
  const bool taken = vault.keys.count(name) > 0 || vault.secrets.count(name) > 0;
  return taken && !rules_.names_are_shared ? kConflict : "";
}

std::optional<VaultModel::CertificatePolicy> VaultModel::TakePolicy(
    CertificatePolicy policy, const CertificatePolicyChoice& choice, bool fresh) const {
  if (choice.issuer != nullptr) policy.issuer = choice.issuer;
  if (choice.months.has_value()) policy.months = *choice.months;
  if (choice.reuse_key.has_value()) policy.reuse_key = *choice.reuse_key;
  const bool elsewhere = policy.issuer == "Unknown";
  CertificateActions& actions = policy.actions;
  if (choice.actions.has_value()) {
    actions = *choice.actions;
  } else if (fresh) {
    (elsewhere ? actions.mail : actions.renew) = ActionTrigger{.percentage = 80};
  }
  policy.updated = seconds();
  if (fresh) policy.created = policy.updated;
  if (policy.months < 1 || policy.months > kMostMonths) return std::nullopt;
  if (elsewhere && actions.renew.has_value()) return std::nullopt;
  for (const std::optional<ActionTrigger>& trigger : {actions.renew, actions.mail}) {
    if (trigger.has_value() && trigger->days > policy.months * kDaysPerMonth) return std::nullopt;
  }
  return policy;
}

int VaultModel::NextMaterial(const Vault& vault, int name, bool reuse_key) {
  const Key* const key = Live(vault.keys, name);
  return reuse_key && key != nullptr ? key->latest().material : ++materials_;
}

std::pair<int, int> VaultModel::Behind(int vault_number, int name, int number) {
  std::pair<int, int>& behind = behind_[{vault_number, name, number}];
  if (behind.first == 0) {
    behind = {++made_[{Kind::kKey, vault_number, name}],
              ++made_[{Kind::kSecret, vault_number, name}]};
  }
  return behind;
}

const VaultModel::Version& VaultModel::Issue(int vault_number, int name, Issued issued) {
  Vault& vault = vaults_[vault_number];
  Certificate& certificate = vault.certificates[name];
  if (certificate.versions.empty() || certificate.latest().issued) {
    Version version;
    version.number = ++made_[{Kind::kCertificate, vault_number, name}];
    version.created = seconds();
    certificate.versions.push_back(version);
  }
  Version& version = certificate.versions.back();
  version.issued = true;
  version.enabled = issued.labels.enabled;
  version.tag = issued.labels.tag;
  version.not_before = issued.begin - kBackdate;
  version.expires = Plus(issued.begin, {.months = issued.months}, 1);
  version.updated = seconds();
  certificate.policy = std::move(issued.policy);
  certificate.request = std::move(issued.request);
  const auto [key_number, secret_number] = Behind(vault_number, name, version.number);
  Version own = version;
  own.created = seconds();
  Version key = own;
  key.number = key_number;
  key.material = issued.material;
  key.operations = "sign,verify";
  vault.keys[name].versions.push_back(key);
  Version secret = own;
  secret.number = secret_number;
  secret.of_key = key_number;
  vault.secrets[name].versions.push_back(secret);
  for (Object* const object : {static_cast<Object*>(&certificate),
                               static_cast<Object*>(&vault.keys[name]), &vault.secrets[name]}) {
    object->near_told.reset();
    object->expired_told.reset();
  }
  Tell(Kind::kCertificate, "new", vault_number, name, version);
  Tell(Kind::kKey, "new", vault_number, name, key);
  Tell(Kind::kSecret, "new", vault_number, name, secret);
  return version;
}

void VaultModel::Renew(int vault_number, int name) {
  Vault& vault = vaults_[vault_number];
  const Certificate& certificate = vault.certificates[name];
  Issued issued;
  issued.policy = certificate.policy;
  issued.request = certificate.request;
  issued.begin = seconds();
  issued.months = certificate.policy.months;
  if (certificate.is_in_progress()) {
    issued.material = certificate.request->material;
    issued.labels = certificate.request->labels;
    issued.request->status = "completed";
  } else {
    issued.material = NextMaterial(vault, name, certificate.policy.reuse_key);
    issued.labels = {true, certificate.latest().tag};
  }
  Issue(vault_number, name, std::move(issued));
}

std::string VaultModel::CreateCertificate(const Step& step, Vault* vault) {
  const std::string refusal = IssueRefusal(*vault, step.key);
  if (!refusal.empty()) return refusal;
  const CertificateChoice& choice = kCertificateChoices[static_cast<size_t>(step.choice)];
  const Certificate* const present = Present(vault->certificates, step.key);
  std::optional<CertificatePolicy> policy;
  if (choice.policy.has_value()) {
    policy = TakePolicy({}, *choice.policy, /*fresh=*/true);
    if (policy.has_value() && present != nullptr) policy->created = present->policy.created;
  } else if (present != nullptr) {
    policy = present->policy;
  }
  if (!policy.has_value()) return kBadParameter;
  Request request;
  request.material = NextMaterial(*vault, step.key, policy->reuse_key);
  request.labels = {choice.enabled, TagOf(choice.tag)};
  // It is told as begun, even when it is done.
  const std::string answer = absl::StrCat(policy->issuer, " ", request.status);
  if (policy->issuer == "Self") {
    if (rules_.issuing == 0) {
      request.status = "completed";
      Issue(step.vault, step.key,
            {*policy, request, request.material, request.labels, seconds(), policy->months});
      return answer;
    }
    request.issue_at = now_ + rules_.issuing;
  }
  Certificate& certificate = vault->certificates[step.key];
  if (certificate.versions.empty()) {
    Version waiting;
    waiting.number = ++made_[{Kind::kCertificate, step.vault, step.key}];
    waiting.issued = waiting.enabled = false;
    waiting.tag = request.labels.tag;
    waiting.created = waiting.updated = seconds();
    certificate.versions.push_back(waiting);
  }
  certificate.policy = *policy;
  certificate.request = request;
  return answer;
}

std::string VaultModel::ImportCertificate(const Step& step, Vault* vault) {
  const std::string refusal = IssueRefusal(*vault, step.key);
  if (!refusal.empty()) return refusal;
  const CertificateFileChoice& choice = kCertificateFileChoices[static_cast<size_t>(step.choice)];
  if (choice.months == 0) return kBadParameter;
  CertificatePolicy policy;
  policy.issuer = "Unknown";
  policy.months = choice.months;
  policy.actions.mail = ActionTrigger{.percentage = 80};
  policy.created = policy.updated = seconds();
  const Version& version =
      Issue(step.vault, step.key,
            {policy, std::nullopt, kImportedMaterial, Labels{choice.enabled, TagOf(choice.tag)},
             kImportedSince, choice.months});
  return CertificateText(*vault, vault->certificates[step.key], version, step.key);
}

std::optional<std::string> VaultModel::Merge(const Step& step, Vault* vault,
                                             Certificate* certificate) {
  if (!certificate->is_in_progress()) return kForbidden;
  const MergeChoice& choice = kMergeChoices[static_cast<size_t>(step.choice)];
  Request request = *certificate->request;
  if (choice.months == 0) {
    // That of the imported key, which the certificate may have used again.
    if (request.material == kImportedMaterial) return std::nullopt;
    return kBadParameter;
  }
  request.status = "completed";
  Labels labels = request.labels;
  if (choice.enabled.has_value()) labels.enabled = *choice.enabled;
  if (choice.tag != nullptr) labels.tag = choice.tag;
  const Version& version =
      Issue(step.vault, step.key,
            {certificate->policy, request, request.material, labels, seconds(), choice.months});
  return CertificateText(*vault, *certificate, version, step.key);
}

std::optional<std::string> VaultModel::ApplyToRequest(const Step& step, Vault* vault,
                                                      Certificate* live) {
  if (live == nullptr || !live->request.has_value()) return kRequestNotFound;
  if (step.kind == StepKind::kMergeCertificate) return Merge(step, vault, live);
  // The end of a request may let another renewal come at once.
  const Key* const key = Present(vault->keys, step.key);
  if (step.kind != StepKind::kGetRequest && key != nullptr && IsLate(*key)) return std::nullopt;
  if (step.kind == StepKind::kCancelRequest) {
    if (!live->request->in_progress()) return kForbidden;
    live->request->status = "cancelled";
  }
  std::string text = RequestText(*live);
  if (step.kind == StepKind::kForgetRequest) live->request.reset();
  return text;
}

std::string VaultModel::UpdateCertificate(const Step& step, Vault* vault,
                                          Certificate* certificate) {
  Version* const version = Find(certificate, step.version);
  if (version == nullptr) return kCertificateNotFound;
  const LabelChoice& choice = kLabelChoices[static_cast<size_t>(step.choice)];
  const auto label = [&](Version* own) {
    if (choice.enabled.has_value()) own->enabled = *choice.enabled;
    if (choice.tag != nullptr) own->tag = choice.tag;
    own->updated = seconds();
  };
  const bool enabled = version->enabled;
  label(version);
  if (version->issued) {
    const auto [key_number, secret_number] = Behind(step.vault, step.key, version->number);
    label(Find(&vault->keys[step.key], key_number));
    label(Find(&vault->secrets[step.key], secret_number));
  } else {
    version->enabled = enabled;
  }
  return CertificateText(*vault, *certificate, *version, step.key);
}

std::string VaultModel::LeaveCertificate(const Step& step, Vault* vault, Certificate* certificate) {
  Key* const key = Present(vault->keys, step.key);
  Object* const secret = Present(vault->secrets, step.key);
  if (step.kind == StepKind::kDeleteCertificate) {
    if (certificate == nullptr || certificate->state != State::kLive) return kCertificateNotFound;
    Delete(*vault, certificate);
    if (key != nullptr && !rules_.certificates_leave_their_keys) Delete(*vault, key);
    if (secret != nullptr) Delete(*vault, secret);
    return DeletedText(*certificate,
                       CertificateText(*vault, *certificate, certificate->latest(), step.key));
  }
  if (step.kind == StepKind::kRecoverCertificate) {
    const std::string refusal = RecoverRefusal(certificate, kCertificateNotFound);
    if (!refusal.empty()) return refusal;
    for (Object* const object :
         {static_cast<Object*>(certificate), static_cast<Object*>(key), secret}) {
      if (object != nullptr) Recover(object);
    }
    return CertificateText(*vault, *certificate, certificate->latest(), step.key);
  }
  const std::string refusal = PurgeRefusal(certificate, kCertificateNotFound);
  if (!refusal.empty()) return refusal;
  if (vault->purge_protection) return kForbidden;
  Purge(step.key, &vault->certificates);
  Purge(step.key, &vault->keys);
  Purge(step.key, &vault->secrets);
  return kOk;
}

std::string VaultModel::ListCertificates(const Step& step, const Vault& vault) const {
  const bool deleted = step.kind == StepKind::kListDeletedCertificates;
  std::string all;
  for (const auto& [name, certificate] : vault.certificates) {
    if (certificate.state != (deleted ? State::kDeleted : State::kLive)) continue;
    // Those that wait for their issue are listed on request.
    if (!deleted && !certificate.latest().issued && step.choice == 0) continue;
    const std::string text = CertificateText(vault, certificate, certificate.latest(), name);
    absl::StrAppend(&all, deleted ? DeletedText(certificate, text) : text, "; ");
  }
  return all;
}

std::optional<std::string> VaultModel::ApplyToCertificate(const Step& step, Vault* vault) {
  Certificate* const present = Present(vault->certificates, step.key);
  Certificate* const live = Live(vault->certificates, step.key);
  switch (step.kind) {
    case StepKind::kCreateCertificate:
      return CreateCertificate(step, vault);
    case StepKind::kImportCertificate:
      return ImportCertificate(step, vault);
    case StepKind::kMergeCertificate:
    case StepKind::kCancelRequest:
    case StepKind::kForgetRequest:
    case StepKind::kGetRequest:
      return ApplyToRequest(step, vault, live);
    case StepKind::kUpdateCertificate:
      return live == nullptr ? kCertificateNotFound : UpdateCertificate(step, vault, live);
    case StepKind::kSetCertificatePolicy: {
      if (live == nullptr) return kCertificateNotFound;
      const Key* const key = Present(vault->keys, step.key);
      if (key != nullptr && IsLate(*key)) return std::nullopt;
      const auto policy = TakePolicy(
          live->policy, kCertificatePolicyChoices[static_cast<size_t>(step.choice)], false);
      if (!policy.has_value()) return kBadParameter;
      live->policy = *policy;
      return CertificatePolicyText(*policy);
    }
    case StepKind::kGetCertificate: {
      const Version* const version = live == nullptr ? nullptr : Find(live, step.version);
      if (version == nullptr) return kCertificateNotFound;
      return CertificateText(*vault, *live, *version, step.key);
    }
    case StepKind::kGetDeletedCertificate:
      if (present == nullptr || present->state != State::kDeleted) return kCertificateNotFound;
      return DeletedText(*present, CertificateText(*vault, *present, present->latest(), step.key));
    case StepKind::kDeleteCertificate:
    case StepKind::kRecoverCertificate:
    case StepKind::kPurgeCertificate:
      return LeaveCertificate(step, vault, present);
    case StepKind::kListCertificateVersions: {
      std::string text;
      if (live == nullptr) return text;
      for (const Version& version : live->versions) {
        absl::StrAppend(&text, CertificateText(*vault, *live, version, step.key), "; ");
      }
      return text;
    }
    case StepKind::kBackupCertificate: {
      if (live == nullptr) return kCertificateNotFound;
      if (live->versions.size() > kMostVersionsOfABackup) return std::nullopt;
      CertificateBackup& backup = certificate_backups_[step.choice];
      backup = {step.vault, step.key, *live, std::nullopt, std::nullopt};
      if (const Key* const key = Present(vault->keys, step.key)) backup.key = *key;
      if (const Object* const secret = Present(vault->secrets, step.key)) backup.secret = *secret;
      return kOk;
    }
    default:
      return ListCertificates(step, *vault);
  }
}

std::optional<std::string> VaultModel::RestoreCertificate(const Step& step) {
  const auto found = certificate_backups_.find(step.choice);
  if (found == certificate_backups_.end()) return std::nullopt;
  const CertificateBackup& backup = found->second;
  Vault* const vault = LiveVault(backup.vault);
  if (vault == nullptr) return kVaultNotFound;
  const int name = backup.name;
  const Certificate* const present = Present(vault->certificates, name);
  if (present == nullptr && (vault->keys.count(name) > 0 || vault->secrets.count(name) > 0)) {
    return kConflict;
  }
  const std::string refusal = RestoreRefusal(present);
  if (!refusal.empty()) return refusal;
  if (backup.key.has_value() && IsLate(*backup.key)) return std::nullopt;
  const Certificate& certificate = vault->certificates[name] = backup.certificate;
  if (backup.key.has_value()) vault->keys[name] = *backup.key;
  if (backup.secret.has_value()) vault->secrets[name] = *backup.secret;
  return CertificateText(*vault, certificate, certificate.latest(), name);
}

}  // namespace lazuli::keyvault
