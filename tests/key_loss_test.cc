// Every way to lose a customer-managed key, and what it means for the account, its nodes and its
// tasks until the key is back and the restoration window is over.
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_catalog.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/options.pb.h"
#include "proto/time.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr absl::Duration kWindow = absl::Minutes(10);
constexpr absl::Duration kOutage = absl::Hours(3);

// One way to lose the key and, unless it is for good, to get it back.
struct Loss {
  std::string name;
  SceneOptions scene;
  std::function<absl::Status(Scene&)> take_away;
  std::function<absl::Status(Scene&)> give_back;
  // All in the reason that the account shows.
  std::vector<std::string> reason;
};

void PrintTo(const Loss& loss, std::ostream* os) { *os << loss.name; }

using Step = std::function<absl::Status(Scene&)>;

Step PassTime(absl::Duration duration) {
  return [duration](Scene& scene) { return scene.api().AdvanceBy(duration).status(); };
}

Step SetEnabled(bool enabled) {
  return [enabled](Scene& scene) {
    return scene.api().EnableKey(Scene::kVault, Scene::kKey, enabled).status();
  };
}

// The key expires after `lifetime` from now, which passes.
Step Expire(absl::Duration lifetime) {
  return [lifetime](Scene& scene) {
    v1::KeyAttributes attributes;
    *attributes.mutable_exp() = ToProto(scene.Now() + lifetime);
    const absl::Status updated = scene.UpdateKey(attributes);
    if (!updated.ok()) return updated;
    // Up to its last second the key is as good as ever.
    scene.Advance(lifetime - absl::Seconds(1));
    const absl::Status before = scene.TryService();
    if (!before.ok()) return before;
    scene.Advance(absl::Seconds(1));
    return absl::OkStatus();
  };
}

Step SetExpiry(absl::Duration from_now) {
  return [from_now](Scene& scene) {
    v1::KeyAttributes attributes;
    *attributes.mutable_exp() = ToProto(scene.Now() + from_now);
    return scene.UpdateKey(attributes);
  };
}

Step SetNotBefore(absl::Duration from_now) {
  return [from_now](Scene& scene) {
    v1::KeyAttributes attributes;
    *attributes.mutable_nbf() = ToProto(scene.Now() + from_now);
    return scene.UpdateKey(attributes);
  };
}

Step SetOperations(std::vector<v1::JsonWebKeyOperation> operations) {
  return [operations](Scene& scene) { return scene.SetKeyOperations(operations); };
}

Step SetPermissions(std::vector<std::string> permissions) {
  return [permissions](Scene& scene) {
    return scene.api().ChangePolicy(Scene::kVault, "replace", scene.principal_id(), permissions);
  };
}

Step SetNetwork(const std::string& default_action, const std::string& bypass,
                const std::string& public_network_access) {
  return [=](Scene& scene) {
    v1::VaultPatchProperties properties;
    properties.mutable_network_acls()->set_default_action(default_action);
    properties.mutable_network_acls()->set_bypass(bypass);
    properties.set_public_network_access(public_network_access);
    return scene.UpdateVault(properties);
  };
}

Step SetRbac(bool rbac) {
  return [rbac](Scene& scene) {
    v1::VaultPatchProperties properties;
    properties.set_enable_rbac_authorization(rbac);
    return scene.UpdateVault(properties);
  };
}

// Enables or disables the version that the account uses, beside a newer one.
Step SetVersionEnabled(bool enabled) {
  return [enabled](Scene& scene) {
    if (!enabled) Must(scene.api().CreateRsaKey(Scene::kVault, Scene::kKey).status());
    v1::UpdateKeyRequest request;
    request.set_vault_name(Scene::kVault);
    request.set_key_name(Scene::kKey);
    request.set_key_version(scene.first_kid().substr(scene.first_kid().rfind('/') + 1));
    request.mutable_attributes()->set_enabled(enabled);
    return scene.api().UpdateKey(request).status();
  };
}

absl::Status DeleteKey(Scene& scene) {
  return scene.api().DeleteKey(Scene::kVault, Scene::kKey).status();
}

