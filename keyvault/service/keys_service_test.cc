#include "keyvault/service/keys_service.h"

#include <atomic>
#include <functional>
#include <string>
#include <thread>  // NOLINT: who stores is another
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/change_gate.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/service/keys_service_fixture.h"
#include "keyvault/vault_input.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

std::string VersionOf(const v1::KeyBundle& bundle) {
  const std::string& kid = bundle.key().kid();
  return kid.substr(kid.rfind('/') + 1);
}

TEST_F(KeysServiceTest, ACreationThatNobodyWaitsForEndsWithoutAKey) {
  v1::CreateKeyRequest request = EcRequest();
  request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  CallContext context = env_.Context();
  context.is_cancelled = [] { return true; };
  v1::KeyBundle bundle;
  EXPECT_EQ(service_.CreateKey(context, request, &bundle).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(Get("k").status().code(), absl::StatusCode::kNotFound);
}

// Shows: Keys/CreateKey
TEST_F(KeysServiceTest, ACreatedRsaKeyShowsTheDefaults) {
  v1::CreateKeyRequest request = EcRequest();
  request.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  const v1::KeyBundle bundle = Create(request);
  EXPECT_TRUE(absl::StartsWith(bundle.key().kid(), "https://kv1.vault.azure.net/keys/k/"));
  EXPECT_TRUE(IsHex32(VersionOf(bundle)));
  EXPECT_EQ(bundle.key().kty(), v1::JSON_WEB_KEY_TYPE_RSA);
  EXPECT_EQ(bundle.key().n().size(), 256u);
  EXPECT_EQ(bundle.key().e(), std::string("\x01\x00\x01", 3));
  EXPECT_FALSE(bundle.key().has_crv() || bundle.key().has_x() || bundle.key().has_d());
  EXPECT_THAT(
      Ops(bundle),
      ElementsAre(v1::JSON_WEB_KEY_OPERATION_ENCRYPT, v1::JSON_WEB_KEY_OPERATION_DECRYPT,
                  v1::JSON_WEB_KEY_OPERATION_SIGN, v1::JSON_WEB_KEY_OPERATION_VERIFY,
                  v1::JSON_WEB_KEY_OPERATION_WRAP_KEY, v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY));
  const v1::KeyAttributes& attributes = bundle.attributes();
  EXPECT_TRUE(attributes.enabled());
  EXPECT_FALSE(attributes.has_nbf() || attributes.has_exp());
  EXPECT_EQ(attributes.created().seconds(), NowSeconds());
  EXPECT_EQ(attributes.created().nanos(), 0);
  EXPECT_EQ(attributes.updated().seconds(), NowSeconds());
  EXPECT_EQ(attributes.recovery_level(), "Recoverable+Purgeable");
  EXPECT_EQ(attributes.recoverable_days(), 90);
  EXPECT_TRUE(attributes.has_exportable());
  EXPECT_FALSE(attributes.exportable());
  EXPECT_EQ(attributes.hsm_platform(), "0");
  EXPECT_FALSE(bundle.has_tags());
}

// Shows: Keys/CreateKey
TEST_F(KeysServiceTest, EcKeysComeOnEveryCurve) {
  const struct {
    std::optional<v1::JsonWebKeyCurveName> asked;
    v1::JsonWebKeyCurveName made;
    size_t size;
  } cases[] = {
      {std::nullopt, v1::JSON_WEB_KEY_CURVE_NAME_P256, 32},
      {v1::JSON_WEB_KEY_CURVE_NAME_P256, v1::JSON_WEB_KEY_CURVE_NAME_P256, 32},
      {v1::JSON_WEB_KEY_CURVE_NAME_P256K, v1::JSON_WEB_KEY_CURVE_NAME_P256K, 32},
      {v1::JSON_WEB_KEY_CURVE_NAME_P384, v1::JSON_WEB_KEY_CURVE_NAME_P384, 48},
      {v1::JSON_WEB_KEY_CURVE_NAME_P521, v1::JSON_WEB_KEY_CURVE_NAME_P521, 66},
  };
  for (const auto& c : cases) {
    v1::CreateKeyRequest request = EcRequest();
    if (c.asked.has_value()) request.set_crv(*c.asked);
    const v1::KeyBundle bundle = Create(request);
    EXPECT_EQ(bundle.key().crv(), c.made);
    EXPECT_EQ(bundle.key().x().size(), c.size);
    EXPECT_EQ(bundle.key().y().size(), c.size);
    EXPECT_FALSE(bundle.key().has_n() || bundle.key().has_e());
    EXPECT_THAT(Ops(bundle),
                ElementsAre(v1::JSON_WEB_KEY_OPERATION_SIGN, v1::JSON_WEB_KEY_OPERATION_VERIFY));
  }
}

TEST_F(KeysServiceTest, WhatTheCallerSetsIsShownAsSent) {
  v1::CreateKeyRequest request = EcRequest();
  request.set_vault_name("KV-Premium");
  request.mutable_key_ops()->add_values(v1::JSON_WEB_KEY_OPERATION_VERIFY);
  request.mutable_key_ops()->add_values(v1::JSON_WEB_KEY_OPERATION_SIGN);
  request.mutable_attributes()->set_enabled(false);
  request.mutable_attributes()->mutable_nbf()->set_seconds(100);
  request.mutable_attributes()->mutable_nbf()->set_nanos(999'999'999);
  request.mutable_attributes()->mutable_exp()->set_seconds(200);
  (*request.mutable_tags()->mutable_values())["a"] = "1";
  const v1::KeyBundle bundle = Create(request);
  EXPECT_THAT(Ops(bundle),
              ElementsAre(v1::JSON_WEB_KEY_OPERATION_VERIFY, v1::JSON_WEB_KEY_OPERATION_SIGN));
  EXPECT_FALSE(bundle.attributes().enabled());
  EXPECT_EQ(bundle.attributes().nbf().seconds(), 100);
  EXPECT_EQ(bundle.attributes().nbf().nanos(), 0);
  EXPECT_EQ(bundle.attributes().exp().seconds(), 200);
  EXPECT_EQ(bundle.attributes().recovery_level(), "CustomizedRecoverable");
  EXPECT_EQ(bundle.attributes().recoverable_days(), 7);
  EXPECT_EQ(bundle.tags().values().at("a"), "1");
  EXPECT_TRUE(absl::StartsWith(bundle.key().kid(), "https://kv-premium.vault.azure.net/keys/k/"));
}

TEST_F(KeysServiceTest, TheFirstNameOfACurveIsStillRead) {
  v1::CreateKeyRequest request = EcRequest();
  request.set_crv(v1::JSON_WEB_KEY_CURVE_NAME_SECP256K1);
  EXPECT_EQ(Create(request).key().crv(), v1::JSON_WEB_KEY_CURVE_NAME_P256K);
}

// Shows: Keys/CreateKey
TEST_F(KeysServiceTest, BadCreationsAreRefusedWithTheFieldAndChangeNothing) {
  const struct {
    const char* refusal;
    std::function<void(v1::CreateKeyRequest*)> spoil;
  } cases[] = {
      {"400 BadParameter key_name", [](auto* r) { r->set_key_name("a_b"); }},
      {"400 BadParameter key_name", [](auto* r) { r->set_key_name(""); }},
      {"400 BadParameter kty", [](auto* r) { r->clear_kty(); }},
      {"400 BadParameter kty", [](auto* r) { r->set_kty(static_cast<v1::JsonWebKeyType>(99)); }},
      {"400 BadParameter/KeyTypeNotSupported kty",
       [](auto* r) { r->set_kty(v1::JSON_WEB_KEY_TYPE_OCT); }},
      {"400 BadParameter kty", [](auto* r) { r->set_kty(v1::JSON_WEB_KEY_TYPE_OCT_HSM); }},
      {"400 BadParameter kty", [](auto* r) { r->set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM); }},
      {"400 BadParameter kty", [](auto* r) { r->set_kty(v1::JSON_WEB_KEY_TYPE_RSA_HSM); }},
      {"400 BadParameter crv",
       [](auto* r) { r->set_crv(static_cast<v1::JsonWebKeyCurveName>(99)); }},
      {"400 BadParameter crv",
       [](auto* r) {
         r->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
         r->set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256);
       }},
      {"400 BadParameter key_size", [](auto* r) { r->set_key_size(256); }},
      {"400 BadParameter public_exponent", [](auto* r) { r->set_public_exponent(3); }},
      {"400 BadParameter key_size",
       [](auto* r) {
         r->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
         r->set_key_size(1024);
       }},
      {"400 BadParameter public_exponent",
       [](auto* r) {
         r->set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
         r->set_public_exponent(-3);
       }},
      {"400 BadParameter key_ops",
       [](auto* r) { r->mutable_key_ops()->add_values(static_cast<v1::JsonWebKeyOperation>(99)); }},
      {"400 BadParameter key_ops",
       [](auto* r) {
         for (int i = 0; i < 9; ++i) {
           r->mutable_key_ops()->add_values(v1::JSON_WEB_KEY_OPERATION_SIGN);
         }
       }},
      {"400 BadParameter attributes.exp",
       [](auto* r) {
         r->mutable_attributes()->mutable_nbf()->set_seconds(100);
         r->mutable_attributes()->mutable_exp()->set_seconds(100);
       }},
      {"400 BadParameter attributes.nbf",
       [](auto* r) { r->mutable_attributes()->mutable_nbf()->set_seconds(INT64_MAX); }},
      {"400 BadParameter attributes.exp",
       [](auto* r) { r->mutable_attributes()->mutable_exp()->set_seconds(INT64_MIN); }},
      {"400 BadParameter attributes.exportable",
       [](auto* r) { r->mutable_attributes()->set_exportable(true); }},
      {"400 BadParameter attributes.exportable",
       [](auto* r) {
         r->set_vault_name("kv-premium");
         r->mutable_attributes()->set_exportable(true);
       }},
      {"400 BadParameter tags",
       [](auto* r) {
         for (int i = 0; i < 16; ++i) {
           (*r->mutable_tags()->mutable_values())[absl::StrCat(i)] = "";
         }
       }},
      {"400 BadParameter tags",
       [](auto* r) { (*r->mutable_tags()->mutable_values())["a"] = std::string(257, 'x'); }},
      {"400 BadParameter tags", [](auto* r) { (*r->mutable_tags()->mutable_values())[""] = "x"; }},
      {"404 VaultNotFound", [](auto* r) { r->set_vault_name("other"); }},
  };
  const size_t events_before = env_.EventTexts().size();
  int row = 0;
  for (const auto& c : cases) {
    v1::CreateKeyRequest request = EcRequest();
    c.spoil(&request);
    v1::KeyBundle bundle;
    EXPECT_EQ(Refusal(service_.CreateKey(env_.Context(), request, &bundle)), c.refusal)
        << "row " << row;
    ++row;
  }
  EXPECT_EQ(env_.EventTexts().size(), events_before);
  EXPECT_THAT(Get("k"), ErrorCodeIs("KeyNotFound"));
}

