#include "keyvault/certificates/certificate_policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"

namespace lazuli::keyvault {
namespace {

using crypto::Curve;
using crypto::KeyType;

constexpr std::array<absl::string_view, 9> kKeyUsageNames = {
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly"};

constexpr absl::string_view kSelf = "Self";
constexpr absl::string_view kUnknown = "Unknown";

// id-kp-serverAuth and id-kp-clientAuth, RFC 5280 section 4.2.1.12: what a policy without ekus has.
constexpr std::array<absl::string_view, 2> kDefaultExtendedKeyUsages = {"1.3.6.1.5.5.7.3.1",
                                                                        "1.3.6.1.5.5.7.3.2"};
// Of the lifetime, when a policy names no action.
constexpr int kDefaultLifetimePercentage = 80;

bool IsEc(KeyType type) { return crypto::MaterialType(type) == KeyType::kEc; }

int CurveBits(Curve curve) {
  switch (curve) {
    case Curve::kP256:
    case Curve::kP256K:
      return 256;
    case Curve::kP384:
      return 384;
    case Curve::kP521:
      return 521;
  }
  return 0;
}

std::optional<Curve> CurveOfBits(int bits) {
  for (const Curve curve : {Curve::kP256, Curve::kP384, Curve::kP521}) {
    if (CurveBits(curve) == bits) return curve;
  }
  return std::nullopt;
}

bool IsObjectIdentifier(absl::string_view text) {
  const std::vector<absl::string_view> arcs = absl::StrSplit(text, '.');
  if (arcs.size() < 2 || text.size() > limits::certificates::kMaxTextLength) return false;
  for (const absl::string_view arc : arcs) {
    const bool digits = std::all_of(arc.begin(), arc.end(), absl::ascii_isdigit);
    if (arc.empty() || arc.size() > 9 || !digits || (arc.size() > 1 && arc[0] == '0')) return false;
  }
  const absl::string_view first = arcs[0];
  if (first != "0" && first != "1" && first != "2") return false;
  return first == "2" || arcs[1].size() == 1 || (arcs[1].size() == 2 && arcs[1] < "40");
}

// An alternative name is written in ASCII, RFC 5280 section 4.2.1.6; one of a user in UTF-8.
absl::Status CheckNames(absl::string_view field, const std::vector<std::string>& names,
                        bool ascii) {
  if (names.size() > limits::certificates::kMaxAlternativeNames) {
    return BadCertificatePolicyError(field, "There are too many.");
  }
  for (const std::string& name : names) {
    const bool fits = std::all_of(name.begin(), name.end(), [ascii](char c) {
      return !absl::ascii_iscntrl(static_cast<unsigned char>(c)) &&
             (!ascii || absl::ascii_isascii(static_cast<unsigned char>(c)));
    });
    if (name.empty() || name.size() > limits::certificates::kMaxTextLength || !fits) {
      return BadCertificatePolicyError(field,
                                       "A name is empty, too long or has a character that "
                                       "does not belong in it.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckKey(const CertificatePolicy& policy) {
  if (policy.key_type == KeyType::kOctHsm) {
    return BadCertificatePolicyError("key_props.kty", "A certificate needs an asymmetric key.");
  }
  if (IsEc(policy.key_type)) {
    if (policy.curve == Curve::kP256K) return NotEmulatedError("policy.key_props.crv");
    if (policy.key_size != CurveBits(policy.curve)) {
      return BadCertificatePolicyError("key_props.key_size", "It is not that of the curve.");
    }
  } else if (!crypto::IsSupportedRsaSize(policy.key_size)) {
    return BadCertificatePolicyError("key_props.key_size", "It must be 2048, 3072 or 4096.");
  }
  if (crypto::IsHsm(policy.key_type) && policy.exportable) {
    return BadCertificatePolicyError("key_props.exportable",
                                     "A key in a hardware module cannot be exportable.");
  }
  return absl::OkStatus();
}

absl::Status CheckAction(const CertificatePolicy& policy, const CertificateAction& action) {
  if (action.lifetime_percentage.has_value() == action.days_before_expiry.has_value()) {
    return BadCertificatePolicyError(
        "lifetime_actions", "A trigger has either lifetime_percentage or days_before_expiry.");
  }
  if (action.lifetime_percentage.has_value() &&
      (*action.lifetime_percentage < 1 || *action.lifetime_percentage > 99)) {
    return BadCertificatePolicyError("lifetime_actions",
                                     "lifetime_percentage must be from 1 to 99.");
  }
  const int max_days = policy.validity_months * limits::certificates::kDaysBeforeExpiryPerMonth;
  if (action.days_before_expiry.has_value() &&
      (*action.days_before_expiry < 1 || *action.days_before_expiry > max_days)) {
    return BadCertificatePolicyError(
        "lifetime_actions", absl::StrCat("days_before_expiry must be from 1 to ", max_days, "."));
  }
  if (action.type == CertificateActionType::kAutoRenew && policy.is_issued_elsewhere()) {
    return BadCertificatePolicyError("lifetime_actions",
                                     "AutoRenew needs an issuer that the vault can ask.");
  }
  return absl::OkStatus();
}

absl::Status CheckX509(const CertificatePolicy& policy) {
  if (policy.subject.empty() && policy.alternative_names.empty()) {
    return BadCertificatePolicyError("x509_props.subject",
                                     "Either a subject or alternative names are needed.");
  }
  if (policy.subject.size() > limits::certificates::kMaxSubjectLength) {
    return BadCertificatePolicyError("x509_props.subject", "It is too long.");
  }
  const AlternativeNames& names = policy.alternative_names;
  LAZULI_RETURN_IF_ERROR(CheckNames("x509_props.sans.dns_names", names.dns_names, true));
  LAZULI_RETURN_IF_ERROR(CheckNames("x509_props.sans.emails", names.emails, true));
  LAZULI_RETURN_IF_ERROR(CheckNames("x509_props.sans.upns", names.upns, false));
  if (policy.extended_key_usages.size() > limits::certificates::kMaxExtendedKeyUsages) {
    return BadCertificatePolicyError("x509_props.ekus", "There are too many.");
  }
  for (const std::string& usage : policy.extended_key_usages) {
    if (!IsObjectIdentifier(usage)) {
      return BadCertificatePolicyError("x509_props.ekus", "One is not an object identifier.");
    }
  }
  // There are nine, so that more can only be repetitions.
  if (policy.key_usages.size() > kKeyUsageNames.size()) {
    return BadCertificatePolicyError("x509_props.key_usage", "There are too many.");
  }
  if (policy.validity_months < 1 ||
      policy.validity_months > limits::certificates::kMaxValidityMonths) {
    return BadCertificatePolicyError(
        "x509_props.validity_months",
        absl::StrCat("It must be from 1 to ", limits::certificates::kMaxValidityMonths, "."));
  }
  return absl::OkStatus();
}

void TakeX509(const CertificatePolicyInput& input, CertificatePolicy* policy) {
  if (input.subject.has_value()) policy->subject = *input.subject;
  if (input.alternative_names.has_value()) policy->alternative_names = *input.alternative_names;
  if (input.extended_key_usages.has_value()) {
    policy->extended_key_usages = *input.extended_key_usages;
  }
  if (input.key_usages.has_value()) policy->key_usages = *input.key_usages;
  if (input.validity_months.has_value()) policy->validity_months = *input.validity_months;
}

absl::Status TakeKey(const CertificatePolicyInput& input, CertificatePolicy* policy) {
  if (input.key_type.has_value() && *input.key_type != policy->key_type) {
    policy->key_type = *input.key_type;
    policy->curve = Curve::kP256;
    policy->key_size = IsEc(policy->key_type) ? CurveBits(Curve::kP256) : crypto::kDefaultRsaBits;
    if (crypto::IsHsm(policy->key_type)) policy->exportable = false;
  }
  if (!IsEc(policy->key_type) && input.curve.has_value()) {
    return BadCertificatePolicyError("key_props.crv", "It does not go with RSA keys.");
  }
  if (input.curve.has_value()) {
    policy->curve = *input.curve;
    policy->key_size = CurveBits(policy->curve);
  } else if (IsEc(policy->key_type) && input.key_size.has_value()) {
    const std::optional<Curve> curve = CurveOfBits(*input.key_size);
    if (!curve.has_value()) {
      return BadCertificatePolicyError("key_props.key_size", "No curve has it.");
    }
    policy->curve = *curve;
  }
  if (input.key_size.has_value()) policy->key_size = *input.key_size;
  if (input.exportable.has_value()) policy->exportable = *input.exportable;
  if (input.reuse_key.has_value()) policy->reuse_key = *input.reuse_key;
  return absl::OkStatus();
}

// `policy` with what `input` says, unchecked but for what only the input shows.
absl::Status Take(const CertificatePolicyInput& input, CertificatePolicy* policy) {
  LAZULI_RETURN_IF_ERROR(TakeKey(input, policy));
  TakeX509(input, policy);
  if (input.content_type.has_value()) {
    const std::optional<CertificateContentType> type =
        ParseCertificateContentType(*input.content_type);
    if (!type.has_value()) {
      return BadCertificatePolicyError(
          "secret_props.contentType", "It must be application/x-pkcs12 or application/x-pem-file.");
    }
    policy->content_type = *type;
  }
  if (input.lifetime_actions.has_value()) policy->lifetime_actions = *input.lifetime_actions;
  if (input.issuer.has_value()) policy->issuer = *input.issuer;
  if (input.certificate_type.has_value()) policy->certificate_type = input.certificate_type;
  if (input.certificate_transparency.has_value()) {
    policy->certificate_transparency = input.certificate_transparency;
  }
  if (input.enabled.has_value()) policy->enabled = *input.enabled;
  return absl::OkStatus();
}

absl::Time WholeSeconds(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

}  // namespace

absl::string_view KeyUsageName(KeyUsage usage) {
  return kKeyUsageNames.at(static_cast<size_t>(usage));
}

std::optional<KeyUsage> ParseKeyUsage(absl::string_view name) {
  for (size_t i = 0; i < kKeyUsageNames.size(); ++i) {
    if (absl::EqualsIgnoreCase(name, kKeyUsageNames[i])) return static_cast<KeyUsage>(i);
  }
  return std::nullopt;
}

absl::string_view CertificateContentTypeName(CertificateContentType type) {
  return type == CertificateContentType::kPem ? "application/x-pem-file" : "application/x-pkcs12";
}

std::optional<CertificateContentType> ParseCertificateContentType(absl::string_view name) {
  for (const auto type : {CertificateContentType::kPkcs12, CertificateContentType::kPem}) {
    if (absl::EqualsIgnoreCase(name, CertificateContentTypeName(type))) return type;
  }
  return std::nullopt;
}

absl::string_view CertificateActionTypeName(CertificateActionType type) {
  return type == CertificateActionType::kAutoRenew ? "AutoRenew" : "EmailContacts";
}

std::optional<CertificateActionType> ParseCertificateActionType(absl::string_view name) {
  for (const auto type :
       {CertificateActionType::kAutoRenew, CertificateActionType::kEmailContacts}) {
    if (absl::EqualsIgnoreCase(name, CertificateActionTypeName(type))) return type;
  }
  return std::nullopt;
}

absl::Time CertificateAction::DueAt(absl::Time not_before, absl::Time not_after) const {
  if (days_before_expiry.has_value()) return not_after - absl::Hours(24) * *days_before_expiry;
  const int64_t seconds = absl::ToInt64Seconds(not_after - not_before);
  return not_before + absl::Seconds(seconds * lifetime_percentage.value_or(100) / 100);
}

bool IsReservedIssuerName(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, kSelf) || absl::EqualsIgnoreCase(name, kUnknown);
}

bool CertificatePolicy::is_issued_elsewhere() const {
  return absl::EqualsIgnoreCase(issuer, kUnknown);
}

absl::StatusOr<CertificatePolicy> MakeCertificatePolicy(const CertificatePolicyInput& input,
                                                        absl::Time now) {
  CertificatePolicy policy;
  for (const absl::string_view usage : kDefaultExtendedKeyUsages) {
    policy.extended_key_usages.emplace_back(usage);
  }
  LAZULI_RETURN_IF_ERROR(Take(input, &policy));
  if (!input.key_usages.has_value()) {
    policy.key_usages = {KeyUsage::kDigitalSignature};
    if (!IsEc(policy.key_type)) policy.key_usages.push_back(KeyUsage::kKeyEncipherment);
  }
  if (!input.lifetime_actions.has_value()) {
    const auto type = policy.is_issued_elsewhere() ? CertificateActionType::kEmailContacts
                                                   : CertificateActionType::kAutoRenew;
    policy.lifetime_actions = {{type, kDefaultLifetimePercentage, std::nullopt}};
  }
  policy.created = WholeSeconds(now);
  policy.updated = policy.created;
  LAZULI_RETURN_IF_ERROR(CheckCertificatePolicy(policy));
  return policy;
}

absl::StatusOr<CertificatePolicy> UpdateCertificatePolicy(const CertificatePolicy& old,
                                                          const CertificatePolicyInput& input,
                                                          absl::Time now) {
  CertificatePolicy policy = old;
  LAZULI_RETURN_IF_ERROR(Take(input, &policy));
  policy.updated = WholeSeconds(now);
  LAZULI_RETURN_IF_ERROR(CheckCertificatePolicy(policy));
  return policy;
}

absl::Status CheckCertificatePolicy(const CertificatePolicy& policy) {
  if (policy.issuer.empty() || policy.issuer.size() > limits::certificates::kMaxTextLength) {
    return BadCertificatePolicyError("issuer.name", "A value is required.");
  }
  if (policy.certificate_type.has_value() &&
      policy.certificate_type->size() > limits::certificates::kMaxTextLength) {
    return BadCertificatePolicyError("issuer.cty", "It is too long.");
  }
  LAZULI_RETURN_IF_ERROR(CheckKey(policy));
  LAZULI_RETURN_IF_ERROR(CheckX509(policy));
  std::vector<CertificateActionType> seen;
  for (const CertificateAction& action : policy.lifetime_actions) {
    LAZULI_RETURN_IF_ERROR(CheckAction(policy, action));
    if (std::find(seen.begin(), seen.end(), action.type) != seen.end()) {
      return BadCertificatePolicyError("lifetime_actions", "There are two of one type.");
    }
    seen.push_back(action.type);
  }
  return absl::OkStatus();
}

std::vector<KeyOperation> KeyOperationsOf(const std::vector<KeyUsage>& usages,
                                          crypto::KeyType type) {
  std::vector<KeyOperation> operations;
  const auto has = [&usages](KeyUsage usage) {
    return std::find(usages.begin(), usages.end(), usage) != usages.end();
  };
  const bool signs = has(KeyUsage::kDigitalSignature) || has(KeyUsage::kNonRepudiation) ||
                     has(KeyUsage::kKeyCertSign) || has(KeyUsage::kCrlSign);
  if (signs) operations = {KeyOperation::kSign, KeyOperation::kVerify};
  if (IsEc(type)) return operations;
  if (has(KeyUsage::kKeyEncipherment)) {
    operations.insert(operations.end(), {KeyOperation::kWrapKey, KeyOperation::kUnwrapKey});
  }
  const bool data = has(KeyUsage::kDataEncipherment);
  if (data || has(KeyUsage::kEncipherOnly)) operations.push_back(KeyOperation::kEncrypt);
  if (data || has(KeyUsage::kDecipherOnly)) operations.push_back(KeyOperation::kDecrypt);
  return operations;
}

}  // namespace lazuli::keyvault
