// Managed HSMs on both faces: who may do what, their own host names, and that they outlast a
// restart.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/keys.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/rest_answers.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kArmHost[] = "management.azure.com";
constexpr char kHsmHost[] = "hsm1.managedhsm.azure.net";
constexpr char kLocalHsmHost[] = "hsm1.managedhsm.localhost:8443";
constexpr char kGroup[] = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";
constexpr char kHsmPath[] =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.KeyVault/managedHSMs/hsm1";
constexpr char kCryptoUserRole[] = "12338af0-0e69-4776-bea7-57ae8d297424";

class ManagedHsmTest : public ::testing::Test {
 protected:
  ManagedHsmTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    Expect(201, Arm("PUT", kGroup, R"({"location":"westus2"})"));
  }

  HttpResponse Arm(const std::string& verb, const std::string& path, const std::string& body = "",
                   const std::string& host = kArmHost) {
    return face_.Send(verb, host, absl::StrCat(path, "?api-version=2023-07-01"), body);
  }
  HttpResponse PutHsm(const std::string& admin = std::string(kAdminObjectId)) {
    return Arm("PUT", kHsmPath,
               absl::StrReplaceAll(
                   R"({"location":"westus2","sku":{"family":"B","name":"Standard_B1"},
                   "properties":{"tenantId":"$T","initialAdminObjectIds":["$O"],
                   "enablePurgeProtection":false}})",
                   {{"$T", kDefaultTenantId}, {"$O", admin}}));
  }
  HttpResponse Data(const std::string& verb, const std::string& path, const std::string& body = "",
                    const std::string& host = kHsmHost) {
    return face_.Send(verb, host, absl::StrCat(path, "?api-version=7.4"), body);
  }
  HttpResponse CreateKey(const std::string& name, const std::string& host = kHsmHost) {
    return Data("POST", absl::StrCat("/keys/", name, "/create"), R"({"kty":"RSA-HSM"})", host);
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

TEST_F(ManagedHsmTest, ItsKeysHaveItsOwnHost) {
  const HttpResponse hsm = Expect(200, PutHsm());
  EXPECT_EQ(Text(hsm, "properties/hsmUri"), "https://hsm1.managedhsm.azure.net/");
  EXPECT_EQ(Text(hsm, "type"), "Microsoft.KeyVault/managedHSMs");
  EXPECT_EQ(Text(hsm, "properties/securityDomainProperties/activationStatus"), "Active");

  const HttpResponse key = Expect(200, CreateKey("k1"));
  EXPECT_THAT(Text(key, "key/kid"), StartsWith("https://hsm1.managedhsm.azure.net/keys/k1/"));
  EXPECT_EQ(Text(key, "key/kty"), "RSA-HSM");
  const HttpResponse local = Expect(200, Data("GET", "/keys/k1", "", kLocalHsmHost));
  EXPECT_THAT(Text(local, "key/kid"),
              StartsWith("https://hsm1.managedhsm.localhost:8443/keys/k1/"));

  const HttpResponse wrapped =
      Expect(200, Data("POST", "/keys/k1/wrapkey",
                       R"({"alg":"RSA-OAEP-256","value":"AQIDBAUGBwgJCgsMDQ4PEA"})"));
  const HttpResponse unwrapped = Expect(
      200, Data("POST", "/keys/k1/unwrapkey",
                absl::StrCat(R"({"alg":"RSA-OAEP-256","value":")", Text(wrapped, "value"), "\"}")));
  EXPECT_EQ(Text(unwrapped, "value"), "AQIDBAUGBwgJCgsMDQ4PEA");
  EXPECT_THAT(Text(Expect(200, Data("GET", "/keys")), "value/0/kid"),
              EndsWith(".managedhsm.azure.net/keys/k1"));
}

