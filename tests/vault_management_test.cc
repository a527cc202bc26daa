// Vaults as resources over HTTPS: what clients, templates and drift detectors see of them besides
// the results themselves.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/http_face.h"
#include "tests/support/rest_answers.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kArmHost[] = "management.azure.com";
constexpr char kVaultHost[] = "kv1.vault.azure.net";
constexpr char kGroup[] = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";
constexpr char kVault[] =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.KeyVault/vaults/kv1";

class VaultManagementTest : public ::testing::Test {
 protected:
  VaultManagementTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    Expect(201, Arm("PUT", kGroup, R"({"location":"westus2"})"));
  }

  HttpResponse Arm(const std::string& verb, const std::string& path, const std::string& body = "",
                   const std::string& version = "2023-07-01") {
    return face_.Send(verb, kArmHost, absl::StrCat(path, "?api-version=", version), body);
  }
  // `more`: further members of the properties, each with a comma before it.
  HttpResponse PutVault(const std::string& more = "", const std::string& version = "2023-07-01") {
    return Arm("PUT", kVault,
               absl::StrReplaceAll(
                   R"({"location":"westus2","properties":{"tenantId":"$T","sku":{"family":"A",
                   "name":"standard"},"accessPolicies":[]$M}})",
                   {{"$T", kDefaultTenantId}, {"$M", more}}),
               version);
  }
  HttpResponse Data(const std::string& verb, const std::string& path,
                    const std::string& body = "") {
    return face_.Send(verb, kVaultHost, absl::StrCat(path, "?api-version=7.4"), body);
  }
  void Assign(const std::string& scope, const std::string& role, const std::string& name) {
    Expect(
        201,
        Arm("PUT", absl::StrCat(scope, "/providers/Microsoft.Authorization/roleAssignments/", name),
            absl::StrReplaceAll(
                R"({"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/$R","principalId":"$O"}})",
                {{"$R", role}, {"$O", kAdminObjectId}}),
            "2022-04-01"));
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

TEST_F(VaultManagementTest, WhatAVersionDoesNotKnowIsNotShown) {
  Expect(200, PutVault());
  EXPECT_THAT(Arm("GET", kVault, "", "2019-09-01").body,
              AllOf(Not(HasSubstr("systemData")), Not(HasSubstr("publicNetworkAccess"))));
  EXPECT_THAT(Arm("GET", kVault, "", "2021-04-01-preview").body,
              AllOf(HasSubstr("systemData"), Not(HasSubstr("publicNetworkAccess"))));
  EXPECT_THAT(Arm("GET", kVault, "", "2021-06-01-preview").body,
              AllOf(HasSubstr("systemData"), HasSubstr("publicNetworkAccess")));
  EXPECT_THAT(
      Arm("GET", absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults"), "", "2019-09-01")
          .body,
      AllOf(HasSubstr("kv1"), Not(HasSubstr("publicNetworkAccess"))));
}

TEST_F(VaultManagementTest, RolesDecideFromTheVersionOnThatMadeThemTheDefault) {
  EXPECT_THAT(Expect(200, PutVault("", "2025-05-01")).body,
              Not(HasSubstr("enableRbacAuthorization")));
  // An update never flips it.
  EXPECT_THAT(Expect(200, PutVault("", "2026-02-01")).body,
              Not(HasSubstr("enableRbacAuthorization")));
  Expect(200, Arm("DELETE", kVault));
  Expect(202, Arm("POST",
                  "/subscriptions/22222222-2222-2222-2222-222222222222/providers/"
                  "Microsoft.KeyVault/locations/westus2/deletedVaults/kv1/purge"));
  EXPECT_EQ(Text(Expect(200, PutVault("", "2026-02-01")), "properties/enableRbacAuthorization"),
            "true");
}

TEST_F(VaultManagementTest, VirtualNetworkRulesComeBackInLowerCase) {
  const std::string subnet =
      absl::StrCat(kGroup, "/providers/Microsoft.Network/virtualNetworks/V/subnets/Default");
  const HttpResponse vault =
      Expect(200, PutVault(absl::StrCat(
                      R"(,"networkAcls":{"defaultAction":"Deny","virtualNetworkRules":[)",
                      R"({"id":")", subnet, R"(","ignoreMissingVnetServiceEndpoint":true}]})")));
  EXPECT_THAT(Text(vault, "properties/networkAcls/virtualNetworkRules/0/id"),
              EndsWith("/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/subnets/"
                       "default"));
  EXPECT_EQ(
      Text(vault, "properties/networkAcls/virtualNetworkRules/0/ignoreMissingVnetServiceEndpoint"),
      "true");
  const HttpResponse refused = Expect(
      400, PutVault(R"(,"networkAcls":{"virtualNetworkRules":[{"id":"/subscriptions/s"}]})"));
  EXPECT_EQ(Text(refused, "error/code"), "BadRequest");
}

TEST_F(VaultManagementTest, RefusalsHaveTheServicesCodes) {
  EXPECT_EQ(Text(Expect(400, PutVault(R"(,"enablePurgeProtection":false)")), "error/message"),
            "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge "
            "protection for a vault is an irreversible action.");
  EXPECT_EQ(Text(Expect(400, PutVault(R"(,"createMode":"recover")")), "error/code"),
            "SoftDeletedVaultDoesNotExist");
  Expect(200, PutVault());
  EXPECT_THAT(
      Text(Expect(400, PutVault(R"(,"enableSoftDelete":false)")), "error/message"),
      StartsWith("The property \"enableSoftDelete\" can be set to false only for creating"));
  Expect(200, Arm("DELETE", kVault));
  Expect(204, Arm("DELETE", kVault));
  EXPECT_EQ(Text(Expect(409, PutVault()), "error/code"), "ConflictError");
}

TEST_F(VaultManagementTest, AProtectedVaultIsNotPurged) {
  Expect(200, PutVault(R"(,"enablePurgeProtection":true)"));
  Expect(200, Arm("DELETE", kVault));
  const std::string deleted =
      "/subscriptions/22222222-2222-2222-2222-222222222222/providers/Microsoft.KeyVault/locations/"
      "westus2/deletedVaults/kv1";
  EXPECT_EQ(Text(Arm("GET", deleted), "properties/purgeProtectionEnabled"), "true");
  const HttpResponse refused = Expect(405, Arm("POST", absl::StrCat(deleted, "/purge")));
  EXPECT_EQ(Text(refused, "error/code"), "MethodNotAllowed");
  EXPECT_EQ(Text(refused, "error/message"), "Operation 'DeletedVaultPurge' is not allowed.");
}

// Shows: VaultProvider/PutVaultPrivateEndpointConnection,
// VaultProvider/DeleteVaultPrivateEndpointConnection
TEST_F(VaultManagementTest, PrivateEndpointConnectionsAreApprovedAndDeleted) {
  Expect(200, PutVault());
  const std::string connection = absl::StrCat(kVault, "/privateEndpointConnections/pec1");
  Expect(404, Arm("GET", connection));
  const HttpResponse made = Expect(200, Arm("PUT", connection,
                                            R"({"properties":{"privateEndpoint":{"id":"/pe"},
               "privateLinkServiceConnectionState":{"status":"Approved"}}})"));
  EXPECT_EQ(Text(made, "id"), connection);
  EXPECT_EQ(Text(made, "properties/privateLinkServiceConnectionState/actionsRequired"), "None");
  EXPECT_EQ(Text(Arm("GET", kVault), "properties/privateEndpointConnections/0/id"), connection);
  Expect(200, Arm("DELETE", connection));
  Expect(204, Arm("DELETE", connection));
  EXPECT_THAT(Arm("GET", kVault).body, Not(HasSubstr("privateEndpointConnections")));
}

// Shows: VaultKeys/CreateVaultKeyIfNotExist, VaultKeys/ListVaultKeys,
// VaultKeys/ListVaultKeyVersions, VaultKeys/GetVaultKeyVersion
TEST_F(VaultManagementTest, AKeyAsAResourceIsOneOfTheVaultsKeys) {
  Expect(200, PutVault(R"(,"enableRbacAuthorization":true)"));
  // The caller owns the subscription, and has no data action.
  Expect(403, Data("GET", "/keys/k1"));
  const std::string key = absl::StrCat(kVault, "/keys/k1");
  const HttpResponse made =
      Expect(200, Arm("PUT", key, R"({"properties":{"kty":"EC","curveName":"P-384"}})"));
  EXPECT_EQ(Text(made, "type"), "Microsoft.KeyVault/vaults/keys");
  const HttpResponse versions = Expect(200, Arm("GET", absl::StrCat(key, "/versions")));
  const std::string version = Text(versions, "value/0/name");
  EXPECT_EQ(Text(Expect(200, Arm("GET", absl::StrCat(key, "/versions/", version))), "id"),
            absl::StrCat(key, "/versions/", version));
  EXPECT_EQ(Text(Expect(200, Arm("GET", absl::StrCat(kVault, "/keys"))), "value/0/id"), key);
  EXPECT_EQ(Text(Expect(404, Arm("GET", absl::StrCat(kVault, "/keys/none"))), "error/code"),
            "KeyNotFound");

  // A role at the key lets in to that key alone.
  Assign(key, "12338af0-0e69-4776-bea7-57ae8d297424", "0a000000-0000-0000-0000-00000000000b");
  EXPECT_EQ(Text(Expect(200, Data("GET", "/keys/k1")), "key/kid"),
            Text(made, "properties/keyUriWithVersion"));
  Expect(403, Data("GET", "/keys/k2"));
  Expect(403, Data("GET", "/keys"));
}

}  // namespace
}  // namespace lazuli::emulator