absl::Status RecoverKey(Scene& scene) {
  return scene.api().RecoverKey(Scene::kVault, Scene::kKey).status();
}

absl::Status Grant(Scene& scene) { return scene.Grant(); }

absl::Status RemovePolicy(Scene& scene) {
  return scene.api().ChangePolicy(Scene::kVault, "remove", scene.principal_id(),
                                  {"get", "wrapKey", "unwrapKey"});
}

absl::Status RemoveRole(Scene& scene) {
  return scene.api().DeleteRoleAssignment(scene.api().VaultId(Scene::kVault), Scene::kAssignment);
}

absl::Status DeleteVault(Scene& scene) { return scene.api().DeleteVault(Scene::kVault); }

absl::Status RecoverVault(Scene& scene) { return scene.api().RecoverVault(Scene::kVault).status(); }

absl::Status DeleteIdentity(Scene& scene) { return scene.api().DeleteIdentity(Scene::kIdentity); }

std::vector<Loss> RepairableLosses() {
  constexpr auto kWrap = v1::JSON_WEB_KEY_OPERATION_WRAP_KEY;
  constexpr auto kUnwrap = v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY;
  constexpr auto kSign = v1::JSON_WEB_KEY_OPERATION_SIGN;
  const SceneOptions rbac = {.rbac = true};
  const SceneOptions user_assigned = {.user_assigned = true};
  const SceneOptions versionless = {.versionless = true};
  const Step open = SetNetwork("Allow", "AzureServices", "Enabled");
  return {
      {"KeyDisabled", {}, SetEnabled(false), SetEnabled(true), {"KeyDisabled", "disabled"}},
      {"KeyDisabledUserAssigned",
       user_assigned,
       SetEnabled(false),
       SetEnabled(true),
       {"KeyDisabled"}},
      {"KeyDisabledVersionless", versionless, SetEnabled(false), SetEnabled(true), {"KeyDisabled"}},
      {"KeyExpired",
       {},
       Expire(absl::Minutes(30)),
       SetExpiry(absl::Hours(240)),
       {"KeyExpired", "expired"}},
      {"KeyNotYetValid",
       {},
       SetNotBefore(absl::Hours(48)),
       SetNotBefore(-absl::Hours(1)),
       {"KeyNotYetValid"}},
      // After the outage two hours are left until the key is valid by itself.
      {"KeyNotYetValidUntilItIs",
       {},
       SetNotBefore(kOutage + absl::Hours(2)),
       PassTime(absl::Hours(2)),
       {"KeyNotYetValid", "not valid yet"}},
      {"KeyDeleted", {}, DeleteKey, RecoverKey, {"KeyNotFound", "deleted"}},
      {"KeyDeletedVersionless", versionless, DeleteKey, RecoverKey, {"KeyNotFound"}},
      {"KeyDeletedRbac", rbac, DeleteKey, RecoverKey, {"KeyNotFound"}},
      {"VersionDisabled",
       {},
       SetVersionEnabled(false),
       SetVersionEnabled(true),
       {"KeyDisabled", "version in use"}},
      {"WrapKeyTakenFromTheKey",
       {},
       SetOperations({kUnwrap, kSign}),
       SetOperations({kWrap, kUnwrap}),
       {"KeyOperationForbidden", "wrapKey"}},
      {"UnwrapKeyTakenFromTheKey",
       {},
       SetOperations({kWrap}),
       SetOperations({kWrap, kUnwrap}),
       {"KeyOperationForbidden", "unwrapKey"}},
      {"GetTakenFromThePolicy",
       {},
       SetPermissions({"wrapKey", "unwrapKey"}),
       Grant,
       {"ForbiddenByPolicy", "keys get permission"}},
      {"WrapKeyTakenFromThePolicy",
       {},
       SetPermissions({"get", "unwrapKey"}),
       Grant,
       {"ForbiddenByPolicy", "keys wrapKey permission"}},
      {"UnwrapKeyTakenFromThePolicy",
       user_assigned,
       SetPermissions({"get", "wrapKey"}),
       Grant,
       {"ForbiddenByPolicy", "keys unwrapKey permission"}},
      {"PolicyRemoved", {}, RemovePolicy, Grant, {"AccessDenied", "access policies"}},
      {"RoleRemoved", rbac, RemoveRole, Grant, {"ForbiddenByRbac", "role"}},
      {"VaultTurnedToRoles", {}, SetRbac(true), SetRbac(false), {"ForbiddenByRbac"}},
      {"VaultDeleted", {}, DeleteVault, RecoverVault, {"VaultNotFound", Scene::kVault}},
      {"VaultDeletedUserAssigned", user_assigned, DeleteVault, RecoverVault, {"VaultNotFound"}},
      {"FirewallWithoutBypass",
       {},
       SetNetwork("Deny", "None", "Enabled"),
       open,
       {"ForbiddenByFirewall", "firewall"}},
      {"PublicAccessWithoutBypass",
       {},
       SetNetwork("Allow", "None", "Disabled"),
       open,
       {"ForbiddenByConnection", "public network access"}},
  };
}

