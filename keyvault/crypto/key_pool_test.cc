#include "keyvault/crypto/key_pool.h"

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {
namespace {

TEST(KeyPoolTest, MakesNothingBeforeTheFirstCreation) {
  KeyPool pool(4);
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_EQ(pool.capacity(), 4u);
}

TEST(KeyPoolTest, TheFirstCreationStartsIt) {
  KeyPool pool(1);
  LAZULI_ASSERT_OK(pool.CreateRsa(2048));
  pool.Warm();
  EXPECT_EQ(pool.size(), 1u);
}

TEST(KeyPoolTest, AWarmPoolHandsOutWhatItHasWithoutGenerating) {
  KeyPool pool(2);
  pool.Warm();
  ASSERT_EQ(pool.size(), 2u);
  // A generation would ask whether it is interrupted, and end.
  const Interrupted always = [] { return true; };
  LAZULI_EXPECT_OK(pool.CreateRsa(2048, 65537, always));
  LAZULI_EXPECT_OK(pool.CreateRsa(2048, 65537, always));
}

TEST(KeyPoolTest, RefillsAfterAKeyWasTaken) {
  KeyPool pool(1);
  pool.Warm();
  LAZULI_ASSERT_OK(pool.CreateRsa(2048));
  pool.Warm();
  EXPECT_EQ(pool.size(), 1u);
}

TEST(KeyPoolTest, NoTwoKeysAreTheSame) {
  KeyPool pool(3);
  pool.Warm();
  Mutex mu;
  std::set<std::string> moduli;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        const absl::StatusOr<KeyMaterial::Ptr> key = pool.CreateRsa(2048);
        MutexLock lock(&mu);
        moduli.insert(key.ok() ? (*key)->n() : "");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  MutexLock lock(&mu);
  EXPECT_EQ(moduli.size(), 9u);
  EXPECT_FALSE(moduli.contains(""));
}

TEST(KeyPoolTest, OtherSizesAndExponentsAreMadeOnTheSpot) {
  KeyPool pool(1);
  pool.Warm();
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr odd, pool.CreateRsa(2048, 3));
  EXPECT_EQ(odd->e(), "\x03");
  int asked = 0;
  const absl::StatusOr<KeyMaterial::Ptr> large =
      pool.CreateRsa(4096, 65537, [&asked] { return ++asked > 2; });
  EXPECT_THAT(large, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(pool.size(), 1u);
}

TEST(KeyPoolTest, RefusesWhatKeysCannotBe) {
  KeyPool pool(0);
  EXPECT_THAT(pool.CreateRsa(1024), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(pool.CreateRsa(2048, 2), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyPoolTest, WithoutCapacityEveryKeyIsMadeOnTheSpot) {
  KeyPool pool(0);
  pool.Warm();
  LAZULI_ASSERT_OK(pool.CreateRsa(2048));
  EXPECT_EQ(pool.size(), 0u);
}

TEST(KeyPoolTest, AfterStopNothingIsMade) {
  KeyPool pool(2);
  pool.Warm();
  pool.Stop();
  pool.Stop();
  EXPECT_EQ(pool.size(), 0u);
  EXPECT_THAT(pool.CreateRsa(2048), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(pool.CreateRsa(3072), StatusIs(absl::StatusCode::kCancelled));
  pool.Warm();
  EXPECT_EQ(pool.size(), 0u);
}

TEST(KeyPoolTest, StopEndsACreationUnderWay) {
  KeyPool pool(0);
  std::atomic<bool> generating{false};
  absl::StatusCode code = absl::StatusCode::kOk;
  std::thread creator([&] {
    // Never ends by itself: each time a key comes out, the next is begun.
    while (code == absl::StatusCode::kOk) {
      code = pool.CreateRsa(4096, 65537,
                            [&generating] {
                              generating = true;
                              generating.notify_all();
                              return false;
                            })
                 .status()
                 .code();
    }
  });
  generating.wait(false);
  pool.Stop();
  creator.join();
  EXPECT_EQ(code, absl::StatusCode::kCancelled);
}

TEST(KeyPoolTest, StopReleasesWhoWaitsForWarmth) {
  KeyPool pool(1000);
  std::thread waiter([&pool] { pool.Warm(); });
  LAZULI_EXPECT_OK(pool.CreateRsa(2048));
  pool.Stop();
  waiter.join();
  EXPECT_EQ(pool.size(), 0u);
}

TEST(KeyPoolTest, MakesKeysLikeOthers) {
  KeyPool pool(0);
  const KeyMaterial::Ptr ec = *KeyMaterial::GenerateEc(Curve::kP384);
  const KeyMaterial::Ptr other_ec = *pool.CreateLike(*ec);
  EXPECT_EQ(other_ec->curve(), Curve::kP384);
  EXPECT_NE(other_ec->x(), ec->x());
  const KeyMaterial::Ptr rsa = *KeyMaterial::GenerateRsa(2048, 3);
  const KeyMaterial::Ptr other_rsa = *pool.CreateLike(*rsa);
  EXPECT_EQ(other_rsa->rsa_bits(), 2048);
  EXPECT_EQ(other_rsa->e(), rsa->e());
  EXPECT_NE(other_rsa->n(), rsa->n());
  const KeyMaterial::Ptr symmetric = *KeyMaterial::GenerateSymmetric(192);
  const KeyMaterial::Ptr other_symmetric = *pool.CreateLike(*symmetric);
  EXPECT_EQ(other_symmetric->symmetric_bits(), 192);
  EXPECT_NE(other_symmetric->private_der().view(), symmetric->private_der().view());
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
