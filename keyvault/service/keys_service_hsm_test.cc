// What belongs to hardware: symmetric keys, attestation, managed HSMs.
#include <functional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/service/keys_service_fixture.h"
#include "keyvault/vault_input.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

TEST_F(KeysServiceTest, SymmetricKeysShowNothingOfThemselves) {
  v1::CreateKeyRequest request;
  request.set_vault_name("kv-premium");
  request.set_key_name("aes");
  request.set_kty(v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  const v1::KeyBundle bundle = Create(request);
  EXPECT_EQ(bundle.key().kty(), v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  EXPECT_THAT(
      Ops(bundle),
      ElementsAre(v1::JSON_WEB_KEY_OPERATION_ENCRYPT, v1::JSON_WEB_KEY_OPERATION_DECRYPT,
                  v1::JSON_WEB_KEY_OPERATION_WRAP_KEY, v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY));
  EXPECT_FALSE(bundle.key().has_k());
  EXPECT_FALSE(bundle.key().has_n());
  EXPECT_FALSE(bundle.key().has_crv());
  EXPECT_FALSE(bundle.key().has_x());
  const auto bits = [this] {
    return (*(*env_.registry().FindLive("kv-premium"))->FindKey("aes", ""))
        ->material->symmetric_bits();
  };
  EXPECT_EQ(bits(), 256);
  for (const int size : {128, 192, 256}) {
    request.set_key_size(size);
    Create(request);
    EXPECT_EQ(bits(), size);
  }
  const auto refusal = [&](const std::function<void(v1::CreateKeyRequest*)>& spoil) {
    v1::CreateKeyRequest bad = request;
    spoil(&bad);
    v1::KeyBundle none;
    return Refusal(service_.CreateKey(env_.Context(), bad, &none));
  };
  EXPECT_EQ(refusal([](auto* r) { r->set_key_size(512); }), "400 BadParameter key_size");
  EXPECT_EQ(refusal([](auto* r) { r->set_public_exponent(3); }),
            "400 BadParameter public_exponent");
  EXPECT_EQ(refusal([](auto* r) { r->set_crv(v1::JSON_WEB_KEY_CURVE_NAME_P256); }),
            "400 BadParameter crv");
  EXPECT_EQ(refusal([](auto* r) { r->set_kty(v1::JSON_WEB_KEY_TYPE_OCT); }),
            "400 BadParameter/KeyTypeNotSupported kty");
}

TEST_F(KeysServiceTest, SymmetricKeysAreImported) {
  v1::ImportKeyRequest request;
  request.set_vault_name("kv-premium");
  request.set_key_name("aes");
  request.mutable_key()->set_kty(v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  request.mutable_key()->set_k(std::string(24, 'k'));
  EXPECT_EQ(Import(request).key().kty(), v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  request.mutable_key()->set_kty(v1::JSON_WEB_KEY_TYPE_OCT);
  request.set_hsm(true);
  const v1::KeyBundle bundle = Import(request);
  EXPECT_EQ(bundle.key().kty(), v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  EXPECT_FALSE(bundle.key().has_k());
  v1::KeyBundle none;
  request.mutable_key()->set_k(std::string(23, 'k'));
  EXPECT_EQ(Refusal(service_.ImportKey(env_.Context(), request, &none)),
            "400 BadParameter key_size");
  request.mutable_key()->clear_k();
  EXPECT_EQ(Refusal(service_.ImportKey(env_.Context(), request, &none)), "400 BadParameter k");
  request.mutable_key()->set_k(std::string(24, 'k'));
  request.set_vault_name("kv1");
  EXPECT_EQ(Refusal(service_.ImportKey(env_.Context(), request, &none)), "400 BadParameter kty");
}

// Shows: Keys/GetKeyAttestation
TEST_F(KeysServiceTest, HardwareKeysAreAttested) {
  v1::CreateKeyRequest request = EcRequest();
  request.set_vault_name("kv-premium");
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM);
  const v1::KeyBundle created = Create(request);
  v1::GetKeyRequest get;
  get.set_vault_name("kv-premium");
  get.set_key_name("k");
  v1::KeyBundle attested;
  LAZULI_ASSERT_OK(service_.GetKeyAttestation(env_.Context(), get, &attested));
  EXPECT_EQ(attested.key().kid(), created.key().kid());
  const v1::KeyAttestation& attestation = attested.attributes().attestation();
  EXPECT_TRUE(absl::StartsWith(attestation.certificate_pem_file(), "-----BEGIN CERTIFICATE-----"));
  EXPECT_FALSE(attestation.private_key_attestation().empty());
  EXPECT_FALSE(attestation.public_key_attestation().empty());
  attested.mutable_attributes()->clear_attestation();
  EXPECT_EQ(attested.DebugString(), created.DebugString());

  get.set_key_version(std::string(32, '0'));
  EXPECT_EQ(Refusal(service_.GetKeyAttestation(env_.Context(), get, &attested)), "404 KeyNotFound");
  get.set_key_version("latest");
  EXPECT_EQ(Refusal(service_.GetKeyAttestation(env_.Context(), get, &attested)),
            "400 BadParameter key_version");
  Create(EcRequest());
  get.clear_key_version();
  get.set_vault_name("kv1");
  EXPECT_EQ(Refusal(service_.GetKeyAttestation(env_.Context(), get, &attested)),
            "400 BadParameter key_name");
}

// Shows: Keys/GetRandomBytes
TEST_F(KeysServiceTest, AManagedHsmHasHardwareKeysAndRandomBytes) {
  VaultInput input;
  input.kind = VaultKind::kManagedHsm;
  input.tenant_id = kTestTenant;
  input.sku_name = "Standard_B1";
  input.initial_admin_object_ids = {kTestObject};
  LAZULI_ASSERT_OK(env_.registry().CreateOrUpdate(
      env_.Context(), ManagedHsmAddress(kTestSubscription, "rg", "safe"), kTestLocation, input));
  const std::string name = ManagedHsmVaultName("safe");
  v1::CreateKeyRequest create = EcRequest();
  create.set_vault_name(name);
  create.set_kty(v1::JSON_WEB_KEY_TYPE_OCT_HSM);
  Create(create);
  create.set_kty(v1::JSON_WEB_KEY_TYPE_RSA);
  v1::KeyBundle none;
  EXPECT_EQ(Refusal(service_.CreateKey(env_.Context(), create, &none)),
            "400 BadParameter/KeyTypeNotSupported kty");

  v1::GetRandomBytesRequest request;
  request.set_vault_name(name);
  std::set<std::string> seen;
  for (const int count : {1, 16, 128, 128}) {
    request.set_count(count);
    v1::RandomBytes bytes;
    LAZULI_ASSERT_OK(service_.GetRandomBytes(env_.Context(), request, &bytes));
    EXPECT_EQ(bytes.value().size(), static_cast<size_t>(count));
    if (count < 128) continue;
    EXPECT_TRUE(seen.insert(bytes.value()).second);
  }
  for (const int count : {-1, 0, 129}) {
    request.set_count(count);
    v1::RandomBytes bytes;
    const absl::Status refused = service_.GetRandomBytes(env_.Context(), request, &bytes);
    EXPECT_EQ(Refusal(refused), "400 BadParameter count");
    EXPECT_EQ(refused.message(),
              "GetRandomBytesRequest: count cannot be greater than 128 or less than 1");
  }
  request.set_count(16);
  request.set_vault_name("kv-premium");
  v1::RandomBytes bytes;
  EXPECT_EQ(Refusal(service_.GetRandomBytes(env_.Context(), request, &bytes)), "400 BadParameter");
}

}  // namespace
}  // namespace lazuli::keyvault
