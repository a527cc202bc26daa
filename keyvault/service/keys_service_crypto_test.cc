#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using Operation = absl::Status (KeysService::*)(const CallContext&,
                                                const v1::KeyOperationsParameters&,
                                                v1::KeyOperationResult*);

class KeysServiceCryptoTest : public testing::Test {
 protected:
  KeysServiceCryptoTest() : vault_(env_.CreateVault("kv1")) {
    AddRsa();
    AddEc();
  }

  KeyVersionPtr AddRsa(KeyAttributes attributes = {}) {
    NewKeyVersion version;
    version.type = crypto::KeyType::kRsa;
    version.key_ops = DefaultKeyOperations(version.type);
    version.attributes = attributes;
    version.material = crypto::TestRsaKey();
    return *vault_->AddKeyVersion(env_.now(), "rsa", std::move(version), "CreateKey");
  }
  void AddSymmetric() {
    NewKeyVersion version;
    version.type = crypto::KeyType::kOctHsm;
    version.key_ops = DefaultKeyOperations(version.type);
    version.material = crypto::TestSymmetricKey(256);
    LAZULI_ASSERT_OK(vault_->AddKeyVersion(env_.now(), "aes", std::move(version), "CreateKey"));
  }
  void AddEc() { env_.AddKey(vault_.get(), "ec"); }

  absl::StatusOr<v1::KeyOperationResult> Call(Operation operation, absl::string_view key,
                                              absl::string_view value,
                                              v1::JsonWebKeyEncryptionAlgorithm alg,
                                              absl::string_view version = "") {
    v1::KeyOperationsParameters request;
    request.set_vault_name("kv1");
    request.set_key_name(std::string(key));
    request.set_key_version(std::string(version));
    request.set_alg(alg);
    request.set_value(std::string(value));
    v1::KeyOperationResult result;
    const absl::Status status = (service_.*operation)(env_.Context(), request, &result);
    if (!status.ok()) return status;
    return result;
  }

  absl::StatusOr<v1::KeyOperationResult> Sign(absl::string_view key, absl::string_view digest,
                                              v1::JsonWebKeySignatureAlgorithm alg) {
    v1::KeySignParameters request;
    request.set_vault_name("kv1");
    request.set_key_name(std::string(key));
    request.set_alg(alg);
    request.set_value(std::string(digest));
    v1::KeyOperationResult result;
    const absl::Status status = service_.Sign(env_.Context(), request, &result);
    if (!status.ok()) return status;
    return result;
  }

  absl::StatusOr<bool> Verify(absl::string_view key, absl::string_view digest,
                              absl::string_view signature, v1::JsonWebKeySignatureAlgorithm alg) {
    v1::KeyVerifyParameters request;
    request.set_vault_name("kv1");
    request.set_key_name(std::string(key));
    request.set_alg(alg);
    request.set_digest(std::string(digest));
    request.set_value(std::string(signature));
    v1::KeyVerifyResult result;
    const absl::Status status = service_.Verify(env_.Context(), request, &result);
    if (!status.ok()) return status;
    return result.value();
  }

  TestEnvironment env_;
  FakeRoleChecker roles_;
  AccessControl access_{&env_.registry(), &roles_};
  crypto::KeyPool pool_{0};
  KeysService service_{&env_.registry(), &access_, &env_.engine(), &pool_};
  VaultPtr vault_;
};

constexpr v1::JsonWebKeyEncryptionAlgorithm kOaep256 =
    v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256;

// Shows: Keys/Encrypt, Keys/Decrypt, Keys/WrapKey, Keys/UnwrapKey
TEST_F(KeysServiceCryptoTest, WhatOneOperationProtectsItsInverseGivesBack) {
  const struct {
    Operation protect;
    Operation unprotect;
  } pairs[] = {
      {&KeysService::Encrypt, &KeysService::Decrypt},
      {&KeysService::WrapKey, &KeysService::UnwrapKey},
  };
  for (const auto& pair : pairs) {
    for (const auto alg : {v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA1_5,
                           v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP, kOaep256}) {
      const auto hidden = Call(pair.protect, "rsa", "a data key", alg);
      LAZULI_ASSERT_OK(hidden);
      EXPECT_EQ(hidden->value().size(), 256u);
      EXPECT_EQ(hidden->kid(), (*vault_->FindKey("rsa", ""))->kid);
      const auto plain = Call(pair.unprotect, "RSA", hidden->value(), alg);
      LAZULI_ASSERT_OK(plain);
      EXPECT_EQ(plain->value(), "a data key");
      EXPECT_EQ(plain->kid(), hidden->kid());
    }
  }
}

