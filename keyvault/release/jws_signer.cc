#include "keyvault/release/jws_signer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/status_macros.h"
#include "keyvault/certificates/certificate_policy.h"
#include "keyvault/certificates/x509_builder.h"
#include "keyvault/certificates/x509_reader.h"

namespace lazuli::keyvault {
namespace {

constexpr int kValidityMonths = 12;
// A certificate is used for less time than it is valid.
constexpr absl::Duration kRenewal = absl::Hours(24 * 300);

}  // namespace

JwsSigner::JwsSigner(crypto::CryptoEngine* engine, Options options)
    : engine_(engine), options_(std::move(options)) {}

JwsSigner::IdentityPtr JwsSigner::PresentAt(absl::Time now) {
  MutexLock lock(&mu_);
  const bool is_valid =
      identity_ != nullptr && now >= identity_->made && now < identity_->made + kRenewal;
  return is_valid ? identity_ : nullptr;
}

absl::StatusOr<JwsSigner::IdentityPtr> JwsSigner::Make(crypto::KeyMaterial::Ptr key,
                                                       absl::Time now) const {
  auto identity = std::make_shared<Identity>();
  identity->key = std::move(key);
  identity->made = now;
  CertificatePolicy policy;
  policy.subject = options_.subject;
  policy.key_usages = {KeyUsage::kDigitalSignature};
  policy.validity_months = kValidityMonths;
  LAZULI_ASSIGN_OR_RETURN(identity->certificate,
                          MakeSelfSignedCertificate(policy, *identity->key, now));
  const std::string thumbprint = Base64UrlEncode(CertificateThumbprint(identity->certificate));
  // Every value is base64, base64url or a fixed word: nothing needs escaping.
  identity->header = Base64UrlEncode(
      absl::StrCat(R"({"alg":")", crypto::SignatureAlgorithmName(options_.algorithm),
                   R"(","kid":")", options_.name, "-", thumbprint, R"(","x5t":")", thumbprint,
                   R"(","x5t#S256":")", Base64UrlEncode(Sha256(identity->certificate)),
                   R"(","x5c":[")", Base64Encode(identity->certificate), R"("]})"));
  return IdentityPtr(std::move(identity));
}

absl::StatusOr<JwsSigner::IdentityPtr> JwsSigner::IdentityAt(absl::Time now) {
  if (IdentityPtr present = PresentAt(now); present != nullptr) return present;
  MutexLock making(&making_);
  // Somebody else may have made it meanwhile.
  if (IdentityPtr present = PresentAt(now); present != nullptr) return present;
  crypto::KeyMaterial::Ptr key;
  {
    MutexLock lock(&mu_);
    if (identity_ != nullptr) key = identity_->key;
  }
  if (key == nullptr) {
    LAZULI_ASSIGN_OR_RETURN(key, options_.make_key());
  }
  LAZULI_ASSIGN_OR_RETURN(IdentityPtr made, Make(std::move(key), now));
  MutexLock lock(&mu_);
  identity_ = made;
  return made;
}

absl::StatusOr<std::string> JwsSigner::Sign(const Identity& identity,
                                            absl::string_view payload) const {
  const std::string input = absl::StrCat(identity.header, ".", Base64UrlEncode(payload));
  LAZULI_ASSIGN_OR_RETURN(
      const std::string signature,
      engine_->Sign(*identity.key, options_.name, options_.algorithm, Sha256(input)));
  return absl::StrCat(input, ".", Base64UrlEncode(signature));
}

}  // namespace lazuli::keyvault
