#include "emulator/identity/key_credential.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/identity/limits.h"

namespace lazuli::emulator {
namespace {

constexpr unsigned kMinRsaBits = 2048;
// Bounds what the check of a signature costs.
constexpr unsigned kMaxRsaBits = 8192;
constexpr size_t kEs256HalfBytes = 32;

constexpr absl::string_view kField = "certificate";

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

absl::string_view TextOf(const CBS& cbs) {
  return {reinterpret_cast<const char*>(CBS_data(&cbs)), CBS_len(&cbs)};
}

// The content of the first block of that label (RFC 7468); nullopt when there is none.
std::optional<std::string> PemBlock(absl::string_view pem, absl::string_view label) {
  const std::string begin = absl::StrCat("-----BEGIN ", label, "-----");
  const std::string end = absl::StrCat("-----END ", label, "-----");
  const size_t from = pem.find(begin);
  if (from == absl::string_view::npos) return std::nullopt;
  const size_t to = pem.find(end, from);
  if (to == absl::string_view::npos) return std::nullopt;
  std::string base64;
  for (const char c : pem.substr(from + begin.size(), to - from - begin.size())) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) base64.push_back(c);
  }
  return Base64Decode(base64);
}

// RFC 5280 section 4.1.2.5: UTCTime up to 2049, GeneralizedTime after, both in UTC with seconds.
std::optional<absl::Time> TakeTime(CBS* cbs) {
  CBS content;
  unsigned tag = 0;
  if (!CBS_get_any_asn1(cbs, &content, &tag)) return std::nullopt;
  std::string text(TextOf(content));
  if (tag == CBS_ASN1_UTCTIME) {
    if (text.size() != 13) return std::nullopt;
    text.insert(0, text[0] >= '5' ? "19" : "20");
  } else if (tag != CBS_ASN1_GENERALIZEDTIME) {
    return std::nullopt;
  }
  absl::Time time;
  std::string error;
  if (text.size() != 15 || !absl::ParseTime("%E4Y%m%d%H%M%SZ", text, &time, &error)) {
    return std::nullopt;
  }
  return time;
}

struct CertificateParts {
  std::string public_key;  // SubjectPublicKeyInfo
  absl::Time not_before;
  absl::Time not_after;
};

// RFC 5280 section 4.1.
std::optional<CertificateParts> TakeApart(absl::string_view der) {
  CBS input;
  CBS_init(&input, Bytes(der), der.size());
  CBS certificate;
  CBS tbs;
  if (!CBS_get_asn1(&input, &certificate, CBS_ASN1_SEQUENCE) || CBS_len(&input) != 0 ||
      !CBS_get_asn1(&certificate, &tbs, CBS_ASN1_SEQUENCE)) {
    return std::nullopt;
  }
  constexpr unsigned kVersionTag = CBS_ASN1_CONTEXT_SPECIFIC | CBS_ASN1_CONSTRUCTED | 0;
  CBS validity;
  CBS public_key;
  if (!CBS_get_optional_asn1(&tbs, nullptr, nullptr, kVersionTag) ||
      !CBS_get_asn1(&tbs, nullptr, CBS_ASN1_INTEGER) ||   // serial number
      !CBS_get_asn1(&tbs, nullptr, CBS_ASN1_SEQUENCE) ||  // signature algorithm
      !CBS_get_asn1(&tbs, nullptr, CBS_ASN1_SEQUENCE) ||  // issuer
      !CBS_get_asn1(&tbs, &validity, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&tbs, nullptr, CBS_ASN1_SEQUENCE) ||  // subject
      !CBS_get_asn1_element(&tbs, &public_key, CBS_ASN1_SEQUENCE)) {
    return std::nullopt;
  }
  const std::optional<absl::Time> not_before = TakeTime(&validity);
  const std::optional<absl::Time> not_after = TakeTime(&validity);
  if (!not_before || !not_after) return std::nullopt;
  return CertificateParts{std::string(TextOf(public_key)), *not_before, *not_after};
}

absl::StatusOr<bssl::UniquePtr<EVP_PKEY>> ParseKey(absl::string_view der) {
  CBS input;
  CBS_init(&input, Bytes(der), der.size());
  bssl::UniquePtr<EVP_PKEY> key(EVP_parse_public_key(&input));
  ERR_clear_error();
  if (key == nullptr || CBS_len(&input) != 0) {
    return InvalidInputError(kField, "Its public key cannot be read.");
  }
  if (const RSA* const rsa = EVP_PKEY_get0_RSA(key.get()); rsa != nullptr) {
    const unsigned bits = RSA_bits(rsa);
    if (bits < kMinRsaBits || bits > kMaxRsaBits) {
      return InvalidInputError(kField, absl::StrCat("An RSA key has to have ", kMinRsaBits, " to ",
                                                    kMaxRsaBits, " bits."));
    }
    return key;
  }
  const EC_KEY* const ec = EVP_PKEY_get0_EC_KEY(key.get());
  if (ec == nullptr || EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) != NID_X9_62_prime256v1) {
    return InvalidInputError(kField, "The key has to be an RSA key or one on P-256.");
  }
  return key;
}