TEST_F(KeysServiceCryptoTest, SymmetricKeysEncryptAndDecrypt) {
  AddSymmetric();
  v1::KeyOperationsParameters request;
  request.set_vault_name("kv1");
  request.set_key_name("aes");
  request.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256GCM);
  request.set_value("text");
  request.set_aad("header");
  v1::KeyOperationResult sealed;
  LAZULI_ASSERT_OK(service_.Encrypt(env_.Context(), request, &sealed));
  EXPECT_EQ(sealed.iv().size(), 12u);
  EXPECT_EQ(sealed.tag().size(), 16u);
  EXPECT_EQ(sealed.aad(), "header");
  request.set_value(sealed.value());
  request.set_iv(sealed.iv());
  request.set_tag(sealed.tag());
  v1::KeyOperationResult opened;
  LAZULI_ASSERT_OK(service_.Decrypt(env_.Context(), request, &opened));
  EXPECT_EQ(opened.value(), "text");
  EXPECT_FALSE(opened.has_iv());
  EXPECT_FALSE(opened.has_tag());
  request.set_aad("another");
  EXPECT_THAT(service_.Decrypt(env_.Context(), request, &opened),
              StatusIs(absl::StatusCode::kInvalidArgument, "The parameter is incorrect.\r\n"));

  v1::KeyOperationsParameters cbc;
  cbc.set_vault_name("kv1");
  cbc.set_key_name("aes");
  cbc.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256CBCPAD);
  cbc.set_value("text");
  cbc.set_iv("0123456789abcdef");
  v1::KeyOperationResult hidden;
  LAZULI_ASSERT_OK(service_.Encrypt(env_.Context(), cbc, &hidden));
  EXPECT_EQ(hidden.value().size(), 16u);
  EXPECT_EQ(hidden.iv(), cbc.iv());
  EXPECT_FALSE(hidden.has_tag());
  EXPECT_FALSE(hidden.has_aad());
}

TEST_F(KeysServiceCryptoTest, WrappingNeedsNoLeaveToEncrypt) {
  AddSymmetric();
  KeyVersionUpdate update;
  update.key_ops = std::vector<KeyOperation>{KeyOperation::kWrapKey, KeyOperation::kUnwrapKey,
                                             KeyOperation::kSign, KeyOperation::kVerify};
  LAZULI_ASSERT_OK(vault_->UpdateKey(env_.now(), "aes", "", update));
  LAZULI_ASSERT_OK(vault_->UpdateKey(env_.now(), "rsa", "", update));
  const std::string data_key(32, 'k');
  const auto wrapped =
      Call(&KeysService::WrapKey, "aes", data_key, v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256KW);
  LAZULI_ASSERT_OK(wrapped);
  EXPECT_EQ(Call(&KeysService::UnwrapKey, "aes", wrapped->value(),
                 v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_CKM_AES_KEY_WRAP)
                ->value(),
            data_key);
  LAZULI_EXPECT_OK(Call(&KeysService::WrapKey, "rsa", data_key, kOaep256));
  EXPECT_THAT(Call(&KeysService::Encrypt, "rsa", data_key, kOaep256),
              InnerCodeIs("KeyOperationForbidden"));
  const auto mac = Sign("aes", "message", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_HS512);
  LAZULI_ASSERT_OK(mac);
  EXPECT_THAT(Verify("aes", "message", mac->value(), v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_HS512),
              IsOkAndHolds(true));
  EXPECT_THAT(Verify("aes", "message", mac->value(), v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_HS384),
              IsOkAndHolds(false));
}

TEST_F(KeysServiceCryptoTest, AlgorithmsServeTheirOwnPurpose) {
  AddSymmetric();
  const std::string value(32, 'v');
  for (const auto& [operation, alg] :
       std::vector<std::pair<Operation, v1::JsonWebKeyEncryptionAlgorithm>>{
           {&KeysService::Encrypt, v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256KW},
           {&KeysService::Decrypt, v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_CKM_AES_KEY_WRAP_PAD},
           {&KeysService::WrapKey, v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256GCM},
           {&KeysService::UnwrapKey, v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256CBC}}) {
    EXPECT_THAT(Call(operation, "aes", value, alg),
                StatusIs(absl::StatusCode::kInvalidArgument, "Property  has invalid value\r\n"));
  }
}

