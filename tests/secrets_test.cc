// Secrets over both faces, and in a server that goes on where another ended.
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "emulator/server/server_options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/identity.pb.h"
#include "proto/secrets.pb.h"
#include "proto/vaults.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/program.h"
#include "tests/support/succession.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kVault[] = "secret-vault";
constexpr char kValue[] = "a value that stands nowhere else";

// Whether the caller may do everything with the vault's secrets.
absl::Status AllowSecrets(Api& api, const std::string& object_id,
                          const std::vector<std::string>& verbs) {
  v1::UpdateAccessPolicyRequest request;
  request.set_subscription_id(std::string(kDefaultSubscriptionId));
  request.set_resource_group_name(kTestGroup);
  request.set_vault_name(kVault);
  request.set_operation_kind("add");
  v1::AccessPolicyEntry* const entry =
      request.mutable_parameters()->mutable_properties()->mutable_access_policies()->add_values();
  entry->set_tenant_id(std::string(kDefaultTenantId));
  entry->set_object_id(object_id);
  for (const std::string& verb : verbs) entry->mutable_permissions()->add_secrets(verb);
  return api.Call<v1::VaultAccessPolicyParameters>("Vaults/UpdateAccessPolicy", request).status();
}

void MakeVault(Api& api) {
  Api::VaultSpec spec;
  spec.purge_protection = false;
  Must(api.PutVault(kVault, spec).status());
  Must(AllowSecrets(api, std::string(kAdminObjectId), {"all", "purge"}));
}

absl::StatusOr<v1::SecretBundle> Set(Api& api, const std::string& name, const std::string& value) {
  v1::SetSecretRequest request;
  request.set_vault_name(kVault);
  request.set_secret_name(name);
  request.set_value(value);
  (*request.mutable_tags()->mutable_values())["team"] = "core";
  return api.Call<v1::SecretBundle>("Secrets/SetSecret", request);
}

template <typename Response>
absl::StatusOr<Response> OfName(Api& api, const std::string& method, const std::string& name) {
  v1::SecretNameRequest request;
  request.set_vault_name(kVault);
  request.set_secret_name(name);
  return api.Call<Response>(absl::StrCat("Secrets/", method), request);
}

absl::StatusOr<v1::SecretBundle> Get(Api& api, const std::string& name) {
  v1::GetSecretRequest request;
  request.set_vault_name(kVault);
  request.set_secret_name(name);
  return api.Call<v1::SecretBundle>("Secrets/GetSecret", request);
}

std::string Answer(const absl::Status& status) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  return absl::StrCat(info.http_status, " ", info.code, "/", info.inner_code);
}

TEST(SecretsTest, WhatAPolicyDoesNotNameIsRefusedAndNothingIsToldOfTheValue) {
  TestServer server;
  MakeVault(server.api());
  Must(Set(server.api(), "s", kValue).status());
  v1::CreateServicePrincipalRequest make;
  make.set_display_name("reader");
  const auto principal = Must(server.api().Call<v1::CreateServicePrincipalResponse>(
      "Directory/CreateServicePrincipal", make));
  const std::unique_ptr<GrpcClient> client = server.ConnectAs(principal.principal().object_id());
  Api reader(client.get(), kTestGroup);
  EXPECT_EQ(Answer(Get(reader, "s").status()), "403 Forbidden/AccessDenied");
  Must(AllowSecrets(server.api(), principal.principal().object_id(), {"get"}));
  EXPECT_EQ(Must(Get(reader, "s")).value(), kValue);
  const absl::Status refused = Set(reader, "s", kValue).status();
  EXPECT_EQ(Answer(refused), "403 Forbidden/ForbiddenByPolicy");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("secrets set permission"));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr(kValue)));
  v1::ListEventsRequest list;
  const auto events = Must(server.api().Call<v1::ListEventsResponse>("Emulator/ListEvents", list));
  EXPECT_THAT(events.DebugString(), HasSubstr("secret-vault/secrets/s"));
  EXPECT_THAT(events.DebugString(), Not(HasSubstr(kValue)));
}