// RFC 7518 section 3.4: r and s of 32 bytes each; BoringSSL wants them in DER.
std::optional<std::string> Es256ToDer(absl::string_view signature) {
  if (signature.size() != 2 * kEs256HalfBytes) return std::nullopt;
  bssl::UniquePtr<ECDSA_SIG> parts(ECDSA_SIG_new());
  bssl::UniquePtr<BIGNUM> r(BN_bin2bn(Bytes(signature), kEs256HalfBytes, nullptr));
  bssl::UniquePtr<BIGNUM> s(
      BN_bin2bn(Bytes(signature) + kEs256HalfBytes, kEs256HalfBytes, nullptr));
  if (parts == nullptr || r == nullptr || s == nullptr) return std::nullopt;
  if (!ECDSA_SIG_set0(parts.get(), r.get(), s.get())) return std::nullopt;
  r.release();
  s.release();
  uint8_t* der = nullptr;
  size_t size = 0;
  if (!ECDSA_SIG_to_bytes(&der, &size, parts.get())) return std::nullopt;
  const bssl::UniquePtr<uint8_t> owner(der);
  return std::string(reinterpret_cast<const char*>(der), size);
}

}  // namespace

absl::StatusOr<KeyCredential::Ptr> KeyCredential::Parse(absl::string_view pem) {
  if (pem.size() > limits::identity::kMaxCertificateBytes) {
    return InvalidInputError(
        kField,
        absl::StrCat("It has more than ", limits::identity::kMaxCertificateBytes, " bytes."));
  }
  if (const std::optional<std::string> der = PemBlock(pem, "CERTIFICATE")) {
    return FromDer(/*is_certificate=*/true, *der);
  }
  if (const std::optional<std::string> der = PemBlock(pem, "PUBLIC KEY")) {
    return FromDer(/*is_certificate=*/false, *der);
  }
  return InvalidInputError(kField, "It has to be a CERTIFICATE or a PUBLIC KEY in PEM.");
}

absl::StatusOr<KeyCredential::Ptr> KeyCredential::FromDer(bool is_certificate,
                                                          absl::string_view der) {
  std::shared_ptr<KeyCredential> credential(new KeyCredential());
  credential->der_ = std::string(der);
  credential->SetNames();
  std::string public_key = credential->der_;
  if (is_certificate) {
    std::optional<CertificateParts> parts = TakeApart(der);
    if (!parts) return InvalidInputError(kField, "The certificate cannot be read.");
    credential->is_certificate_ = true;
    credential->not_before_ = parts->not_before;
    credential->not_after_ = parts->not_after;
    public_key = std::move(parts->public_key);
  }
  LAZULI_ASSIGN_OR_RETURN(credential->key_, ParseKey(public_key));
  return credential;
}

void KeyCredential::SetNames() {
  std::string sha1(SHA_DIGEST_LENGTH, '\0');
  SHA1(Bytes(der_), der_.size(), reinterpret_cast<uint8_t*>(sha1.data()));
  thumbprint_ = absl::AsciiStrToUpper(HexEncode(sha1));
  sha1_base64url_ = Base64UrlEncode(sha1);
  sha256_base64url_ = Base64UrlEncode(Sha256(der_));
}

bool KeyCredential::IsNamed(absl::string_view name) const {
  // RFC 7515 section 4.1.7 wants none, but MSAL for Python leaves the padding on.
  while (absl::ConsumeSuffix(&name, "=")) {
  }
  return name == sha1_base64url_ || name == sha256_base64url_ ||
         absl::EqualsIgnoreCase(name, thumbprint_);
}

bool KeyCredential::Verify(absl::string_view algorithm, absl::string_view text,
                           absl::string_view signature) const {
  const bool is_rsa = EVP_PKEY_id(key_.get()) == EVP_PKEY_RSA;
  const bool is_pss = algorithm == "PS256";
  const bool fits = is_rsa ? is_pss || algorithm == "RS256" : algorithm == "ES256";
  if (!fits) return false;
  std::string converted;
  if (!is_rsa) {
    std::optional<std::string> der = Es256ToDer(signature);
    if (!der) return false;
    converted = *std::move(der);
    signature = converted;
  }
  bssl::ScopedEVP_MD_CTX context;
  EVP_PKEY_CTX* key_context = nullptr;
  bool valid =
      EVP_DigestVerifyInit(context.get(), &key_context, EVP_sha256(), nullptr, key_.get()) == 1;
  if (valid && is_pss) {
    valid = EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, /*as long as the hash*/ -1) == 1;
  }
  valid = valid && EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                                    text.size()) == 1;
  ERR_clear_error();
  return valid;
}

}  // namespace lazuli::emulator
