// File: keyvault/crypto/key_material.h
//
// One key: its public parts, if it has any, as a JWK shows them, and its secret part as DER.
#ifndef LAZULI_KEYVAULT_CRYPTO_KEY_MATERIAL_H_
#define LAZULI_KEYVAULT_CRYPTO_KEY_MATERIAL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/secure_bytes.h"
#include "keyvault/crypto/algorithm.h"

// BoringSSL's RSA and EC_KEY, so that the users of this header need not see its headers.
struct rsa_st;
struct ec_key_st;

namespace lazuli::keyvault::crypto {

// The members of an RSA JWK as raw big-endian bytes (base64url already decoded); leading zeros are
// ignored. All are needed.
struct RsaJwk {
  absl::string_view n;
  absl::string_view e;
  absl::string_view d;
  absl::string_view p;
  absl::string_view q;
  absl::string_view dp;
  absl::string_view dq;
  absl::string_view qi;
};

// The members of an EC JWK, likewise.
struct EcJwk {
  Curve curve = Curve::kP256;
  absl::string_view x;
  absl::string_view y;
  absl::string_view d;
};

// Asked now and then while a key is generated, on the generating thread; true ends the generation.
using Interrupted = std::function<bool()>;

// Immutable and thread safe; shared, never copied. Every instance has passed the checks of its
// factory, so whoever holds one need not check again. Wiped when it is destroyed.
class KeyMaterial {
 public:
  using Ptr = std::shared_ptr<const KeyMaterial>;

  // A new RSA key of `bits` (2048, 3072 or 4096) and the given public exponent (odd, from 3 to 2^32
  // - 1). Takes a few hundred milliseconds of CPU time to some seconds. Errors:
  // UnsupportedKeySizeError, InvalidPublicExponentError, KeyGenerationInterruptedError.
  static absl::StatusOr<Ptr> GenerateRsa(int bits, uint64_t public_exponent,
                                         const Interrupted& interrupted = nullptr);
  static absl::StatusOr<Ptr> GenerateEc(Curve curve);
  // `bits`: 128, 192 or 256. Error: UnsupportedSymmetricSizeError.
  static absl::StatusOr<Ptr> GenerateSymmetric(int bits);

  // Take a key from outside. Refuse with InvalidKeyMaterialError or UnsupportedKeySizeError
  // whatever is missing, of another size, off the curve, or in contradiction to itself: the parts
  // of an RSA key must agree and a signature by the key must verify, d of an EC key must give x and
  // y. A public exponent has at most 32 bits, so that there can be other keys with it.
  static absl::StatusOr<Ptr> ImportRsa(const RsaJwk& jwk);
  static absl::StatusOr<Ptr> ImportEc(const EcJwk& jwk);
  // "k" of a JWK, decoded. Errors: InvalidKeyMaterialError, UnsupportedSymmetricSizeError.
  static absl::StatusOr<Ptr> ImportSymmetric(absl::string_view k);

  // Takes what private_der() gave, with the same checks as an import.
  static absl::StatusOr<Ptr> FromDer(absl::string_view der);

  // Takes what private_der() gave, byte for byte, as the caller has made sure: what FromDer tries
  // by arithmetic, in milliseconds a key, is known then. The form is checked, and the size.
  static absl::StatusOr<Ptr> FromUnchangedDer(absl::string_view der);

  ~KeyMaterial() = default;
  KeyMaterial(const KeyMaterial&) = delete;
  KeyMaterial& operator=(const KeyMaterial&) = delete;

  // Names this instance in this process: never 0, never used again. Not for storage.
  uint64_t id() const { return id_; }

  // kRsa, kEc or kOctHsm.
  KeyType type() const { return type_; }
  bool is_rsa() const { return type_ == KeyType::kRsa; }
  bool is_ec() const { return type_ == KeyType::kEc; }
  bool is_symmetric() const { return type_ == KeyType::kOctHsm; }

  // Only of an RSA key, else empty or 0. Big-endian without leading zeros.
  const std::string& n() const { return n_; }
  const std::string& e() const { return e_; }
  int rsa_bits() const { return is_rsa() ? static_cast<int>(n_.size() * 8) : 0; }

  // Only of an EC key. Big-endian, padded with leading zeros to CurveFieldSize(curve()).
  Curve curve() const { return curve_; }
  const std::string& x() const { return x_; }
  const std::string& y() const { return y_; }

  // Only of a symmetric key, else empty or 0: its bytes, which are secret.
  absl::Span<const uint8_t> symmetric_key() const;
  int symmetric_bits() const { return static_cast<int>(symmetric_key().size() * 8); }

  // Whether `other` is of the same type and size, and has the same curve or public exponent.
  bool IsLike(const KeyMaterial& other) const;

  // RSAPrivateKey (RFC 8017), ECPrivateKey with the curve's name and the public key (RFC 5915), or
  // an OCTET STRING that is the symmetric key. Secret: about 1.2 KB for RSA-2048, 121 bytes for
  // P-256.
  const SecureBytes& private_der() const { return private_der_; }

 private:
  static absl::StatusOr<Ptr> OfCheckedRsa(const rsa_st* key);
  static absl::StatusOr<Ptr> OfCheckedEc(Curve curve, const ec_key_st* key);
  // `der`: of MarshalSymmetricKey.
  static Ptr OfSymmetric(SecureBytes der);

  // `first` and `second`: n and e, or x and y.
  KeyMaterial(KeyType type, Curve curve, SecureBytes private_der, std::string first,
              std::string second);

  const uint64_t id_;
  const KeyType type_;
  const Curve curve_;
  const SecureBytes private_der_;
  const std::string n_;
  const std::string e_;
  const std::string x_;
  const std::string y_;
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_KEY_MATERIAL_H_
