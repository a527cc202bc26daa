#include "keyvault/crypto/algorithm.h"

#include <array>

namespace lazuli::keyvault::crypto {
namespace {

constexpr std::array kKeyTypes = {KeyType::kRsa, KeyType::kRsaHsm, KeyType::kEc, KeyType::kEcHsm,
                                  KeyType::kOctHsm};
constexpr std::array kCurves = {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521};

// The n-th row is about the n-th EncryptionAlgorithm. `key_bits`: see RequiredKeyBits; 0 for any.
struct EncryptionRow {
  EncryptionAlgorithm algorithm;
  absl::string_view name;
  EncryptionScheme scheme;
  int key_bits;
};
constexpr std::array kEncryptionRows = {
    EncryptionRow{EncryptionAlgorithm::kRsa1_5, "RSA1_5", EncryptionScheme::kRsa, 0},
    EncryptionRow{EncryptionAlgorithm::kRsaOaep, "RSA-OAEP", EncryptionScheme::kRsa, 0},
    EncryptionRow{EncryptionAlgorithm::kRsaOaep256, "RSA-OAEP-256", EncryptionScheme::kRsa, 0},
    EncryptionRow{EncryptionAlgorithm::kA128Gcm, "A128GCM", EncryptionScheme::kGcm, 128},
    EncryptionRow{EncryptionAlgorithm::kA192Gcm, "A192GCM", EncryptionScheme::kGcm, 192},
    EncryptionRow{EncryptionAlgorithm::kA256Gcm, "A256GCM", EncryptionScheme::kGcm, 256},
    EncryptionRow{EncryptionAlgorithm::kA128Cbc, "A128CBC", EncryptionScheme::kCbc, 128},
    EncryptionRow{EncryptionAlgorithm::kA192Cbc, "A192CBC", EncryptionScheme::kCbc, 192},
    EncryptionRow{EncryptionAlgorithm::kA256Cbc, "A256CBC", EncryptionScheme::kCbc, 256},
    EncryptionRow{EncryptionAlgorithm::kA128CbcPad, "A128CBCPAD", EncryptionScheme::kCbcPad, 128},
    EncryptionRow{EncryptionAlgorithm::kA192CbcPad, "A192CBCPAD", EncryptionScheme::kCbcPad, 192},
    EncryptionRow{EncryptionAlgorithm::kA256CbcPad, "A256CBCPAD", EncryptionScheme::kCbcPad, 256},
    EncryptionRow{EncryptionAlgorithm::kA128Kw, "A128KW", EncryptionScheme::kKeyWrap, 128},
    EncryptionRow{EncryptionAlgorithm::kA192Kw, "A192KW", EncryptionScheme::kKeyWrap, 192},
    EncryptionRow{EncryptionAlgorithm::kA256Kw, "A256KW", EncryptionScheme::kKeyWrap, 256},
    EncryptionRow{EncryptionAlgorithm::kCkmAesKeyWrap, "CKM_AES_KEY_WRAP",
                  EncryptionScheme::kKeyWrap, 0},
    EncryptionRow{EncryptionAlgorithm::kCkmAesKeyWrapPad, "CKM_AES_KEY_WRAP_PAD",
                  EncryptionScheme::kKeyWrapPad, 0}};

constexpr bool IsInOrder() {
  for (size_t i = 0; i < kEncryptionRows.size(); ++i) {
    if (static_cast<size_t>(kEncryptionRows[i].algorithm) != i) return false;
  }
  return true;
}
static_assert(IsInOrder());

constexpr const EncryptionRow& RowOf(EncryptionAlgorithm algorithm) {
  return kEncryptionRows[static_cast<size_t>(algorithm)];
}

constexpr std::array kSignatureAlgorithms = {
    SignatureAlgorithm::kRs256, SignatureAlgorithm::kRs384,  SignatureAlgorithm::kRs512,
    SignatureAlgorithm::kPs256, SignatureAlgorithm::kPs384,  SignatureAlgorithm::kPs512,
    SignatureAlgorithm::kEs256, SignatureAlgorithm::kEs256K, SignatureAlgorithm::kEs384,
    SignatureAlgorithm::kEs512, SignatureAlgorithm::kRsNull, SignatureAlgorithm::kHs256,
    SignatureAlgorithm::kHs384, SignatureAlgorithm::kHs512};

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
    case KeyType::kOctHsm:
      return "oct-HSM";
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
  return RowOf(algorithm).name;
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
    case SignatureAlgorithm::kRsNull:
      return "RSNULL";
    case SignatureAlgorithm::kHs256:
      return "HS256";
    case SignatureAlgorithm::kHs384:
      return "HS384";
    case SignatureAlgorithm::kHs512:
      return "HS512";
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
  for (const EncryptionRow& row : kEncryptionRows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

std::optional<SignatureAlgorithm> ParseSignatureAlgorithm(absl::string_view name) {
  return FindByName(kSignatureAlgorithms, SignatureAlgorithmName, name);
}

bool IsHsm(KeyType type) {
  return type == KeyType::kRsaHsm || type == KeyType::kEcHsm || type == KeyType::kOctHsm;
}

KeyType MaterialType(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
    case KeyType::kRsaHsm:
      return KeyType::kRsa;
    case KeyType::kEc:
    case KeyType::kEcHsm:
      return KeyType::kEc;
    case KeyType::kOctHsm:
      return KeyType::kOctHsm;
  }
  return type;
}

bool IsSupportedRsaSize(int bits) { return bits == 2048 || bits == 3072 || bits == 4096; }

bool IsSupportedSymmetricSize(int bits) { return bits == 128 || bits == 192 || bits == 256; }

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
    case SignatureAlgorithm::kRsNull:
    case SignatureAlgorithm::kHs256:
    case SignatureAlgorithm::kHs384:
    case SignatureAlgorithm::kHs512:
      return 0;
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
    case SignatureAlgorithm::kRsNull:
    case SignatureAlgorithm::kHs256:
    case SignatureAlgorithm::kHs384:
    case SignatureAlgorithm::kHs512:
      return std::nullopt;
  }
  return std::nullopt;
}

