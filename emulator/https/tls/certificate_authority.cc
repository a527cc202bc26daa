#include "emulator/https/tls/certificate_authority.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "base/x509_fields.h"
#include "base/x509_pem.h"
#include "emulator/https/tls/limits.h"
#include "emulator/https/tls/pem.h"
#include "emulator/https/tls/x509_fields.h"

namespace lazuli::emulator {

namespace {

// RFC 5280 appendix A: the longest common name.
constexpr size_t kMaxCommonName = 64;

// Two servers' authorities differ in name as well, since clients find them by it.
std::string AuthorityName() {
  const SecureBytes suffix = SecureRandomBytes(4);
  return absl::StrCat("Lazuli local authority ", absl::BytesToHexString(suffix.view()));
}

absl::Status Failed() {
  ERR_clear_error();
  return InternalError("a certificate could not be made");
}

bool IsSelfIssued(X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

absl::Status CheckAuthority(X509* certificate, EVP_PKEY* key, absl::Time now) {
  const uint32_t flags = X509_get_extension_flags(certificate);
  if ((flags & EXFLAG_CA) == 0 || (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) == 0) {
    return InvalidInputError("ca_cert",
                             "is no authority's certificate: it needs basicConstraints CA:TRUE, "
                             "and keyCertSign if it has a keyUsage");
  }
  if (X509_check_private_key(certificate, key) != 1) {
    ERR_clear_error();
    return InvalidInputError("ca_key", "does not belong to the certificate of ca_cert");
  }
  if (now < NotBefore(certificate) || now >= NotAfter(certificate)) {
    return InvalidInputError("ca_cert", "is not valid at this time");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bssl::UniquePtr<EVP_PKEY>> GenerateTlsKey() {
  const bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  if (ec == nullptr || key == nullptr || EC_KEY_generate_key(ec.get()) != 1 ||
      EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) != 1) {
    return Failed();
  }
  return key;
}

CertificateAuthority::CertificateAuthority(std::vector<bssl::UniquePtr<X509>> certificates,
                                           bssl::UniquePtr<EVP_PKEY> key, absl::Time not_after)
    : certificates_(std::move(certificates)), key_(std::move(key)), not_after_(not_after) {
  for (const bssl::UniquePtr<X509>& certificate : certificates_) {
    certificate_pem_ += CertificateToPem(certificate.get());
  }
}

absl::StatusOr<std::unique_ptr<CertificateAuthority>> CertificateAuthority::Generate(
    absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<EVP_PKEY> key, GenerateTlsKey());
  bssl::UniquePtr<X509> certificate(X509_new());
  X509* const x509 = certificate.get();
  if (x509 == nullptr ||
      !SetBasics(x509, now - limits::tls::kBackdate, now + limits::tls::kAuthorityLifetime) ||
      !SetSubject(x509, AuthorityName()) ||
      X509_set_issuer_name(x509, X509_get_subject_name(x509)) != 1 ||
      X509_set_pubkey(x509, key.get()) != 1 ||
      !AddExtension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !AddExtension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !AddExtension(x509, x509, NID_subject_key_identifier, "hash") ||
      X509_sign(x509, key.get(), EVP_sha256()) <= 0) {
    return Failed();
  }
  std::vector<bssl::UniquePtr<X509>> certificates;
  certificates.push_back(std::move(certificate));
  return std::unique_ptr<CertificateAuthority>(new CertificateAuthority(
      std::move(certificates), std::move(key), now + limits::tls::kAuthorityLifetime));
}

absl::StatusOr<std::unique_ptr<CertificateAuthority>> CertificateAuthority::Load(
    absl::string_view certificates, absl::string_view private_key, absl::Time now) {
  LAZULI_ASSIGN_OR_RETURN(std::vector<bssl::UniquePtr<X509>> parsed,
                          ParseCertificates("ca_cert", certificates));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<EVP_PKEY> key, ParsePrivateKey("ca_key", private_key));
  LAZULI_RETURN_IF_ERROR(CheckAuthority(parsed.front().get(), key.get(), now));
  const absl::Time not_after = NotAfter(parsed.front().get());
  return std::unique_ptr<CertificateAuthority>(
      new CertificateAuthority(std::move(parsed), std::move(key), not_after));
}

std::string CertificateAuthority::private_key_pem() const {
  return std::string(PrivateKeyToPem(key_.get()).view());
}

absl::StatusOr<TlsIdentity> CertificateAuthority::Issue(const std::vector<std::string>& names,
                                                        EVP_PKEY* key, absl::Time now) const {
  X509* const issuer = certificates_.front().get();
  const absl::Time not_after = std::min(now + limits::tls::kLeafLifetime, not_after_);
  const bssl::UniquePtr<X509> certificate(X509_new());
  X509* const x509 = certificate.get();
  const bool fits = !names.empty() && names.front().size() <= kMaxCommonName;
  // An authority of one's own may be without the identifier that its leaves would point to.
  const bool has_identifier = X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0;
  if (x509 == nullptr ||
      !SetBasics(x509, std::max(now - limits::tls::kBackdate, NotBefore(issuer)), not_after) ||
      !SetSubject(x509, fits ? names.front() : "a host of the emulator") ||
      X509_set_issuer_name(x509, X509_get_subject_name(issuer)) != 1 ||
      X509_set_pubkey(x509, key) != 1 ||
      !AddExtension(x509, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !AddExtension(x509, issuer, NID_key_usage, "critical,digitalSignature") ||
      !AddExtension(x509, issuer, NID_ext_key_usage, "serverAuth") ||
      !AddExtension(x509, issuer, NID_subject_key_identifier, "hash") ||
      (has_identifier &&
       !AddExtension(x509, issuer, NID_authority_key_identifier, "keyid:always")) ||
      !AddAlternativeNames(x509, names) || X509_sign(x509, key_.get(), EVP_sha256()) <= 0) {
    return Failed();
  }
  TlsIdentity identity;
  identity.not_after = not_after;
  identity.key = bssl::UpRef(key);
  identity.chain.push_back(ToBuffer(x509));
  // A root is what clients have; those between it and the leaf they may not.
  for (const bssl::UniquePtr<X509>& above : certificates_) {
    if (!IsSelfIssued(above.get())) identity.chain.push_back(ToBuffer(above.get()));
  }
  return identity;
}

}  // namespace lazuli::emulator