TEST_F(KeysServiceTest, HardwareKeysNeedAPremiumVault) {
  v1::CreateKeyRequest request = EcRequest();
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM);
  v1::KeyBundle bundle;
  EXPECT_EQ(service_.CreateKey(env_.Context(), request, &bundle).message(),
            "Hardware key operation not allowed on standard vault");
  request.set_vault_name("kv-premium");
  EXPECT_EQ(Create(request).key().kty(), v1::JSON_WEB_KEY_TYPE_EC_HSM);

  v1::ImportKeyRequest import = RsaImport();
  import.set_hsm(true);
  EXPECT_THAT(service_.ImportKey(env_.Context(), import, &bundle), ErrorCodeIs("BadParameter"));
  import.set_vault_name("kv-premium");
  bundle = Import(import);
  EXPECT_EQ(bundle.key().kty(), v1::JSON_WEB_KEY_TYPE_RSA_HSM);
  // As the service shows the exponent of hardware keys.
  EXPECT_EQ(bundle.key().e(), std::string("\x00\x01\x00\x01", 4));
}

// Shows: Keys/ImportKey
TEST_F(KeysServiceTest, AnImportedKeyShowsItsPublicHalfAlone) {
  v1::ImportKeyRequest request = RsaImport();
  request.mutable_key()->set_kid("ignored");
  request.mutable_key()->set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256);  // stray, kept and shown
  const v1::KeyBundle bundle = Import(request);
  EXPECT_EQ(bundle.key().n(), request.key().n());
  EXPECT_EQ(bundle.key().crv(), v1::JSON_WEB_KEY_CURVE_NAME_P256);
  EXPECT_NE(bundle.key().kid(), "ignored");
  const v1::JsonWebKey& key = bundle.key();
  EXPECT_FALSE(key.has_d() || key.has_p() || key.has_q() || key.has_dp() || key.has_dq() ||
               key.has_qi());
  EXPECT_NE(VersionOf(Import(request)), VersionOf(bundle));  // a new version

  const crypto::DecodedEcKey ec(crypto::kRfc7515A3Key);
  auto import = Named<v1::ImportKeyRequest>("ec");
  import.mutable_key()->set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  import.mutable_key()->set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256);
  import.mutable_key()->set_x(ec.x);
  import.mutable_key()->set_y(ec.y);
  import.mutable_key()->set_d(ec.d);
  import.mutable_key()->mutable_key_ops()->add_values(v1::JSON_WEB_KEY_OPERATION_SIGN);
  const v1::KeyBundle imported = Import(import);
  EXPECT_EQ(imported.key().x(), ec.x);
  EXPECT_THAT(Ops(imported), ElementsAre(v1::JSON_WEB_KEY_OPERATION_SIGN));
}

