#include "keyvault/certificates/x509_builder.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/boringssl_x509.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "base/x509_fields.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/x509_name.h"
#include "keyvault/crypto/evp_key.h"

namespace lazuli::keyvault {
namespace {

absl::Status Failed() {
  ERR_clear_error();
  return InternalError("a certificate could not be made");
}

const EVP_MD* DigestFor(const crypto::KeyMaterial& key) {
  if (key.is_rsa()) return EVP_sha256();
  if (key.curve() == crypto::Curve::kP384) return EVP_sha384();
  if (key.curve() == crypto::Curve::kP521) return EVP_sha512();
  return EVP_sha256();
}

// Frees a list of extensions that is grown by the library's own functions.
struct Extensions {
  Extensions() = default;
  ~Extensions() { sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free); }
  Extensions(const Extensions&) = delete;
  Extensions& operator=(const Extensions&) = delete;

  bool Add(int nid, void* value, bool critical) {
    return X509V3_add1_i2d(&list, nid, value, critical ? 1 : 0, 0) == 1;
  }

  STACK_OF(X509_EXTENSION) * list = nullptr;
};

bool AddKeyUsage(const std::vector<KeyUsage>& usages, Extensions* extensions) {
  if (usages.empty()) return true;
  const bssl::UniquePtr<ASN1_BIT_STRING> bits(ASN1_BIT_STRING_new());
  if (bits == nullptr) return false;
  for (const KeyUsage usage : usages) {
    if (ASN1_BIT_STRING_set_bit(bits.get(), static_cast<int>(usage), 1) != 1) return false;
  }
  return extensions->Add(NID_key_usage, bits.get(), true);
}

bool AddExtendedKeyUsage(const std::vector<std::string>& usages, Extensions* extensions) {
  if (usages.empty()) return true;
  const bssl::UniquePtr<STACK_OF(ASN1_OBJECT)> objects(sk_ASN1_OBJECT_new_null());
  if (objects == nullptr) return false;
  for (const std::string& usage : usages) {
    bssl::UniquePtr<ASN1_OBJECT> object(OBJ_txt2obj(usage.c_str(), 1));
    if (object == nullptr || !bssl::PushToStack(objects.get(), std::move(object))) return false;
  }
  return extensions->Add(NID_ext_key_usage, objects.get(), false);
}

// The name of a user in Windows' directory: an otherName of UTF-8 text.
bool PushUserName(GENERAL_NAMES* names, const std::string& user) {
  bssl::UniquePtr<GENERAL_NAME> general(GENERAL_NAME_new());
  bssl::UniquePtr<ASN1_OBJECT> type(OBJ_dup(OBJ_nid2obj(NID_ms_upn)));
  bssl::UniquePtr<ASN1_TYPE> value(ASN1_TYPE_new());
  bssl::UniquePtr<ASN1_STRING> text(ASN1_UTF8STRING_new());
  if (!general || !type || !value || !text ||
      ASN1_STRING_set(text.get(), user.data(), static_cast<int>(user.size())) != 1) {
    return false;
  }
  ASN1_TYPE_set(value.get(), V_ASN1_UTF8STRING, text.release());
  if (GENERAL_NAME_set0_othername(general.get(), type.get(), value.get()) != 1) return false;
  type.release();
  value.release();
  return bssl::PushToStack(names, std::move(general));
}

bool AddNames(const CertificatePolicy& policy, Extensions* extensions) {
  const AlternativeNames& names = policy.alternative_names;
  if (names.empty()) return true;
  const bssl::UniquePtr<GENERAL_NAMES> general(GENERAL_NAMES_new());
  if (general == nullptr) return false;
  for (const std::string& name : names.dns_names) {
    if (!PushGeneralName(general.get(), GEN_DNS, name)) return false;
  }
  for (const std::string& email : names.emails) {
    if (!PushGeneralName(general.get(), GEN_EMAIL, email)) return false;
  }
  for (const std::string& user : names.upns) {
    if (!PushUserName(general.get(), user)) return false;
  }
  // RFC 5280 section 4.2.1.6: critical when there is no subject.
  return extensions->Add(NID_subject_alt_name, general.get(), policy.subject.empty());
}

bool AddPolicyExtensions(const CertificatePolicy& policy, Extensions* extensions) {
  const bssl::UniquePtr<BASIC_CONSTRAINTS> constraints(BASIC_CONSTRAINTS_new());
  return constraints != nullptr && AddKeyUsage(policy.key_usages, extensions) &&
         AddExtendedKeyUsage(policy.extended_key_usages, extensions) &&
         AddNames(policy, extensions) &&
         extensions->Add(NID_basic_constraints, constraints.get(), false);
}

// A certificate for `key`, signed with `signing_key` by `authority`; null: by itself.
absl::StatusOr<std::string> MakeCertificate(const CertificatePolicy& policy,
                                            const crypto::KeyMaterial& key, X509* authority,
                                            const crypto::KeyMaterial& signing_key,
                                            absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(const bssl::UniquePtr<X509_NAME> subject, ParseSubject(policy.subject));
  const bssl::UniquePtr<EVP_PKEY> evp = crypto::EvpKeyOf(key);
  const bssl::UniquePtr<EVP_PKEY> signing = crypto::EvpKeyOf(signing_key);
  const bssl::UniquePtr<X509> certificate(X509_new());
  X509* const x509 = certificate.get();
  X509* const issuer = authority != nullptr ? authority : x509;
  CalendarDuration validity;
  validity.months = policy.validity_months;
  Extensions extensions;
  if (evp == nullptr || signing == nullptr || x509 == nullptr ||
      !SetBasics(x509, now - limits::certificates::kBackdate, validity.AddTo(now)) ||
      X509_set_subject_name(x509, subject.get()) != 1 ||
      X509_set_issuer_name(x509, X509_get_subject_name(issuer)) != 1 ||
      X509_set_pubkey(x509, evp.get()) != 1 || !AddPolicyExtensions(policy, &extensions)) {
    return Failed();
  }
  for (size_t i = 0; i < sk_X509_EXTENSION_num(extensions.list); ++i) {
    if (X509_add_ext(x509, sk_X509_EXTENSION_value(extensions.list, i), -1) != 1) return Failed();
  }
  if (!AddExtension(x509, x509, NID_subject_key_identifier, "hash") ||
      !AddExtension(x509, issuer, NID_authority_key_identifier, "keyid:always") ||
      X509_sign(x509, signing.get(), DigestFor(signing_key)) <= 0) {
    return Failed();
  }
  std::string der = CertificateToDer(x509);
  if (der.empty()) return Failed();
  return der;
}

}  // namespace

