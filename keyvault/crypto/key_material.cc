#include "keyvault/crypto/key_material.h"

#include <array>
#include <atomic>
#include <optional>
#include <utility>

#include "base/boringssl.h"
#include "base/secure_random.h"
#include "base/status_macros.h"
#include "keyvault/crypto/ec_curve.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/private_key_der.h"

namespace lazuli::keyvault::crypto {
namespace {

// No member of a key that is offered is longer than the modulus of RSA-4096; leading zeros are
// tolerated, up to this.
constexpr size_t kMaxMemberBytes = 1024;

uint64_t NextId() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::string MinimalBytes(const BIGNUM* number) {
  std::string bytes(BN_num_bytes(number), '\0');
  BN_bn2bin(number, reinterpret_cast<uint8_t*>(bytes.data()));
  return bytes;
}

absl::StatusOr<bssl::UniquePtr<BIGNUM>> ReadMember(absl::string_view member,
                                                   absl::string_view value) {
  if (value.empty()) {
    return InvalidKeyMaterialError(member, "it is needed.");
  }
  if (value.size() > kMaxMemberBytes) {
    return InvalidKeyMaterialError(member, "it is too long.");
  }
  bssl::UniquePtr<BIGNUM> number(BN_bin2bn(Bytes(value), value.size(), nullptr));
  if (!number) {
    return CryptoFailureError("read a number");
  }
  return number;
}

// A key whose factors are composite passes every arithmetical check and still computes nothing
// useful: signing (where BoringSSL checks its own result) and verifying once shows it.
bool SignsAndVerifies(RSA* key) {
  const std::array<uint8_t, SHA256_DIGEST_LENGTH> digest = {0x4c, 0x61, 0x7a};
  std::array<uint8_t, 512> signature;
  unsigned size = 0;
  return RSA_size(key) <= signature.size() &&
         RSA_sign(NID_sha256, digest.data(), digest.size(), signature.data(), &size, key) &&
         RSA_verify(NID_sha256, digest.data(), digest.size(), signature.data(), size, key);
}

constexpr unsigned kMaxPublicExponentBits = 32;

absl::Status CheckRsa(RSA* key) {
  // BoringSSL speaks of a number's length and Key Vault of its own sizes; the modulus has its top
  // bit set.
  const int bits = static_cast<int>(BN_num_bits(RSA_get0_n(key)));
  if (!IsSupportedRsaSize(bits)) {
    return UnsupportedKeySizeError(bits);
  }
  // No key with a larger one could be generated, and so none of them rotated.
  if (BN_num_bits(RSA_get0_e(key)) > kMaxPublicExponentBits) {
    return InvalidKeyMaterialError("e", "it has more than 32 bits.");
  }
  if (!RSA_check_key(key)) {
    return InvalidKeyMaterialError("key", "its parts do not belong together.");
  }
  if (!SignsAndVerifies(key)) {
    return InvalidKeyMaterialError("key", "a signature by it does not verify.");
  }
  return absl::OkStatus();
}

struct EcPublicKey {
  std::string x;
  std::string y;
};

std::optional<EcPublicKey> PublicKeyOf(Curve curve, const EC_KEY* key) {
  const size_t size = CurveFieldSize(curve);
  bssl::UniquePtr<BIGNUM> x(BN_new());
  bssl::UniquePtr<BIGNUM> y(BN_new());
  EcPublicKey parts{std::string(size, '\0'), std::string(size, '\0')};
  if (!x || !y ||
      !EC_POINT_get_affine_coordinates_GFp(CurveGroup(curve), EC_KEY_get0_public_key(key), x.get(),
                                           y.get(), nullptr) ||
      !BN_bn2bin_padded(reinterpret_cast<uint8_t*>(parts.x.data()), size, x.get()) ||
      !BN_bn2bin_padded(reinterpret_cast<uint8_t*>(parts.y.data()), size, y.get())) {
    return std::nullopt;
  }
  return parts;
}

// What BN_GENCB hands through BoringSSL's generator.
struct GenerationState {
  const Interrupted* interrupted;
  bool was_interrupted = false;
};

int OnGenerationStep(int /*event*/, int /*n*/, BN_GENCB* callback) {
  auto* state = static_cast<GenerationState*>(callback->arg);
  if (*state->interrupted && (*state->interrupted)()) {
    state->was_interrupted = true;
    return 0;
  }
  return 1;
}

bool IsOdd(uint64_t number) { return (number & 1) != 0; }

}  // namespace

KeyMaterial::KeyMaterial(KeyType type, Curve curve, SecureBytes private_der, std::string first,
                         std::string second)
    : id_(NextId()),
      type_(type),
      curve_(curve),
      private_der_(std::move(private_der)),
      n_(type == KeyType::kRsa ? first : std::string()),
      e_(type == KeyType::kRsa ? second : std::string()),
      x_(type == KeyType::kRsa ? std::string() : std::move(first)),
      y_(type == KeyType::kRsa ? std::string() : std::move(second)) {}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::OfCheckedRsa(const rsa_st* key) {
  std::optional<SecureBytes> der = MarshalRsaPrivateKey(key);
  if (!der.has_value()) {
    return CryptoFailureError("marshal an RSA key");
  }
  return Ptr(new KeyMaterial(KeyType::kRsa, Curve::kP256, *std::move(der),
                             MinimalBytes(RSA_get0_n(key)), MinimalBytes(RSA_get0_e(key))));
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::OfCheckedEc(Curve curve, const ec_key_st* key) {
  std::optional<SecureBytes> der = MarshalEcPrivateKey(curve, key);
  std::optional<EcPublicKey> parts = PublicKeyOf(curve, key);
  if (!der.has_value() || !parts.has_value()) {
    return CryptoFailureError("marshal an EC key");
  }
  return Ptr(new KeyMaterial(KeyType::kEc, curve, *std::move(der), std::move(parts->x),
                             std::move(parts->y)));
}

KeyMaterial::Ptr KeyMaterial::OfSymmetric(SecureBytes der) {
  return Ptr(new KeyMaterial(KeyType::kOctHsm, Curve::kP256, std::move(der), "", ""));
}

bool KeyMaterial::IsLike(const KeyMaterial& other) const {
  return type_ == other.type_ && curve_ == other.curve_ && e_ == other.e_ &&
         rsa_bits() == other.rsa_bits() && symmetric_bits() == other.symmetric_bits();
}

absl::Span<const uint8_t> KeyMaterial::symmetric_key() const {
  if (!is_symmetric()) return {};
  return ParseSymmetricKey(private_der_.span()).value_or(absl::Span<const uint8_t>());
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::GenerateSymmetric(int bits) {
  if (!IsSupportedSymmetricSize(bits)) return UnsupportedSymmetricSizeError(bits);
  return OfSymmetric(MarshalSymmetricKey(SecureRandomBytes(static_cast<size_t>(bits) / 8).span()));
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::ImportSymmetric(absl::string_view k) {
  if (k.empty()) return InvalidKeyMaterialError("k", "it is needed.");
  if (k.size() > kMaxMemberBytes) return InvalidKeyMaterialError("k", "it is too long.");
  const int bits = static_cast<int>(k.size() * 8);
  if (!IsSupportedSymmetricSize(bits)) return UnsupportedSymmetricSizeError(bits);
  return OfSymmetric(MarshalSymmetricKey({Bytes(k), k.size()}));
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::GenerateRsa(int bits, uint64_t public_exponent,
                                                          const Interrupted& interrupted) {
  const ErrorQueueDrain drain;
  if (!IsSupportedRsaSize(bits)) {
    return UnsupportedKeySizeError(bits);
  }
  if (public_exponent < 3 || public_exponent > UINT32_MAX || !IsOdd(public_exponent)) {
    return InvalidPublicExponentError();
  }
  bssl::UniquePtr<RSA> key(RSA_new());
  bssl::UniquePtr<BIGNUM> e(BN_new());
  if (!key || !e || !BN_set_u64(e.get(), public_exponent)) {
    return CryptoFailureError("generate an RSA key");
  }
  GenerationState state{&interrupted};
  BN_GENCB callback;
  BN_GENCB_set(&callback, OnGenerationStep, &state);
  if (!RSA_generate_key_ex(key.get(), bits, e.get(), &callback)) {
    return state.was_interrupted ? KeyGenerationInterruptedError()
                                 : CryptoFailureError("generate an RSA key");
  }
  return OfCheckedRsa(key.get());
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::GenerateEc(Curve curve) {
  const ErrorQueueDrain drain;
  bssl::UniquePtr<EC_KEY> key(EC_KEY_new());
  if (!key || !EC_KEY_set_group(key.get(), CurveGroup(curve)) || !EC_KEY_generate_key(key.get())) {
    return CryptoFailureError("generate an EC key");
  }
  return OfCheckedEc(curve, key.get());
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::ImportRsa(const RsaJwk& jwk) {
  const ErrorQueueDrain drain;
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> n, ReadMember("n", jwk.n));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> e, ReadMember("e", jwk.e));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> d, ReadMember("d", jwk.d));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> p, ReadMember("p", jwk.p));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> q, ReadMember("q", jwk.q));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> dp, ReadMember("dp", jwk.dp));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> dq, ReadMember("dq", jwk.dq));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> qi, ReadMember("qi", jwk.qi));
  bssl::UniquePtr<RSA> key = MakeRsa({std::move(n), std::move(e), std::move(d), std::move(p),
                                      std::move(q), std::move(dp), std::move(dq), std::move(qi)});
  if (!key) {
    return CryptoFailureError("import an RSA key");
  }
  LAZULI_RETURN_IF_ERROR(CheckRsa(key.get()));
  return OfCheckedRsa(key.get());
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::ImportEc(const EcJwk& jwk) {
  const ErrorQueueDrain drain;
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> x, ReadMember("x", jwk.x));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> y, ReadMember("y", jwk.y));
  LAZULI_ASSIGN_OR_RETURN(bssl::UniquePtr<BIGNUM> d, ReadMember("d", jwk.d));
  const EC_GROUP* group = CurveGroup(jwk.curve);
  bssl::UniquePtr<EC_KEY> key(EC_KEY_new());
  bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  if (!key || !point || !EC_KEY_set_group(key.get(), group)) {
    return CryptoFailureError("import an EC key");
  }
  // Refuses a point that is not on the curve.
  if (!EC_POINT_set_affine_coordinates_GFp(group, point.get(), x.get(), y.get(), nullptr) ||
      !EC_KEY_set_public_key(key.get(), point.get())) {
    return InvalidKeyMaterialError("x", "x and y are no point of the curve.");
  }
  // Refuses what is not below the order of the curve.
  if (BN_is_zero(d.get()) || !EC_KEY_set_private_key(key.get(), d.get())) {
    return InvalidKeyMaterialError("d", "it is out of the range of the curve.");
  }
  if (!EC_KEY_check_key(key.get())) {
    return InvalidKeyMaterialError("d", "it does not belong to x and y.");
  }
  return OfCheckedEc(jwk.curve, key.get());
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::FromDer(absl::string_view der) {
  const ErrorQueueDrain drain;
  const absl::Span<const uint8_t> bytes(Bytes(der), der.size());
  if (bssl::UniquePtr<RSA> rsa = ParseRsaPrivateKey(bytes)) {
    LAZULI_RETURN_IF_ERROR(CheckRsa(rsa.get()));
    return OfCheckedRsa(rsa.get());
  }
  if (std::optional<ParsedEcKey> ec = ParseEcPrivateKey(bytes)) {
    const BIGNUM* d = EC_KEY_get0_private_key(ec->key.get());
    if (BN_is_zero(d) || !EC_KEY_check_key(ec->key.get())) {
      return InvalidKeyMaterialError("key", "its parts do not belong together.");
    }
    return OfCheckedEc(ec->curve, ec->key.get());
  }
  if (const std::optional<absl::Span<const uint8_t>> key = ParseSymmetricKey(bytes)) {
    return OfSymmetric(MarshalSymmetricKey(*key));
  }
  return InvalidKeyMaterialError("key", "it is not in the form in which keys are stored.");
}

absl::StatusOr<KeyMaterial::Ptr> KeyMaterial::FromUnchangedDer(absl::string_view der) {
  const ErrorQueueDrain drain;
  const absl::Span<const uint8_t> bytes(Bytes(der), der.size());
  if (bssl::UniquePtr<RSA> rsa = ParseRsaPrivateKey(bytes)) {
    const int bits = static_cast<int>(BN_num_bits(RSA_get0_n(rsa.get())));
    if (!IsSupportedRsaSize(bits)) return UnsupportedKeySizeError(bits);
    return OfCheckedRsa(rsa.get());
  }
  if (std::optional<ParsedEcKey> ec = ParseEcPrivateKey(bytes)) {
    return OfCheckedEc(ec->curve, ec->key.get());
  }
  if (const std::optional<absl::Span<const uint8_t>> key = ParseSymmetricKey(bytes)) {
    return OfSymmetric(MarshalSymmetricKey(*key));
  }
  return InvalidKeyMaterialError("key", "it is not in the form in which keys are stored.");
}

}  // namespace lazuli::keyvault::crypto