TEST_F(KeysServiceCryptoTest, TheFirstNameOfAnAlgorithmIsStillRead) {
  NewKeyVersion version;
  version.type = crypto::KeyType::kEc;
  version.key_ops = DefaultKeyOperations(version.type);
  version.material = crypto::TestEcKey(crypto::Curve::kP256K);
  LAZULI_ASSERT_OK(vault_->AddKeyVersion(env_.now(), "koblitz", std::move(version), "CreateKey"));
  const std::string digest(32, 'd');
  const auto signature = Sign("koblitz", digest, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ECDSA256);
  LAZULI_ASSERT_OK(signature);
  EXPECT_THAT(
      Verify("koblitz", digest, signature->value(), v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256K),
      IsOkAndHolds(true));
}

TEST_F(KeysServiceCryptoTest, WithoutAVersionTheLatestWorks) {
  const KeyVersionPtr old = *vault_->FindKey("rsa", "");
  const auto wrapped = Call(&KeysService::WrapKey, "rsa", "secret", kOaep256);
  LAZULI_ASSERT_OK(wrapped);
  NewKeyVersion version;
  version.key_ops = DefaultKeyOperations(version.type);
  version.material = crypto::OtherTestRsaKey();
  const KeyVersionPtr latest =
      *vault_->AddKeyVersion(env_.now(), "rsa", std::move(version), "CreateKey");
  EXPECT_EQ(Call(&KeysService::WrapKey, "rsa", "secret", kOaep256)->kid(), latest->kid);
  EXPECT_THAT(Call(&KeysService::UnwrapKey, "rsa", wrapped->value(), kOaep256),
              StatusIs(absl::StatusCode::kInvalidArgument, "The parameter is incorrect.\r\n"));
  EXPECT_EQ(Call(&KeysService::UnwrapKey, "rsa", wrapped->value(), kOaep256, old->version)->value(),
            "secret");
}

// Shows: Keys/Sign, Keys/Verify
TEST_F(KeysServiceCryptoTest, SignaturesAreVerified) {
  const struct {
    const char* key;
    v1::JsonWebKeySignatureAlgorithm alg;
    size_t digest;
    size_t signature;
  } cases[] = {
      {"rsa", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256, 32, 256},
      {"rsa", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS384, 48, 256},
      {"rsa", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS512, 64, 256},
      {"rsa", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS256, 32, 256},
      {"rsa", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS384, 48, 256},
      {"rsa", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS512, 64, 256},
      {"ec", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256, 32, 64},
  };
  for (const auto& c : cases) {
    const std::string digest(c.digest, 'd');
    const auto signed_result = Sign(c.key, digest, c.alg);
    LAZULI_ASSERT_OK(signed_result);
    EXPECT_EQ(signed_result->value().size(), c.signature);
    EXPECT_EQ(signed_result->kid(), (*vault_->FindKey(c.key, ""))->kid);
    EXPECT_THAT(Verify(c.key, digest, signed_result->value(), c.alg), IsOkAndHolds(true));
    EXPECT_THAT(Verify(c.key, std::string(c.digest, 'e'), signed_result->value(), c.alg),
                IsOkAndHolds(false));
    EXPECT_THAT(Verify(c.key, digest, "no signature", c.alg), IsOkAndHolds(false));
    EXPECT_THAT(Sign(c.key, digest + "!", c.alg), ErrorCodeIs("BadParameter"));
    EXPECT_THAT(Verify(c.key, "short", signed_result->value(), c.alg), ErrorCodeIs("BadParameter"));
  }
}

TEST_F(KeysServiceCryptoTest, KeysAndAlgorithmsMustGoTogether) {
  const std::string digest(32, 'd');
  EXPECT_THAT(Sign("rsa", digest, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256),
              ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Sign("ec", digest, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256),
              ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Sign("ec", digest, v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256K),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       testing::HasSubstr("Key and signing algorithm are incompatible.")));
  // An EC key does not even name the operation, unless its owner does.
  EXPECT_THAT(Call(&KeysService::WrapKey, "ec", "x", kOaep256),
              InnerCodeIs("KeyOperationForbidden"));
  KeyVersionUpdate update;
  update.key_ops = std::vector<KeyOperation>{KeyOperation::kWrapKey};
  LAZULI_ASSERT_OK(vault_->UpdateKey(env_.now(), "ec", "", update));
  EXPECT_THAT(Call(&KeysService::WrapKey, "ec", "x", kOaep256), ErrorCodeIs("BadParameter"));
}

