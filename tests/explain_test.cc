// Why calls to vaults are refused, told by the refusal's id and beforehand, and that the change
// that is told makes the call succeed.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "proto/explain.pb.h"
#include "tests/support/test_server.h"
#include "tests/support/two_faces.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::DynamicCastToGenerated;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

constexpr char kVaultId[] =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.KeyVault/vaults/";
constexpr char kSign[] =
    "vault_name: 'kv1' key_name: '$0' alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256 value: "
    "'01234567890123456789012345678901'";

class ExplainTest : public testing::Test {
 protected:
  ExplainTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        faces_((emulator_->Start(), emulator_.get())) {
    ann_ = faces_.AddPrincipal("ann");
    faces_.Do("ResourceGroups/CreateOrUpdateResourceGroup",
              absl::StrCat(Ids(), "parameters { location: 'westus2' }"));
    PutVault("kv1", "");
  }

  static std::string Ids() {
    return absl::StrCat("subscription_id: '", kDefaultSubscriptionId,
                        "' resource_group_name: 'g' ");
  }
  static std::string Policy(absl::string_view object_id, absl::string_view keys) {
    return absl::Substitute("values { tenant_id: '$0' object_id: '$1' permissions { $2 } } ",
                            std::string(kDefaultTenantId), object_id, keys);
  }

  // The administrator may do everything, Ann may get keys.
  void PutVault(const std::string& name, const std::string& properties) {
    faces_.Do("Vaults/CreateOrUpdateVault",
              absl::Substitute(
                  "$0 vault_name: '$1' parameters { location: 'westus2' properties { tenant_id: "
                  "'$2' sku { family: 'A' name: 'standard' } access_policies { $3 $4 } $5 } }",
                  Ids(), name, std::string(kDefaultTenantId),
                  Policy(kAdminObjectId, "keys: 'all' keys: 'purge'"), Policy(ann_, "keys: 'get'"),
                  properties));
  }
  void AddPolicy(const std::string& vault, const std::string& policy) {
    faces_.Do("Vaults/UpdateAccessPolicy",
              absl::StrCat(Ids(), "vault_name: '", vault,
                           "' operation_kind: 'add' parameters { properties { access_policies { ",
                           policy, " } } }"));
  }
  void CreateKey(const std::string& name, const std::string& rest = "") {
    faces_.Do("Keys/CreateKey", absl::StrCat("vault_name: 'kv1' key_name: '", name,
                                             "' kty: JSON_WEB_KEY_TYPE_EC ", rest));
  }
  void UpdateKey(const std::string& name, const std::string& rest) {
    faces_.Do("Keys/UpdateKey", absl::StrCat("vault_name: 'kv1' key_name: '", name, "' ", rest));
  }
  void PatchVault(const std::string& name, const std::string& properties) {
    faces_.Do("Vaults/UpdateVault",
              absl::StrCat(Ids(), "vault_name: '", name, "' parameters { properties { ", properties,
                           " } }"));
  }
  void AdvanceTo(const std::string& time) {
    faces_.Do("Emulator/AdvanceClock", absl::StrCat("to { ", time, " }"));
  }

  v1::Explanation Explain(const std::string& request) {
    const std::unique_ptr<google::protobuf::Message> answer =
        faces_.Ask("Explanations/Explain", request);
    return *DynamicCastToGenerated<v1::Explanation>(answer.get());
  }
  static std::map<std::string, std::string> FactsOf(const v1::Explanation& explanation) {
    std::map<std::string, std::string> facts;
    for (const v1::ExplanationFact& fact : explanation.facts()) {
      facts.emplace(fact.name(), fact.value());
    }
    return facts;
  }