absl::Status CheckSubject(absl::string_view subject) { return ParseSubject(subject).status(); }

absl::StatusOr<std::string> MakeSelfSignedCertificate(const CertificatePolicy& policy,
                                                      const crypto::KeyMaterial& key,
                                                      absl::Time now) {
  return MakeCertificate(policy, key, nullptr, key, now);
}

absl::StatusOr<std::string> MakeAuthorityCertificate(absl::string_view common_name,
                                                     const crypto::KeyMaterial& key,
                                                     absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(const bssl::UniquePtr<X509_NAME> subject,
                          ParseSubject(absl::StrCat("CN=", common_name)));
  const bssl::UniquePtr<EVP_PKEY> evp = crypto::EvpKeyOf(key);
  const bssl::UniquePtr<X509> certificate(X509_new());
  X509* const x509 = certificate.get();
  if (evp == nullptr || x509 == nullptr ||
      !SetBasics(x509, now - limits::certificates::kBackdate, absl::InfiniteFuture()) ||
      X509_set_subject_name(x509, subject.get()) != 1 ||
      X509_set_issuer_name(x509, subject.get()) != 1 || X509_set_pubkey(x509, evp.get()) != 1 ||
      !AddExtension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !AddExtension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !AddExtension(x509, x509, NID_subject_key_identifier, "hash") ||
      X509_sign(x509, evp.get(), DigestFor(key)) <= 0) {
    return Failed();
  }
  std::string der = CertificateToDer(x509);
  if (der.empty()) return Failed();
  return der;
}

absl::StatusOr<std::string> MakeSignedCertificate(const CertificatePolicy& policy,
                                                  const crypto::KeyMaterial& key,
                                                  absl::string_view authority,
                                                  const crypto::KeyMaterial& authority_key,
                                                  absl::Time now) {
  const auto* at = reinterpret_cast<const uint8_t*>(authority.data());
  const bssl::UniquePtr<X509> signer(d2i_X509(nullptr, &at, static_cast<long>(authority.size())));
  if (signer == nullptr) return Failed();
  return MakeCertificate(policy, key, signer.get(), authority_key, now);
}

absl::StatusOr<std::string> MakeCertificateRequest(const CertificatePolicy& policy,
                                                   const crypto::KeyMaterial& key) {
  LAZULI_ASSIGN_OR_RETURN(const bssl::UniquePtr<X509_NAME> subject, ParseSubject(policy.subject));
  const bssl::UniquePtr<EVP_PKEY> evp = crypto::EvpKeyOf(key);
  const bssl::UniquePtr<X509_REQ> request(X509_REQ_new());
  Extensions extensions;
  if (evp == nullptr || request == nullptr ||
      X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_subject_name(request.get(), subject.get()) != 1 ||
      X509_REQ_set_pubkey(request.get(), evp.get()) != 1 ||
      !AddPolicyExtensions(policy, &extensions) ||
      X509_REQ_add_extensions(request.get(), extensions.list) != 1 ||
      X509_REQ_sign(request.get(), evp.get(), DigestFor(key)) <= 0) {
    return Failed();
  }
  uint8_t* der = nullptr;
  const int size = i2d_X509_REQ(request.get(), &der);
  if (size < 0) return Failed();
  const bssl::UniquePtr<uint8_t> owner(der);
  return std::string(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
}

}  // namespace lazuli::keyvault