TEST_F(KeysServiceCryptoTest, BadInputIsRefusedWithTheField) {
  const auto refusal = [](const absl::Status& status) {
    const ErrorInfo info = ErrorInfoOrDefault(status);
    return absl::StrCat(info.http_status, " ", info.code, " ", info.target);
  };
  EXPECT_EQ(refusal(Call(&KeysService::WrapKey, "rsa", "x",
                         v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_UNSPECIFIED)
                        .status()),
            "400 BadParameter alg");
  EXPECT_EQ(refusal(Call(&KeysService::WrapKey, "rsa", "x",
                         static_cast<v1::JsonWebKeyEncryptionAlgorithm>(99))
                        .status()),
            "400 BadParameter alg");
  EXPECT_EQ(refusal(Call(&KeysService::WrapKey, "r_a", "x", kOaep256).status()),
            "400 BadParameter key_name");
  EXPECT_EQ(refusal(Call(&KeysService::WrapKey, "rsa", "x", kOaep256, "wrapkeys").status()),
            "400 BadParameter key_version");
  EXPECT_EQ(refusal(Call(&KeysService::WrapKey, "rsa", std::string(191, 'x'), kOaep256).status()),
            "400 BadParameter value");
  EXPECT_EQ(refusal(Call(&KeysService::UnwrapKey, "rsa", "x", kOaep256).status()),
            "400 BadParameter value");
  EXPECT_EQ(refusal(Sign("rsa", "d", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_UNSPECIFIED).status()),
            "400 BadParameter alg");
  EXPECT_EQ(refusal(Call(&KeysService::WrapKey, "gone", "x", kOaep256).status()),
            "404 KeyNotFound ");
}

// Shows: Keys/Encrypt, Keys/Sign
TEST_F(KeysServiceCryptoTest, TheKeysStateIsAskedBeforeTheParameters) {
  const absl::Time expires = absl::FromUnixSeconds(absl::ToUnixSeconds(env_.now()) + 60);
  const KeyVersionPtr key = AddRsa({true, std::nullopt, expires});
  const std::string too_long(1'000, 'x');
  const std::string hidden = Call(&KeysService::WrapKey, "rsa", "secret", kOaep256)->value();
  env_.AdvanceTo(expires);
  EXPECT_THAT(Call(&KeysService::WrapKey, "rsa", too_long, kOaep256), InnerCodeIs("KeyExpired"));
  EXPECT_THAT(Call(&KeysService::Encrypt, "rsa", too_long, kOaep256), InnerCodeIs("KeyExpired"));
  EXPECT_THAT(Sign("rsa", "short", v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256),
              InnerCodeIs("KeyExpired"));
  // What is exempt still works.
  EXPECT_EQ(Call(&KeysService::UnwrapKey, "rsa", hidden, kOaep256)->value(), "secret");
  EXPECT_EQ(Call(&KeysService::Decrypt, "rsa", hidden, kOaep256)->value(), "secret");
  EXPECT_THAT(Verify("rsa", std::string(32, 'd'), "no signature",
                     v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256),
              IsOkAndHolds(false));
  KeyVersionUpdate disable;
  disable.enabled = false;
  LAZULI_ASSERT_OK(vault_->UpdateKey(env_.now(), "rsa", "", disable));
  EXPECT_THAT(Call(&KeysService::UnwrapKey, "rsa", hidden, kOaep256), InnerCodeIs("KeyDisabled"));
  EXPECT_THAT(Verify("rsa", std::string(32, 'd'), "no signature",
                     v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256),
              InnerCodeIs("KeyDisabled"));
}

TEST_F(KeysServiceCryptoTest, NothingSecretIsInAnError) {
  for (const absl::Status& status :
       {Call(&KeysService::WrapKey, "rsa", std::string(1'000, 'S'), kOaep256).status(),
        Call(&KeysService::UnwrapKey, "rsa", std::string(256, 'S'), kOaep256).status(),
        Sign("rsa", std::string(33, 'S'), v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256).status()}) {
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.ToString().find("SSS"), std::string::npos) << status;
    EXPECT_EQ(status.ToString().find(Base64UrlEncode("SSS")), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace lazuli::keyvault
