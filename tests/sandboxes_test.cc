// Sandboxes, over both faces: that they see nothing of each other, whichever method is asked; that
// names clash as in Azure or not at all; and what emptying them leaves.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status_matchers.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/encoder.h"
#include "emulator/server/emulator.h"
#include "emulator/templates/template_file.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "proto/sandboxes.pb.h"
#include "proto/vaults.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Everything that a sandbox can hold, its names marked with NAME.
constexpr char kFurniture[] = R"({
  "servicePrincipals": [{"displayName": "NAME-app"}],
  "userAssignedIdentities": [{"resourceName": "NAME-identity", "parameters": {"location": "westus2"}}],
  "vaults": [
    {"vaultName": "VAULT", "parameters": {"location": "westus2", "properties": {
      "tenantId": "{tenantId}", "sku": {"family": "A", "name": "standard"},
      "enablePurgeProtection": true,
      "accessPolicies": [
        {"tenantId": "{tenantId}", "objectId": "ACCOUNT", "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}},
        {"tenantId": "{tenantId}", "objectId": "NAME", "permissions": {"keys": ["all"]}}]}}}
  ],
  "keys": [{"vaultName": "VAULT", "keyName": "NAME-key", "kty": "RSA"},
           {"vaultName": "VAULT", "keyName": "NAME-gone", "kty": "EC"}],
  "batchAccounts": [{"accountName": "ACCOUNT", "parameters": {
    "location": "westus2", "identity": {"type": "SystemAssigned"},
    "properties": {"encryption": {"keySource": "Microsoft.KeyVault", "keyVaultProperties": {
      "keyIdentifier": "https://VAULT.vault.azure.net/keys/NAME-key"}}}}}],
  "roleAssignments": [{"parameters": {"properties": {
    "roleDefinitionId": "Reader", "principalId": "NAME-app"}}}],
  "pools": [{"account": "ACCOUNT", "pool": {"id": "NAME-pool", "vmSize": "standard_d2s_v3",
    "virtualMachineConfiguration": {"imageReference": {"publisher": "canonical",
      "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"},
      "nodeAgentSKUId": "batch.node.ubuntu 22.04"}, "targetDedicatedNodes": 1}}],
  "jobs": [{"account": "ACCOUNT", "job": {"id": "NAME-job", "poolInfo": {"poolId": "NAME-pool"}}}],
  "tasks": [{"account": "ACCOUNT", "jobId": "NAME-job",
             "value": [{"id": "NAME-task", "commandLine": "sleep 60"}]}]
})";

struct Furnished {
  v1::CreateSandboxResponse sandbox;
  std::string name;
  std::string vault;
  std::string account;

  // What nobody else may see.
  std::vector<std::string> Secrets() const {
    return {sandbox.tenant_id(), sandbox.subscription_id(), sandbox.client_id(),
            sandbox.object_id(), absl::StrCat(name, "-"),   absl::StrCat("\"", name, "\"")};
  }
  std::string Group() const {
    return absl::StrCat("/subscriptions/", sandbox.subscription_id(), "/resourceGroups/",
                        sandbox.resource_group());
  }
};

class SandboxesTest : public testing::Test {
 protected:
  explicit SandboxesTest(bool own_names = false)
      : emulator_(Must(Emulator::Create(Options(own_names)))),
        face_((emulator_->Start(), emulator_.get())) {}

  static ServerOptions Options(bool own_names) {
    ServerOptions options = TestOptions();
    options.own_sandbox_names = own_names;
    return options;
  }

  const Method& Find(absl::string_view name) {
    return *emulator_->methods().Find(absl::StrCat("lazuli.v1.", name));
  }