TEST_F(ManagedHsmTest, AVaultOfTheNameIsAnother) {
  Expect(200, PutHsm());
  Expect(200, CreateKey("k1"));
  Expect(200, face_.Send("PUT", kArmHost,
                         absl::StrCat(kGroup,
                                      "/providers/Microsoft.KeyVault/vaults/hsm1"
                                      "?api-version=2023-07-01"),
                         absl::StrReplaceAll(
                             R"({"location":"westus2","properties":{"tenantId":"$T",
                             "sku":{"family":"A","name":"premium"},"enableRbacAuthorization":false,
                             "accessPolicies":[{"tenantId":"$T","objectId":"$O",
                             "permissions":{"keys":["all"]}}]}})",
                             {{"$T", kDefaultTenantId}, {"$O", kAdminObjectId}})));
  EXPECT_EQ(Text(Expect(404, Data("GET", "/keys/k1", "", "hsm1.vault.azure.net")), "error/code"),
            "KeyNotFound");
  // Resource Manager lists each among its own kind, and all resources together.
  EXPECT_EQ(Text(Arm("GET", absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/managedHSMs")),
                 "value/0/id"),
            kHsmPath);
  EXPECT_THAT(Arm("GET", absl::StrCat(kGroup, "/resources")).body,
              AllOf(HasSubstr("/managedHSMs/hsm1\""), HasSubstr("/vaults/hsm1\"")));
}

TEST_F(ManagedHsmTest, TheChallengeAndTheTokenAreOfManagedHsms) {
  Expect(200, PutHsm());
  const HttpResponse challenge =
      Expect(401, face_.Ask(MakeHttpRequest("GET", kHsmHost, "/keys?api-version=7.4")));
  EXPECT_EQ(std::string(challenge.headers.Get("WWW-Authenticate")),
            absl::StrCat("Bearer authorization=\"https://login.microsoftonline.com/",
                         kDefaultTenantId, "\", resource=\"https://managedhsm.azure.net\""));
  HttpRequest request = MakeHttpRequest("GET", kHsmHost, "/keys?api-version=7.4");
  request.headers.Set("Authorization",
                      absl::StrCat("Bearer ", face_.Token(std::string(kKeyVaultAudience))));
  EXPECT_THAT(Text(Expect(401, face_.Ask(request)), "error/message"),
              HasSubstr("Expected https://managedhsm.azure.net"));
}

TEST_F(ManagedHsmTest, ThereAreKeysOnlyAndTheyAreOfHardware) {
  Expect(200, PutHsm());
  const HttpResponse software = Data("POST", "/keys/k1/create", R"({"kty":"RSA"})");
  EXPECT_EQ(software.status, 400) << software.body;
  EXPECT_EQ(Text(software, "error/message"), "Invalid kty value: RSA");
  EXPECT_EQ(Text(Expect(404, Data("GET", "/secrets")), "error/message"),
            "The request URI names no operation of this vault.");
}

// Shows: Keys/GetRandomBytes
TEST_F(ManagedHsmTest, ItHasSymmetricKeysAndRandomBytes) {
  Expect(200, PutHsm());
  const HttpResponse key =
      Expect(200, Data("POST", "/keys/oct/create", R"({"kty":"oct-HSM","key_size":256})"));
  EXPECT_EQ(Text(key, "key/kty"), "oct-HSM");
  const HttpResponse sealed = Expect(
      200,
      Data("POST", "/keys/oct/encrypt", R"({"alg":"A256GCM","value":"AQIDBAUGBwgJCgsMDQ4PEA"})"));
  const HttpResponse opened = Expect(
      200, Data("POST", "/keys/oct/decrypt",
                absl::StrCat(R"({"alg":"A256GCM","value":")", Text(sealed, "value"), R"(","iv":")",
                             Text(sealed, "iv"), R"(","tag":")", Text(sealed, "tag"), "\"}")));
  EXPECT_EQ(Text(opened, "value"), "AQIDBAUGBwgJCgsMDQ4PEA");
  EXPECT_EQ(Text(Expect(200, Data("POST", "/rng", R"({"count":16})")), "value").size(), 22u);
  EXPECT_THAT(Text(Expect(400, Data("POST", "/rng", R"({"count":129})")), "error/message"),
              HasSubstr("count cannot be greater than 128 or less than 1"));
}

TEST_F(ManagedHsmTest, WhoIsNotLetInIsNotToldWhatIsWrongWithTheCall) {
  Expect(200, PutHsm());
  Expect(400, Data("POST", "/keys/k1/create", "{"));
  Expect(200, Arm("PATCH", kHsmPath, R"({"properties":{"publicNetworkAccess":"Disabled"}})"));
  const HttpResponse refused = Expect(403, Data("POST", "/keys/k1/create", "{"));
  EXPECT_EQ(Text(refused, "error/innererror/code"), "ForbiddenByConnection");
}

