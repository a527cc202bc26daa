#include "keyvault/crypto/algorithm.h"

#include <array>

namespace lazuli::keyvault::crypto {
namespace {

constexpr std::array kKeyTypes = {KeyType::kRsa, KeyType::kRsaHsm, KeyType::kEc, KeyType::kEcHsm};
constexpr std::array kCurves = {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521};
constexpr std::array kEncryptionAlgorithms = {
    EncryptionAlgorithm::kRsa1_5, EncryptionAlgorithm::kRsaOaep, EncryptionAlgorithm::kRsaOaep256};
constexpr std::array kSignatureAlgorithms = {
    SignatureAlgorithm::kRs256, SignatureAlgorithm::kRs384,  SignatureAlgorithm::kRs512,
    SignatureAlgorithm::kPs256, SignatureAlgorithm::kPs384,  SignatureAlgorithm::kPs512,
    SignatureAlgorithm::kEs256, SignatureAlgorithm::kEs256K, SignatureAlgorithm::kEs384,
    SignatureAlgorithm::kEs512};

template <typename Values, typename NameOf>
auto FindByName(const Values& values, NameOf name_of, absl::string_view name)
    -> std::optional<typename Values::value_type> {
  for (const auto value : values) {
    if (name_of(value) == name) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::string_view KeyTypeName(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
      return "RSA";
    case KeyType::kRsaHsm:
      return "RSA-HSM";
    case KeyType::kEc:
      return "EC";
    case KeyType::kEcHsm:
      return "EC-HSM";
  }
  return "";
}

absl::string_view CurveName(Curve curve) {
  switch (curve) {
    case Curve::kP256:
      return "P-256";
    case Curve::kP256K:
      return "P-256K";
    case Curve::kP384:
      return "P-384";
    case Curve::kP521:
      return "P-521";
  }
  return "";
}

absl::string_view EncryptionAlgorithmName(EncryptionAlgorithm algorithm) {
  switch (algorithm) {
    case EncryptionAlgorithm::kRsa1_5:
      return "RSA1_5";
    case EncryptionAlgorithm::kRsaOaep:
      return "RSA-OAEP";
    case EncryptionAlgorithm::kRsaOaep256:
      return "RSA-OAEP-256";
  }
  return "";
}

absl::string_view SignatureAlgorithmName(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
      return "RS256";
    case SignatureAlgorithm::kRs384:
      return "RS384";
    case SignatureAlgorithm::kRs512:
      return "RS512";
    case SignatureAlgorithm::kPs256:
      return "PS256";
    case SignatureAlgorithm::kPs384:
      return "PS384";
    case SignatureAlgorithm::kPs512:
      return "PS512";
    case SignatureAlgorithm::kEs256:
      return "ES256";
    case SignatureAlgorithm::kEs256K:
      return "ES256K";
    case SignatureAlgorithm::kEs384:
      return "ES384";
    case SignatureAlgorithm::kEs512:
      return "ES512";
  }
  return "";
}

std::optional<KeyType> ParseKeyType(absl::string_view name) {
  return FindByName(kKeyTypes, KeyTypeName, name);
}

std::optional<Curve> ParseCurve(absl::string_view name) {
  return FindByName(kCurves, CurveName, name);
}

std::optional<EncryptionAlgorithm> ParseEncryptionAlgorithm(absl::string_view name) {
  return FindByName(kEncryptionAlgorithms, EncryptionAlgorithmName, name);
}

std::optional<SignatureAlgorithm> ParseSignatureAlgorithm(absl::string_view name) {
  return FindByName(kSignatureAlgorithms, SignatureAlgorithmName, name);
}

bool IsHsm(KeyType type) { return type == KeyType::kRsaHsm || type == KeyType::kEcHsm; }

KeyType MaterialType(KeyType type) {
  return type == KeyType::kRsa || type == KeyType::kRsaHsm ? KeyType::kRsa : KeyType::kEc;
}

bool IsSupportedRsaSize(int bits) { return bits == 2048 || bits == 3072 || bits == 4096; }

size_t CurveFieldSize(Curve curve) {
  switch (curve) {
    case Curve::kP256:
    case Curve::kP256K:
      return 32;
    case Curve::kP384:
      return 48;
    case Curve::kP521:
      return 66;
  }
  return 0;
}

size_t DigestSize(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kPs256:
    case SignatureAlgorithm::kEs256:
    case SignatureAlgorithm::kEs256K:
      return 32;
    case SignatureAlgorithm::kRs384:
    case SignatureAlgorithm::kPs384:
    case SignatureAlgorithm::kEs384:
      return 48;
    case SignatureAlgorithm::kRs512:
    case SignatureAlgorithm::kPs512:
    case SignatureAlgorithm::kEs512:
      return 64;
  }
  return 0;
}

std::optional<Curve> RequiredCurve(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kEs256:
      return Curve::kP256;
    case SignatureAlgorithm::kEs256K:
      return Curve::kP256K;
    case SignatureAlgorithm::kEs384:
      return Curve::kP384;
    case SignatureAlgorithm::kEs512:
      return Curve::kP521;
    case SignatureAlgorithm::kRs256:
    case SignatureAlgorithm::kRs384:
    case SignatureAlgorithm::kRs512:
    case SignatureAlgorithm::kPs256:
    case SignatureAlgorithm::kPs384:
    case SignatureAlgorithm::kPs512:
      return std::nullopt;
  }
  return std::nullopt;
}

KeyType RequiredKeyType(SignatureAlgorithm algorithm) {
  return RequiredCurve(algorithm).has_value() ? KeyType::kEc : KeyType::kRsa;
}

size_t MaxPlaintextSize(EncryptionAlgorithm algorithm, size_t modulus_size) {
  // PKCS #1 v1.5 needs two marker bytes, eight random ones and a zero; OAEP two hashes and two
  // bytes (RFC 8017, sections 7.1.1 and 7.2.1).
  switch (algorithm) {
    case EncryptionAlgorithm::kRsa1_5:
      return modulus_size - 11;
    case EncryptionAlgorithm::kRsaOaep:
      return modulus_size - 2 * 20 - 2;
    case EncryptionAlgorithm::kRsaOaep256:
      return modulus_size - 2 * 32 - 2;
  }
  return 0;
}

}  // namespace lazuli::keyvault::crypto
