#include "keyvault/crypto/engine.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/boringssl.h"
#include "base/status_macros.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/parsed_key.h"

namespace lazuli::keyvault::crypto {
namespace {

// PSS with a salt as long as the digest, in BoringSSL's words.
constexpr int kSaltAsLongAsDigest = -1;

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

enum class SignatureScheme { kPkcs1, kPss, kEcdsa };

SignatureScheme SchemeOf(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kRs384:
    case SignatureAlgorithm::kRs512:
      return SignatureScheme::kPkcs1;
    case SignatureAlgorithm::kPs256:
    case SignatureAlgorithm::kPs384:
    case SignatureAlgorithm::kPs512:
      return SignatureScheme::kPss;
    case SignatureAlgorithm::kEs256:
    case SignatureAlgorithm::kEs256K:
    case SignatureAlgorithm::kEs384:
    case SignatureAlgorithm::kEs512:
      return SignatureScheme::kEcdsa;
  }
  return SignatureScheme::kEcdsa;
}

// The hash that `algorithm` goes with: SHA-2 of the digest's size.
const EVP_MD* DigestOf(SignatureAlgorithm algorithm) {
  switch (DigestSize(algorithm)) {
    case SHA256_DIGEST_LENGTH:
      return EVP_sha256();
    case SHA384_DIGEST_LENGTH:
      return EVP_sha384();
    default:
      return EVP_sha512();
  }
}

absl::Status CheckEncryptionKey(const KeyMaterial& key, absl::string_view kid,
                                EncryptionAlgorithm algorithm) {
  return key.is_rsa() ? absl::OkStatus() : IncompatibleKeyTypeError(kid, key.type(), algorithm);
}

absl::Status CheckSignatureInput(const KeyMaterial& key, absl::string_view kid,
                                 SignatureAlgorithm algorithm, absl::string_view field,
                                 absl::string_view digest) {
  if (key.type() != RequiredKeyType(algorithm)) {
    return IncompatibleKeyTypeError(kid, key.type(), algorithm);
  }
  if (const std::optional<Curve> curve = RequiredCurve(algorithm);
      curve.has_value() && *curve != key.curve()) {
    return IncompatibleCurveError(kid, key.curve(), algorithm);
  }
  if (digest.size() != DigestSize(algorithm)) {
    return InvalidDigestLengthError(field, digest.size(), algorithm);
  }
  return absl::OkStatus();
}

// Key Vault's RSA-OAEP uses one hash for the label and for MGF1, and an empty label.
bool SetPadding(EVP_PKEY_CTX* context, EncryptionAlgorithm algorithm) {
  switch (algorithm) {
    case EncryptionAlgorithm::kRsa1_5:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
    case EncryptionAlgorithm::kRsaOaep:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) &&
             EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha1()) &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha1());
    case EncryptionAlgorithm::kRsaOaep256:
      return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) &&
             EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256());
  }
  return false;
}

// r and s side by side (RFC 7518, section 3.4).
std::optional<std::string> SignEcdsa(const EC_KEY* key, size_t half, absl::string_view digest) {
  bssl::UniquePtr<ECDSA_SIG> signature(ECDSA_do_sign(Bytes(digest), digest.size(), key));
  std::string raw(2 * half, '\0');
  if (!signature || !BN_bn2bin_padded(Bytes(&raw), half, ECDSA_SIG_get0_r(signature.get())) ||
      !BN_bn2bin_padded(Bytes(&raw) + half, half, ECDSA_SIG_get0_s(signature.get()))) {
    return std::nullopt;
  }
  return raw;
}

bool VerifyEcdsa(const EC_KEY* key, size_t half, absl::string_view digest,
                 absl::string_view signature) {
  if (signature.size() != 2 * half) {
    return false;
  }
  bssl::UniquePtr<ECDSA_SIG> parsed(ECDSA_SIG_new());
  bssl::UniquePtr<BIGNUM> r(BN_bin2bn(Bytes(signature), half, nullptr));
  bssl::UniquePtr<BIGNUM> s(BN_bin2bn(Bytes(signature) + half, half, nullptr));
  if (!parsed || !r || !s || !ECDSA_SIG_set0(parsed.get(), r.get(), s.get())) {
    return false;
  }
  // Owned by `parsed` now.
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  return ECDSA_do_verify(Bytes(digest), digest.size(), parsed.get(), key) == 1;
}

