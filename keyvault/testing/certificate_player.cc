#include "keyvault/testing/certificate_player.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/secure_bytes.h"
#include "keyvault/certificate_version.h"
#include "keyvault/certificates/certificate_file.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/jose_vectors.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/key_version.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/object_traits.h"
#include "keyvault/secret_version.h"
#include "keyvault/testing/answer_texts.h"
#include "keyvault/vault.h"
#include "proto/common.pb.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {
namespace {

constexpr char kSubject[] = "CN=k";
constexpr char kSecretValue[] = "a secret";

const crypto::KeyMaterial::Ptr& ImportedKey() {
  static const auto* const key =
      new crypto::KeyMaterial::Ptr(crypto::ImportVector(crypto::kRfc7515A3Key));
  return *key;
}

// DER of a certificate of that key.
std::string ImportedCertificate(int months) {
  CertificatePolicyInput input;
  input.key_type = crypto::KeyType::kEc;
  input.subject = kSubject;
  input.validity_months = months;
  input.issuer = "Self";
  const absl::Time since = absl::FromUnixSeconds(kImportedSince);
  return MakeSelfSignedCertificate(MakeCertificatePolicy(input, since).value(), *ImportedKey(),
                                   since)
      .value();
}

// PEM with the key. Made once for each length.
const std::string& ImportedFile(int months) {
  static auto* const files = new std::map<int, std::string>();
  std::string& file = (*files)[months];
  if (file.empty()) {
    file = std::string(WriteCertificateFile(CertificateContentType::kPem,
                                            {ImportedCertificate(months)}, ImportedKey().get())
                           .value()
                           .view());
  }
  return file;
}

void WriteTrigger(const std::optional<ActionTrigger>& trigger, v1::CertificatePolicyAction type,
                  v1::CertificatePolicy* policy) {
  if (!trigger.has_value()) return;
  auto* const action = policy->mutable_lifetime_actions()->add_values();
  action->mutable_action()->set_action_type(type);
  if (trigger->days > 0) {
    action->mutable_trigger()->set_days_before_expiry(trigger->days);
  } else {
    action->mutable_trigger()->set_lifetime_percentage(trigger->percentage);
  }
}

void WriteChoice(const CertificatePolicyChoice& choice, v1::CertificatePolicy* policy) {
  if (choice.issuer != nullptr) policy->mutable_issuer()->set_name(choice.issuer);
  if (choice.months.has_value()) policy->mutable_x509_props()->set_validity_months(*choice.months);
  if (choice.reuse_key.has_value()) policy->mutable_key_props()->set_reuse_key(*choice.reuse_key);
  if (!choice.actions.has_value()) return;
  policy->mutable_lifetime_actions();
  WriteTrigger(choice.actions->renew, v1::CERTIFICATE_POLICY_ACTION_AUTO_RENEW, policy);
  WriteTrigger(choice.actions->mail, v1::CERTIFICATE_POLICY_ACTION_EMAIL_CONTACTS, policy);
}

template <typename Request>
void WriteLabels(const std::optional<bool>& enabled, const char* tag, Request* request) {
  if (enabled.has_value()) request->mutable_attributes()->set_enabled(*enabled);
  if (tag == nullptr) return;
  request->mutable_tags();
  if (*tag != '\0') (*request->mutable_tags()->mutable_values())["tag"] = tag;
}

std::string PolicyText(const v1::CertificatePolicy& policy) {
  std::string text =
      absl::StrCat(policy.issuer().name(), " ", policy.x509_props().validity_months(), "m",
                   policy.key_props().reuse_key() ? " reuse" : "");
  for (const auto& action : policy.lifetime_actions().values()) {
    const bool renews = action.action().action_type() == v1::CERTIFICATE_POLICY_ACTION_AUTO_RENEW;
    const auto& trigger = action.trigger();
    absl::StrAppend(&text, renews ? " renew" : " mail",
                    trigger.has_days_before_expiry()
                        ? absl::StrCat("-", trigger.days_before_expiry(), "d")
                        : absl::StrCat("@", trigger.lifetime_percentage(), "%"));
  }
  return absl::StrCat(text, " ", policy.attributes().created().seconds(), " ",
                      policy.attributes().updated().seconds());
}

std::string OperationText(const v1::CertificateOperation& operation) {
  const bool asked = operation.status() == "cancelled";
  return absl::StrCat(operation.issuer().name(), " ", operation.status(),
                      operation.cancellation_requested() == asked ? "" : " and asked otherwise");
}

// ".../certificates/k2/VERSION": the last part.
std::string LastOf(absl::string_view id) { return std::string(id.substr(id.rfind('/') + 1)); }

std::string NameOf(absl::string_view id) {
  const std::vector<std::string> parts = absl::StrSplit(id, '/');
  return parts.size() > 4 ? parts[4] : "?";
}

}  // namespace

