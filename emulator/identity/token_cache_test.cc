#include "emulator/identity/token_cache.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

std::shared_ptr<const VerifiedToken> Token(const std::string& object_id) {
  auto token = std::make_shared<VerifiedToken>();
  token->caller.object_id = object_id;
  return token;
}

TEST(TokenCacheTest, RemembersByTheHashOfTheToken) {
  TokenCache cache(10);
  const TokenCache::Key key = TokenCache::KeyOf("token");
  EXPECT_EQ(cache.Get(key).token, nullptr);
  cache.Put(key, Token("o"), 3);
  const TokenCache::Hit hit = cache.Get(TokenCache::KeyOf("token"));
  ASSERT_NE(hit.token, nullptr);
  EXPECT_EQ(hit.token->caller.object_id, "o");
  EXPECT_EQ(hit.epoch, 3u);
  EXPECT_EQ(cache.Get(TokenCache::KeyOf("tokem")).token, nullptr);
  cache.Drop(key);
  EXPECT_EQ(cache.Get(key).token, nullptr);
  cache.Drop(key);
}

TEST(TokenCacheTest, ConfirmsForwardOnly) {
  TokenCache cache(10);
  const TokenCache::Key key = TokenCache::KeyOf("token");
  cache.Confirm(key, 9);
  cache.Put(key, Token("o"), 3);
  cache.Confirm(key, 5);
  EXPECT_EQ(cache.Get(key).epoch, 5u);
  cache.Confirm(key, 4);
  EXPECT_EQ(cache.Get(key).epoch, 5u);
}

TEST(TokenCacheTest, LetsGoOfTheLeastRecentlyUsed) {
  TokenCache cache(2);
  const TokenCache::Key a = TokenCache::KeyOf("a");
  const TokenCache::Key b = TokenCache::KeyOf("b");
  const TokenCache::Key c = TokenCache::KeyOf("c");
  cache.Put(a, Token("a"), 0);
  cache.Put(b, Token("b"), 0);
  ASSERT_NE(cache.Get(a).token, nullptr);
  cache.Put(c, Token("c"), 0);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.Get(b).token, nullptr);
  EXPECT_NE(cache.Get(a).token, nullptr);
  EXPECT_NE(cache.Get(c).token, nullptr);
  cache.Put(c, Token("c"), 1);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.Get(c).epoch, 1u);
}

TEST(TokenCacheTest, DropsAllTokensOfAPrincipal) {
  TokenCache cache(10);
  cache.Put(TokenCache::KeyOf("1"), Token("x"), 0);
  cache.Put(TokenCache::KeyOf("2"), Token("y"), 0);
  cache.Put(TokenCache::KeyOf("3"), Token("x"), 0);
  cache.DropPrincipal("x");
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_NE(cache.Get(TokenCache::KeyOf("2")).token, nullptr);
}

TEST(TokenCacheTest, ServesManyThreads) {
  TokenCache cache(16);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&cache, i] {
      for (int j = 0; j < 500; ++j) {
        const TokenCache::Key key = TokenCache::KeyOf(absl::StrCat(j % 40));
        if (cache.Get(key).token == nullptr) {
          cache.Put(key, Token(absl::StrCat(j % 5)), static_cast<uint64_t>(j));
        }
        cache.Confirm(key, static_cast<uint64_t>(i));
        if (j % 100 == 0) cache.DropPrincipal("1");
        if (j % 77 == 0) cache.Drop(key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 16u);
}

}  // namespace
}  // namespace lazuli::emulator