std::vector<Loss> LossesForGood() {
  return {
      {"KeyPurgedAtTheEndOfItsRetention",
       {.retention_days = 7},
       [](Scene& scene) {
         const absl::Status deleted = DeleteKey(scene);
         scene.Advance(absl::Hours(24) * 7);
         return deleted;
       },
       // There is nothing to recover any more; a new key of the name is another key.
       [](Scene& scene) {
         EXPECT_THAT(RecoverKey(scene), ErrorCodeIs("KeyNotFound"));
         return scene.api().CreateRsaKey(Scene::kVault, Scene::kKey).status();
       },
       {"KeyNotFound", "purged"}},
      {"UserAssignedIdentityDeleted",
       {.user_assigned = true},
       DeleteIdentity,
       // One of the same name is another identity, without access.
       [](Scene& scene) { return scene.api().PutIdentity(Scene::kIdentity).status(); },
       {"IdentityNotFound", Scene::kIdentity}},
      {"VaultPurgedAtTheEndOfItsRetention",
       {.retention_days = 7},
       [](Scene& scene) {
         const absl::Status deleted = DeleteVault(scene);
         scene.Advance(absl::Hours(24) * 7);
         return deleted;
       },
       [](Scene& scene) {
         EXPECT_THAT(RecoverVault(scene), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
         return absl::OkStatus();
       },
       {"VaultNotFound"}},
  };
}

std::string DetailOf(const absl::Status& status, const std::string& code) {
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    if (detail.code == code) return detail.message;
  }
  return "";
}

// Every call but those that need no key is refused, and says why; `until`: and until when.
void ExpectRefused(Scene& scene, const std::vector<std::string>& reason, bool until) {
  for (const PreparedCall& call : CallsThatNeedTheKey(scene)) {
    const absl::Status status = Make(&scene.server().admin(), call);
    EXPECT_THAT(status, ErrorCodeIs("AccountIsDisabled")) << call.method;
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << call.method;
    EXPECT_EQ(ErrorInfoOrDefault(status).http_status, 403) << call.method;
    for (const std::string& part : reason) {
      EXPECT_THAT(DetailOf(status, "Reason"), HasSubstr(part)) << call.method;
    }
    EXPECT_EQ(DetailOf(status, "KeyIdentifier"), scene.first_kid()) << call.method;
    EXPECT_EQ(!DetailOf(status, "RestoreTime").empty(), until) << call.method;
  }
  for (const PreparedCall& call : CallsThatNeedNoKey()) {
    LAZULI_EXPECT_OK(Make(&scene.server().admin(), call)) << call.method;
  }
}

void ExpectLost(Scene& scene, const std::vector<std::string>& reason) {
  const v1::KeyAccess access = scene.Access();
  EXPECT_EQ(access.state(), v1::KEY_ACCESS_STATE_LOST);
  EXPECT_FALSE(access.data_key_present());
  EXPECT_FALSE(access.has_until());
  for (const std::string& part : reason) EXPECT_THAT(access.reason(), HasSubstr(part));
  ExpectRefused(scene, reason, /*until=*/false);
}

class KeyLossTest : public testing::TestWithParam<Loss> {};

