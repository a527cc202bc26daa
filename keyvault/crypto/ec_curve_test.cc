#include "keyvault/crypto/ec_curve.h"

#include <optional>

#include "absl/types/span.h"
#include "base/boringssl.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {
namespace {

constexpr Curve kCurves[] = {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521};

TEST(EcCurveTest, EachGroupHasTheFieldOfItsCurve) {
  for (const Curve curve : kCurves) {
    const EC_GROUP* group = CurveGroup(curve);
    ASSERT_NE(group, nullptr) << CurveName(curve);
    EXPECT_EQ((EC_GROUP_get_degree(group) + 7) / 8, CurveFieldSize(curve)) << CurveName(curve);
    EXPECT_EQ(CurveGroup(curve), group) << "built again";
  }
}

TEST(EcCurveTest, TheGeneratorTimesTheOrderIsInfinity) {
  // Fails when a constant of P-256K, which is ours, is mistyped.
  for (const Curve curve : kCurves) {
    const EC_GROUP* group = CurveGroup(curve);
    bssl::UniquePtr<EC_POINT> product(EC_POINT_new(group));
    bssl::UniquePtr<BIGNUM> less_one(BN_dup(EC_GROUP_get0_order(group)));
    ASSERT_TRUE(BN_sub_word(less_one.get(), 1));
    ASSERT_TRUE(EC_POINT_mul(group, product.get(), less_one.get(), nullptr, nullptr, nullptr));
    EXPECT_TRUE(EC_POINT_is_on_curve(group, product.get(), nullptr)) << CurveName(curve);
    ASSERT_TRUE(
        EC_POINT_add(group, product.get(), product.get(), EC_GROUP_get0_generator(group), nullptr));
    EXPECT_TRUE(EC_POINT_is_at_infinity(group, product.get())) << CurveName(curve);
  }
}

TEST(EcCurveTest, ObjectIdentifiersGoBothWays) {
  for (const Curve curve : kCurves) {
    EXPECT_EQ(CurveOfOid(CurveOid(curve)), curve);
  }
  EXPECT_EQ(CurveOfOid({}), std::nullopt);
  EXPECT_EQ(CurveOfOid(CurveOid(Curve::kP384).subspan(1)), std::nullopt);
  EXPECT_EQ(CurveOfOid(CurveOid(Curve::kP384).first(4)), std::nullopt);
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