  // As the administrator.
  template <typename Response>
  absl::StatusOr<Response> Call(absl::string_view method, const Message& request) {
    Response response;
    const absl::Status status = face_.Call(Find(method), request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // As the sandbox's own principal, over gRPC's path.
  absl::Status CallAs(const Furnished& who, const Method& method, const Message& request,
                      Message* response) {
    CallArrival arrival;
    arrival.authorization = absl::StrCat("Bearer ", TokenOf(who, ""));
    return emulator_->dispatcher()->Call(method, std::move(arrival), request, response);
  }

  std::string TokenOf(const Furnished& who, const std::string& resource) {
    v1::IssueTokenForRequest request;
    request.set_principal(who.sandbox.object_id());
    if (!resource.empty()) request.set_resource(resource);
    return Must(Call<v1::IssueTokenResponse>("Directory/IssueTokenFor", request)).access_token();
  }

  HttpResponse AskAs(const Furnished& who, HttpRequest request, const std::string& resource) {
    request.headers.Set("Authorization", absl::StrCat("Bearer ", TokenOf(who, resource)));
    return face_.Ask(std::move(request));
  }

  Furnished Make(const std::string& name, const std::string& vault, const std::string& account) {
    v1::CreateSandboxRequest request;
    request.set_sandbox_id(name);
    *request.mutable_template_() = Must(ParseTemplateJson(
        absl::StrReplaceAll(kFurniture, {{"NAME", name}, {"VAULT", vault}, {"ACCOUNT", account}})));
    Furnished made{Must(Call<v1::CreateSandboxResponse>("Sandboxes/CreateSandbox", request)), name,
                   vault, account};
    // A deleted key, and a deleted vault.
    v1::KeyNameRequest key;
    key.set_vault_name(vault);
    key.set_key_name(absl::StrCat(name, "-gone"));
    v1::DeletedKeyBundle deleted;
    Must(CallAs(made, Find("Keys/DeleteKey"), key, &deleted));
    v1::CreateOrUpdateVaultRequest put;
    put.set_subscription_id(made.sandbox.subscription_id());
    put.set_resource_group_name(made.sandbox.resource_group());
    put.set_vault_name(absl::StrCat(name, "-old"));
    *put.mutable_parameters() = request.template_().vaults(0).parameters();
    put.mutable_parameters()->mutable_properties()->set_tenant_id(made.sandbox.tenant_id());
    put.mutable_parameters()->mutable_properties()->clear_access_policies();
    put.mutable_parameters()->mutable_properties()->mutable_access_policies();
    v1::Vault vault_made;
    Must(CallAs(made, Find("Vaults/CreateOrUpdateVault"), put, &vault_made));
    v1::VaultRequest remove;
    remove.set_subscription_id(put.subscription_id());
    remove.set_resource_group_name(put.resource_group_name());
    remove.set_vault_name(put.vault_name());
    v1::Empty nothing;
    Must(CallAs(made, Find("Vaults/DeleteVault"), remove, &nothing));
    return made;
  }

  v1::KeyAccessState KeyAccessOf(const Furnished& sandbox) {
    v1::AccountRequest look;
    look.set_account(absl::StrCat(sandbox.Group(), "/providers/Microsoft.Batch/batchAccounts/",
                                  sandbox.account));
    return Must(Call<v1::KeyAccess>("Emulator/GetKeyAccess", look)).state();
  }

  const std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

// A request that asks for what `of` holds.
std::unique_ptr<Message> RequestFor(const Method& method, const Furnished& of) {
  std::unique_ptr<Message> request(method.request_prototype->New());
  const std::vector<std::pair<std::string, std::string>> values = {
      {"subscription_id", of.sandbox.subscription_id()},
      {"resource_group_name", of.sandbox.resource_group()},
      {"vault_name",
       method.plane == v1::PLANE_KEY_VAULT_DATA || !absl::StrContains(method.name, "Deleted")
           ? of.vault
           : absl::StrCat(of.name, "-old")},
      {"key_name",
       absl::StrCat(of.name, absl::StrContains(method.name, "GetDeletedKey") ? "-gone" : "-key")},
      {"account_name", of.account},
      {"account", absl::StrCat(of.account, ".westus2.batch.azure.com")},
      {"pool_id", absl::StrCat(of.name, "-pool")},
      {"job_id", absl::StrCat(of.name, "-job")},
      {"task_id", absl::StrCat(of.name, "-task")},
      {"resource_name", absl::StrCat(of.name, "-identity")},
      {"location", "westus2"},
      {"scope", of.Group()},
      {"resource_provider_namespace", "Microsoft.Batch"},
      {"principal", of.sandbox.object_id()},
      {"sandbox_id", of.name},
  };
  for (const auto& [name, value] : values) {
    const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr || field->type() != FieldDescriptor::TYPE_STRING) continue;
    request->GetReflection()->SetString(request.get(), field, value);
  }
  // What is left of the path: ids that nothing has.
  for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request->GetDescriptor()->field(i);
    if (absl::StrContains(method.rule.http(), absl::StrCat("{", field->name(), "}")) &&
        !request->GetReflection()->HasField(*request, field)) {
      request->GetReflection()->SetString(request.get(), field,
                                          "0a000000-0000-0000-0000-000000000001");
    }
  }
  return request;
}

// Everything that only looks, and the one look that is a POST.
std::vector<const Method*> Looks(const MethodRegistry& methods) {
  std::vector<const Method*> looks;
  for (const Method* method : methods.methods()) {
    const bool looks_only = absl::StartsWith(method->rule.http(), "GET ") ||
                            absl::StrContains(method->name, "GetBatchAccountKeys");
    if (looks_only && method->operation && method->plane != v1::PLANE_TOKEN) {
      looks.push_back(method);
    }
  }
  return looks;
}

std::string ResourceOf(v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return std::string(kKeyVaultAudience);
    case v1::PLANE_BATCH_DATA:
      return std::string(kBatchAudience);
    default:
      return std::string(kResourceManagerAudience);
  }
}

