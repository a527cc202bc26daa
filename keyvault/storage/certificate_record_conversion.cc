#include "keyvault/storage/certificate_record_conversion.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault {
namespace {

using storage::CertificateDataRecord;
using storage::CertificateIssuerRecord;
using storage::CertificatePolicyRecord;
using storage::CertificateRequestRecord;

// The enumerator of that number, from the first to `last`.
template <typename Enum>
absl::StatusOr<Enum> EnumOf(int number, Enum last) {
  if (number < 0 || number > static_cast<int>(last)) {
    return absl::DataLossError("it has a number that this version of the emulator does not know");
  }
  return static_cast<Enum>(number);
}

void PutPolicy(const CertificatePolicy& policy, CertificatePolicyRecord* record) {
  record->set_key_type(static_cast<int>(policy.key_type));
  record->set_key_size(policy.key_size);
  record->set_curve(static_cast<int>(policy.curve));
  record->set_exportable(policy.exportable);
  record->set_reuse_key(policy.reuse_key);
  record->set_content_type(static_cast<int>(policy.content_type));
  record->set_subject(policy.subject);
  const AlternativeNames& names = policy.alternative_names;
  record->mutable_dns_names()->Assign(names.dns_names.begin(), names.dns_names.end());
  record->mutable_emails()->Assign(names.emails.begin(), names.emails.end());
  record->mutable_upns()->Assign(names.upns.begin(), names.upns.end());
  record->mutable_extended_key_usages()->Assign(policy.extended_key_usages.begin(),
                                                policy.extended_key_usages.end());
  for (const KeyUsage usage : policy.key_usages) record->add_key_usages(static_cast<int>(usage));
  record->set_validity_months(policy.validity_months);
  for (const CertificateAction& action : policy.lifetime_actions) {
    CertificatePolicyRecord::Action* const added = record->add_lifetime_actions();
    added->set_type(static_cast<int>(action.type));
    if (action.lifetime_percentage.has_value()) {
      added->set_lifetime_percentage(*action.lifetime_percentage);
    }
    if (action.days_before_expiry.has_value()) {
      added->set_days_before_expiry(*action.days_before_expiry);
    }
  }
  record->set_issuer(policy.issuer);
  if (policy.certificate_type.has_value()) record->set_certificate_type(*policy.certificate_type);
  if (policy.certificate_transparency.has_value()) {
    record->set_certificate_transparency(*policy.certificate_transparency);
  }
  record->set_enabled(policy.enabled);
  record->set_created(absl::ToUnixSeconds(policy.created));
  record->set_updated(absl::ToUnixSeconds(policy.updated));
}

absl::StatusOr<CertificatePolicy> PolicyOf(const CertificatePolicyRecord& record) {
  CertificatePolicy policy;
  LAZULI_ASSIGN_OR_RETURN(policy.key_type, EnumOf(record.key_type(), crypto::KeyType::kEcHsm));
  policy.key_size = record.key_size();
  LAZULI_ASSIGN_OR_RETURN(policy.curve, EnumOf(record.curve(), crypto::Curve::kP521));
  policy.exportable = record.exportable();
  policy.reuse_key = record.reuse_key();
  LAZULI_ASSIGN_OR_RETURN(policy.content_type,
                          EnumOf(record.content_type(), CertificateContentType::kPem));
  policy.subject = record.subject();
  policy.alternative_names = {{record.dns_names().begin(), record.dns_names().end()},
                              {record.emails().begin(), record.emails().end()},
                              {record.upns().begin(), record.upns().end()}};
  policy.extended_key_usages.assign(record.extended_key_usages().begin(),
                                    record.extended_key_usages().end());
  for (const int number : record.key_usages()) {
    LAZULI_ASSIGN_OR_RETURN(const KeyUsage usage, EnumOf(number, KeyUsage::kDecipherOnly));
    policy.key_usages.push_back(usage);
  }
  policy.validity_months = record.validity_months();
  for (const CertificatePolicyRecord::Action& action : record.lifetime_actions()) {
    CertificateAction& added = policy.lifetime_actions.emplace_back();
    LAZULI_ASSIGN_OR_RETURN(added.type,
                            EnumOf(action.type(), CertificateActionType::kEmailContacts));
    if (action.has_lifetime_percentage()) added.lifetime_percentage = action.lifetime_percentage();
    if (action.has_days_before_expiry()) added.days_before_expiry = action.days_before_expiry();
  }
  policy.issuer = record.issuer();
  if (record.has_certificate_type()) policy.certificate_type = record.certificate_type();
  if (record.has_certificate_transparency()) {
    policy.certificate_transparency = record.certificate_transparency();
  }
  policy.enabled = record.enabled();
  policy.created = absl::FromUnixSeconds(record.created());
  policy.updated = absl::FromUnixSeconds(record.updated());
  // What would be refused of a caller could never be renewed.
  if (!CheckCertificatePolicy(policy).ok()) {
    return absl::DataLossError("its policy is none that a certificate can have");
  }
  return policy;
}

// A key of a record, told by its digest, so that no arithmetic has to.
template <typename Record>
absl::StatusOr<crypto::KeyMaterial::Ptr> KeyOf(const Record& record) {
  if (Sha256(record.private_key()) != record.private_key_digest()) {
    return absl::DataLossError("its private key is not the one that was stored");
  }
  absl::StatusOr<crypto::KeyMaterial::Ptr> key =
      crypto::KeyMaterial::FromUnchangedDer(record.private_key());
  if (!key.ok()) return absl::DataLossError("its private key is none");
  return key;
}

template <typename Record>
void PutKey(const crypto::KeyMaterial& key, Record* record) {
  const absl::string_view der = key.private_der().view();
  record->set_private_key(der.data(), der.size());
  record->set_private_key_digest(Sha256(der));
}

void PutRequest(const CertificateRequest& request, CertificateRequestRecord* record) {
  record->set_status(static_cast<int>(request.status));
  record->set_cancellation_requested(request.cancellation_requested);
  record->set_request_id(request.request_id);
  record->set_csr(request.csr);
  if (request.key != nullptr) PutKey(*request.key, record);
  record->set_enabled(request.enabled);
  if (request.tags.has_value()) {
    auto* const tags = record->mutable_tags();
    for (const auto& [name, value] : *request.tags) {
      CertificateRequestRecord::Tag* const tag = tags->add_tags();
      tag->set_name(name);
      tag->set_value(value);
    }
  }
  if (request.issue_at.has_value()) record->set_issue_at(absl::ToUnixNanos(*request.issue_at));
}

absl::StatusOr<CertificateRequest> RequestOf(const CertificateRequestRecord& record) {
  CertificateRequest request;
  LAZULI_ASSIGN_OR_RETURN(request.status,
                          EnumOf(record.status(), CertificateRequestStatus::kCancelled));
  request.cancellation_requested = record.cancellation_requested();
  request.request_id = record.request_id();
  request.csr = record.csr();
  if (record.has_private_key()) {
    LAZULI_ASSIGN_OR_RETURN(request.key, KeyOf(record));
  }
  if (request.is_in_progress() && request.key == nullptr) {
    return absl::DataLossError("its private key is missing");
  }
  request.enabled = record.enabled();
  if (record.has_tags()) {
    TagMap& tags = request.tags.emplace();
    for (const CertificateRequestRecord::Tag& tag : record.tags().tags()) {
      tags.emplace(tag.name(), tag.value());
    }
  }
  if (record.has_issue_at()) request.issue_at = absl::FromUnixNanos(record.issue_at());
  return request;
}

}  // namespace