  // Has the call refused over both faces, checks that each refusal is explained so, as it is
  // beforehand, applies the change, and has the call succeed.
  v1::Explanation CheckChange(const std::string& as, const std::string& method,
                              const std::string& request, const std::string& beforehand,
                              const std::string& by, const std::string& change,
                              const std::function<void()>& apply) {
    SCOPED_TRACE(absl::StrCat(method, " ", request));
    v1::Explanation last;
    for (const Outcome& refused :
         {faces_.OverHttps(method, request, as), faces_.OverGrpc(method, request, as)}) {
      EXPECT_GE(refused.http_status, 400);
      last = Explain(absl::StrCat("request_id: '", refused.request_id, "'"));
      EXPECT_FALSE(last.allowed());
      EXPECT_EQ(last.decided_by(), by);
      EXPECT_EQ(last.change(), change) << last.reason();
      EXPECT_EQ(last.error().code(), refused.code);
      EXPECT_EQ(last.error().message(), refused.message);
      EXPECT_EQ(last.call().operation(), absl::StrCat("lazuli.v1.", method));
    }
    const std::string question = absl::StrCat(
        "principal: '", as.empty() ? std::string(kAdminObjectId) : as, "' ", beforehand);
    const v1::Explanation foreseen = Explain(question);
    EXPECT_FALSE(foreseen.allowed());
    EXPECT_EQ(foreseen.decided_by(), by);
    EXPECT_EQ(foreseen.change(), change);
    EXPECT_EQ(foreseen.reason(), last.reason());
    apply();
    EXPECT_TRUE(Explain(question).allowed()) << Explain(question).ShortDebugString();
    EXPECT_EQ(faces_.OverHttps(method, request, as).Short(), "200");
    EXPECT_EQ(faces_.OverGrpc(method, request, as).Short(), "200");
    return last;
  }

  std::unique_ptr<Emulator> emulator_;
  TwoFaces faces_;
  std::string ann_;
};

TEST_F(ExplainTest, APolicyThatLacksTheVerb) {
  CreateKey("k");
  const v1::Explanation explanation = CheckChange(
      "ann", "Keys/Sign", absl::Substitute(kSign, "k"), "operation: 'Sign' vault: 'kv1' name: 'k'",
      "accessPolicy", "add 'sign' to accessPolicies[1].permissions.keys",
      [&] { AddPolicy("kv1", Policy(ann_, "keys: 'sign'")); });
  const std::map<std::string, std::string> facts = FactsOf(explanation);
  EXPECT_THAT(facts, Contains(Pair("policyIndex", "1")));
  EXPECT_THAT(facts, Contains(Pair("policyObjectId", ann_)));
  EXPECT_THAT(facts, Contains(Pair("granted", "get")));
  EXPECT_THAT(facts, Contains(Pair("permission", "keys/sign")));
  EXPECT_EQ(explanation.call().object_id(), ann_);
  EXPECT_EQ(explanation.error().inner_code(), "ForbiddenByPolicy");
}

TEST_F(ExplainTest, NoPolicyAtAll) {
  CreateKey("k");
  const std::string bob = faces_.AddPrincipal("bob");
  CheckChange("bob", "Keys/GetKey", "vault_name: 'kv1' key_name: 'k'",
              "operation: 'Keys/GetKey' vault: 'kv1' name: 'k'", "accessPolicy",
              absl::StrCat("add an access policy for ", bob, " with 'get' in permissions.keys"),
              [&] { AddPolicy("kv1", Policy(bob, "keys: 'get'")); });
}

TEST_F(ExplainTest, ARoleThatIsMissing) {
  CreateKey("k");
  PatchVault("kv1", "enable_rbac_authorization: true");
  const std::string scope = absl::StrCat(kVaultId, "kv1/keys/k");
  const v1::Explanation explanation = CheckChange(
      "ann", "Keys/Sign", absl::Substitute(kSign, "k"), "operation: 'Sign' vault: 'kv1' name: 'k'",
      "role", absl::StrCat("assign 'Key Vault Crypto User' to ", ann_, " at ", scope), [&] {
        faces_.Do("RoleAssignments/CreateRoleAssignment",
                  absl::StrCat("scope: '", scope,
                               "' role_assignment_name: '0a000000-0000-0000-0000-000000000001' "
                               "parameters { properties { principal_id: '",
                               ann_,
                               "' role_definition_id: '/providers/Microsoft.Authorization/"
                               "roleDefinitions/12338af0-0e69-4776-bea7-57ae8d297424' } }"));
      });
  EXPECT_THAT(FactsOf(explanation),
              Contains(Pair("dataAction", "Microsoft.KeyVault/vaults/keys/sign/action")));
  EXPECT_THAT(FactsOf(explanation),
              Contains(Pair("considered", "no role is assigned to the principal anywhere")));
  const v1::Explanation allowed =
      Explain("principal: 'ann' operation: 'Sign' vault: 'kv1' name: 'k'");
  EXPECT_EQ(allowed.decided_by(), "role");
  EXPECT_THAT(FactsOf(allowed), Contains(Pair("role", "Key Vault Crypto User")));
  EXPECT_THAT(FactsOf(allowed), Contains(Pair("roleAssignmentId", StartsWith(scope))));
}

