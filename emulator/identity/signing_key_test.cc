#include "emulator/identity/signing_key.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SigningKeyTest, VerifiesItsOwnSignaturesOnly) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SigningKey> key, SigningKey::Generate());
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SigningKey> other, SigningKey::Generate());
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature, key->Sign("text"));
  EXPECT_EQ(signature.size(), 64u);
  EXPECT_TRUE(key->Verify("text", signature));
  EXPECT_FALSE(key->Verify("texT", signature));
  EXPECT_FALSE(key->Verify("text", ""));
  EXPECT_FALSE(key->Verify("text", signature.substr(1)));
  EXPECT_FALSE(key->Verify("text", signature + "x"));
  EXPECT_FALSE(key->Verify("text", std::string(64, '\0')));
  EXPECT_FALSE(other->Verify("text", signature));
  EXPECT_NE(key->kid(), other->kid());
}

TEST(SigningKeyTest, ExportsThePublicPartOnly) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SigningKey> key, SigningKey::Generate());
  EXPECT_EQ(key->kid().size(), 43u);
  const std::string set = key->JwkSetJson();
  EXPECT_THAT(set, HasSubstr("\"kid\":\"" + key->kid() + "\""));
  EXPECT_THAT(set, HasSubstr("\"crv\":\"P-256\""));
  EXPECT_THAT(set, Not(HasSubstr("\"d\"")));
}

TEST(SigningKeyTest, ServesManyThreads) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<SigningKey> key, SigningKey::Generate());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&key, i] {
      const std::string text(static_cast<size_t>(i), 'x');
      for (int j = 0; j < 20; ++j) {
        const absl::StatusOr<std::string> signature = key->Sign(text);
        ASSERT_TRUE(signature.ok());
        EXPECT_TRUE(key->Verify(text, *signature));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace lazuli::emulator
