// File: keyvault/crypto/algorithm.h
//
// The names of key types, curves and algorithms, as JSON spells them, and what each of them asks
// for. Source: Key Vault documentation, "Key types, algorithms, and operations"; RFC 7518.
#ifndef LAZULI_KEYVAULT_CRYPTO_ALGORITHM_H_
#define LAZULI_KEYVAULT_CRYPTO_ALGORITHM_H_

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace lazuli::keyvault::crypto {

// "kty". The HSM flavours of RSA and EC are names only: their material is that of kRsa and kEc.
// Symmetric keys ("oct") exist in the HSM flavour alone. Kept by number: none ever changes its own.
enum class KeyType { kRsa, kRsaHsm, kEc, kEcHsm, kOctHsm };

// "crv". Kept by number: none ever changes its own.
enum class Curve { kP256, kP256K, kP384, kP521 };

// "alg" of encrypt, decrypt, wrapKey and unwrapKey.
enum class EncryptionAlgorithm {
  kRsa1_5,
  kRsaOaep,
  kRsaOaep256,
  kA128Gcm,
  kA192Gcm,
  kA256Gcm,
  kA128Cbc,
  kA192Cbc,
  kA256Cbc,
  kA128CbcPad,
  kA192CbcPad,
  kA256CbcPad,
  kA128Kw,
  kA192Kw,
  kA256Kw,
  kCkmAesKeyWrap,
  kCkmAesKeyWrapPad,
};

// What an EncryptionAlgorithm does, apart from the size of its key.
enum class EncryptionScheme {
  kRsa,
  kGcm,         // NIST SP 800-38D
  kCbc,         // NIST SP 800-38A, whole blocks
  kCbcPad,      // likewise, padded as PKCS #7 says
  kKeyWrap,     // RFC 3394
  kKeyWrapPad,  // RFC 5649
};

// "alg" of sign and verify.
enum class SignatureAlgorithm {
  kRs256,
  kRs384,
  kRs512,
  kPs256,
  kPs384,
  kPs512,
  kEs256,
  kEs256K,
  kEs384,
  kEs512,
  kRsNull,
  kHs256,
  kHs384,
  kHs512,
};

// The JSON spelling, e.g. "RSA-HSM", "P-256K", "RSA-OAEP-256", "ES256". Lives for ever.
absl::string_view KeyTypeName(KeyType type);
absl::string_view CurveName(Curve curve);
absl::string_view EncryptionAlgorithmName(EncryptionAlgorithm algorithm);
absl::string_view SignatureAlgorithmName(SignatureAlgorithm algorithm);

// The inverse; nullopt for any other text. Exact: letter case counts.
std::optional<KeyType> ParseKeyType(absl::string_view name);
std::optional<Curve> ParseCurve(absl::string_view name);
std::optional<EncryptionAlgorithm> ParseEncryptionAlgorithm(absl::string_view name);
std::optional<SignatureAlgorithm> ParseSignatureAlgorithm(absl::string_view name);

// True for kRsaHsm, kEcHsm and kOctHsm.
bool IsHsm(KeyType type);
// The type of the material: kRsa, kEc or kOctHsm.
KeyType MaterialType(KeyType type);

// RSA moduli that Key Vault offers: 2048, 3072 and 4096 bits.
inline constexpr int kDefaultRsaBits = 2048;
bool IsSupportedRsaSize(int bits);
inline constexpr unsigned kDefaultPublicExponent = 65537;

// Symmetric keys that Key Vault offers: 128, 192 and 256 bits.
inline constexpr int kDefaultSymmetricBits = 256;
bool IsSupportedSymmetricSize(int bits);

// Bytes of a coordinate of a point on `curve`, and of each half of a signature: 32, 32, 48, 66.
size_t CurveFieldSize(Curve curve);

// Bytes of the digest that `algorithm` signs: 32, 48 or 64. For kRsNull, which signs what it is
// given, and for HS*, which hash what they are given: 0.
size_t DigestSize(SignatureAlgorithm algorithm);
// kRsa, kEc or kOctHsm: the only type of material that `algorithm` works with.
KeyType RequiredKeyType(SignatureAlgorithm algorithm);
KeyType RequiredKeyType(EncryptionAlgorithm algorithm);
// The only curve that `algorithm` works with; nullopt for algorithms of other keys.
std::optional<Curve> RequiredCurve(SignatureAlgorithm algorithm);
// The only size of a symmetric key that `algorithm` works with; nullopt where every size will do,
// and for algorithms of other keys. HS* take 256 bits: what RFC 7518 asks for HS256, and the most
// that there is for the others.
std::optional<int> RequiredKeyBits(SignatureAlgorithm algorithm);
std::optional<int> RequiredKeyBits(EncryptionAlgorithm algorithm);

EncryptionScheme SchemeOf(EncryptionAlgorithm algorithm);
// Which of encrypt/decrypt and wrapKey/unwrapKey take `algorithm`: both take those of RSA.
bool EncryptsData(EncryptionAlgorithm algorithm);
bool WrapsKeys(EncryptionAlgorithm algorithm);

// The longest plaintext that `algorithm`, one of RSA's, takes with a modulus of `modulus_size`
// bytes: the modulus less 11, 42 or 66 bytes.
size_t MaxPlaintextSize(EncryptionAlgorithm algorithm, size_t modulus_size);
// Likewise what kRsNull signs: the modulus less 11 bytes.
size_t MaxRawDigestSize(size_t modulus_size);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_ALGORITHM_H_
