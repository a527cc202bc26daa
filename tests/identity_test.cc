// Who may call, and what they may: tokens at the door, then each plane's own decision.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "tests/support/raw_call.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kOtherTenant[] = "55555555-5555-5555-5555-555555555555";
constexpr char kOtherSubscription[] = "66666666-6666-6666-6666-666666666666";
constexpr char kVault[] = "identity-vault";
constexpr char kKey[] = "key1";
constexpr char kReader[] = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
constexpr char kOwner[] = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
constexpr char kCryptoUser[] = "12338af0-0e69-4776-bea7-57ae8d297424";

v1::Principal CreatePrincipal(TestServer& server, const std::string& name,
                              const std::string& tenant = "") {
  v1::CreateServicePrincipalRequest request;
  request.set_display_name(name);
  if (!tenant.empty()) request.set_tenant_id(tenant);
  return Must(server.api().Call<v1::CreateServicePrincipalResponse>(
                  "Directory/CreateServicePrincipal", request))
      .principal();
}

// A call that any valid token may make.
absl::Status TryToken(TestServer& server, const std::string& token) {
  const std::unique_ptr<GrpcClient> client = server.Connect();
  client->set_token(token);
  v1::ListSubscriptionsResponse response;
  return client->Call("lazuli.v1.Subscriptions/ListSubscriptions", v1::Empty(), &response);
}

testing::Matcher<absl::Status> IsUnauthorized(const std::string& message) {
  return AllOf(StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr(message)),
               ErrorCodeIs("Unauthorized"));
}

std::string AdminToken(TestServer& server) {
  return Must(server.admin().TokenFor(kAdminAppId, ""));
}

TEST(TokenTest, NoTokenNoAnswer) {
  TestServer server;
  EXPECT_THAT(TryToken(server, ""), IsUnauthorized("Bearer"));
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  const std::string method = "lazuli.v1.Emulator/GetInfo";
  EXPECT_THAT(channel->Call(method, "", {{"authorization", "Basic dXNlcjpwYXNz"}}).status(),
              IsUnauthorized("Bearer"));
  EXPECT_THAT(channel->Call(method, "", {{"authorization", "Bearer "}}).status(),
              IsUnauthorized("Bearer"));
  LAZULI_EXPECT_OK(channel->Call(method, "", WithToken(AdminToken(server))));
  // Nothing is said about a request before its caller is known.
  EXPECT_THAT(channel->Call("lazuli.v1.Keys/CreateKey", "").status(), IsUnauthorized("Bearer"));
}