TEST(SecretsTest, ClientsOfAzureFindSecretsAsTheyKnowThem) {
  const std::unique_ptr<Emulator> emulator = Must(Emulator::Create(TestOptions()));
  emulator->Start();
  HttpFace face(emulator.get());
  const std::string arm = "management.azure.com";
  const std::string group =
      absl::StrCat("/subscriptions/", kDefaultSubscriptionId, "/resourceGroups/", kTestGroup);
  ASSERT_EQ(face.Send("PUT", arm, absl::StrCat(group, "?api-version=2021-04-01"),
                      R"({"location":"westus2"})")
                .status,
            201);
  const std::string vault =
      absl::StrCat(R"({"location":"westus2","properties":{"tenantId":")", kDefaultTenantId,
                   R"(","sku":{"family":"A","name":"standard"},"accessPolicies":[{"tenantId":")",
                   kDefaultTenantId, R"(","objectId":")", kAdminObjectId,
                   R"(","permissions":{"secrets":["all","purge"]}}]}})");
  ASSERT_EQ(face.Send("PUT", arm,
                      absl::StrCat(group, "/providers/Microsoft.KeyVault/vaults/kv1",
                                   "?api-version=2022-07-01"),
                      vault)
                .status,
            200);
  const std::string host = "kv1.vault.azure.net";
  const auto send = [&](const std::string& method, const std::string& path,
                        const std::string& body) {
    return face.Send(method, host, absl::StrCat(path, "?api-version=7.4"), body);
  };
  HttpResponse answer = send("PUT", "/secrets/Password",
                             R"({"value":"hunter2","contentType":"text/plain",
                                 "attributes":{"exp":4000000000},"tags":{"a":"b"}})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, ::testing::StartsWith(
                               R"({"value":"hunter2","contentType":"text/plain","id":"https://)"
                               R"(kv1.vault.azure.net/secrets/Password/)"));
  EXPECT_THAT(answer.body, HasSubstr(R"("recoveryLevel":"Recoverable+Purgeable")"));
  // As clients ask for the latest version.
  EXPECT_THAT(send("GET", "/secrets/Password/", "").body, HasSubstr(R"("value":"hunter2")"));
  EXPECT_THAT(send("GET", "/secrets", "").body,
              HasSubstr(R"("id":"https://kv1.vault.azure.net/secrets/Password","attributes")"));
  answer = send("PATCH", "/secrets/Password/", R"({"attributes":{"enabled":false}})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, Not(HasSubstr("hunter2")));
  answer = send("GET", "/secrets/Password", "");
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr(R"("innererror":{"code":"SecretDisabled"})"));
  EXPECT_EQ(send("PUT", "/secrets/Password", R"({"tags":{}})").status, 400);
  EXPECT_EQ(send("DELETE", "/secrets/Password", "").status, 200);
  EXPECT_THAT(send("GET", "/deletedsecrets/Password", "").body,
              HasSubstr(R"("recoveryId":"https://kv1.vault.azure.net/deletedsecrets/Password")"));
  answer = send("PUT", "/secrets/Password", R"({"value":"x"})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("ObjectIsDeletedButRecoverable"));
  EXPECT_EQ(send("POST", "/deletedsecrets/Password/recover", "").status, 200);
  EXPECT_EQ(send("DELETE", "/secrets/Password", "").status, 200);
  EXPECT_EQ(send("DELETE", "/deletedsecrets/Password", "").status, 204);
  answer = send("GET", "/secrets/Password", "");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr(R"({"error":{"code":"SecretNotFound")"));
}

class SecretsStateTest : public testing::TestWithParam<By> {
 protected:
  static ServerOptions Options() {
    ServerOptions options = TestOptions();
    options.object_deletion_delay = absl::Seconds(30);
    options.object_purge_delay = absl::Seconds(60);
    return options;
  }
  void GoOn() { servers_.GoOn(); }
  Api& api() { return servers_.api(); }

  Succession servers_{GetParam(), Options()};
};

TEST_P(SecretsStateTest, SecretsAndTheirStatesGoOn) {
  MakeVault(api());
  const v1::SecretBundle first = Must(Set(api(), "kept", "one"));
  Must(Set(api(), "kept", kValue).status());
  Must(Set(api(), "gone", "x").status());
  const std::string blob =
      Must(OfName<v1::BackupSecretResult>(api(), "BackupSecret", "kept")).value();
  Must(OfName<v1::DeletedSecretBundle>(api(), "DeleteSecret", "gone").status());
  GoOn();
  const v1::SecretBundle kept = Must(Get(api(), "kept"));
  EXPECT_EQ(kept.value(), kValue);
  EXPECT_EQ(kept.tags().values().at("team"), "core");
  v1::GetSecretRequest old;
  old.set_vault_name(kVault);
  old.set_secret_name("kept");
  old.set_secret_version(first.id().substr(first.id().rfind('/') + 1));
  EXPECT_EQ(Must(api().Call<v1::SecretBundle>("Secrets/GetSecret", old)).value(), "one");
  // The deletion ends in the server that goes on, ...
  const auto deleted = [&] {
    return Answer(OfName<v1::DeletedSecretBundle>(api(), "GetDeletedSecret", "gone").status());
  };
  EXPECT_EQ(Answer(Set(api(), "gone", "y").status()), "409 Conflict/ObjectIsBeingDeleted");
  Must(api().AdvanceBy(absl::Seconds(30)).status());
  LAZULI_EXPECT_OK(OfName<v1::DeletedSecretBundle>(api(), "GetDeletedSecret", "gone").status());
  // ... and so does the purge.
  Must(OfName<v1::Empty>(api(), "PurgeDeletedSecret", "gone").status());
  GoOn();
  EXPECT_EQ(deleted(), "404 SecretNotFound/");
  EXPECT_EQ(Answer(Set(api(), "gone", "y").status()), "409 Conflict/ObjectIsBeingDeleted");
  Must(api().AdvanceBy(absl::Seconds(60)).status());
  LAZULI_EXPECT_OK(Set(api(), "gone", "y").status());
  // A backup can be restored by the server that goes on.
  Must(OfName<v1::DeletedSecretBundle>(api(), "DeleteSecret", "kept").status());
  Must(api().AdvanceBy(absl::Seconds(30)).status());
  Must(OfName<v1::Empty>(api(), "PurgeDeletedSecret", "kept").status());
  Must(api().AdvanceBy(absl::Seconds(60)).status());
  v1::RestoreSecretRequest restore;
  restore.set_vault_name(kVault);
  restore.set_value(blob);
  EXPECT_EQ(Must(api().Call<v1::SecretBundle>("Secrets/RestoreSecret", restore)).id(), kept.id());
  EXPECT_EQ(Must(Get(api(), "kept")).value(), kValue);
}

INSTANTIATE_TEST_SUITE_P(Ways, SecretsStateTest, testing::Values(By::kRestart, By::kSnapshot),
                         [](const auto& info) {
                           return info.param == By::kRestart ? "Restart" : "Snapshot";
                         });

}  // namespace
}  // namespace lazuli::emulator
