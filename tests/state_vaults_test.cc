// Vaults, keys and those who use them in a server that goes on where another ended: one started
// again on the same directory, or one that was given a snapshot.
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/server_options.h"
#include "emulator/storage/snapshot.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/managed_hsms.pb.h"
#include "proto/provider_lists.pb.h"
#include "proto/state.pb.h"
#include "proto/vault_resources.pb.h"
#include "proto/vaults.pb.h"
#include "tests/support/program.h"
#include "tests/support/scene.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

constexpr char kVault[] = "kept-vault";
constexpr char kKey[] = "kept-key";
constexpr char kLocation[] = "westus2";
constexpr char kSecret[] = "a secret that the test chose";
constexpr char kCryptoUser[] = "12338af0-0e69-4776-bea7-57ae8d297424";
constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kMoment = absl::Milliseconds(1);

enum class By { kRestart, kSnapshot };

class StateVaultsTest : public testing::TestWithParam<By> {
 protected:
  ServerOptions Options() const {
    ServerOptions options = TestOptions();
    if (GetParam() == By::kRestart) options.data_dir = folder_.File("data");
    return options;
  }

  void Start() { server_ = std::make_unique<TestServer>(Options()); }

  // How a server goes on with the state of one that was started with `options` and is about to end.
  ServerOptions OptionsAfter(TestServer& server, ServerOptions options) {
    options.clock.start_time.reset();
    if (GetParam() == By::kRestart) return options;
    v1::SnapshotBytes saved;
    Must(server.admin().Call("lazuli.v1.State/SaveSnapshot", v1::Empty(), &saved));
    options.snapshot = folder_.File(absl::StrCat("snapshot", ++snapshots_));
    Must(WriteSnapshotFile(options.snapshot, saved.snapshot()));
    return options;
  }

  void GoOn() {
    const ServerOptions options = OptionsAfter(*server_, Options());
    server_.reset();
    server_ = std::make_unique<TestServer>(options);
  }

  Api& api() { return server_->api(); }
  void Advance(absl::Duration duration) { Must(api().AdvanceBy(duration).status()); }

  template <typename Response, typename Request>
  absl::StatusOr<Response> CallOfVault(const std::string& method, const std::string& vault) {
    Request request;
    request.set_subscription_id(std::string(kDefaultSubscriptionId));
    request.set_vault_name(vault);
    if constexpr (requires { request.set_location(kLocation); }) request.set_location(kLocation);
    return api().Call<Response>(method, request);
  }
  absl::Status GetDeletedVault(const std::string& vault) {
    return CallOfVault<v1::DeletedVault, v1::DeletedVaultRequest>("Vaults/GetDeletedVault", vault)
        .status();
  }
  absl::Status PurgeVault(const std::string& vault) {
    return CallOfVault<v1::Empty, v1::DeletedVaultRequest>("Vaults/PurgeDeletedVault", vault)
        .status();
  }
  absl::Status GetDeletedKey(const std::string& key) {
    v1::KeyNameRequest request;
    request.set_vault_name(kVault);
    request.set_key_name(key);
    return api().Call<v1::DeletedKeyBundle>("Keys/GetDeletedKey", request).status();
  }

  v1::Principal CreatePrincipal(const std::string& name) {
    v1::CreateServicePrincipalRequest request;
    request.set_display_name(name);
    request.set_client_secret(kSecret);
    return Must(api().Call<v1::CreateServicePrincipalResponse>("Directory/CreateServicePrincipal",
                                                               request))
        .principal();
  }
  // What a principal that signs in with its secret gets when it asks for the key.
  absl::Status GetKeyAs(const v1::Principal& principal) {
    const std::unique_ptr<GrpcClient> client = server_->Connect();
    Must(client->SignIn(principal.app_id(), kSecret));
    return Api(client.get(), kTestGroup).GetKey(kVault, kKey).status();
  }

  v1::KeyOperationResult Use(const std::string& method, const std::string& value) {
    v1::KeyOperationsParameters request;
    request.set_vault_name(kVault);
    request.set_key_name(kKey);
    request.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256);
    request.set_value(value);
    return Must(api().Call<v1::KeyOperationResult>(method, request));
  }

  const TemporaryFolder folder_;
  int snapshots_ = 0;
  std::unique_ptr<TestServer> server_;
};

INSTANTIATE_TEST_SUITE_P(By, StateVaultsTest, testing::Values(By::kRestart, By::kSnapshot),
                         [](const auto& info) {
                           return info.param == By::kRestart ? "Restart" : "Snapshot";
                         });

TEST_P(StateVaultsTest, WhatAKeyProtectedIsReadableAndNoVersionComesTwice) {
  Start();
  Must(api().PutVault(kVault, {}));
  const v1::KeyBundle first = Must(api().CreateRsaKey(kVault, kKey));
  const std::string wrapped = Use("Keys/WrapKey", "a data key").value();
  GoOn();
  EXPECT_EQ(Must(api().GetKey(kVault, kKey)).DebugString(), first.DebugString());
  EXPECT_EQ(Use("Keys/UnwrapKey", wrapped).value(), "a data key");
  std::set<std::string> kids = {first.key().kid()};
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(kids.insert(Must(api().CreateRsaKey(kVault, kKey)).key().kid()).second);
    GoOn();
  }
}