KeyType RequiredKeyType(SignatureAlgorithm algorithm) {
  if (RequiredKeyBits(algorithm).has_value()) return KeyType::kOctHsm;
  return RequiredCurve(algorithm).has_value() ? KeyType::kEc : KeyType::kRsa;
}

KeyType RequiredKeyType(EncryptionAlgorithm algorithm) {
  return SchemeOf(algorithm) == EncryptionScheme::kRsa ? KeyType::kRsa : KeyType::kOctHsm;
}

std::optional<int> RequiredKeyBits(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kHs256:
    case SignatureAlgorithm::kHs384:
    case SignatureAlgorithm::kHs512:
      return 256;
    default:
      return std::nullopt;
  }
}

std::optional<int> RequiredKeyBits(EncryptionAlgorithm algorithm) {
  const int bits = RowOf(algorithm).key_bits;
  return bits == 0 ? std::nullopt : std::optional<int>(bits);
}

EncryptionScheme SchemeOf(EncryptionAlgorithm algorithm) { return RowOf(algorithm).scheme; }

bool EncryptsData(EncryptionAlgorithm algorithm) {
  const EncryptionScheme scheme = SchemeOf(algorithm);
  return scheme != EncryptionScheme::kKeyWrap && scheme != EncryptionScheme::kKeyWrapPad;
}

bool WrapsKeys(EncryptionAlgorithm algorithm) {
  return SchemeOf(algorithm) == EncryptionScheme::kRsa || !EncryptsData(algorithm);
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
    default:
      return 0;
  }
}

size_t MaxRawDigestSize(size_t modulus_size) { return modulus_size - 11; }

}  // namespace lazuli::keyvault::crypto
