#include "keyvault/key_attestor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/x509_pem.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kVersion = "1.0";
constexpr int kValidityMonths = 12;
// A certificate is used for less time than it is valid.
constexpr absl::Duration kRenewal = absl::Hours(24 * 300);

absl::StatusOr<std::string> PemOf(const std::string& der) {
  const auto* data = reinterpret_cast<const uint8_t*>(der.data());
  const bssl::UniquePtr<X509> certificate(d2i_X509(nullptr, &data, static_cast<long>(der.size())));
  if (certificate == nullptr) return InternalError("a certificate cannot be read");
  return CertificateToPem(certificate.get());
}

// Every value is base64url, a fixed word or a checked name: nothing needs escaping.
std::string PublicMembers(const crypto::KeyMaterial& material) {
  if (material.is_rsa()) {
    return absl::StrCat(R"(,"n":")", Base64UrlEncode(material.n()), R"(","e":")",
                        Base64UrlEncode(material.e()), R"(")");
  }
  if (material.is_ec()) {
    return absl::StrCat(R"(,"crv":")", crypto::CurveName(material.curve()), R"(","x":")",
                        Base64UrlEncode(material.x()), R"(","y":")", Base64UrlEncode(material.y()),
                        R"(")");
  }
  return absl::StrCat(R"(,"key_size":)", material.symmetric_bits());
}

std::string Payload(const KeyVersion& key, absl::string_view part, absl::Time now) {
  return absl::StrCat(R"({"kid":")", key.kid, R"(","kty":")", crypto::KeyTypeName(key.type),
                      R"(","part":")", part, R"(","exportable":)",
                      key.exportable ? "true" : "false", R"(,"iat":)", absl::ToUnixSeconds(now),
                      PublicMembers(*key.material), "}");
}

}  // namespace

absl::StatusOr<KeyAttestor::Signer> KeyAttestor::SignerAt(absl::Time now) {
  const MutexLock lock(&mu_);
  if (signer_.key != nullptr && now >= signer_.made && now < signer_.made + kRenewal) {
    return signer_;
  }
  Signer signer;
  signer.key = signer_.key;
  if (signer.key == nullptr) {
    LAZULI_ASSIGN_OR_RETURN(signer.key, crypto::KeyMaterial::GenerateEc(crypto::Curve::kP256));
  }
  CertificatePolicy policy;
  policy.key_type = crypto::KeyType::kEc;
  policy.subject = "CN=Lazuli key attestation";
  policy.key_usages = {KeyUsage::kDigitalSignature};
  policy.validity_months = kValidityMonths;
  LAZULI_ASSIGN_OR_RETURN(const std::string der,
                          MakeSelfSignedCertificate(policy, *signer.key, now));
  LAZULI_ASSIGN_OR_RETURN(signer.certificate_pem, PemOf(der));
  signer.thumbprint = Base64UrlEncode(Sha256(der));
  signer.made = now;
  signer_ = signer;
  return signer;
}

absl::StatusOr<std::string> KeyAttestor::Sign(const Signer& signer, const std::string& payload) {
  const std::string header =
      absl::StrCat(R"({"alg":"ES256","typ":"JWT","x5t#S256":")", signer.thumbprint, R"("})");
  const std::string text = absl::StrCat(Base64UrlEncode(header), ".", Base64UrlEncode(payload));
  LAZULI_ASSIGN_OR_RETURN(
      const std::string signature,
      engine_.Sign(*signer.key, "", crypto::SignatureAlgorithm::kEs256, Sha256(text)));
  return absl::StrCat(text, ".", Base64UrlEncode(signature));
}

absl::StatusOr<KeyAttestation> KeyAttestor::Attest(const KeyVersion& key, absl::Time now) {
  if (!crypto::IsHsm(key.type)) return KeyNotAttestableError();
  LAZULI_ASSIGN_OR_RETURN(const Signer signer, SignerAt(now));
  KeyAttestation attestation;
  attestation.certificate_pem = signer.certificate_pem;
  attestation.version = std::string(kVersion);
  LAZULI_ASSIGN_OR_RETURN(attestation.private_key_attestation,
                          Sign(signer, Payload(key, "private", now)));
  if (key.material->is_symmetric()) return attestation;
  LAZULI_ASSIGN_OR_RETURN(attestation.public_key_attestation,
                          Sign(signer, Payload(key, "public", now)));
  return attestation;
}

}  // namespace lazuli::keyvault