void PutCertificateData(const CertificateNameData& data, CertificateDataRecord* record) {
  PutPolicy(data.policy, record->mutable_policy());
  if (data.request.has_value()) PutRequest(*data.request, record->mutable_request());
}

absl::Status ReadCertificateData(const CertificateDataRecord& record, CertificateNameData* data) {
  LAZULI_ASSIGN_OR_RETURN(data->policy, PolicyOf(record.policy()));
  if (record.has_request()) {
    LAZULI_ASSIGN_OR_RETURN(data->request, RequestOf(record.request()));
  }
  return absl::OkStatus();
}

void PutCertificateIssuer(const CertificateIssuer& issuer, CertificateIssuerRecord* record) {
  record->set_name(issuer.name);
  record->set_provider(issuer.provider);
  record->set_account_id(issuer.account_id);
  if (issuer.organization.has_value()) {
    CertificateIssuerRecord::Organization* const organization = record->mutable_organization();
    organization->set_id(issuer.organization->id);
    for (const IssuerAdministrator& one : issuer.organization->administrators) {
      CertificateIssuerRecord::Administrator* const added = organization->add_administrators();
      added->set_first_name(one.first_name);
      added->set_last_name(one.last_name);
      added->set_email(one.email);
      added->set_phone(one.phone);
    }
  }
  record->set_enabled(issuer.enabled);
  record->set_created(absl::ToUnixSeconds(issuer.created));
  record->set_updated(absl::ToUnixSeconds(issuer.updated));
  PutKey(*issuer.authority.key, record);
  record->set_certificate(issuer.authority.certificate);
}

absl::StatusOr<CertificateIssuer> CertificateIssuerOf(const CertificateIssuerRecord& record) {
  CertificateIssuer issuer;
  issuer.name = record.name();
  const std::optional<absl::string_view> provider = ParseIssuerProvider(record.provider());
  if (!provider.has_value()) return absl::DataLossError("an issuer has a provider that is none");
  issuer.provider = std::string(*provider);
  issuer.account_id = record.account_id();
  if (record.has_organization()) {
    IssuerOrganization& organization = issuer.organization.emplace();
    organization.id = record.organization().id();
    for (const auto& one : record.organization().administrators()) {
      organization.administrators.push_back(
          {one.first_name(), one.last_name(), one.email(), one.phone()});
    }
  }
  issuer.enabled = record.enabled();
  issuer.created = absl::FromUnixSeconds(record.created());
  issuer.updated = absl::FromUnixSeconds(record.updated());
  LAZULI_ASSIGN_OR_RETURN(issuer.authority.key, KeyOf(record));
  issuer.authority.certificate = record.certificate();
  if (!CertificateBelongsTo(issuer.authority.certificate, *issuer.authority.key)) {
    return absl::DataLossError("an issuer's certificate is none of its key");
  }
  return issuer;
}

}  // namespace lazuli::keyvault
