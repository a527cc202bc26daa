#include "keyvault/crypto/engine.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/boringssl.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/parsed_key.h"
#include "keyvault/crypto/symmetric.h"

namespace lazuli::keyvault::crypto {
namespace {

// PSS with a salt as long as the digest, in BoringSSL's words.
constexpr int kSaltAsLongAsDigest = -1;

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

enum class SignatureScheme { kPkcs1, kRawPkcs1, kPss, kEcdsa, kHmac };

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
    case SignatureAlgorithm::kRsNull:
      return SignatureScheme::kRawPkcs1;
    case SignatureAlgorithm::kHs256:
    case SignatureAlgorithm::kHs384:
    case SignatureAlgorithm::kHs512:
      return SignatureScheme::kHmac;
  }
  return SignatureScheme::kEcdsa;
}

// The hash that `algorithm`, one that signs a digest, goes with: SHA-2 of the digest's size.
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
  if (key.type() != RequiredKeyType(algorithm)) {
    return IncompatibleKeyTypeError(kid, key.type(), algorithm);
  }
  if (const std::optional<int> bits = RequiredKeyBits(algorithm);
      bits.has_value() && *bits != key.symmetric_bits()) {
    return IncompatibleKeySizeError(kid, key.symmetric_bits(), algorithm);
  }
  return absl::OkStatus();
}

absl::Status CheckRsaEncryption(const KeyMaterial& key, absl::string_view kid,
                                EncryptionAlgorithm algorithm) {
  if (!key.is_rsa()) return IncompatibleKeyTypeError(kid, key.type(), algorithm);
  return CheckEncryptionKey(key, kid, algorithm);
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
  if (const std::optional<int> bits = RequiredKeyBits(algorithm)) {
    return *bits == key.symmetric_bits()
               ? absl::OkStatus()
               : IncompatibleKeySizeError(kid, key.symmetric_bits(), algorithm);
  }
  if (algorithm == SignatureAlgorithm::kRsNull) {
    const size_t max_size = MaxRawDigestSize(key.n().size());
    return digest.size() <= max_size ? absl::OkStatus()
                                     : RawDigestTooLongError(field, digest.size(), max_size);
  }
  if (digest.size() != DigestSize(algorithm)) {
    return InvalidDigestLengthError(field, digest.size(), algorithm);
  }
  return absl::OkStatus();
}

// A member that `algorithm` needs, with `size` bytes, or that it must not have (0).
absl::Status CheckMember(absl::string_view field, absl::string_view member,
                         EncryptionAlgorithm algorithm, size_t size) {
  if (size == 0) {
    return member.empty() ? absl::OkStatus() : MisplacedMemberError(field, algorithm);
  }
  if (member.empty()) return MissingMemberError(field, algorithm);
  if (member.size() != size) {
    return InvalidLengthError(field, member.size(), algorithm, absl::StrCat(size, " bytes"));
  }
  return absl::OkStatus();
}

// `sealing`: whether GCM is still to make its iv and tag.
absl::Status CheckMembers(EncryptionAlgorithm algorithm, const CipherMembers& members,
                          bool sealing) {
  size_t iv_size = 0;
  size_t tag_size = 0;
  const EncryptionScheme scheme = SchemeOf(algorithm);
  if (scheme == EncryptionScheme::kCbc || scheme == EncryptionScheme::kCbcPad) {
    iv_size = kCbcIvSize;
  } else if (scheme == EncryptionScheme::kGcm && !sealing) {
    iv_size = kGcmIvSize;
    tag_size = kGcmTagSize;
  }
  LAZULI_RETURN_IF_ERROR(CheckMember("iv", members.iv, algorithm, iv_size));
  LAZULI_RETURN_IF_ERROR(CheckMember("tag", members.tag, algorithm, tag_size));
  if (scheme == EncryptionScheme::kGcm) return absl::OkStatus();
  return CheckMember("aad", members.aad, algorithm, 0);
}