template <typename Request>
Request CertificatePlayer::Of(const Step& step) const {
  Request request;
  request.set_vault_name(VaultNameOf(step));
  const auto version = [&](const char* kind) {
    return step.version == 0
               ? ""
               : numbers_->IdOf(VaultNameOf(step), kind, KeyNameOf(step), step.version);
  };
  if constexpr (requires { request.set_secret_name(""); }) request.set_secret_name(KeyNameOf(step));
  if constexpr (requires { request.set_secret_version(""); }) {
    request.set_secret_version(version("secrets"));
  }
  if constexpr (requires { request.set_certificate_name(""); }) {
    request.set_certificate_name(KeyNameOf(step));
  }
  if constexpr (requires { request.set_certificate_version(""); }) {
    request.set_certificate_version(version("certificates"));
  }
  return request;
}

std::string CertificatePlayer::Apply(const Step& step) {
  const CallContext context = environment_->Context();
  const auto named = Of<v1::CertificateNameRequest>(step);
  v1::CertificateBundle bundle;
  v1::DeletedCertificateBundle deleted;
  switch (step.kind) {
    case StepKind::kCreateCertificate:
      return Create(step);
    case StepKind::kImportCertificate:
      return Import(step);
    case StepKind::kMergeCertificate:
      return Merge(step);
    case StepKind::kCancelRequest:
    case StepKind::kForgetRequest:
    case StepKind::kGetRequest:
      return ApplyToRequest(step);
    case StepKind::kUpdateCertificate:
      return Update(step);
    case StepKind::kSetCertificatePolicy:
      return SetPolicy(step);
    case StepKind::kGetCertificate:
      return Answer(
          certificates_.GetCertificate(context, Of<v1::GetCertificateRequest>(step), &bundle),
          bundle);
    case StepKind::kDeleteCertificate:
      return Answer(certificates_.DeleteCertificate(context, named, &deleted), deleted);
    case StepKind::kGetDeletedCertificate:
      return Answer(certificates_.GetDeletedCertificate(context, named, &deleted), deleted);
    case StepKind::kRecoverCertificate: {
      const absl::Status status = certificates_.RecoverDeletedCertificate(context, named, &bundle);
      // It may not be live yet, so that what is behind it is not asked for.
      return status.ok() ? CertificateText(bundle) : ErrorText(status);
    }
    case StepKind::kPurgeCertificate: {
      v1::Empty empty;
      const absl::Status status = certificates_.PurgeDeletedCertificate(context, named, &empty);
      return status.ok() ? "ok" : ErrorText(status);
    }
    case StepKind::kListCertificates:
      return List(step);
    case StepKind::kListCertificateVersions:
      return ListVersions(step);
    case StepKind::kListDeletedCertificates:
      return ListDeleted(step);
    case StepKind::kBackupCertificate:
      return Backup(step);
    case StepKind::kRestoreCertificate:
      return Restore(step);
    default:
      return ApplyToSecret(step);
  }
}

std::string CertificatePlayer::Strays() const {
  for (int vault_number = 0; vault_number < kVaults; ++vault_number) {
    const Step step{.vault = vault_number};
    const absl::StatusOr<VaultPtr> vault = environment_->registry().FindLive(VaultNameOf(step));
    if (!vault.ok()) continue;
    for (int name = kKeys - kCertificates; name < kKeys; ++name) {
      const std::string text = KeyNameOf({.key = name});
      const ObjectState certificate = (*vault)->FindState<CertificateTraits>(text);
      if (certificate == ObjectState::kAbsent) continue;
      const ObjectState key = (*vault)->FindState<KeyTraits>(text);
      const ObjectState secret = (*vault)->FindState<SecretTraits>(text);
      if (key == secret && (key == certificate || key == ObjectState::kAbsent)) continue;
      return absl::StrCat(VaultNameOf(step), "/", text, " is ", ObjectStateName(certificate),
                          ", its key ", ObjectStateName(key), ", its secret ",
                          ObjectStateName(secret));
    }
  }
  return "";
}

// --- secrets

