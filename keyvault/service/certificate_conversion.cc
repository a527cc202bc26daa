#include "keyvault/service/certificate_conversion.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
#include "keyvault/object_kind.h"
#include "keyvault/service/key_type_conversion.h"
#include "keyvault/service/object_conversion.h"
#include "proto/time.h"

namespace lazuli::keyvault {
namespace {

constexpr ObjectKind kKind = ObjectKind::kCertificate;

absl::Status BadKeyTypeError(absl::string_view reason) {
  return BadCertificatePolicyError("key_props.kty", reason);
}

absl::StatusOr<crypto::Curve> ReadCurve(v1::JsonWebKeyCurveName curve) {
  switch (curve) {
    case v1::JSON_WEB_KEY_CURVE_NAME_P256:
      return crypto::Curve::kP256;
    case v1::JSON_WEB_KEY_CURVE_NAME_P384:
      return crypto::Curve::kP384;
    case v1::JSON_WEB_KEY_CURVE_NAME_P521:
      return crypto::Curve::kP521;
    case v1::JSON_WEB_KEY_CURVE_NAME_P256K:
      return crypto::Curve::kP256K;
    default:
      return BadCertificatePolicyError("key_props.crv", "It is none of the known values.");
  }
}

// Both enumerations have the order of RFC 5280; the message's begins with one that is none.
absl::StatusOr<KeyUsage> ReadKeyUsage(int usage) {
  if (usage < v1::KEY_USAGE_TYPE_DIGITAL_SIGNATURE || usage > v1::KEY_USAGE_TYPE_DECIPHER_ONLY) {
    return BadCertificatePolicyError("x509_props.key_usage", "One is none of the known values.");
  }
  return static_cast<KeyUsage>(usage - v1::KEY_USAGE_TYPE_DIGITAL_SIGNATURE);
}

v1::KeyUsageType ToProto(KeyUsage usage) {
  return static_cast<v1::KeyUsageType>(static_cast<int>(usage) +
                                       v1::KEY_USAGE_TYPE_DIGITAL_SIGNATURE);
}

absl::StatusOr<CertificateAction> ReadAction(const v1::CertificatePolicy::LifetimeAction& message) {
  CertificateAction action;
  switch (message.action().action_type()) {
    case v1::CERTIFICATE_POLICY_ACTION_AUTO_RENEW:
      action.type = CertificateActionType::kAutoRenew;
      break;
    case v1::CERTIFICATE_POLICY_ACTION_EMAIL_CONTACTS:
      action.type = CertificateActionType::kEmailContacts;
      break;
    default:
      return BadCertificatePolicyError("lifetime_actions", "An action needs its action_type.");
  }
  if (message.trigger().has_lifetime_percentage()) {
    action.lifetime_percentage = message.trigger().lifetime_percentage();
  }
  if (message.trigger().has_days_before_expiry()) {
    action.days_before_expiry = message.trigger().days_before_expiry();
  }
  return action;
}

absl::Status ReadKeyProperties(const v1::CertificatePolicy::KeyProperties& message,
                               CertificatePolicyInput* input) {
  if (message.has_kty()) {
    LAZULI_ASSIGN_OR_RETURN(input->key_type, ReadKeyType(message.kty(), BadKeyTypeError));
    if (input->key_type == crypto::KeyType::kOctHsm) return KeyTypeNotSupportedError("oct-HSM");
  }
  if (message.has_crv()) {
    LAZULI_ASSIGN_OR_RETURN(input->curve, ReadCurve(message.crv()));
  }
  if (message.has_key_size()) input->key_size = message.key_size();
  if (message.has_exportable()) input->exportable = message.exportable();
  if (message.has_reuse_key()) input->reuse_key = message.reuse_key();
  return absl::OkStatus();
}

absl::Status ReadX509Properties(const v1::CertificatePolicy::X509Properties& message,
                                CertificatePolicyInput* input) {
  if (message.has_subject()) input->subject = message.subject();
  if (message.has_sans()) {
    AlternativeNames names;
    names.dns_names.assign(message.sans().dns_names().begin(), message.sans().dns_names().end());
    names.emails.assign(message.sans().emails().begin(), message.sans().emails().end());
    names.upns.assign(message.sans().upns().begin(), message.sans().upns().end());
    input->alternative_names = std::move(names);
  }
  if (message.has_ekus()) {
    input->extended_key_usages.emplace(message.ekus().values().begin(),
                                       message.ekus().values().end());
  }
  if (message.has_key_usage()) {
    std::vector<KeyUsage> usages;
    for (const int usage : message.key_usage().values()) {
      LAZULI_ASSIGN_OR_RETURN(usages.emplace_back(), ReadKeyUsage(usage));
    }
    input->key_usages = std::move(usages);
  }
  if (message.has_validity_months()) input->validity_months = message.validity_months();
  return absl::OkStatus();
}

std::string PendingId(absl::string_view vault_name, absl::string_view certificate_name) {
  return absl::StrCat(ObjectId(kKind, vault_name, certificate_name), "/pending");
}

void WriteIssuer(const CertificatePolicy& policy, v1::CertificateIssuerParameters* issuer) {
  issuer->set_name(policy.issuer);
  if (policy.certificate_type.has_value()) issuer->set_cty(*policy.certificate_type);
  if (policy.certificate_transparency.has_value()) {
    issuer->set_cert_transparency(*policy.certificate_transparency);
  }
}

void WriteX509Properties(const CertificatePolicy& policy,
                         v1::CertificatePolicy::X509Properties* message) {
  message->set_subject(policy.subject);
  v1::CertificatePolicy::SubjectAlternativeNames* const names = message->mutable_sans();
  const AlternativeNames& own = policy.alternative_names;
  names->mutable_dns_names()->Assign(own.dns_names.begin(), own.dns_names.end());
  names->mutable_emails()->Assign(own.emails.begin(), own.emails.end());
  names->mutable_upns()->Assign(own.upns.begin(), own.upns.end());
  message->mutable_ekus()->mutable_values()->Assign(policy.extended_key_usages.begin(),
                                                    policy.extended_key_usages.end());
  for (const KeyUsage usage : policy.key_usages) {
    message->mutable_key_usage()->add_values(ToProto(usage));
  }
  message->mutable_key_usage();
  message->set_validity_months(policy.validity_months);
  message->mutable_basic_constraints()->set_ca(false);
}

// What live and deleted bundles have in common.
template <typename Bundle>
void WriteBundle(const CertificateVersion& version, const CertificateNameData& data,
                 const VaultRecord& vault, Bundle* bundle) {
  bundle->set_id(version.id);
  if (version.is_issued()) {
    bundle->set_kid(ObjectVersionId(ObjectKind::kKey, vault.name(), version.name, version.version));
    bundle->set_sid(
        ObjectVersionId(ObjectKind::kSecret, vault.name(), version.name, version.version));
    bundle->set_x5t(CertificateThumbprint(version.der));
    bundle->set_cer(version.der);
  }
  WriteObjectAttributes(version, vault.settings, bundle->mutable_attributes());
  WriteObjectTags(version.tags, bundle);
  WriteCertificatePolicy(data.policy, vault.name(), version.name, bundle->mutable_policy());
  if (data.request.has_value()) {
    bundle->mutable_pending()->set_id(PendingId(vault.name(), version.name));
  }
}

template <typename Item>
void WriteItem(const CertificateVersion& version, const VaultRecord& vault, absl::string_view id,
               Item* item) {
  item->set_id(std::string(id));
  if (version.is_issued()) item->set_x5t(CertificateThumbprint(version.der));
  WriteObjectAttributes(version, vault.settings, item->mutable_attributes());
  WriteObjectTags(version.tags, item);
}

}  // namespace

absl::StatusOr<CertificatePolicyInput> ReadCertificatePolicy(const v1::CertificatePolicy& policy) {
  CertificatePolicyInput input;
  LAZULI_RETURN_IF_ERROR(ReadKeyProperties(policy.key_props(), &input));
  LAZULI_RETURN_IF_ERROR(ReadX509Properties(policy.x509_props(), &input));
  if (policy.secret_props().has_content_type()) {
    input.content_type = policy.secret_props().content_type();
  }
  if (policy.has_lifetime_actions()) {
    std::vector<CertificateAction> actions;
    for (const auto& action : policy.lifetime_actions().values()) {
      LAZULI_ASSIGN_OR_RETURN(actions.emplace_back(), ReadAction(action));
    }
    input.lifetime_actions = std::move(actions);
  }
  if (policy.issuer().has_name()) input.issuer = policy.issuer().name();
  if (policy.issuer().has_cty()) input.certificate_type = policy.issuer().cty();
  if (policy.issuer().has_cert_transparency()) {
    input.certificate_transparency = policy.issuer().cert_transparency();
  }
  if (policy.attributes().has_enabled()) input.enabled = policy.attributes().enabled();
  return input;
}

absl::StatusOr<std::vector<CertificateContact>> ReadCertificateContacts(
    const v1::CertificateContacts& contacts) {
  if (static_cast<size_t>(contacts.contacts_size()) > limits::certificates::kMaxContacts) {
    return BadCertificateParameterError("contacts", "There are too many.");
  }
  std::vector<CertificateContact> read;
  for (const v1::CertificateContact& contact : contacts.contacts()) {
    for (const std::string& text : {contact.email(), contact.name(), contact.phone()}) {
      if (text.size() > limits::certificates::kMaxTextLength) {
        return BadCertificateParameterError("contacts", "A text is too long.");
      }
    }
    if (contact.email().find('@') == std::string::npos) {
      return BadCertificateParameterError("contacts", "A contact needs an email address.");
    }
    read.push_back({contact.email(), contact.name(), contact.phone()});
  }
  return read;
}

void WriteCertificatePolicy(const CertificatePolicy& policy, absl::string_view vault_name,
                            absl::string_view certificate_name, v1::CertificatePolicy* message) {
  message->set_id(absl::StrCat(ObjectId(kKind, vault_name, certificate_name), "/policy"));
  v1::CertificatePolicy::KeyProperties* const key = message->mutable_key_props();
  key->set_exportable(policy.exportable);
  key->set_kty(ToJsonWebKeyType(policy.key_type));
  key->set_key_size(policy.key_size);
  key->set_reuse_key(policy.reuse_key);
  if (crypto::MaterialType(policy.key_type) == crypto::KeyType::kEc) {
    key->set_crv(ToJsonWebKeyCurve(policy.curve));
  }
  message->mutable_secret_props()->set_content_type(
      std::string(CertificateContentTypeName(policy.content_type)));
  WriteX509Properties(policy, message->mutable_x509_props());
  message->mutable_lifetime_actions();
  for (const CertificateAction& action : policy.lifetime_actions) {
    v1::CertificatePolicy::LifetimeAction* const added =
        message->mutable_lifetime_actions()->add_values();
    if (action.lifetime_percentage.has_value()) {
      added->mutable_trigger()->set_lifetime_percentage(*action.lifetime_percentage);
    }
    if (action.days_before_expiry.has_value()) {
      added->mutable_trigger()->set_days_before_expiry(*action.days_before_expiry);
    }
    added->mutable_action()->set_action_type(action.type == CertificateActionType::kAutoRenew
                                                 ? v1::CERTIFICATE_POLICY_ACTION_AUTO_RENEW
                                                 : v1::CERTIFICATE_POLICY_ACTION_EMAIL_CONTACTS);
  }
  WriteIssuer(policy, message->mutable_issuer());
  v1::CertificateAttributes* const attributes = message->mutable_attributes();
  attributes->set_enabled(policy.enabled);
  *attributes->mutable_created() = lazuli::ToProto(policy.created);
  *attributes->mutable_updated() = lazuli::ToProto(policy.updated);
}

void WriteCertificateBundle(const CertificateView& view, const VaultRecord& vault,
                            v1::CertificateBundle* bundle) {
  WriteBundle(*view.version, view.data, vault, bundle);
}

void WriteDeletedCertificateBundle(const DeletedCertificateView& view, const VaultRecord& vault,
                                   v1::DeletedCertificateBundle* bundle) {
  WriteObjectDeletion(kKind, view.deleted, vault, bundle);
  WriteBundle(*view.deleted.latest, view.data, vault, bundle);
}

void WriteCertificateItem(const CertificateVersion& version, const VaultRecord& vault,
                          absl::string_view id, v1::CertificateItem* item) {
  WriteItem(version, vault, id, item);
}

void WriteDeletedCertificateItem(const DeletedCertificate& deleted, const VaultRecord& vault,
                                 v1::DeletedCertificateItem* item) {
  WriteObjectDeletion(kKind, deleted, vault, item);
  WriteItem(*deleted.latest, vault, ObjectId(kKind, vault.name(), deleted.latest->name), item);
}

void WriteCertificateOperation(const CertificateRequest& request, const CertificatePolicy& policy,
                               absl::string_view vault_name, absl::string_view certificate_name,
                               v1::CertificateOperation* operation) {
  operation->set_id(PendingId(vault_name, certificate_name));
  WriteIssuer(policy, operation->mutable_issuer());
  operation->set_csr(request.csr);
  operation->set_cancellation_requested(request.cancellation_requested);
  operation->set_status(std::string(CertificateRequestStatusName(request.status)));
  if (request.is_in_progress()) {
    operation->set_status_details(
        "Pending certificate created. Certificate request is in progress. This may take some time "
        "based on the issuer provider. Please check again later.");
  }
  if (request.status == CertificateRequestStatus::kCompleted) {
    operation->set_target(ObjectId(kKind, vault_name, certificate_name));
  }
  operation->set_request_id(request.request_id);
}

void WriteCertificateContacts(const std::vector<CertificateContact>& contacts,
                              absl::string_view vault_name, v1::CertificateContacts* message) {
  message->set_id(absl::StrCat(VaultUri(vault_name), "certificates/contacts"));
  for (const CertificateContact& contact : contacts) {
    v1::CertificateContact* const added = message->add_contacts();
    added->set_email(contact.email);
    if (!contact.name.empty()) added->set_name(contact.name);
    if (!contact.phone.empty()) added->set_phone(contact.phone);
  }
}

}  // namespace lazuli::keyvault