// What a symmetric algorithm asks of the length of a plaintext.
absl::Status CheckPlaintextSize(EncryptionAlgorithm algorithm, size_t size) {
  constexpr size_t kMinWrapped = 16;
  constexpr size_t kWrapGroup = 8;
  switch (SchemeOf(algorithm)) {
    case EncryptionScheme::kCbc:
      if (size % kAesBlockSize == 0) return absl::OkStatus();
      return InvalidLengthError("value", size, algorithm, "a multiple of 16 bytes");
    case EncryptionScheme::kKeyWrap:
      if (size >= kMinWrapped && size % kWrapGroup == 0) return absl::OkStatus();
      return InvalidLengthError("value", size, algorithm,
                                "at least 16 bytes and a multiple of 8 bytes");
    case EncryptionScheme::kKeyWrapPad:
      if (size > 0) return absl::OkStatus();
      return InvalidLengthError("value", size, algorithm, "at least 1 byte");
    case EncryptionScheme::kRsa:
    case EncryptionScheme::kGcm:
    case EncryptionScheme::kCbcPad:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::StatusOr<Sealed> SealSymmetric(absl::Span<const uint8_t> key, EncryptionAlgorithm algorithm,
                                     absl::string_view plaintext, const CipherMembers& members) {
  LAZULI_RETURN_IF_ERROR(CheckMembers(algorithm, members, /*sealing=*/true));
  LAZULI_RETURN_IF_ERROR(CheckPlaintextSize(algorithm, plaintext.size()));
  Sealed sealed;
  const EncryptionScheme scheme = SchemeOf(algorithm);
  if (scheme == EncryptionScheme::kGcm) {
    sealed.iv.resize(kGcmIvSize);
    FillSecureRandom({Bytes(&sealed.iv), sealed.iv.size()});
    std::optional<GcmCiphertext> gcm = GcmSeal(key, plaintext, sealed.iv, members.aad);
    if (!gcm.has_value()) return CryptoFailureError("encrypt");
    sealed.value = std::move(gcm->value);
    sealed.tag = std::move(gcm->tag);
    return sealed;
  }
  std::optional<std::string> value;
  if (scheme == EncryptionScheme::kCbc || scheme == EncryptionScheme::kCbcPad) {
    sealed.iv = std::string(members.iv);
    value = CbcEncrypt(key, plaintext, members.iv, scheme == EncryptionScheme::kCbcPad);
  } else {
    value = AesWrap(key, plaintext, scheme == EncryptionScheme::kKeyWrapPad);
  }
  if (!value.has_value()) return CryptoFailureError("encrypt");
  sealed.value = *std::move(value);
  return sealed;
}

absl::StatusOr<SecureBytes> OpenSymmetric(absl::Span<const uint8_t> key,
                                          EncryptionAlgorithm algorithm,
                                          absl::string_view ciphertext,
                                          const CipherMembers& members) {
  LAZULI_RETURN_IF_ERROR(CheckMembers(algorithm, members, /*sealing=*/false));
  std::optional<SecureBytes> plaintext;
  switch (SchemeOf(algorithm)) {
    case EncryptionScheme::kGcm:
      plaintext = GcmOpen(key, ciphertext, members.iv, members.aad, members.tag);
      break;
    case EncryptionScheme::kCbc:
      plaintext = CbcDecrypt(key, ciphertext, members.iv, /*padded=*/false);
      break;
    case EncryptionScheme::kCbcPad:
      plaintext = CbcDecrypt(key, ciphertext, members.iv, /*padded=*/true);
      break;
    case EncryptionScheme::kKeyWrap:
      plaintext = AesUnwrap(key, ciphertext, /*padded=*/false);
      break;
    case EncryptionScheme::kKeyWrapPad:
      plaintext = AesUnwrap(key, ciphertext, /*padded=*/true);
      break;
    case EncryptionScheme::kRsa:
      break;
  }
  if (!plaintext.has_value()) return IncorrectParameterError();
  return *std::move(plaintext);
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
    default:
      return false;
  }
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
  if (SchemeOf(algorithm) == SignatureScheme::kRawPkcs1) {
    size_t size = 0;
    if (!RSA_sign_raw(key.rsa(), &size, Bytes(&signature), signature.size(), Bytes(digest),
                      digest.size(), RSA_PKCS1_PADDING)) {
      return std::nullopt;
    }
    return signature;
  }
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

bool IsSame(absl::string_view one, absl::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

bool VerifyRsa(const ParsedKey& key, SignatureAlgorithm algorithm, absl::string_view digest,
               absl::string_view signature) {
  if (SchemeOf(algorithm) == SignatureScheme::kRawPkcs1) {
    std::string signed_digest(RSA_size(key.rsa()), '\0');
    size_t size = 0;
    return RSA_verify_raw(key.rsa(), &size, Bytes(&signed_digest), signed_digest.size(),
                          Bytes(signature), signature.size(), RSA_PKCS1_PADDING) &&
           IsSame(absl::string_view(signed_digest).substr(0, size), digest);
  }
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

absl::StatusOr<Sealed> CryptoEngine::Seal(const KeyMaterial& key, absl::string_view kid,
                                          EncryptionAlgorithm algorithm,
                                          absl::string_view plaintext,
                                          const CipherMembers& members) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckEncryptionKey(key, kid, algorithm));
  if (key.is_symmetric()) {
    return SealSymmetric(key.symmetric_key(), algorithm, plaintext, members);
  }
  LAZULI_RETURN_IF_ERROR(CheckMembers(algorithm, members, /*sealing=*/true));
  Sealed sealed;
  LAZULI_ASSIGN_OR_RETURN(sealed.value, Encrypt(key, kid, algorithm, plaintext));
  return sealed;
}

absl::StatusOr<SecureBytes> CryptoEngine::Open(const KeyMaterial& key, absl::string_view kid,
                                               EncryptionAlgorithm algorithm,
                                               absl::string_view ciphertext,
                                               const CipherMembers& members) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckEncryptionKey(key, kid, algorithm));
  if (key.is_symmetric()) {
    return OpenSymmetric(key.symmetric_key(), algorithm, ciphertext, members);
  }
  LAZULI_RETURN_IF_ERROR(CheckMembers(algorithm, members, /*sealing=*/false));
  return Decrypt(key, kid, algorithm, ciphertext);
}