TEST_P(StateVaultsTest, AManagedHsmKeepsItsKeysItsAdministratorsAndItsConnections) {
  Start();
  v1::CreateOrUpdateManagedHsmRequest pool;
  pool.set_subscription_id(std::string(kDefaultSubscriptionId));
  pool.set_resource_group_name(kTestGroup);
  pool.set_hsm_name("kept");
  pool.mutable_parameters()->set_location(kLocation);
  pool.mutable_parameters()->mutable_sku()->set_name("Standard_B1");
  v1::ManagedHsmProperties* const properties = pool.mutable_parameters()->mutable_properties();
  properties->set_tenant_id(std::string(kDefaultTenantId));
  properties->mutable_initial_admin_object_ids()->add_values(std::string(kAdminObjectId));
  Must(api().Call<v1::ManagedHsm>("ManagedHsms/CreateOrUpdateManagedHsm", pool).status());
  v1::PutManagedHsmConnectionRequest connection;
  connection.set_subscription_id(pool.subscription_id());
  connection.set_resource_group_name(kTestGroup);
  connection.set_hsm_name("kept");
  connection.set_connection_name("pec");
  connection.mutable_parameters();
  Must(api()
           .Call<v1::PrivateEndpointConnection>(
               "VaultProvider/PutManagedHsmPrivateEndpointConnection", connection)
           .status());
  v1::CreateKeyRequest key;
  key.set_vault_name("kept.managedhsm");
  key.set_key_name(kKey);
  key.set_kty(v1::JSON_WEB_KEY_TYPE_EC_HSM);
  const v1::KeyBundle made = Must(api().Call<v1::KeyBundle>("Keys/CreateKey", key));
  v1::ManagedHsmRequest get;
  get.set_subscription_id(pool.subscription_id());
  get.set_resource_group_name(kTestGroup);
  get.set_hsm_name("kept");
  const std::string before =
      Must(api().Call<v1::ManagedHsm>("ManagedHsms/GetManagedHsm", get)).DebugString();

  GoOn();
  EXPECT_EQ(Must(api().Call<v1::ManagedHsm>("ManagedHsms/GetManagedHsm", get)).DebugString(),
            before);
  EXPECT_EQ(Must(api().GetKey("kept.managedhsm", kKey)).DebugString(), made.DebugString());
}

TEST_P(StateVaultsTest, RetentionEndsWhenItWouldHaveEnded) {
  Start();
  Api::VaultSpec spec;
  spec.retention_days = 7;
  spec.purge_protection = false;
  Must(api().PutVault(kVault, spec));
  Must(api().PutVault("gone-vault", spec));
  Must(api().CreateRsaKey(kVault, kKey));
  Must(api().CreateRsaKey(kVault, "recovered-key"));
  Must(api().DeleteKey(kVault, kKey));
  Must(api().DeleteKey(kVault, "recovered-key"));
  Advance(kDay);
  Must(api().DeleteVault("gone-vault"));
  Advance(kDay);

  GoOn();
  LAZULI_EXPECT_OK(GetDeletedKey(kKey));
  EXPECT_THAT(api().CreateRsaKey(kVault, kKey), ErrorCodeIs("Conflict"));
  LAZULI_EXPECT_OK(api().RecoverKey(kVault, "recovered-key").status());
  Advance(5 * kDay - kMoment);
  LAZULI_EXPECT_OK(GetDeletedKey(kKey));
  Advance(kMoment);
  EXPECT_EQ(GetDeletedKey(kKey).code(), absl::StatusCode::kNotFound);
  LAZULI_EXPECT_OK(api().GetKey(kVault, "recovered-key").status());

  GoOn();
  Advance(kDay - kMoment);
  LAZULI_EXPECT_OK(GetDeletedVault("gone-vault"));
  Advance(kMoment);
  EXPECT_EQ(GetDeletedVault("gone-vault").code(), absl::StatusCode::kNotFound);
  LAZULI_EXPECT_OK(api().GetVault(kVault).status());
}

TEST_P(StateVaultsTest, ADeletedVaultComesBackWithItsKeys) {
  Start();
  Must(api().PutVault(kVault, {}));
  const v1::KeyBundle key = Must(api().CreateRsaKey(kVault, kKey));
  Must(api().DeleteVault(kVault));
  GoOn();
  EXPECT_FALSE(api().GetKey(kVault, kKey).ok());
  Must(api().RecoverVault(kVault));
  EXPECT_EQ(Must(api().GetKey(kVault, kKey)).DebugString(), key.DebugString());
}