// Shows: Keys/ImportKey
TEST_F(KeysServiceTest, BadImportsAreRefusedWithTheField) {
  const struct {
    const char* refusal;
    std::function<void(v1::ImportKeyRequest*)> spoil;
  } cases[] = {
      {"400 BadParameter key_name", [](auto* r) { r->set_key_name("a/b"); }},
      {"400 BadParameter key.kty", [](auto* r) { r->mutable_key()->clear_kty(); }},
      {"400 BadParameter/KeyTypeNotSupported kty",
       [](auto* r) { r->mutable_key()->set_kty(v1::JSON_WEB_KEY_TYPE_OCT); }},
      {"400 BadParameter key.crv",
       [](auto* r) { r->mutable_key()->set_kty(v1::JSON_WEB_KEY_TYPE_EC); }},
      {"400 BadParameter key.key_ops",
       [](auto* r) {
         r->mutable_key()->mutable_key_ops()->add_values(static_cast<v1::JsonWebKeyOperation>(99));
       }},
  };
  for (const auto& c : cases) {
    v1::ImportKeyRequest request = RsaImport();
    c.spoil(&request);
    v1::KeyBundle bundle;
    EXPECT_EQ(Refusal(service_.ImportKey(env_.Context(), request, &bundle)), c.refusal);
  }
  v1::ImportKeyRequest incomplete = RsaImport();
  incomplete.mutable_key()->clear_d();
  v1::KeyBundle bundle;
  EXPECT_THAT(service_.ImportKey(env_.Context(), incomplete, &bundle), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Get("k"), ErrorCodeIs("KeyNotFound"));
}