TEST_F(ManagedHsmTest, WhoIsNoAdministratorNeedsARole) {
  // Somebody else administers the pool; the caller owns the subscription, which gives no data
  // actions.
  Expect(200, PutHsm("0f000000-0000-0000-0000-000000000001"));
  const HttpResponse refused = Expect(403, CreateKey("k1"));
  EXPECT_EQ(Text(refused, "error/innererror/code"), "ForbiddenByRbac");
  EXPECT_THAT(Text(refused, "error/message"), HasSubstr("managedhsms/hsm1"));
  const auto assign = [&](const std::string& scope, const std::string& name) {
    return Arm(
        "PUT", absl::StrCat(scope, "/providers/Microsoft.Authorization/roleAssignments/", name),
        absl::StrReplaceAll(
            R"({"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/$R","principalId":"$O"}})",
            {{"$R", kCryptoUserRole}, {"$O", kAdminObjectId}}));
  };
  Expect(201, assign(absl::StrCat(kHsmPath, "/keys/k1"), "0a000000-0000-0000-0000-00000000000b"));
  // At that key, and nowhere else.
  Expect(404, Data("GET", "/keys/k1"));
  Expect(403, Data("GET", "/keys/k2"));
  Expect(201, assign(kHsmPath, "0a000000-0000-0000-0000-00000000000c"));
  Expect(404, Data("GET", "/keys/k2"));
}

TEST_F(ManagedHsmTest, OverGrpcTheNameHasAnEnding) {
  Expect(200, PutHsm());
  v1::CreateKeyRequest create;
  create.set_vault_name("HSM1.managedhsm");
  create.set_key_name("k1");
  create.set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM);
  v1::KeyBundle key;
  Must(face_.Call(*emulator_->methods().Find("lazuli.v1.Keys/CreateKey"), create, &key));
  EXPECT_THAT(key.key().kid(), StartsWith("https://hsm1.managedhsm.azure.net/keys/k1/"));
  v1::GetKeyRequest get;
  get.set_vault_name("hsm1");
  get.set_key_name("k1");
  EXPECT_FALSE(face_.Call(*emulator_->methods().Find("lazuli.v1.Keys/GetKey"), get, &key).ok());
}

// Shows: ManagedHsms/DeleteManagedHsm, ManagedHsms/GetDeletedManagedHsm,
// ManagedHsms/PurgeDeletedManagedHsm
TEST_F(ManagedHsmTest, DeletionRecoveryAndPurge) {
  Expect(200, PutHsm());
  const std::string kid = Text(CreateKey("k1"), "key/kid");
  Expect(200, Arm("DELETE", kHsmPath));
  Expect(204, Arm("DELETE", kHsmPath));
  Expect(404, Data("GET", "/keys/k1"));
  Expect(404, Arm("GET", kHsmPath));
  const std::string deleted =
      "/subscriptions/22222222-2222-2222-2222-222222222222/providers/Microsoft.KeyVault/locations/"
      "westus2/deletedManagedHSMs/hsm1";
  EXPECT_EQ(Text(Expect(200, Arm("GET", deleted)), "properties/mhsmId"), kHsmPath);
  EXPECT_EQ(Text(Expect(409, PutHsm()), "error/code"), "ConflictError");
  Expect(200,
         Arm("PUT", kHsmPath, R"({"location":"westus2","properties":{"createMode":"recover"}})"));
  EXPECT_EQ(Text(Expect(200, Data("GET", "/keys/k1")), "key/kid"), kid);

  Expect(200, Arm("DELETE", kHsmPath));
  const HttpResponse purge = Expect(202, Arm("POST", absl::StrCat(deleted, "/purge")));
  const std::string location(purge.headers.Get("Location"));
  EXPECT_THAT(location, HasSubstr("/locations/westus2/operationResults/"));
  const std::string origin = "https://management.azure.com";
  ASSERT_THAT(location, StartsWith(origin));
  EXPECT_EQ(Text(Expect(200, face_.Get(kArmHost, location.substr(origin.size()))), "status"),
            "Succeeded");
  Expect(404, Arm("GET", deleted));
  Expect(200, PutHsm());
}

TEST_F(ManagedHsmTest, AResourceGroupTakesItsPoolsWithIt) {
  Expect(200, PutHsm());
  Expect(202, Arm("DELETE", kGroup));
  Expect(404, Arm("GET", kHsmPath));
  Expect(404, Data("GET", "/keys"));
}

}  // namespace
}  // namespace lazuli::emulator