template <typename Bundle>
std::string CertificatePlayer::SecretAnswer(const absl::Status& status,
                                            const Bundle& bundle) const {
  follow_();
  if (!status.ok()) return ErrorText(status);
  std::string text = absl::StrCat(NameOf(bundle.id()), "#", numbers_->NumberOf(bundle.id()), " ",
                                  AttributesText(bundle));
  if (bundle.has_kid()) absl::StrAppend(&text, " of key #", numbers_->NumberOf(bundle.kid()));
  if (bundle.managed() != bundle.has_kid()) absl::StrAppend(&text, " managed otherwise");
  if constexpr (requires { bundle.value(); }) {
    if (bundle.has_value() && !bundle.managed() && bundle.value() != kSecretValue) {
      absl::StrAppend(&text, " of another value");
    }
  }
  if constexpr (requires { bundle.deleted_date(); }) return DeletedText(bundle, text);
  return text;
}

std::string CertificatePlayer::UpdateSecret(const Step& step) {
  const LabelChoice& choice = kLabelChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::UpdateSecretRequest>(step);
  WriteLabels(choice.enabled, choice.tag, &request);
  v1::SecretBundle bundle;
  return SecretAnswer(secrets_.UpdateSecret(environment_->Context(), request, &bundle), bundle);
}

std::string CertificatePlayer::ApplyToSecret(const Step& step) {
  const CallContext context = environment_->Context();
  const auto named = Of<v1::SecretNameRequest>(step);
  v1::SecretBundle bundle;
  v1::DeletedSecretBundle deleted;
  switch (step.kind) {
    case StepKind::kSetSecret: {
      auto request = Of<v1::SetSecretRequest>(step);
      request.set_value(kSecretValue);
      return SecretAnswer(secrets_.SetSecret(context, request, &bundle), bundle);
    }
    case StepKind::kGetSecret:
      return SecretAnswer(secrets_.GetSecret(context, Of<v1::GetSecretRequest>(step), &bundle),
                          bundle);
    case StepKind::kUpdateSecret:
      return UpdateSecret(step);
    case StepKind::kDeleteSecret:
      return SecretAnswer(secrets_.DeleteSecret(context, named, &deleted), deleted);
    case StepKind::kGetDeletedSecret:
      return SecretAnswer(secrets_.GetDeletedSecret(context, named, &deleted), deleted);
    case StepKind::kRecoverSecret:
      return SecretAnswer(secrets_.RecoverDeletedSecret(context, named, &bundle), bundle);
    default: {
      v1::Empty empty;
      const absl::Status status = secrets_.PurgeDeletedSecret(context, named, &empty);
      return status.ok() ? "ok" : ErrorText(status);
    }
  }
}

// --- certificates

template <typename Bundle>
std::string CertificatePlayer::CertificateText(const Bundle& bundle) const {
  return absl::StrCat(NameOf(bundle.id()), "#", numbers_->NumberOf(bundle.id()),
                      bundle.has_cer() ? " issued " : " waiting ", AttributesText(bundle), " (",
                      PolicyText(bundle.policy()), ")", bundle.has_pending() ? " requested" : "");
}

std::string CertificatePlayer::BehindText(const v1::CertificateBundle& bundle) const {
  constexpr char kOwn[] = "/certificates/";
  if (!bundle.has_cer()) return bundle.has_kid() || bundle.has_sid() ? " with a key" : "";
  if (bundle.kid() != absl::StrReplaceAll(bundle.id(), {{kOwn, "/keys/"}}) ||
      bundle.sid() != absl::StrReplaceAll(bundle.id(), {{kOwn, "/secrets/"}})) {
    return " with the key or secret of another";
  }
  const std::vector<std::string> parts = absl::StrSplit(bundle.id(), '/');
  const absl::StatusOr<VaultPtr> vault =
      environment_->registry().FindLive(parts[2].substr(0, parts[2].find('.')));
  if (!vault.ok()) return " in no vault";
  const absl::StatusOr<CertificateView> own = (*vault)->FindCertificate(parts[4], parts[5]);
  const absl::StatusOr<KeyVersionPtr> key = (*vault)->FindKey(parts[4], parts[5]);
  const absl::StatusOr<SecretVersionPtr> secret = (*vault)->Find<SecretTraits>(parts[4], parts[5]);
  if (!own.ok() || !key.ok() || !secret.ok()) return " without its key or secret";
  const CertificateVersion& version = *own->version;
  if (!(*key)->managed || !((*key)->attributes == version.attributes) ||
      (*key)->tags != version.tags || !CertificateBelongsTo(version.der, *(*key)->material)) {
    return " with another key";
  }
  const absl::StatusOr<CertificateFile> file =
      ReadCertificateFile((*secret)->value->view(), "", CertificateContentType::kPem);
  if (!(*secret)->managed || !((*secret)->attributes == version.attributes) ||
      (*secret)->tags != version.tags || (*secret)->kid != bundle.kid() || !file.ok() ||
      file->chain.front() != version.der ||
      file->key->private_der().view() != (*key)->material->private_der().view()) {
    return " with another secret";
  }
  return "";
}