void ExpectNothingOf(const Furnished& other, const std::string& text) {
  for (const std::string& secret : other.Secrets()) EXPECT_THAT(text, Not(HasSubstr(secret)));
}

TEST_F(SandboxesTest, NoMethodShowsAnythingOfAnotherSandbox) {
  const Furnished one = Make("one", "one-vault", "oneaccount");
  const Furnished other = Make("other", "other-vault", "otheraccount");
  int lists = 0;
  for (const Method* method : Looks(emulator_->methods())) {
    SCOPED_TRACE(method->name);
    // What is one's own is there, and is all there is.
    const std::unique_ptr<Message> mine = RequestFor(*method, one);
    std::unique_ptr<Message> response(method->response_prototype->New());
    const absl::Status status = CallAs(one, *method, *mine, response.get());
    if (method->plane == v1::PLANE_CONTROL) {
      EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
      continue;
    }
    ExpectNothingOf(other, status.ToString());
    if (status.ok()) {
      const std::string json = Must(EncodeJson(*response));
      ExpectNothingOf(other, json);
      if (absl::StrContains(json, "one")) ++lists;
    }
    const HttpResponse answer = AskAs(one, ToHttp(*method, *mine), ResourceOf(method->plane));
    ExpectNothingOf(other, answer.body);
    EXPECT_EQ(answer.status / 100 == 2, status.ok()) << answer.body;

    // What is the other's is refused, or says nothing.
    const std::unique_ptr<Message> theirs = RequestFor(*method, other);
    if (absl::StrContains(method->rule.http(), "/providers/Microsoft.Authorization/roleDef")) {
      continue;  // the same for all
    }
    response->Clear();
    const absl::Status refused = CallAs(one, *method, *theirs, response.get());
    const HttpResponse refusal = AskAs(one, ToHttp(*method, *theirs), ResourceOf(method->plane));
    if (method->rule.any_caller()) {
      ExpectNothingOf(other, Must(EncodeJson(*response)));
      ExpectNothingOf(other, refusal.body);
    } else {
      EXPECT_THAT(refused.code(),
                  AnyOf(absl::StatusCode::kPermissionDenied, absl::StatusCode::kUnauthenticated));
      EXPECT_THAT(refusal.status, AnyOf(401, 403)) << refusal.body;
    }
  }
  // So that it was no test of empty answers.
  EXPECT_GT(lists, 20);
}

TEST_F(SandboxesTest, GraphShowsTheOwnTenantOnly) {
  const Furnished one = Make("one", "one-vault", "oneaccount");
  const Furnished other = Make("other", "other-vault", "otheraccount");
  constexpr char kGraph[] = "https://graph.microsoft.com";
  for (const char* target : {"/v1.0/servicePrincipals", "/v1.0/applications", "/v1.0/organization",
                             "/v1.0/users", "/v1.0/me"}) {
    const HttpResponse answer =
        AskAs(one, MakeHttpRequest("GET", "graph.microsoft.com", target), kGraph);
    ExpectNothingOf(other, answer.body);
  }
  const HttpResponse own =
      AskAs(one, MakeHttpRequest("GET", "graph.microsoft.com", "/v1.0/servicePrincipals"), kGraph);
  EXPECT_THAT(own.body, HasSubstr(one.sandbox.client_id()));
  const HttpResponse theirs =
      AskAs(one,
            MakeHttpRequest("GET", "graph.microsoft.com",
                            absl::StrCat("/v1.0/servicePrincipals/", other.sandbox.object_id())),
            kGraph);
  EXPECT_EQ(theirs.status, 404);
  // Whom one does not see one cannot let in either.
  v1::CreateRoleAssignmentRequest assign;
  assign.set_scope(one.Group());
  assign.set_role_assignment_name("0a000000-0000-0000-0000-000000000001");
  auto& properties = *assign.mutable_parameters()->mutable_properties();
  properties.set_role_definition_id("acdd72a7-3385-48ef-bd42-f606fba81ae7");
  properties.set_principal_id(other.sandbox.object_id());
  v1::RoleAssignment assigned;
  EXPECT_THAT(CallAs(one, Find("RoleAssignments/CreateRoleAssignment"), assign, &assigned),
              ErrorCodeIs("PrincipalNotFound"));
}