std::optional<std::string> SignRsa(const ParsedKey& key, SignatureAlgorithm algorithm,
                                   absl::string_view digest) {
  std::string signature(RSA_size(key.rsa()), '\0');
  const EVP_MD* md = DigestOf(algorithm);
  if (SchemeOf(algorithm) == SignatureScheme::kPss) {
    size_t size = 0;
    if (!RSA_sign_pss_mgf1(key.rsa(), &size, Bytes(&signature), signature.size(), Bytes(digest),
                           digest.size(), md, md, kSaltAsLongAsDigest)) {
      return std::nullopt;
    }
    return signature;
  }
  unsigned size = 0;
  if (!RSA_sign(EVP_MD_type(md), Bytes(digest), digest.size(), Bytes(&signature), &size,
                key.rsa())) {
    return std::nullopt;
  }
  return signature;
}

bool VerifyRsa(const ParsedKey& key, SignatureAlgorithm algorithm, absl::string_view digest,
               absl::string_view signature) {
  const EVP_MD* md = DigestOf(algorithm);
  if (SchemeOf(algorithm) == SignatureScheme::kPss) {
    return RSA_verify_pss_mgf1(key.rsa(), Bytes(digest), digest.size(), md, md, kSaltAsLongAsDigest,
                               Bytes(signature), signature.size()) == 1;
  }
  return RSA_verify(EVP_MD_type(md), Bytes(digest), digest.size(), Bytes(signature),
                    signature.size(), key.rsa()) == 1;
}

}  // namespace

CryptoEngine::CryptoEngine(size_t parsed_keys) : parsed_keys_(parsed_keys) {}

absl::StatusOr<std::string> CryptoEngine::Encrypt(const KeyMaterial& key, absl::string_view kid,
                                                  EncryptionAlgorithm algorithm,
                                                  absl::string_view plaintext) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckEncryptionKey(key, kid, algorithm));
  const size_t modulus_size = key.n().size();
  const size_t max_size = MaxPlaintextSize(algorithm, modulus_size);
  if (plaintext.size() > max_size) {
    return PlaintextTooLongError(plaintext.size(), algorithm, max_size);
  }
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<const ParsedKey> parsed, parsed_keys_.Get(key));
  bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(parsed->rsa_pkey(), nullptr));
  std::string ciphertext(modulus_size, '\0');
  size_t size = ciphertext.size();
  if (!context || !EVP_PKEY_encrypt_init(context.get()) || !SetPadding(context.get(), algorithm) ||
      !EVP_PKEY_encrypt(context.get(), Bytes(&ciphertext), &size, Bytes(plaintext),
                        plaintext.size())) {
    return CryptoFailureError("encrypt");
  }
  return ciphertext;
}

absl::StatusOr<SecureBytes> CryptoEngine::Decrypt(const KeyMaterial& key, absl::string_view kid,
                                                  EncryptionAlgorithm algorithm,
                                                  absl::string_view ciphertext) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckEncryptionKey(key, kid, algorithm));
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<const ParsedKey> parsed, parsed_keys_.Get(key));
  bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(parsed->rsa_pkey(), nullptr));
  if (!context || !EVP_PKEY_decrypt_init(context.get()) || !SetPadding(context.get(), algorithm)) {
    return CryptoFailureError("decrypt");
  }
  SecureBytes plaintext(key.n().size());
  size_t size = plaintext.size();
  if (!EVP_PKEY_decrypt(context.get(), plaintext.data(), &size, Bytes(ciphertext),
                        ciphertext.size())) {
    return IncorrectParameterError();
  }
  plaintext.Truncate(size);
  return plaintext;
}

absl::StatusOr<std::string> CryptoEngine::Sign(const KeyMaterial& key, absl::string_view kid,
                                               SignatureAlgorithm algorithm,
                                               absl::string_view digest) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckSignatureInput(key, kid, algorithm, "value", digest));
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<const ParsedKey> parsed, parsed_keys_.Get(key));
  std::optional<std::string> signature =
      SchemeOf(algorithm) == SignatureScheme::kEcdsa
          ? SignEcdsa(parsed->ec(), CurveFieldSize(key.curve()), digest)
          : SignRsa(*parsed, algorithm, digest);
  if (!signature.has_value()) {
    return CryptoFailureError("sign");
  }
  return *std::move(signature);
}

absl::StatusOr<bool> CryptoEngine::Verify(const KeyMaterial& key, absl::string_view kid,
                                          SignatureAlgorithm algorithm, absl::string_view digest,
                                          absl::string_view signature) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckSignatureInput(key, kid, algorithm, "digest", digest));
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<const ParsedKey> parsed, parsed_keys_.Get(key));
  if (SchemeOf(algorithm) == SignatureScheme::kEcdsa) {
    return VerifyEcdsa(parsed->ec(), CurveFieldSize(key.curve()), digest, signature);
  }
  return VerifyRsa(*parsed, algorithm, digest, signature);
}

}  // namespace lazuli::keyvault::crypto
