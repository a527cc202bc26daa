#include "keyvault/crypto/key_transport.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

constexpr KeyTransport kAll[] = {KeyTransport::kCkmRsaAesKeyWrap, KeyTransport::kRsaAesKeyWrap256,
                                 KeyTransport::kRsaAesKeyWrap384};

TEST(KeyTransportTest, NamesAreThoseOfTheService) {
  for (const KeyTransport transport : kAll) {
    EXPECT_EQ(ParseKeyTransport(KeyTransportName(transport)), transport);
  }
  EXPECT_EQ(ParseKeyTransport("CKM_RSA_AES_KEY_WRAP"), KeyTransport::kCkmRsaAesKeyWrap);
  EXPECT_EQ(ParseKeyTransport("ckm_rsa_aes_key_wrap"), std::nullopt);
  EXPECT_EQ(ParseKeyTransport(""), std::nullopt);
}

TEST(KeyTransportTest, WhoHoldsTheKeyUnwraps) {
  for (const KeyMaterial::Ptr& key : {TestRsaKey(), TestRsa4096Key()}) {
    for (const KeyTransport transport : kAll) {
      for (const size_t size : {size_t{1}, size_t{16}, size_t{2349}}) {
        const std::string plaintext(size, 'p');
        LAZULI_ASSERT_OK_AND_ASSIGN(const std::string wrapped,
                                    WrapForTransport(transport, key->n(), key->e(), plaintext));
        LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes back,
                                    UnwrapFromTransport(transport, *key, wrapped));
        EXPECT_EQ(back.view(), absl::string_view(plaintext));
      }
    }
  }
}

TEST(KeyTransportTest, WhatIsNoUsableKeyIsSaidSoBeforehand) {
  const KeyMaterial::Ptr key = TestRsaKey();
  const std::string e = key->e();
  LAZULI_EXPECT_OK(CheckTransportKey(key->n(), e));
  LAZULI_EXPECT_OK(CheckTransportKey(key->n(), std::string(5, '\0') + e));
  std::string even = key->n();
  even.back() = '\0';
  const std::pair<std::string, std::string> keys[] = {{"", ""},
                                                      {key->n(), ""},
                                                      {key->n(), std::string(1, '\4')},
                                                      {key->n(), std::string(60'000, '\1')},
                                                      {even, e},
                                                      {key->n().substr(1), e},
                                                      {std::string(1025, '\xc1'), e},
                                                      {std::string(60'000, '\xc1'), e}};
  for (const auto& [n, exponent] : keys) {
    EXPECT_FALSE(CheckTransportKey(n, exponent).ok()) << n.size() << " " << exponent.size();
    EXPECT_FALSE(WrapForTransport(KeyTransport::kCkmRsaAesKeyWrap, n, exponent, "p").ok());
  }
}

TEST(KeyTransportTest, NobodyElseDoes) {
  const KeyMaterial::Ptr key = TestRsaKey();
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string wrapped,
      WrapForTransport(KeyTransport::kCkmRsaAesKeyWrap, key->n(), key->e(), "plaintext"));
  EXPECT_THAT(
      UnwrapFromTransport(KeyTransport::kCkmRsaAesKeyWrap, *OtherTestRsaKey(), wrapped).status(),
      ErrorCodeIs("BadParameter"));
  EXPECT_THAT(UnwrapFromTransport(KeyTransport::kRsaAesKeyWrap256, *key, wrapped).status(),
              ErrorCodeIs("BadParameter"));
  EXPECT_THAT(
      UnwrapFromTransport(KeyTransport::kCkmRsaAesKeyWrap, *TestEcKey(Curve::kP256), wrapped)
          .status(),
      ErrorCodeIs("BadParameter"));
  for (size_t i = 0; i < wrapped.size(); i += 17) {
    std::string spoiled = wrapped;
    spoiled[i] = static_cast<char>(spoiled[i] ^ 1);
    EXPECT_THAT(UnwrapFromTransport(KeyTransport::kCkmRsaAesKeyWrap, *key, spoiled).status(),
                ErrorCodeIs("BadParameter"))
        << i;
    EXPECT_THAT(UnwrapFromTransport(KeyTransport::kCkmRsaAesKeyWrap, *key,
                                    absl::string_view(wrapped).substr(0, i))
                    .status(),
                ErrorCodeIs("BadParameter"))
        << i;
  }
}

TEST(KeyTransportTest, AKeyThatIsNoneIsRefused) {
  const KeyMaterial::Ptr key = TestRsaKey();
  for (const auto& [n, e] : {std::pair<std::string, std::string>{"", key->e()},
                             {key->n(), ""},
                             {std::string(64, '\xff'), key->e()},
                             {std::string(2000, '\xff'), key->e()},
                             {key->n(), std::string(1, '\x02')}}) {
    EXPECT_THAT(WrapForTransport(KeyTransport::kCkmRsaAesKeyWrap, n, e, "plaintext").status(),
                ErrorCodeIs("BadParameter"));
  }
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
