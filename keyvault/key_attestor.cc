#include "keyvault/key_attestor.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/x509_pem.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kVersion = "1.0";

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

KeyAttestor::KeyAttestor(crypto::CryptoEngine* engine)
    : signer_(engine,
              {.name = "attestation",
               .subject = "CN=Lazuli key attestation",
               .algorithm = crypto::SignatureAlgorithm::kEs256,
               .make_key = [] { return crypto::KeyMaterial::GenerateEc(crypto::Curve::kP256); }}) {}

absl::StatusOr<KeyAttestation> KeyAttestor::Attest(const KeyVersion& key, absl::Time now) {
  if (!crypto::IsHsm(key.type)) return KeyNotAttestableError();
  LAZULI_ASSIGN_OR_RETURN(const JwsSigner::IdentityPtr identity, signer_.IdentityAt(now));
  KeyAttestation attestation;
  LAZULI_ASSIGN_OR_RETURN(attestation.certificate_pem, PemOf(identity->certificate));
  attestation.version = std::string(kVersion);
  LAZULI_ASSIGN_OR_RETURN(attestation.private_key_attestation,
                          signer_.Sign(*identity, Payload(key, "private", now)));
  if (key.material->is_symmetric()) return attestation;
  LAZULI_ASSIGN_OR_RETURN(attestation.public_key_attestation,
                          signer_.Sign(*identity, Payload(key, "public", now)));
  return attestation;
}

}  // namespace lazuli::keyvault