TEST(TokenTest, ATokenThatWasTamperedWithIsRefused) {
  TestServer server;
  const std::string token = AdminToken(server);
  LAZULI_ASSERT_OK(TryToken(server, token));
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  ASSERT_EQ(parts.size(), 3u);
  std::string header;
  std::string claims;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[0], &header));
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &claims));
  const auto with = [](const std::string& json_header, const std::string& json_claims,
                       const std::string& signature) {
    return absl::StrCat(absl::WebSafeBase64Escape(json_header), ".",
                        absl::WebSafeBase64Escape(json_claims), ".", signature);
  };
  // The claims of somebody else, a later end, no signature, another's algorithm, a bit of the
  // signature.
  CreatePrincipal(server, "somebody");
  std::string other_claims = claims;
  absl::StrReplaceAll({{kAdminObjectId, "77777777-7777-7777-7777-777777777777"}}, &other_claims);
  ASSERT_NE(other_claims, claims);
  std::string flipped = parts[2];
  flipped[10] = flipped[10] == 'A' ? 'B' : 'A';
  for (const std::string& bad :
       {with(header, other_claims, parts[2]), with(header, claims + " ", parts[2]),
        with(R"({"alg":"none","typ":"JWT"})", claims, ""),
        with(R"({"alg":"HS256","typ":"JWT"})", claims, parts[2]),
        absl::StrCat(parts[0], ".", parts[1], ".", flipped),
        absl::StrCat(parts[0], ".", parts[1], "."), absl::StrCat(parts[0], ".", parts[1]),
        token + ".x", token.substr(1), std::string("x"), std::string(7'000, 'x')}) {
    EXPECT_THAT(TryToken(server, bad), StatusIs(absl::StatusCode::kUnauthenticated))
        << bad.substr(0, 300);
  }
  // A good one is still good.
  LAZULI_EXPECT_OK(TryToken(server, token));
}

TEST(TokenTest, AnotherServersTokenIsRefused) {
  TestServer server;
  TestServer other;
  EXPECT_THAT(TryToken(server, AdminToken(other)), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(TokenTest, TheAudienceIsOneOfTheServices) {
  TestServer server;
  for (const absl::string_view audience : kAllAudiences) {
    LAZULI_EXPECT_OK(TryToken(server, Must(server.admin().TokenFor(kAdminName, audience))))
        << std::string(audience);
  }
  for (const char* audience :
       {"https://example.com", "https://vault.azure.net.example.com", "vault"}) {
    EXPECT_THAT(TryToken(server, Must(server.admin().TokenFor(kAdminName, audience))),
                IsUnauthorized("audience"))
        << audience;
  }
}

TEST(TokenTest, SignInTellsWhatIsWrong) {
  TestServer server;
  const std::unique_ptr<GrpcClient> client = server.Connect();
  EXPECT_THAT(client->SignIn(kAdminAppId, "wrong"), ErrorCodeIs("invalid_client"));
  EXPECT_THAT(client->SignIn("88888888-8888-8888-8888-888888888888", "x"),
              ErrorCodeIs("unauthorized_client"));
  v1::IssueTokenRequest request;
  request.set_client_id(std::string(kAdminAppId));
  request.set_client_secret(std::string(kWellKnownAdminSecret));
  request.set_tenant_id(kOtherTenant);
  v1::IssueTokenResponse response;
  EXPECT_THAT(client->Call("lazuli.v1.Tokens/IssueToken", request, &response),
              InnerCodeIs("AADSTS90002"));
  request.set_tenant_id(std::string(kDefaultTenantId));
  request.set_grant_type("password");
  EXPECT_THAT(client->Call("lazuli.v1.Tokens/IssueToken", request, &response),
              ErrorCodeIs("unsupported_grant_type"));
  request.clear_grant_type();
  request.set_scope("https://vault.azure.net/.default");
  LAZULI_ASSERT_OK(client->Call("lazuli.v1.Tokens/IssueToken", request, &response));
  EXPECT_EQ(response.token_type(), "Bearer");
  EXPECT_GT(response.expires_in(), 0);
}

TEST(TokenTest, ADeletedPrincipalIsRefusedAtOnce) {
  TestServer server;
  const v1::Principal principal = CreatePrincipal(server, "short-lived");
  const std::string token = Must(server.admin().TokenFor(principal.object_id(), ""));
  // Twice, so that the token is remembered.
  LAZULI_ASSERT_OK(TryToken(server, token));
  LAZULI_ASSERT_OK(TryToken(server, token));
  v1::GetPrincipalRequest request;
  request.set_principal("short-lived");
  LAZULI_ASSERT_OK(server.api().Call<v1::Empty>("Directory/DeleteServicePrincipal", request));
  EXPECT_THAT(TryToken(server, token), IsUnauthorized(principal.object_id()));
  EXPECT_THAT(server.admin().TokenFor("short-lived", ""), StatusIs(absl::StatusCode::kNotFound));
}

TEST(PrincipalTest, IsFoundByObjectIdClientIdOrName) {
  TestServer server;
  const v1::Principal principal = CreatePrincipal(server, "findable");
  for (const std::string& text :
       {principal.object_id(), principal.app_id(), std::string("findable")}) {
    v1::GetPrincipalRequest request;
    request.set_principal(text);
    const auto found = server.api().Call<v1::Principal>("Directory/GetPrincipal", request);
    LAZULI_ASSERT_OK(found);
    EXPECT_EQ(found->object_id(), principal.object_id());
    LAZULI_EXPECT_OK(server.admin().TokenFor(text, ""));
  }
}

TEST(AnonymousTest, HealthAndReflectionNeedNoToken) {
  TestServer server;
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  const auto health = channel->Call("grpc.health.v1.Health/Check", "");
  LAZULI_ASSERT_OK(health);
  // Field 1, SERVING.
  EXPECT_EQ(*health, std::string("\x08\x01"));
  // Field 7, list_services: "*".
  const auto services = channel->Exchange(
      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", std::string("\x3a\x01*"));
  LAZULI_ASSERT_OK(services);
  for (const char* service : {"Tokens", "Directory", "Subscriptions", "ResourceGroups",
                              "UserAssignedIdentities", "RoleAssignments", "Vaults", "Keys",
                              "BatchAccounts", "Pools", "Jobs", "Tasks", "Emulator"}) {
    EXPECT_THAT(*services, HasSubstr(absl::StrCat("lazuli.v1.", service)));
  }
  // Field 4, file_containing_symbol.
  const std::string symbol = "lazuli.v1.Keys";
  const auto file = channel->Exchange(
      "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
      absl::StrCat("\x22", std::string(1, static_cast<char>(symbol.size())), symbol));
  LAZULI_ASSERT_OK(file);
  EXPECT_THAT(*file, HasSubstr("CreateKey"));
}

TEST(AnonymousTest, AMethodThatDoesNotExistIsUnimplemented) {
  TestServer server;
  const std::unique_ptr<RawChannel> channel = RawChannel::Connect(server.address());
  EXPECT_THAT(channel->Call("lazuli.v1.Keys/NoSuchMethod", "").status(),
              StatusIs(absl::StatusCode::kUnimplemented));
}

// Who looked for what, in the words of the denial.
std::string Explanation(const absl::Status& status) {
  std::string text(status.message());
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    absl::StrAppend(&text, "\n", detail.code, ": ", detail.message);
  }
  return text;
}

TEST(AuthorizationTest, WithoutRolesNothingIsGranted) {
  TestServer server;
  Must(server.api().PutVault(kVault, {}).status());
  Must(server.api().PutAccount("identitybatch").status());
  const v1::Principal principal = CreatePrincipal(server, "nobody");
  const std::unique_ptr<GrpcClient> client = server.ConnectAs("nobody");
  Api api(client.get(), kTestGroup);
  const uint64_t before = server.LastSequence();

  const std::vector<absl::Status> denials = {
      api.PutResourceGroup(),
      api.GetVault(kVault).status(),
      api.PutVault("new-vault", {}).status(),
      api.DeleteVault(kVault),
      api.GetAccount("identitybatch").status(),
      api.DeleteAccount("identitybatch"),
      api.AddPool("identitybatch", "pool", 1),
      api.AddJob("identitybatch", "job", "pool"),
      api.PutIdentity("identity").status(),
      api.AssignRole("/", "0c000000-0000-0000-0000-000000000001", kOwner, principal.object_id())
          .status(),
  };
  for (const absl::Status& denial : denials) {
    EXPECT_THAT(denial, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(denial, ErrorCodeIs("AuthorizationFailed"));
    // For whom, what, and where it was looked.
    EXPECT_THAT(Explanation(denial), HasSubstr(principal.object_id()));
    EXPECT_THAT(Explanation(denial), HasSubstr("Microsoft."));
    EXPECT_THAT(Explanation(denial), HasSubstr("no role is assigned"));
  }
  // The subscriptions that it may see are none.
  const auto listed =
      api.Call<v1::ListSubscriptionsResponse>("Subscriptions/ListSubscriptions", v1::Empty());
  LAZULI_ASSERT_OK(listed);
  EXPECT_EQ(listed->value_size(), 0);
  EXPECT_EQ(server.LastSequence(), before);
}

TEST(AuthorizationTest, ARoleGrantsAtItsScopeAndBelow) {
  TestServer server;
  Must(server.api().PutVault(kVault, {}).status());
  Must(server.api().PutAccount("identitybatch").status());
  const v1::Principal principal = CreatePrincipal(server, "reader");
  const std::unique_ptr<GrpcClient> client = server.ConnectAs("reader");
  Api api(client.get(), kTestGroup);
  const std::string assignment = "0c000000-0000-0000-0000-000000000002";
  Must(server.api()
           .AssignRole(server.api().VaultId(kVault), assignment, kReader, principal.object_id())
           .status());
  LAZULI_EXPECT_OK(api.GetVault(kVault));
  EXPECT_THAT(api.DeleteVault(kVault), ErrorCodeIs("AuthorizationFailed"));
  EXPECT_THAT(api.GetAccount("identitybatch"), ErrorCodeIs("AuthorizationFailed"));
  Must(server.api().DeleteRoleAssignment(server.api().VaultId(kVault), assignment));
  EXPECT_THAT(api.GetVault(kVault), ErrorCodeIs("AuthorizationFailed"));

  const std::string subscription = absl::StrCat("/subscriptions/", kDefaultSubscriptionId);
  Must(server.api().AssignRole(subscription, assignment, kOwner, principal.object_id()).status());
  LAZULI_EXPECT_OK(api.GetVault(kVault));
  LAZULI_EXPECT_OK(api.GetAccount("identitybatch"));
  LAZULI_EXPECT_OK(api.PutVault("another-vault", {}));
  // An owner of the subscription still does not control the emulator.
  EXPECT_THAT(api.Now(), ErrorCodeIs("AuthorizationFailed"));
}

TEST(AuthorizationTest, ControlTakesOwnerAtTheRoot) {
  TestServer server;
  const v1::Principal principal = CreatePrincipal(server, "would-be-owner");
  const std::unique_ptr<GrpcClient> client = server.ConnectAs("would-be-owner");
  Api api(client.get(), kTestGroup);
  v1::CreateServicePrincipalRequest escalation;
  escalation.set_display_name("minion");
  v1::IssueTokenForRequest token;
  token.set_principal(std::string(kAdminName));
  for (const absl::Status& denial :
       {api.Now().status(), api.AdvanceBy(absl::Seconds(1)).status(), api.EventsAfter(0).status(),
        api.Call<v1::CreateServicePrincipalResponse>("Directory/CreateServicePrincipal", escalation)
            .status(),
        api.Call<v1::IssueTokenResponse>("Directory/IssueTokenFor", token).status()}) {
    EXPECT_THAT(denial, ErrorCodeIs("AuthorizationFailed"));
    EXPECT_THAT(Explanation(denial), HasSubstr("Owner"));
    EXPECT_THAT(Explanation(denial), HasSubstr(principal.object_id()));
  }
  Must(server.api()
           .AssignRole("/", "0c000000-0000-0000-0000-000000000003", kOwner, principal.object_id())
           .status());
  LAZULI_EXPECT_OK(api.Now());
  LAZULI_EXPECT_OK(api.EventsAfter(0));
}

TEST(AuthorizationTest, AVaultsDenialSaysWhoLacksWhat) {
  TestServer server;
  Must(server.api().PutVault(kVault, {}).status());
  Must(server.api().CreateRsaKey(kVault, kKey).status());
  const v1::Principal principal = CreatePrincipal(server, "caller");
  const std::unique_ptr<GrpcClient> client = server.ConnectAs("caller");
  Api api(client.get(), kTestGroup);

  absl::Status denial = api.GetKey(kVault, kKey).status();
  EXPECT_THAT(denial, ErrorCodeIs("Forbidden"));
  EXPECT_THAT(denial, InnerCodeIs("AccessDenied"));
  EXPECT_THAT(Explanation(denial),
              AllOf(HasSubstr(principal.object_id()), HasSubstr("keys get permission")));

  Must(server.api().ChangePolicy(kVault, "add", principal.object_id(), {"list", "sign"}));
  denial = api.GetKey(kVault, kKey).status();
  EXPECT_THAT(denial, InnerCodeIs("ForbiddenByPolicy"));
  EXPECT_THAT(Explanation(denial),
              AllOf(HasSubstr(principal.object_id()), HasSubstr("keys get permission")));
  Must(server.api().ChangePolicy(kVault, "add", principal.object_id(), {"get"}));
  LAZULI_EXPECT_OK(api.GetKey(kVault, kKey));

  v1::VaultPatchProperties rbac;
  rbac.set_enable_rbac_authorization(true);
  Must(server.api().UpdateVault(kVault, rbac).status());
  denial = api.GetKey(kVault, kKey).status();
  EXPECT_THAT(denial, InnerCodeIs("ForbiddenByRbac"));
  EXPECT_THAT(Explanation(denial),
              AllOf(HasSubstr(principal.object_id()),
                    HasSubstr("Microsoft.KeyVault/vaults/keys/read"), HasSubstr("/keys/key1")));
  // A role at the one key is enough, for it alone.
  Must(server.api()
           .AssignRole(absl::StrCat(server.api().VaultId(kVault), "/keys/", kKey),
                       "0c000000-0000-0000-0000-000000000004", kCryptoUser, principal.object_id())
           .status());
  LAZULI_EXPECT_OK(api.GetKey(kVault, kKey));
  EXPECT_THAT(api.GetKey(kVault, "key2"), InnerCodeIs("ForbiddenByRbac"));
}

TEST(AuthorizationTest, AllOfAPolicyHoldsNoPurge) {
  TestServer server;
  Api::VaultSpec spec;
  spec.purge_protection = false;
  Must(server.api().PutVault(kVault, spec).status());
  Must(server.api().CreateRsaKey(kVault, kKey).status());
  const v1::Principal principal = CreatePrincipal(server, "caller");
  const std::unique_ptr<GrpcClient> client = server.ConnectAs("caller");
  Api api(client.get(), kTestGroup);
  Must(server.api().ChangePolicy(kVault, "add", principal.object_id(), {"all"}));
  LAZULI_ASSERT_OK(api.DeleteKey(kVault, kKey));
  EXPECT_THAT(api.PurgeKey(kVault, kKey), InnerCodeIs("ForbiddenByPolicy"));
  Must(server.api().ChangePolicy(kVault, "add", principal.object_id(), {"purge"}));
  LAZULI_EXPECT_OK(api.PurgeKey(kVault, kKey));
}

TEST(TenantTest, SeveralLiveSideBySide) {
  TestServer server;
  v1::CreateTenantRequest tenant;
  tenant.set_tenant_id(kOtherTenant);
  Must(server.api().Call<v1::Tenant>("Directory/CreateTenant", tenant).status());
  v1::CreateSubscriptionRequest subscription;
  subscription.set_subscription_id(kOtherSubscription);
  subscription.set_tenant_id(kOtherTenant);
  Must(server.api()
           .Call<v1::Subscription>("Subscriptions/CreateSubscription", subscription)
           .status());
  const v1::Principal stranger = CreatePrincipal(server, "stranger", kOtherTenant);
  EXPECT_EQ(stranger.tenant_id(), kOtherTenant);
  Must(server.api()
           .AssignRole(absl::StrCat("/subscriptions/", kOtherSubscription),
                       "0c000000-0000-0000-0000-000000000005", kOwner, stranger.object_id())
           .status());
  const std::unique_ptr<GrpcClient> client = server.ConnectAs(stranger.object_id());
  Api api(client.get(), kTestGroup);

  // At home it may, elsewhere its token is of the wrong tenant.
  v1::CreateOrUpdateResourceGroupRequest group;
  group.set_subscription_id(kOtherSubscription);
  group.set_resource_group_name("its-group");
  group.mutable_parameters()->set_location("westus2");
  LAZULI_EXPECT_OK(
      api.Call<v1::ResourceGroup>("ResourceGroups/CreateOrUpdateResourceGroup", group));
  group.set_subscription_id(std::string(kDefaultSubscriptionId));
  EXPECT_THAT(api.Call<v1::ResourceGroup>("ResourceGroups/CreateOrUpdateResourceGroup", group),
              ErrorCodeIs("InvalidAuthenticationTokenTenant"));
  const auto listed =
      api.Call<v1::ListSubscriptionsResponse>("Subscriptions/ListSubscriptions", v1::Empty());
  LAZULI_ASSERT_OK(listed);
  ASSERT_EQ(listed->value_size(), 1);
  EXPECT_EQ(listed->value(0).subscription_id(), kOtherSubscription);

  // A vault refuses it even with a policy for its object id, which the vault's tenant does not
  // know.
  Must(server.api().PutVault(kVault, {}).status());
  Must(server.api().CreateRsaKey(kVault, kKey).status());
  const absl::Status refused = api.GetKey(kVault, kKey).status();
  EXPECT_THAT(refused, IsUnauthorized("AKV10032"));
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr(kOtherTenant), HasSubstr(std::string(kDefaultTenantId))));
  EXPECT_THAT(api.GetAccount("nosuchaccount"), ErrorCodeIs("InvalidAuthenticationTokenTenant"));
}

TEST(ListenTest, BeyondLoopbackTheWellKnownSecretIsRefused) {
  ServerOptions options = TestOptions();
  options.grpc_address = "0.0.0.0:0";
  const auto refused = Server::Start(options);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("admin_secret"));
  options.admin_secret = "another-secret";
  LAZULI_EXPECT_OK(Server::Start(options));
}

TEST(ListenTest, AnotherSecretTakesThePlaceOfTheWellKnownOne) {
  ServerOptions options = TestOptions();
  options.admin_secret = "another-secret";
  TestServer server(options);
  EXPECT_THAT(server.Connect()->SignIn(kAdminAppId, kWellKnownAdminSecret),
              ErrorCodeIs("invalid_client"));
  LAZULI_EXPECT_OK(server.Connect()->SignIn(kAdminAppId, "another-secret"));
}

}  // namespace
}  // namespace lazuli::emulator