absl::StatusOr<std::string> CryptoEngine::Encrypt(const KeyMaterial& key, absl::string_view kid,
                                                  EncryptionAlgorithm algorithm,
                                                  absl::string_view plaintext) {
  const ErrorQueueDrain drain;
  LAZULI_RETURN_IF_ERROR(CheckRsaEncryption(key, kid, algorithm));
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
  LAZULI_RETURN_IF_ERROR(CheckRsaEncryption(key, kid, algorithm));
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
  if (SchemeOf(algorithm) == SignatureScheme::kHmac) {
    std::optional<std::string> mac = Hmac(key.symmetric_key(), algorithm, digest);
    if (!mac.has_value()) return CryptoFailureError("sign");
    return *std::move(mac);
  }
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
  if (SchemeOf(algorithm) == SignatureScheme::kHmac) {
    const std::optional<std::string> mac = Hmac(key.symmetric_key(), algorithm, digest);
    if (!mac.has_value()) return CryptoFailureError("verify");
    return IsSame(*mac, signature);
  }
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<const ParsedKey> parsed, parsed_keys_.Get(key));
  if (SchemeOf(algorithm) == SignatureScheme::kEcdsa) {
    return VerifyEcdsa(parsed->ec(), CurveFieldSize(key.curve()), digest, signature);
  }
  return VerifyRsa(*parsed, algorithm, digest, signature);
}

}  // namespace lazuli::keyvault::crypto