TEST_F(SandboxesTest, TheOperatorSeesAllAndNoSecret) {
  const Furnished one = Make("one", "one-vault", "oneaccount");
  const Furnished other = Make("other", "other-vault", "otheraccount");
  const auto listed = Call<v1::ListSandboxesResponse>("Sandboxes/ListSandboxes", v1::Empty());
  LAZULI_ASSERT_OK(listed);
  ASSERT_THAT(listed->value(), SizeIs(2));
  EXPECT_EQ(listed->value(0).sandbox_id(), "one");
  EXPECT_EQ(listed->value(1).tenant_id(), other.sandbox.tenant_id());
  const HttpResponse got = face_.Get("localhost:8443", "/emulator/v1/sandboxes/one");
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(got.body, HasSubstr(one.sandbox.client_id()));
  EXPECT_THAT(got.body, Not(HasSubstr(one.sandbox.client_secret())));
  const auto principals =
      Call<v1::ListPrincipalsResponse>("Directory/ListPrincipals", v1::ListPrincipalsRequest());
  std::string all;
  for (const auto& principal : principals->value()) all += principal.object_id();
  EXPECT_THAT(all, HasSubstr(one.sandbox.object_id()));
  EXPECT_THAT(all, HasSubstr(other.sandbox.object_id()));
}

TEST_F(SandboxesTest, NamesAreGlobalAsInAzure) {
  const Furnished one = Make("one", "the-vault", "theaccount");
  v1::CreateSandboxRequest request;
  request.set_sandbox_id("other");
  *request.mutable_template_() = Must(ParseTemplateJson(absl::StrReplaceAll(
      kFurniture, {{"NAME", "other"}, {"VAULT", "the-vault"}, {"ACCOUNT", "otheraccount"}})));
  const auto refused = Call<v1::CreateSandboxResponse>("Sandboxes/CreateSandbox", request);
  EXPECT_THAT(refused, ErrorCodeIs("VaultAlreadyExists"));
  EXPECT_THAT(std::string(refused.status().message()), testing::StartsWith("vaults[0]: "));
  // Nothing of it is left.
  v1::SandboxRequest get;
  get.set_sandbox_id("other");
  EXPECT_THAT(Call<v1::Sandbox>("Sandboxes/GetSandbox", get), ErrorCodeIs("SandboxNotFound"));
  request.clear_template_();
  Furnished other{Must(Call<v1::CreateSandboxResponse>("Sandboxes/CreateSandbox", request)),
                  "other", "the-vault", "theaccount"};
  v1::CheckVaultNameAvailabilityRequest check;
  check.set_subscription_id(other.sandbox.subscription_id());
  check.mutable_parameters()->set_name("the-vault");
  v1::CheckNameAvailabilityResult available;
  LAZULI_ASSERT_OK(CallAs(other, Find("Vaults/CheckVaultNameAvailability"), check, &available));
  EXPECT_FALSE(available.name_available());
}

TEST_F(SandboxesTest, ATemplateOfASandboxReachesNoFurther) {
  const Furnished one = Make("one", "one-vault", "oneaccount");
  for (const std::string& text : {
           std::string(R"({"tenants": [{}]})"),
           std::string(R"({"subscriptions": [{}]})"),
           absl::StrCat(R"({"servicePrincipals": [{"displayName": "x", "tenantId": ")",
                        kDefaultTenantId, R"("}]})"),
           std::string(R"({"keys": [{"vaultName": "one-vault", "keyName": "k", "kty": "EC"}]})"),
           std::string(R"({"jobs": [{"account": "oneaccount", "job": {"id": "j",
                           "poolInfo": {"poolId": "one-pool"}}}]})"),
           absl::StrCat(R"({"resourceGroups": [{"subscriptionId": ")",
                        one.sandbox.subscription_id(), R"(", "resourceGroupName": "g",
                        "parameters": {"location": "westus2"}}]})"),
           absl::StrCat(R"({"roleAssignments": [{"scope": "/", "parameters": {"properties": {
                        "roleDefinitionId": "Owner", "principalId": "evil"}}}]})"),
       }) {
    v1::CreateSandboxRequest request;
    request.set_sandbox_id("evil");
    *request.mutable_template_() = Must(ParseTemplateJson(text));
    const auto made = Call<v1::CreateSandboxResponse>("Sandboxes/CreateSandbox", request);
    EXPECT_THAT(made.status().code(),
                AnyOf(absl::StatusCode::kPermissionDenied, absl::StatusCode::kUnauthenticated))
        << text;
  }
}

