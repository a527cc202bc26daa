#include "keyvault/crypto/parsed_key_cache.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/parsed_key.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

using ParsedPtr = std::shared_ptr<const ParsedKey>;

TEST(ParsedKeyCacheTest, AKeyIsParsedOnce) {
  ParsedKeyCache cache(4);
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedPtr first, cache.Get(*key));
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedPtr second, cache.Get(*key));
  EXPECT_EQ(first, second);
  EXPECT_EQ(cache.counters().misses, 1u);
  EXPECT_EQ(cache.counters().hits, 1u);
}

TEST(ParsedKeyCacheTest, OneTypeOfKeyIsSet) {
  ParsedKeyCache cache(4);
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedPtr rsa, cache.Get(*TestRsaKey()));
  EXPECT_NE(rsa->rsa(), nullptr);
  EXPECT_EQ(EVP_PKEY_get0_RSA(rsa->rsa_pkey()), rsa->rsa());
  EXPECT_EQ(rsa->ec(), nullptr);
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedPtr ec, cache.Get(*TestEcKey(Curve::kP256K)));
  EXPECT_NE(ec->ec(), nullptr);
  EXPECT_EQ(ec->rsa(), nullptr);
  EXPECT_EQ(ec->rsa_pkey(), nullptr);
}

TEST(ParsedKeyCacheTest, TheLeastRecentlyUsedKeyGoesFirst) {
  ParsedKeyCache cache(2);
  const KeyMaterial::Ptr a = TestEcKey(Curve::kP256);
  const KeyMaterial::Ptr b = TestEcKey(Curve::kP256);
  const KeyMaterial::Ptr c = TestEcKey(Curve::kP256);
  LAZULI_ASSERT_OK(cache.Get(*a));
  LAZULI_ASSERT_OK(cache.Get(*b));
  LAZULI_ASSERT_OK(cache.Get(*a));  // now b is the oldest
  LAZULI_ASSERT_OK(cache.Get(*c));
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.counters().evictions, 1u);
  EXPECT_EQ(cache.counters().misses, 3u);
  LAZULI_ASSERT_OK(cache.Get(*a));
  EXPECT_EQ(cache.counters().misses, 3u) << "a was evicted";
  LAZULI_ASSERT_OK(cache.Get(*b));
  EXPECT_EQ(cache.counters().misses, 4u) << "b was kept";
}

TEST(ParsedKeyCacheTest, AnEvictedKeyStaysUsableForItsHolder) {
  ParsedKeyCache cache(1);
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedPtr held, cache.Get(*TestRsaKey()));
  LAZULI_ASSERT_OK(cache.Get(*OtherTestRsaKey()));
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_TRUE(RSA_check_key(held->rsa()));
  EXPECT_EQ(held.use_count(), 1);
}

TEST(ParsedKeyCacheTest, AForgottenKeyIsLetGo) {
  ParsedKeyCache cache(4);
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedPtr held, cache.Get(*key));
  EXPECT_EQ(held.use_count(), 2);
  cache.Forget(*key);
  cache.Forget(*key);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_EQ(cache.counters().evictions, 0u);
}

TEST(ParsedKeyCacheTest, WithoutCapacityNothingIsKept) {
  ParsedKeyCache cache(0);
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  LAZULI_ASSERT_OK(cache.Get(*key));
  LAZULI_ASSERT_OK(cache.Get(*key));
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_EQ(cache.counters().misses, 2u);
}

TEST(ParsedKeyCacheTest, ManyThreadsMayAskAtOnce) {
  ParsedKeyCache cache(3);
  std::vector<KeyMaterial::Ptr> keys;
  for (int i = 0; i < 6; ++i) {
    keys.push_back(TestEcKey(Curve::kP256));
  }
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        const KeyMaterial::Ptr& key = keys[(i * (t + 1)) % keys.size()];
        const absl::StatusOr<ParsedPtr> parsed = cache.Get(*key);
        if (!parsed.ok() || (*parsed)->ec() == nullptr) {
          ++failures;
        }
        if (i % 50 == 0) {
          cache.Forget(*key);
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failures, 0);
  EXPECT_LE(cache.size(), 3u);
  EXPECT_EQ(cache.counters().hits + cache.counters().misses, 1200u);
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