// What an import computes takes long: what others change is stored meanwhile.
TEST_F(KeysServiceTest, AnImportHoldsNobodyUpWhoStores) {
  ChangeGate gate;
  KeysService service(&env_.registry(), &access_, &env_.engine(), &pool_, &gate);
  std::atomic<bool> stored{false};
  std::thread journal;
  {
    const ChangeGate::Change change(&gate);
    journal = std::thread([&] {
      const ChangeGate::Quiet quiet(&gate);
      stored = true;
    });
    v1::KeyBundle bundle;
    for (int i = 0; i < 1000 && !stored; ++i) {
      LAZULI_EXPECT_OK(service.ImportKey(env_.Context(), RsaImport(), &bundle));
    }
    EXPECT_TRUE(stored);
  }
  journal.join();
}

// Shows: Keys/GetKey
TEST_F(KeysServiceTest, GetTakesAVersionOrTheLatestAndWorksOnADisabledKey) {
  const v1::KeyBundle first = Create(EcRequest());
  v1::CreateKeyRequest disabled = EcRequest();
  disabled.mutable_attributes()->set_enabled(false);
  const v1::KeyBundle second = Create(disabled);
  EXPECT_EQ(Get("K")->key().kid(), second.key().kid());
  EXPECT_EQ(Get("k", VersionOf(first))->key().kid(), first.key().kid());
  EXPECT_THAT(Get("k", std::string(32, '0')),
              StatusIs(absl::StatusCode::kNotFound,
                       testing::HasSubstr(absl::StrCat("k/", std::string(32, '0')))));
  EXPECT_THAT(Get("k", "latest"), StatusIs(absl::StatusCode::kInvalidArgument,
                                           "Method GET does not allow operation 'latest'"));
  EXPECT_THAT(Get("a_b"), StatusIs(absl::StatusCode::kInvalidArgument,
                                   "The request URI contains an invalid name: a_b"));
}