TEST_P(KeyLossTest, StopsEverythingUntilTheWindowIsOver) {
  const Loss& loss = GetParam();
  Scene scene(loss.scene);
  ASSERT_EQ(scene.NodesByState(), "2 running");
  ASSERT_EQ(scene.TasksByState(), "2 active, 2 running");

  const uint64_t before = scene.server().LastSequence();
  LAZULI_ASSERT_OK(loss.take_away(scene));
  ExpectLost(scene, loss.reason);
  EXPECT_THAT(scene.ChangesAfter(before), UnorderedElementsAre(Pair("node running -> unusable", 2),
                                                               Pair("task running -> active", 2)));

  // The tasks would have ended long ago: nothing runs, and nothing else happens.
  const uint64_t lost = scene.server().LastSequence();
  scene.Advance(kOutage);
  ExpectLost(scene, loss.reason);
  EXPECT_THAT(scene.ChangesAfter(lost), IsEmpty());

  LAZULI_ASSERT_OK(loss.give_back(scene));
  const v1::KeyAccess restoring = scene.Access();
  EXPECT_EQ(restoring.state(), v1::KEY_ACCESS_STATE_RESTORING);
  EXPECT_FALSE(restoring.data_key_present());
  EXPECT_EQ(FromProto(restoring.until()), scene.Now() + kWindow);
  ExpectRefused(scene, loss.reason, /*until=*/true);
  scene.Advance(kWindow - absl::Seconds(1));
  ExpectRefused(scene, loss.reason, /*until=*/true);
  EXPECT_THAT(scene.ChangesAfter(lost), IsEmpty());

  scene.Advance(absl::Seconds(1));
  const v1::KeyAccess restored = scene.Access();
  EXPECT_EQ(restored.state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  EXPECT_TRUE(restored.data_key_present());
  EXPECT_FALSE(restored.has_reason());
  EXPECT_EQ(restored.key_identifier(), scene.first_kid());
  EXPECT_EQ(scene.NodesByState(), "2 running");
  EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");

  // The work runs to its end, what was cut once more from its beginning.
  scene.Advance(Scene::kTaskTime - absl::Seconds(1));
  EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");
  scene.Advance(absl::Seconds(1));
  EXPECT_EQ(scene.TasksByState(), "2 completed, 2 running");
  scene.Advance(Scene::kTaskTime);
  EXPECT_EQ(scene.TasksByState(), "4 completed");
  EXPECT_EQ(scene.NodesByState(), "2 idle");
  std::multiset<int> starts;
  for (const auto& [task, count] : scene.StartsByTask()) starts.insert(count);
  EXPECT_THAT(starts, ElementsAre(1, 1, 2, 2));
  for (const v1::CloudTask& task : Must(scene.api().ListTasks(Scene::kAccount, Scene::kJob))) {
    const std::string resource =
        absl::StrCat(Scene::kAccount, "/jobs/", Scene::kJob, "/tasks/", task.id());
    EXPECT_EQ(task.execution_info().result(), "success") << task.id();
    EXPECT_EQ(task.execution_info().requeue_count(), scene.StartsByTask()[resource] - 1)
        << task.id();
    EXPECT_EQ(task.execution_info().retry_count(), 0) << task.id();
  }
}

INSTANTIATE_TEST_SUITE_P(Reasons, KeyLossTest, testing::ValuesIn(RepairableLosses()),
                         [](const testing::TestParamInfo<Loss>& info) { return info.param.name; });

class LossForGoodTest : public testing::TestWithParam<Loss> {};

TEST_P(LossForGoodTest, LeavesNothingButDeletion) {
  const Loss& loss = GetParam();
  Scene scene(loss.scene);
  const uint64_t before = scene.server().LastSequence();
  LAZULI_ASSERT_OK(loss.take_away(scene));
  ExpectLost(scene, loss.reason);
  EXPECT_THAT(scene.ChangesAfter(before), UnorderedElementsAre(Pair("node running -> unusable", 2),
                                                               Pair("task running -> active", 2)));
  LAZULI_ASSERT_OK(loss.give_back(scene));
  scene.Advance(absl::Hours(24 * 30));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_LOST);
  ExpectRefused(scene, {}, /*until=*/false);
  LAZULI_EXPECT_OK(scene.api().DeleteAccount(Scene::kAccount));
  EXPECT_THAT(scene.api().GetAccount(Scene::kAccount), ErrorCodeIs("ResourceNotFound"));
}