TEST_F(ExplainTest, ANetworkRuleThatIsMissing) {
  CreateKey("k");
  PatchVault("kv1", "network_acls { default_action: 'Deny' bypass: 'AzureServices' }");
  const v1::Explanation explanation = CheckChange(
      "ann", "Keys/GetKey", "vault_name: 'kv1' key_name: 'k'",
      "operation: 'GetKey' vault: 'kv1' name: 'k'", "network",
      "add '127.0.0.1' to networkAcls.ipRules", [&] {
        PatchVault("kv1",
                   "network_acls { default_action: 'Deny' bypass: 'AzureServices' ip_rules { "
                   "value: '127.0.0.1' } }");
      });
  EXPECT_THAT(FactsOf(explanation), Contains(Pair("networkRule", "networkAcls.defaultAction")));
}

TEST_F(ExplainTest, PublicAccessThatIsDisabled) {
  CreateKey("k");
  PatchVault("kv1", "public_network_access: 'Disabled'");
  CheckChange("ann", "Keys/GetKey", "vault_name: 'kv1' key_name: 'k'",
              "operation: 'GetKey' vault: 'kv1' name: 'k'", "network",
              "set publicNetworkAccess to Enabled",
              [&] { PatchVault("kv1", "public_network_access: 'Enabled'"); });
}

TEST_F(ExplainTest, AttributesOfTheKey) {
  const std::string beforehand = "operation: 'Sign' vault: 'kv1' name: '$0'";
  CreateKey("off", "attributes { enabled: false }");
  CheckChange("", "Keys/Sign", absl::Substitute(kSign, "off"), absl::Substitute(beforehand, "off"),
              "enabled", "set attributes.enabled to true",
              [&] { UpdateKey("off", "attributes { enabled: true }"); });

  CreateKey("verify", "key_ops { values: JSON_WEB_KEY_OPERATION_VERIFY }");
  CheckChange("", "Keys/Sign", absl::Substitute(kSign, "verify"),
              absl::Substitute(beforehand, "verify"), "key_ops", "add 'sign' to key_ops", [&] {
                UpdateKey("verify",
                          "key_ops { values: JSON_WEB_KEY_OPERATION_VERIFY values: "
                          "JSON_WEB_KEY_OPERATION_SIGN }");
              });

  CreateKey("late", "attributes { exp { seconds: 1700000000 } }");
  CheckChange("", "Keys/Sign", absl::Substitute(kSign, "late"),
              absl::Substitute(beforehand, "late"), "exp",
              "set attributes.exp to later than 2026-01-01T00:00:00Z",
              [&] { UpdateKey("late", "attributes { exp { seconds: 1800000000 } }"); });

  CreateKey("early", "attributes { nbf { seconds: 1780000000 } }");
  const v1::Explanation explanation = CheckChange("", "Keys/Sign", absl::Substitute(kSign, "early"),
                                                  absl::Substitute(beforehand, "early"), "nbf",
                                                  "advance the clock to 2026-05-28T20:26:40Z",
                                                  [&] { AdvanceTo("seconds: 1780000000"); });
  EXPECT_THAT(FactsOf(explanation), Contains(Pair("value", "2026-05-28T20:26:40Z")));
}

TEST_F(ExplainTest, WhatIsNotThere) {
  CheckChange("", "Keys/GetKey", "vault_name: 'kv1' key_name: 'k'",
              "operation: 'GetKey' vault: 'kv1' name: 'k'", "existence", "create the key k",
              [&] { CreateKey("k"); });
  faces_.Do("Keys/DeleteKey", "vault_name: 'kv1' key_name: 'k'");
  CheckChange("", "Keys/GetKey", "vault_name: 'kv1' key_name: 'k'",
              "operation: 'GetKey' vault: 'kv1' name: 'k'", "state", "recover the deleted key k",
              [&] { faces_.Do("Keys/RecoverDeletedKey", "vault_name: 'kv1' key_name: 'k'"); });
}