TEST_F(SandboxesTest, AResetSandboxIsEmptyAndGoesOnAsItWasMade) {
  const Furnished one = Make("one", "one-vault", "oneaccount");
  const Furnished other = Make("other", "other-vault", "otheraccount");
  HttpRequest reset = MakeHttpRequest("POST", "localhost:8443", "/emulator/v1/sandboxes/one:reset");
  EXPECT_EQ(face_.AskAsAdmin(std::move(reset)).status, 200);

  v1::ListVaultsBySubscriptionRequest list;
  list.set_subscription_id(one.sandbox.subscription_id());
  v1::ListVaultsResponse vaults;
  LAZULI_ASSERT_OK(CallAs(one, Find("Vaults/ListVaultsBySubscription"), list, &vaults));
  EXPECT_THAT(vaults.value(), IsEmpty());
  v1::ListDeletedVaultsResponse deleted;
  LAZULI_ASSERT_OK(CallAs(one, Find("Vaults/ListDeletedVaults"), list, &deleted));
  EXPECT_THAT(deleted.value(), IsEmpty());
  v1::ListPrincipalsRequest of_tenant;
  of_tenant.set_tenant_id(one.sandbox.tenant_id());
  EXPECT_THAT(Call<v1::ListPrincipalsResponse>("Directory/ListPrincipals", of_tenant)->value(),
              SizeIs(1));
  EXPECT_EQ(KeyAccessOf(other), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  // Its own principal signs in as before.
  v1::IssueTokenRequest sign_in;
  sign_in.set_tenant_id(one.sandbox.tenant_id());
  sign_in.set_client_id(one.sandbox.client_id());
  sign_in.set_client_secret(one.sandbox.client_secret());
  LAZULI_EXPECT_OK(Call<v1::IssueTokenResponse>("Tokens/IssueToken", sign_in));

  HttpRequest all = MakeHttpRequest("POST", "localhost:8443", "/emulator/v1/sandboxes:reset");
  EXPECT_EQ(face_.AskAsAdmin(std::move(all)).status, 200);
  list.set_subscription_id(other.sandbox.subscription_id());
  vaults.Clear();
  LAZULI_ASSERT_OK(CallAs(other, Find("Vaults/ListVaultsBySubscription"), list, &vaults));
  EXPECT_THAT(vaults.value(), IsEmpty());
}

TEST_F(SandboxesTest, ADeletedSandboxesTokensAreNoGoodAnyMore) {
  const Furnished one = Make("one", "one-vault", "oneaccount");
  const std::string token = TokenOf(one, "");
  v1::SandboxRequest request;
  request.set_sandbox_id("one");
  LAZULI_ASSERT_OK(Call<v1::Empty>("Sandboxes/DeleteSandbox", request));
  CallArrival arrival;
  arrival.authorization = absl::StrCat("Bearer ", token);
  v1::ListSubscriptionsResponse subscriptions;
  EXPECT_EQ(emulator_->dispatcher()
                ->Call(Find("Subscriptions/ListSubscriptions"), std::move(arrival), v1::Empty(),
                       &subscriptions)
                .code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(Call<v1::Empty>("Sandboxes/DeleteSandbox", request), ErrorCodeIs("SandboxNotFound"));
}

class OwnNamesTest : public SandboxesTest {
 protected:
  OwnNamesTest() : SandboxesTest(/*own_names=*/true) {}

  HttpResponse Challenge(const std::string& proxy_user) {
    HttpRequest request =
        MakeHttpRequest("GET", "the-vault.vault.azure.net", "/keys/k?api-version=7.4");
    request.proxy_user = proxy_user;
    return face_.Ask(std::move(request));
  }
};

TEST_F(OwnNamesTest, EachSandboxHasItsOwnVaultAndAccountOfTheName) {
  const Furnished one = Make("one", "the-vault", "theaccount");
  const Furnished other = Make("other", "the-vault", "theaccount");
  for (const Furnished* sandbox : {&one, &other}) {
    SCOPED_TRACE(sandbox->name);
    EXPECT_EQ(KeyAccessOf(*sandbox), v1::KEY_ACCESS_STATE_ACCESSIBLE);
    v1::GetKeyRequest get;
    get.set_vault_name("the-vault");
    get.set_key_name(absl::StrCat(sandbox->name, "-key"));
    v1::KeyBundle key;
    LAZULI_EXPECT_OK(CallAs(*sandbox, Find("Keys/GetKey"), get, &key));
    v1::GetTaskRequest task;
    task.set_account("theaccount");
    task.set_job_id(absl::StrCat(sandbox->name, "-job"));
    task.set_task_id(absl::StrCat(sandbox->name, "-task"));
    v1::CloudTask found;
    LAZULI_EXPECT_OK(CallAs(*sandbox, Find("Tasks/GetTask"), task, &found));
    v1::CheckVaultNameAvailabilityRequest check;
    check.set_subscription_id(sandbox->sandbox.subscription_id());
    check.mutable_parameters()->set_name("the-vault");
    v1::CheckNameAvailabilityResult available;
    LAZULI_ASSERT_OK(
        CallAs(*sandbox, Find("Vaults/CheckVaultNameAvailability"), check, &available));
    EXPECT_FALSE(available.name_available());
    check.mutable_parameters()->set_name(sandbox == &one ? "other-old" : "one-old");
    LAZULI_ASSERT_OK(
        CallAs(*sandbox, Find("Vaults/CheckVaultNameAvailability"), check, &available));
    EXPECT_TRUE(available.name_available());
  }
}

TEST_F(OwnNamesTest, AnAccountLosesTheKeyOfItsOwnSandboxAlone) {
  const Furnished one = Make("one", "the-vault", "theaccount");
  const Furnished other = Make("other", "the-vault", "theaccount");
  v1::UpdateKeyRequest disable;
  disable.set_vault_name("the-vault");
  disable.set_key_name("one-key");
  disable.mutable_attributes()->set_enabled(false);
  v1::KeyBundle key;
  LAZULI_ASSERT_OK(CallAs(one, Find("Keys/UpdateKey"), disable, &key));
  EXPECT_EQ(KeyAccessOf(one), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_EQ(KeyAccessOf(other), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  v1::VaultRequest remove;
  remove.set_subscription_id(other.sandbox.subscription_id());
  remove.set_resource_group_name(other.sandbox.resource_group());
  remove.set_vault_name("the-vault");
  v1::Empty nothing;
  LAZULI_ASSERT_OK(CallAs(other, Find("Vaults/DeleteVault"), remove, &nothing));
  EXPECT_EQ(KeyAccessOf(other), v1::KEY_ACCESS_STATE_LOST);
  disable.mutable_attributes()->set_enabled(true);
  LAZULI_ASSERT_OK(CallAs(one, Find("Keys/UpdateKey"), disable, &key));
  EXPECT_EQ(KeyAccessOf(one), v1::KEY_ACCESS_STATE_RESTORING);
}

TEST_F(OwnNamesTest, TheProxyTellsWhichVaultIsAskedBeforeAnybodySignsIn) {
  const Furnished one = Make("one", "the-vault", "theaccount");
  const std::string tenant_of_one = one.sandbox.tenant_id();
  // The only one that has the name.
  EXPECT_THAT(std::string(Challenge("").headers.Get("WWW-Authenticate")), HasSubstr(tenant_of_one));
  const Furnished other = Make("other", "the-vault", "theaccount");
  EXPECT_THAT(std::string(Challenge("one").headers.Get("WWW-Authenticate")),
              HasSubstr(tenant_of_one));
  EXPECT_THAT(std::string(Challenge("other").headers.Get("WWW-Authenticate")),
              HasSubstr(other.sandbox.tenant_id()));
  for (const char* nobody : {"", "no-such-sandbox"}) {
    const HttpResponse challenge = Challenge(nobody);
    EXPECT_EQ(challenge.status, 401);
    EXPECT_THAT(std::string(challenge.headers.Get("WWW-Authenticate")),
                HasSubstr(std::string(kDefaultTenantId)));
  }
}

}  // namespace
}  // namespace lazuli::emulator
