#include "keyvault/certificates/x509_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/boringssl_x509.h"
#include "base/x509_fields.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_name.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/evp_key.h"

namespace lazuli::keyvault {
namespace {

bssl::UniquePtr<X509> Parse(absl::string_view der) {
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  const uint8_t* const end = at + der.size();
  bssl::UniquePtr<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return at == end ? std::move(certificate) : nullptr;
}

std::string TextOf(const ASN1_STRING* text) {
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<size_t>(ASN1_STRING_length(text)));
}

AlternativeNames ReadNames(const X509* certificate) {
  AlternativeNames names;
  const bssl::UniquePtr<GENERAL_NAMES> general(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (general == nullptr) return names;
  for (size_t i = 0; i < sk_GENERAL_NAME_num(general.get()); ++i) {
    int type = 0;
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(general.get(), i);
    const void* const value = GENERAL_NAME_get0_value(name, &type);
    if (type == GEN_DNS) names.dns_names.push_back(TextOf(static_cast<const ASN1_STRING*>(value)));
    if (type == GEN_EMAIL) names.emails.push_back(TextOf(static_cast<const ASN1_STRING*>(value)));
    ASN1_OBJECT* other_type = nullptr;
    ASN1_TYPE* other = nullptr;
    if (type == GEN_OTHERNAME && GENERAL_NAME_get0_otherName(name, &other_type, &other) == 1 &&
        OBJ_obj2nid(other_type) == NID_ms_upn && ASN1_TYPE_get(other) == V_ASN1_UTF8STRING) {
      names.upns.push_back(TextOf(other->value.utf8string));
    }
  }
  return names;
}

std::vector<std::string> ReadExtendedKeyUsages(const X509* certificate) {
  std::vector<std::string> usages;
  const bssl::UniquePtr<STACK_OF(ASN1_OBJECT)> objects(static_cast<STACK_OF(ASN1_OBJECT)*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  if (objects == nullptr) return usages;
  for (size_t i = 0; i < sk_ASN1_OBJECT_num(objects.get()); ++i) {
    std::array<char, limits::certificates::kMaxTextLength> text = {};
    const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()),
                                 sk_ASN1_OBJECT_value(objects.get(), i), 1);
    if (size > 0 && static_cast<size_t>(size) < text.size()) usages.emplace_back(text.data());
  }
  return usages;
}

std::vector<KeyUsage> ReadKeyUsages(const X509* certificate) {
  std::vector<KeyUsage> usages;
  const bssl::UniquePtr<ASN1_BIT_STRING> bits(static_cast<ASN1_BIT_STRING*>(
      X509_get_ext_d2i(certificate, NID_key_usage, nullptr, nullptr)));
  if (bits == nullptr) return usages;
  for (int bit = 0; bit <= static_cast<int>(KeyUsage::kDecipherOnly); ++bit) {
    if (ASN1_BIT_STRING_get_bit(bits.get(), bit) == 1) usages.push_back(static_cast<KeyUsage>(bit));
  }
  return usages;
}

// Whole months, at least one.
int MonthsBetween(absl::Time from, absl::Time to) {
  const auto months = absl::CivilMonth(absl::ToCivilMonth(to, absl::UTCTimeZone())) -
                      absl::CivilMonth(absl::ToCivilMonth(from, absl::UTCTimeZone()));
  return static_cast<int>(std::clamp<int64_t>(months, 1, limits::certificates::kMaxValidityMonths));
}

}  // namespace

absl::StatusOr<CertificateFacts> ReadCertificateFacts(absl::string_view der) {
  const crypto::ErrorQueueDrain drain;
  const bssl::UniquePtr<X509> certificate = Parse(der);
  if (certificate == nullptr) return UnreadablePemError();
  CertificateFacts facts;
  facts.subject = WriteSubject(X509_get_subject_name(certificate.get()));
  facts.alternative_names = ReadNames(certificate.get());
  facts.extended_key_usages = ReadExtendedKeyUsages(certificate.get());
  facts.key_usages = ReadKeyUsages(certificate.get());
  facts.not_before = NotBefore(certificate.get());
  facts.not_after = NotAfter(certificate.get());
  return facts;
}

bool CertificateBelongsTo(absl::string_view der, const crypto::KeyMaterial& key) {
  const crypto::ErrorQueueDrain drain;
  const bssl::UniquePtr<X509> certificate = Parse(der);
  const bssl::UniquePtr<EVP_PKEY> evp = crypto::EvpKeyOf(key);
  if (certificate == nullptr || evp == nullptr) return false;
  const bssl::UniquePtr<EVP_PKEY> certified(X509_get_pubkey(certificate.get()));
  return certified != nullptr && EVP_PKEY_cmp(certified.get(), evp.get()) == 1;
}

std::string CertificateThumbprint(absl::string_view der) {
  std::string thumbprint(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const uint8_t*>(der.data()), der.size(),
       reinterpret_cast<uint8_t*>(thumbprint.data()));
  return thumbprint;
}

absl::StatusOr<CertificatePolicy> MakeImportedPolicy(const CertificateFacts& facts,
                                                     const crypto::KeyMaterial& key,
                                                     CertificateContentType type,
                                                     const CertificatePolicyInput& asked,
                                                     absl::Time now) {
  CertificatePolicyInput policy = asked;
  if (!asked.key_type.has_value()) policy.key_type = key.type();
  if (crypto::MaterialType(*policy.key_type) != key.type()) {
    return BadCertificatePolicyError("key_props.kty", "The imported key is of another type.");
  }
  policy.key_size.reset();
  policy.curve.reset();
  if (key.is_rsa()) {
    policy.key_size = key.rsa_bits();
  } else {
    policy.curve = key.curve();
  }
  policy.content_type = std::string(CertificateContentTypeName(type));
  policy.subject = facts.subject;
  policy.alternative_names = facts.alternative_names;
  policy.extended_key_usages = facts.extended_key_usages;
  // A certificate that restricts nothing takes the default.
  policy.key_usages =
      facts.key_usages.empty() ? std::nullopt : std::make_optional(facts.key_usages);
  policy.validity_months = MonthsBetween(facts.not_before, facts.not_after);
  if (!asked.issuer.has_value()) policy.issuer = "Unknown";
  if (!asked.lifetime_actions.has_value()) {
    policy.lifetime_actions = {{CertificateActionType::kEmailContacts, 80, std::nullopt}};
  }
  return MakeCertificatePolicy(policy, now);
}

}  // namespace lazuli::keyvault