TEST_F(ExplainTest, PurgeProtectionIsToldWithItsEnd) {
  PutVault("kept1", "enable_purge_protection: true soft_delete_retention_in_days: 7");
  faces_.Do("Keys/CreateKey", "vault_name: 'kept1' key_name: 'k' kty: JSON_WEB_KEY_TYPE_EC");
  faces_.Do("Keys/DeleteKey", "vault_name: 'kept1' key_name: 'k'");
  const Outcome refused =
      faces_.OverHttps("Keys/PurgeDeletedKey", "vault_name: 'kept1' key_name: 'k'", "");
  const v1::Explanation explanation =
      Explain(absl::StrCat("request_id: '", refused.request_id, "'"));
  EXPECT_EQ(explanation.decided_by(), "purgeProtection");
  EXPECT_EQ(explanation.change(),
            "advance the clock to 2026-01-08T00:00:00Z, when the key is purged by itself");
}

TEST_F(ExplainTest, AnInjectedRefusalIsTakenForNothingElse) {
  PutVault("kept1", "enable_purge_protection: true soft_delete_retention_in_days: 7");
  faces_.Do("Keys/CreateKey", "vault_name: 'kept1' key_name: 'k' kty: JSON_WEB_KEY_TYPE_EC");
  faces_.Do("Keys/DeleteKey", "vault_name: 'kept1' key_name: 'k'");
  faces_.Do(
      "Faults/CreateFaultRule",
      "id: 'no-purge' match { operation: 'PurgeDeletedKey' } action { error { status: 403 } }");
  const Outcome refused =
      faces_.OverHttps("Keys/PurgeDeletedKey", "vault_name: 'kept1' key_name: 'k'", "");
  EXPECT_EQ(refused.http_status, 403);
  const v1::Explanation explanation =
      Explain(absl::StrCat("request_id: '", refused.request_id, "'"));
  EXPECT_EQ(explanation.decided_by(), "fault");
  EXPECT_EQ(explanation.change(), "remove the fault rule no-purge");
}

TEST_F(ExplainTest, WhereACallComesFromIsToldOfBothKinds) {
  CreateKey("k");
  PatchVault("kv1", "network_acls { default_action: 'Deny' bypass: 'AzureServices' }");
  const std::string get = "vault_name: 'kv1' key_name: 'k'";
  const Outcome refused = faces_.OverHttps(
      "Keys/GetKey", get, "ann",
      {{"x-lazuli-client-address", "20.1.2.3"}, {"x-lazuli-private-endpoint", "pe1"}});
  EXPECT_EQ(refused.inner_code, "ForbiddenByFirewall");
  const v1::ExplainedCall call =
      Explain(absl::StrCat("request_id: '", refused.request_id, "'")).call();
  EXPECT_EQ(call.client_address(), "20.1.2.3");
  EXPECT_EQ(call.private_endpoint(), "pe1");
  EXPECT_FALSE(call.has_trusted_service());
  EXPECT_EQ(call.target(0).name(), "vault_name");
  EXPECT_EQ(call.target(0).value(), "kv1");

  const std::string question =
      "principal: 'ann' operation: 'GetKey' vault: 'kv1' name: 'k' subnet_id: "
      "'/subscriptions/s/subnets/one' private_endpoint: 'pe1' ";
  EXPECT_FALSE(Explain(question).allowed());
  const v1::Explanation trusted = Explain(question + "trusted_service: true");
  EXPECT_TRUE(trusted.allowed()) << trusted.ShortDebugString();
  EXPECT_TRUE(trusted.call().trusted_service());
  EXPECT_EQ(trusted.call().subnet_id(), "/subscriptions/s/subnets/one");
  EXPECT_EQ(trusted.call().private_endpoint(), "pe1");
}

TEST_F(ExplainTest, WhoMayNotSayWhereACallComesFromIsTold) {
  HttpRequest request = MakeHttpRequest("GET", "kv1.vault.azure.net", "/keys/k?api-version=7.4");
  request.client_address = "192.168.1.5";
  request.headers.Set("x-lazuli-client-address", "20.1.2.3");
  const Outcome refused = faces_.Send(std::move(request), "ann");
  EXPECT_EQ(refused.http_status, 403);
  const v1::Explanation explanation =
      Explain(absl::StrCat("request_id: '", refused.request_id, "'"));
  EXPECT_EQ(explanation.decided_by(), "origin");
  EXPECT_EQ(explanation.call().object_id(), ann_);
  EXPECT_EQ(explanation.call().client_address(), "192.168.1.5");
}