std::string CertificatePlayer::Answer(const absl::Status& status,
                                      const v1::CertificateBundle& bundle) const {
  follow_();
  if (!status.ok()) return ErrorText(status);
  return absl::StrCat(CertificateText(bundle), BehindText(bundle));
}

std::string CertificatePlayer::Answer(const absl::Status& status,
                                      const v1::DeletedCertificateBundle& deleted) const {
  if (!status.ok()) return ErrorText(status);
  return DeletedText(deleted, CertificateText(deleted));
}

std::string CertificatePlayer::Create(const Step& step) {
  const CertificateChoice& choice = kCertificateChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::CreateCertificateRequest>(step);
  if (choice.policy.has_value()) {
    v1::CertificatePolicy* const policy = request.mutable_policy();
    policy->mutable_key_props()->set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    policy->mutable_secret_props()->set_content_type("application/x-pem-file");
    policy->mutable_x509_props()->set_subject(kSubject);
    WriteChoice(*choice.policy, policy);
  }
  WriteLabels(choice.enabled, choice.tag, &request);
  v1::CertificateOperation operation;
  const absl::Status status =
      certificates_.CreateCertificate(environment_->Context(), request, &operation);
  return status.ok() ? OperationText(operation) : ErrorText(status);
}

std::string CertificatePlayer::Import(const Step& step) {
  const CertificateFileChoice& choice = kCertificateFileChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::ImportCertificateRequest>(step);
  request.set_value(choice.months == 0 ? "-----BEGIN NOTHING-----" : ImportedFile(choice.months));
  request.mutable_policy()->mutable_secret_props()->set_content_type("application/x-pem-file");
  WriteLabels(choice.enabled, choice.tag, &request);
  v1::CertificateBundle bundle;
  return Answer(certificates_.ImportCertificate(environment_->Context(), request, &bundle), bundle);
}

std::string CertificatePlayer::Merge(const Step& step) {
  const MergeChoice& choice = kMergeChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::MergeCertificateRequest>(step);
  const absl::StatusOr<VaultPtr> vault = environment_->registry().FindLive(VaultNameOf(step));
  absl::StatusOr<CertificateView> view = absl::NotFoundError("no vault");
  if (vault.ok()) view = (*vault)->FindCertificate(KeyNameOf(step), "");
  const bool in_progress =
      view.ok() && view->data.request.has_value() && view->data.request->is_in_progress();
  if (choice.months > 0 && in_progress) {
    CertificatePolicy policy = view->data.policy;
    policy.validity_months = choice.months;
    request.add_x5c(
        MakeSelfSignedCertificate(policy, *view->data.request->key, environment_->now()).value());
  } else {
    request.add_x5c(ImportedCertificate(12));
  }
  WriteLabels(choice.enabled, choice.tag, &request);
  v1::CertificateBundle bundle;
  return Answer(certificates_.MergeCertificate(environment_->Context(), request, &bundle), bundle);
}

std::string CertificatePlayer::ApplyToRequest(const Step& step) {
  const CallContext context = environment_->Context();
  const auto named = Of<v1::CertificateNameRequest>(step);
  v1::CertificateOperation operation;
  absl::Status status;
  if (step.kind == StepKind::kGetRequest) {
    status = certificates_.GetCertificateOperation(context, named, &operation);
  } else if (step.kind == StepKind::kForgetRequest) {
    status = certificates_.DeleteCertificateOperation(context, named, &operation);
  } else {
    auto request = Of<v1::UpdateCertificateOperationRequest>(step);
    request.set_cancellation_requested(true);
    status = certificates_.UpdateCertificateOperation(context, request, &operation);
  }
  return status.ok() ? OperationText(operation) : ErrorText(status);
}

std::string CertificatePlayer::Update(const Step& step) {
  const LabelChoice& choice = kLabelChoices[static_cast<size_t>(step.choice)];
  auto request = Of<v1::UpdateCertificateRequest>(step);
  WriteLabels(choice.enabled, choice.tag, &request);
  v1::CertificateBundle bundle;
  return Answer(certificates_.UpdateCertificate(environment_->Context(), request, &bundle), bundle);
}