// Shows: Keys/UpdateKey
TEST_F(KeysServiceTest, PatchReplacesWhatIsPresent) {
  v1::CreateKeyRequest create = EcRequest();
  (*create.mutable_tags()->mutable_values())["a"] = "1";
  create.mutable_attributes()->mutable_exp()->set_seconds(1'000);
  Create(create);
  auto request = Named<v1::UpdateKeyRequest>("k");
  request.mutable_attributes()->set_enabled(false);
  v1::KeyBundle bundle = *Update(request);
  EXPECT_FALSE(bundle.attributes().enabled());
  EXPECT_EQ(bundle.attributes().exp().seconds(), 1'000);
  EXPECT_EQ(bundle.tags().values().at("a"), "1");
  EXPECT_EQ(Ops(bundle).size(), 2u);

  request = Named<v1::UpdateKeyRequest>("k");
  (*request.mutable_tags()->mutable_values())["b"] = "2";
  request.mutable_key_ops();  // present and empty: nothing is allowed
  bundle = *Update(request);
  EXPECT_EQ(bundle.tags().values_size(), 1);
  EXPECT_EQ(bundle.tags().values().at("b"), "2");
  EXPECT_TRUE(bundle.key().has_key_ops());
  EXPECT_EQ(Ops(bundle).size(), 0u);
  EXPECT_FALSE(bundle.attributes().enabled());

  request = Named<v1::UpdateKeyRequest>("k");
  request.mutable_attributes()->mutable_nbf()->set_seconds(1'000);
  EXPECT_EQ(Refusal(Update(request).status()), "400 BadParameter attributes.exp");
  request.mutable_attributes()->clear_nbf();
  request.mutable_attributes()->set_exportable(true);
  EXPECT_EQ(Refusal(Update(request).status()), "400 BadParameter attributes.exportable");
  request = Named<v1::UpdateKeyRequest>("k");
  request.set_key_version("v1");
  EXPECT_THAT(Update(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                        "Method PATCH does not allow operation 'v1'"));
}

// Shows: Keys/DeleteKey, Keys/GetDeletedKey, Keys/RecoverDeletedKey, Keys/PurgeDeletedKey
TEST_F(KeysServiceTest, ADeletedKeyCanBeSeenRecoveredAndPurged) {
  v1::CreateKeyRequest create = EcRequest("Key");
  (*create.mutable_tags()->mutable_values())["a"] = "1";
  const v1::KeyBundle created = Create(create);
  v1::DeletedKeyBundle deleted;
  LAZULI_ASSERT_OK(service_.DeleteKey(env_.Context(), Named("key"), &deleted));
  EXPECT_EQ(deleted.recovery_id(), "https://kv1.vault.azure.net/deletedkeys/Key");
  EXPECT_EQ(deleted.deleted_date().seconds(), NowSeconds());
  EXPECT_EQ(deleted.scheduled_purge_date().seconds(), NowSeconds() + 90 * 86400);
  EXPECT_EQ(deleted.key().kid(), created.key().kid());
  EXPECT_EQ(deleted.tags().values().at("a"), "1");
  EXPECT_EQ(deleted.attributes().recoverable_days(), 90);

  v1::DeletedKeyBundle seen;
  LAZULI_ASSERT_OK(service_.GetDeletedKey(env_.Context(), Named("KEY"), &seen));
  EXPECT_EQ(seen.SerializeAsString(), deleted.SerializeAsString());
  EXPECT_THAT(service_.DeleteKey(env_.Context(), Named("key"), &deleted),
              ErrorCodeIs("KeyNotFound"));
  EXPECT_THAT(Get("key"), ErrorCodeIs("KeyNotFound"));
  v1::KeyBundle bundle;
  EXPECT_THAT(service_.CreateKey(env_.Context(), create, &bundle),
              InnerCodeIs("ObjectIsDeletedButRecoverable"));
  EXPECT_THAT(service_.ImportKey(
                  env_.Context(),
                  [] {
                    v1::ImportKeyRequest import = RsaImport();
                    import.set_key_name("key");
                    return import;
                  }(),
                  &bundle),
              InnerCodeIs("ObjectIsDeletedButRecoverable"));

  LAZULI_ASSERT_OK(service_.RecoverDeletedKey(env_.Context(), Named("key"), &bundle));
  EXPECT_EQ(bundle.SerializeAsString(), created.SerializeAsString());
  LAZULI_ASSERT_OK(service_.DeleteKey(env_.Context(), Named("key"), &deleted));
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_.PurgeDeletedKey(env_.Context(), Named("key"), &empty));
  EXPECT_THAT(service_.RecoverDeletedKey(env_.Context(), Named("key"), &bundle),
              ErrorCodeIs("KeyNotFound"));
}

TEST_F(KeysServiceTest, WithoutSoftDeleteADeletionShowsNoWayBack) {
  VaultInput legacy = TestEnvironment::Input();
  legacy.enable_soft_delete = false;
  env_.CreateVault("kv-legacy", legacy);
  v1::CreateKeyRequest create = EcRequest();
  create.set_vault_name("kv-legacy");
  EXPECT_EQ(Create(create).attributes().recovery_level(), "Purgeable");
  v1::DeletedKeyBundle deleted;
  LAZULI_ASSERT_OK(service_.DeleteKey(env_.Context(), Named("k", "kv-legacy"), &deleted));
  EXPECT_FALSE(deleted.has_recovery_id() || deleted.has_deleted_date() ||
               deleted.has_scheduled_purge_date());
  EXPECT_TRUE(deleted.has_key());
}

}  // namespace
}  // namespace lazuli::keyvault