INSTANTIATE_TEST_SUITE_P(Reasons, LossForGoodTest, testing::ValuesIn(LossesForGood()),
                         [](const testing::TestParamInfo<Loss>& info) { return info.param.name; });

// What changes about a key or its vault without a loss.
struct Harmless {
  std::string name;
  Step change;
};

void PrintTo(const Harmless& harmless, std::ostream* os) { *os << harmless.name; }

class HarmlessChangeTest : public testing::TestWithParam<Harmless> {};

TEST_P(HarmlessChangeTest, KeepsTheAccountAtWork) {
  Scene scene;
  const uint64_t before = scene.server().LastSequence();
  LAZULI_ASSERT_OK(GetParam().change(scene));
  EXPECT_EQ(scene.Access().state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  scene.Advance(absl::Minutes(30));
  EXPECT_EQ(scene.TasksByState(), "2 active, 2 running");
  EXPECT_THAT(scene.ChangesAfter(before), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Changes, HarmlessChangeTest,
    testing::ValuesIn(std::vector<Harmless>{
        {"FirewallWithBypass", SetNetwork("Deny", "AzureServices", "Enabled")},
        {"PublicAccessDisabledWithBypass", SetNetwork("Allow", "AzureServices", "Disabled")},
        {"OtherOperationsTaken", SetOperations({v1::JSON_WEB_KEY_OPERATION_WRAP_KEY,
                                                v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY})},
        {"MorePermissions", SetPermissions({"all"})},
        {"NewVersion",
         [](Scene& scene) {
           return scene.api().CreateRsaKey(Scene::kVault, Scene::kKey).status();
         }},
        {"ExpiryFarAway", SetExpiry(absl::Hours(24 * 365))},
        {"AnotherKeyDeleted",
         [](Scene& scene) {
           Must(scene.api().CreateRsaKey(Scene::kVault, "another-key").status());
           return scene.api().DeleteKey(Scene::kVault, "another-key").status();
         }},
    }),
    [](const testing::TestParamInfo<Harmless>& info) { return info.param.name; });

// The lists of calls miss no method of the API: a new one has to be sorted into one of them.
TEST(KeyLossCoverageTest, EveryMethodOfAnAccountIsTried) {
  std::set<std::string> needing;
  std::set<std::string> not_needing;
  const google::protobuf::FileDescriptor* const files[] = {
      v1::BatchAccount::descriptor()->file(), v1::CloudPool::descriptor()->file(),
      v1::CloudJob::descriptor()->file(), v1::PoolNodeCounts::descriptor()->file()};
  for (const google::protobuf::FileDescriptor* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      const ServiceDescriptor& service = *file->service(s);
      for (int m = 0; m < service.method_count(); ++m) {
        const MethodDescriptor& method = *service.method(m);
        const bool without = method.options().GetExtension(v1::method).without_key_access();
        (without ? not_needing : needing).insert(absl::StrCat(service.name(), "/", method.name()));
      }
    }
  }
  // These make an account, or are about none.
  EXPECT_EQ(needing.erase("BatchAccounts/CreateBatchAccount"), 1u);
  EXPECT_EQ(needing.erase("BatchAccounts/CheckBatchNameAvailability"), 1u);
  // Tried by each test that needs an account gone.
  EXPECT_EQ(not_needing.erase("BatchAccounts/DeleteBatchAccount"), 1u);
  std::set<std::string> tried;
  const Scene scene;
  for (const PreparedCall& call : CallsThatNeedTheKey(scene)) tried.insert(call.method);
  EXPECT_EQ(tried, needing);
  tried.clear();
  for (const PreparedCall& call : CallsThatNeedNoKey()) tried.insert(call.method);
  EXPECT_EQ(tried, not_needing);
}

}  // namespace
}  // namespace lazuli::emulator