std::string CertificatePlayer::SetPolicy(const Step& step) {
  auto request = Of<v1::UpdateCertificatePolicyRequest>(step);
  WriteChoice(kCertificatePolicyChoices[static_cast<size_t>(step.choice)],
              request.mutable_policy());
  v1::CertificatePolicy policy;
  const absl::Status status =
      certificates_.UpdateCertificatePolicy(environment_->Context(), request, &policy);
  return status.ok() ? PolicyText(policy) : ErrorText(status);
}

std::string CertificatePlayer::List(const Step& step) {
  const CallContext context = environment_->Context();
  auto list = Of<v1::GetCertificatesRequest>(step);
  if (step.choice == 1) list.set_include_pending(true);
  v1::CertificateListResult found;
  const absl::Status status = certificates_.GetCertificates(context, list, &found);
  if (!status.ok()) return ErrorText(status);
  std::string all;
  for (const v1::CertificateItem& item : found.value()) {
    v1::GetCertificateRequest request;
    request.set_vault_name(VaultNameOf(step));
    request.set_certificate_name(LastOf(item.id()));
    v1::CertificateBundle bundle;
    absl::StrAppend(&all, Answer(certificates_.GetCertificate(context, request, &bundle), bundle),
                    "; ");
    if (item.attributes().SerializeAsString() != bundle.attributes().SerializeAsString() ||
        item.x5t() != bundle.x5t()) {
      absl::StrAppend(&all, "listed otherwise; ");
    }
  }
  return all;
}

std::string CertificatePlayer::ListVersions(const Step& step) {
  const CallContext context = environment_->Context();
  auto list = Of<v1::GetCertificateVersionsRequest>(step);
  std::map<int, std::string> texts;
  do {
    v1::CertificateListResult page;
    const absl::Status status = certificates_.GetCertificateVersions(context, list, &page);
    if (!status.ok()) return ErrorText(status);
    for (const v1::CertificateItem& item : page.value()) {
      auto request = Of<v1::GetCertificateRequest>(step);
      request.set_certificate_version(LastOf(item.id()));
      v1::CertificateBundle bundle;
      const absl::Status got = certificates_.GetCertificate(context, request, &bundle);
      // What is behind each others look at: there may be many.
      std::string text = got.ok() ? CertificateText(bundle) : ErrorText(got);
      if (item.attributes().SerializeAsString() != bundle.attributes().SerializeAsString()) {
        absl::StrAppend(&text, " listed otherwise");
      }
      texts[numbers_->NumberOf(item.id())] = std::move(text);
    }
    list.set_skip_token(page.next_link());
  } while (!list.skip_token().empty());
  std::string all;
  for (const auto& [number, text] : texts) absl::StrAppend(&all, text, "; ");
  return all;
}

std::string CertificatePlayer::ListDeleted(const Step& step) {
  const CallContext context = environment_->Context();
  v1::DeletedCertificateListResult found;
  const absl::Status status =
      certificates_.GetDeletedCertificates(context, Of<v1::GetCertificatesRequest>(step), &found);
  if (!status.ok()) return ErrorText(status);
  std::string all;
  for (const v1::DeletedCertificateItem& item : found.value()) {
    v1::CertificateNameRequest request;
    request.set_vault_name(VaultNameOf(step));
    request.set_certificate_name(LastOf(item.id()));
    v1::DeletedCertificateBundle deleted;
    absl::StrAppend(
        &all, Answer(certificates_.GetDeletedCertificate(context, request, &deleted), deleted),
        "; ");
  }
  return all;
}

std::string CertificatePlayer::Backup(const Step& step) {
  v1::BackupCertificateResult result;
  const absl::Status status = certificates_.BackupCertificate(
      environment_->Context(), Of<v1::CertificateNameRequest>(step), &result);
  if (!status.ok()) return ErrorText(status);
  backups_[step.choice] = {VaultNameOf(step), result.value()};
  return "ok";
}

std::string CertificatePlayer::Restore(const Step& step) {
  const Saved& saved = backups_[step.choice];
  v1::RestoreCertificateRequest request;
  request.set_vault_name(saved.vault);
  request.set_value(saved.blob);
  v1::CertificateBundle bundle;
  return Answer(certificates_.RestoreCertificate(environment_->Context(), request, &bundle),
                bundle);
}

}  // namespace lazuli::keyvault