TEST_F(ExplainTest, WhatNeverBecameACallIsKnownToo) {
  HttpRequest request = MakeHttpRequest("GET", "kv1.vault.azure.net", "/keys/k?api-version=1.0");
  const Outcome refused = faces_.Send(std::move(request), "ann");
  const v1::Explanation explanation =
      Explain(absl::StrCat("request_id: '", refused.request_id, "'"));
  EXPECT_EQ(explanation.decided_by(), "BadParameter");
  EXPECT_EQ(explanation.error().http_status(), 400);
  EXPECT_EQ(explanation.call().operation(), "GET kv1.vault.azure.net");
  EXPECT_EQ(explanation.call().object_id(), ann_);
}

TEST_F(ExplainTest, AskingForAChallengeIsNoRefusalToKeep) {
  const Outcome refused =
      faces_.OverHttps("Keys/GetKey", "vault_name: 'kv1' key_name: 'k'", "nobody");
  EXPECT_EQ(refused.http_status, 401);
  EXPECT_EQ(faces_
                .OverGrpc("Explanations/Explain",
                          absl::StrCat("request_id: '", refused.request_id, "'"), "")
                .Short(),
            "404 RefusalNotFound");
  // A token that is none of ours is a refusal like any other.
  HttpRequest request = MakeHttpRequest("GET", "kv1.vault.azure.net", "/keys/k?api-version=7.4");
  request.headers.Set("Authorization", "Bearer of.bad.news");
  const Outcome wrong = faces_.Send(std::move(request), "nobody");
  EXPECT_EQ(wrong.http_status, 401);
  EXPECT_EQ(Explain(absl::StrCat("request_id: '", wrong.request_id, "'")).error().http_status(),
            401);
}

TEST_F(ExplainTest, QuestionsThatMakeNoSense) {
  const struct {
    const char* request;
    const char* outcome;
  } cases[] = {
      {"", "400 InvalidInput"},
      {"request_id: 'none'", "404 RefusalNotFound"},
      {"request_id: 'x' principal: 'ann'", "400 InvalidInput"},
      {"principal: 'ann' operation: 'Fly' vault: 'kv1'", "400 InvalidInput"},
      {"principal: 'ann' operation: 'GetKey'", "400 InvalidInput"},
      {"principal: 'none' operation: 'GetKey' vault: 'kv1'", "404 Request_ResourceNotFound"},
      {"principal: 'ann' operation: 'GetKeys' vault: 'kv1' name: 'k'", "400 InvalidInput"},
      {"principal: 'ann' operation: 'RotateKey' vault: 'kv1' name: 'k' version: 'v'",
       "400 InvalidInput"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(faces_.OverGrpc("Explanations/Explain", c.request, "").Short(), c.outcome)
        << c.request;
  }
  // Who controls the emulator may ask, and nobody else.
  EXPECT_EQ(faces_.OverGrpc("Explanations/Explain", "request_id: 'x'", "ann").http_status, 403);
}

TEST_F(ExplainTest, ThrottlingIsOnWhenItIsTurnedOn) {
  CreateKey("k");
  faces_.Do("Throttling/SetThrottling", "enabled: true");
  const std::string create = "vault_name: 'kv1' key_name: 'k' kty: JSON_WEB_KEY_TYPE_EC";
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(faces_.OverHttps("Keys/CreateKey", create, "").Short(), "200") << i;
  }
  const Outcome https = faces_.OverHttps("Keys/CreateKey", create, "");
  EXPECT_EQ(https.Short(), "429 Throttled");
  EXPECT_EQ(https.retry_after, "10");
  EXPECT_EQ(faces_.OverGrpc("Keys/CreateKey", create, "").Short(), "429 Throttled");
  // Nobody is told that without permission.
  EXPECT_EQ(faces_.OverGrpc("Keys/CreateKey", create, "ann").Short(),
            "403 Forbidden/ForbiddenByPolicy");
  faces_.Do("Emulator/AdvanceClock", "by { seconds: 10 }");
  EXPECT_EQ(faces_.OverHttps("Keys/CreateKey", create, "").Short(), "200");
}

}  // namespace
}  // namespace lazuli::emulator