TEST_P(StateVaultsTest, PurgeProtectionHolds) {
  Start();
  Api::VaultSpec spec;
  spec.retention_days = 7;
  Must(api().PutVault(kVault, spec));
  Must(api().CreateRsaKey(kVault, kKey));
  Must(api().DeleteKey(kVault, kKey));
  Must(api().PutVault("gone-vault", spec));
  Must(api().DeleteVault("gone-vault"));
  GoOn();
  EXPECT_FALSE(api().PurgeKey(kVault, kKey).ok());
  EXPECT_FALSE(PurgeVault("gone-vault").ok());
  v1::VaultPatchProperties properties;
  properties.set_enable_purge_protection(false);
  EXPECT_FALSE(api().UpdateVault(kVault, properties).ok());
  Advance(7 * kDay);
  EXPECT_EQ(GetDeletedVault("gone-vault").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetDeletedKey(kKey).code(), absl::StatusCode::kNotFound);
}

TEST_P(StateVaultsTest, AccessPoliciesGrantToThoseWhoSignInWithTheirSecrets) {
  Start();
  Must(api().PutVault(kVault, {}));
  Must(api().CreateRsaKey(kVault, kKey));
  const v1::Principal reader = CreatePrincipal("reader");
  const v1::Principal stranger = CreatePrincipal("stranger");
  Must(api().ChangePolicy(kVault, "add", reader.object_id(), {"get"}));
  GoOn();
  LAZULI_EXPECT_OK(GetKeyAs(reader));
  EXPECT_EQ(GetKeyAs(stranger).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(server_->Connect()->SignIn(reader.app_id(), "another secret").ok());
  // What is taken now stays taken.
  Must(api().ChangePolicy(kVault, "remove", reader.object_id(), {"get"}));
  GoOn();
  EXPECT_EQ(GetKeyAs(reader).code(), absl::StatusCode::kPermissionDenied);
}

TEST_P(StateVaultsTest, RolesGrantInVaultsThatGoByThem) {
  Start();
  Api::VaultSpec spec;
  spec.rbac = true;
  Must(api().PutVault(kVault, spec));
  const v1::Principal user = CreatePrincipal("user");
  Must(api().AssignRole(api().VaultId(kVault), "0a000000-0000-0000-0000-000000000001", kCryptoUser,
                        user.object_id()));
  GoOn();
  // There is no such key: who may not read would not learn that.
  EXPECT_EQ(GetKeyAs(user).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetKeyAs(CreatePrincipal("stranger")).code(), absl::StatusCode::kPermissionDenied);
  Must(api().DeleteRoleAssignment(api().VaultId(kVault), "0a000000-0000-0000-0000-000000000001"));
  GoOn();
  EXPECT_EQ(GetKeyAs(user).code(), absl::StatusCode::kPermissionDenied);
}

TEST_P(StateVaultsTest, ManagedIdentitiesGoOnOpeningTheirAccounts) {
  for (const bool user_assigned : {false, true}) {
    for (const bool rbac : {false, true}) {
      SCOPED_TRACE(absl::StrCat("user-assigned ", user_assigned, ", roles ", rbac));
      SceneOptions options;
      options.user_assigned = user_assigned;
      options.rbac = rbac;
      ServerOptions server = Options();
      if (!server.data_dir.empty()) absl::StrAppend(&server.data_dir, user_assigned, rbac);
      auto scene = std::make_unique<Scene>(options, server);
      const std::string principal = scene->principal_id();
      const ServerOptions again = OptionsAfter(scene->server(), server);
      scene.reset();
      server_ = std::make_unique<TestServer>(again);
      v1::GetPrincipalRequest request;
      request.set_principal(principal);
      LAZULI_EXPECT_OK(api().Call<v1::Principal>("Directory/GetPrincipal", request).status());
      EXPECT_EQ(Must(api().KeyAccess(Scene::kAccount)).state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
      LAZULI_EXPECT_OK(api().ListTasks(Scene::kAccount, Scene::kJob).status());
      // The identity is still what the account depends on.
      if (rbac) {
        Must(api().DeleteRoleAssignment(api().VaultId(Scene::kVault), Scene::kAssignment));
      } else {
        Must(api().ChangePolicy(Scene::kVault, "remove", principal,
                                {"get", "wrapKey", "unwrapKey"}));
      }
      EXPECT_EQ(Must(api().KeyAccess(Scene::kAccount)).state(), v1::KEY_ACCESS_STATE_LOST);
      server_.reset();
    }
  }
}

// One server that is asked all along, and one that ends in between.
TEST_P(StateVaultsTest, AReplayGetsTheSameIds) {
  const auto ids = [this](bool with_stops) {
    server_ = std::make_unique<TestServer>(with_stops ? Options() : TestOptions());
    std::string text;
    for (int i = 0; i < 2; ++i) {
      Must(api().PutVault(absl::StrCat("vault-", i), {}));
      Must(api().PutVault(kVault, {}));
      absl::StrAppend(&text, Must(api().CreateRsaKey(kVault, kKey)).key().kid(), " ");
      absl::StrAppend(&text, CreatePrincipal("app").object_id(), " ");
      absl::StrAppend(&text, Must(api().PutIdentity(absl::StrCat("identity-", i))).DebugString());
      if (with_stops) GoOn();
    }
    return text;
  };
  const std::string without = ids(false);
  EXPECT_EQ(ids(true), without);
}

}  // namespace
}  // namespace lazuli::emulator
