#include "keyvault/crypto/ec_curve.h"

#include <algorithm>
#include <array>

namespace lazuli::keyvault::crypto {
namespace {

// 1.2.840.10045.3.1.7, 1.3.132.0.10, 1.3.132.0.34, 1.3.132.0.35 (RFC 5480, SEC 2).
constexpr std::array<uint8_t, 8> kOidP256 = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::array<uint8_t, 5> kOidP256K = {0x2b, 0x81, 0x04, 0x00, 0x0a};
constexpr std::array<uint8_t, 5> kOidP384 = {0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::array<uint8_t, 5> kOidP521 = {0x2b, 0x81, 0x04, 0x00, 0x23};

bssl::UniquePtr<BIGNUM> BignumOfHex(const char* hex) {
  BIGNUM* number = nullptr;
  if (BN_hex2bn(&number, hex) == 0) {
    return nullptr;
  }
  return bssl::UniquePtr<BIGNUM>(number);
}

// BoringSSL has no secp256k1 by name, but computes with any curve of prime order whose parameters
// it is given: y^2 = x^3 + 7 (SEC 2, section 2.4.1).
EC_GROUP* NewSecp256k1() {
  const auto p = BignumOfHex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
  const auto a = BignumOfHex("0");
  const auto b = BignumOfHex("7");
  const auto gx = BignumOfHex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  const auto gy = BignumOfHex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8");
  const auto order =
      BignumOfHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  if (!p || !a || !b || !gx || !gy || !order) {
    return nullptr;
  }
  bssl::UniquePtr<EC_GROUP> group(EC_GROUP_new_curve_GFp(p.get(), a.get(), b.get(), nullptr));
  if (!group) {
    return nullptr;
  }
  bssl::UniquePtr<EC_POINT> generator(EC_POINT_new(group.get()));
  if (!generator ||
      !EC_POINT_set_affine_coordinates_GFp(group.get(), generator.get(), gx.get(), gy.get(),
                                           nullptr) ||
      !EC_GROUP_set_generator(group.get(), generator.get(), order.get(), BN_value_one())) {
    return nullptr;
  }
  return group.release();
}

}  // namespace

const EC_GROUP* CurveGroup(Curve curve) {
  switch (curve) {
    case Curve::kP256: {
      static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
      return group;
    }
    case Curve::kP256K: {
      static const EC_GROUP* const group = NewSecp256k1();
      return group;
    }
    case Curve::kP384: {
      static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_secp384r1);
      return group;
    }
    case Curve::kP521: {
      static const EC_GROUP* const group = EC_GROUP_new_by_curve_name(NID_secp521r1);
      return group;
    }
  }
  return nullptr;
}

absl::Span<const uint8_t> CurveOid(Curve curve) {
  switch (curve) {
    case Curve::kP256:
      return kOidP256;
    case Curve::kP256K:
      return kOidP256K;
    case Curve::kP384:
      return kOidP384;
    case Curve::kP521:
      return kOidP521;
  }
  return {};
}

std::optional<Curve> CurveOfOid(absl::Span<const uint8_t> oid) {
  for (const Curve curve : {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521}) {
    const absl::Span<const uint8_t> candidate = CurveOid(curve);
    if (std::equal(oid.begin(), oid.end(), candidate.begin(), candidate.end())) {
      return curve;
    }
  }
  return std::nullopt;
}

}  // namespace lazuli::keyvault::crypto
