#include "emulator/arm/role_evaluator.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/role_checker.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::string_view kSub = kDefaultSubscriptionId;

const RoleDefinition& RoleNamed(absl::string_view name) {
  for (const RoleDefinition& role : BuiltInRoles()) {
    if (absl::string_view(role.name) == name) return role;
  }
  ADD_FAILURE() << "no role " << name;
  return BuiltInRoles()[0];
}

class RoleEvaluatorTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* group : {"g", "g2"}) {
      LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(kSub, group, "w", std::nullopt));
    }
    resources_.AddResources(
        [this](const std::string&, const std::string& group) {
          std::vector<ListedResource> resources;
          if (group != "g") return resources;
          for (const std::string& id : {vault_, account_}) {
            resources.push_back({.id = id, .location = "w", .tags = {}});
          }
          return resources;
        },
        nullptr);
    ServicePrincipalSpec spec;
    spec.display_name = "app";
    LAZULI_ASSERT_OK_AND_ASSIGN(const CreatedServicePrincipal created,
                                directory_.CreateServicePrincipal(spec));
    caller_.tenant_id = created.principal->tenant_id;
    caller_.object_id = created.principal->object_id;
    caller_.app_id = created.principal->app_id;
  }

  void Assign(absl::string_view role, absl::string_view scope) {
    const std::string name = IdDeriver(1).Guid(scope, role, next_name_++);
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId id, ResourceId::Parse(scope));
    RoleAssignmentSpec spec;
    spec.role_definition_id = RoleNamed(role).id;
    spec.principal_id = caller_.object_id;
    LAZULI_ASSERT_OK(assignments_.Put(id, name, spec));
  }

  bool Action(absl::string_view action, absl::string_view scope) const {
    return evaluator_.IsAllowed(caller_, scope, action, /*is_data_action=*/false);
  }
  bool DataAction(absl::string_view action, absl::string_view scope) const {
    return evaluator_.IsAllowed(caller_, scope, action, /*is_data_action=*/true);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
  RoleAssignments assignments_{&directory_, &resources_, IdDeriver(1), &clock_, &events_};
  const RoleEvaluator evaluator_{&assignments_};
  const std::string sub_ = absl::StrCat("/subscriptions/", std::string(kSub));
  const std::string group_ = absl::StrCat(sub_, "/resourceGroups/g");
  const std::string vault_ = absl::StrCat(group_, "/providers/Microsoft.KeyVault/vaults/v");
  const std::string account_ = absl::StrCat(group_, "/providers/Microsoft.Batch/batchAccounts/a");
  Caller caller_;
  uint64_t next_name_ = 0;
};

TEST_F(RoleEvaluatorTest, AllowsNothingWithoutARole) {
  EXPECT_FALSE(Action("Microsoft.KeyVault/vaults/read", vault_));
  EXPECT_FALSE(DataAction("Microsoft.KeyVault/vaults/keys/read", vault_));
  EXPECT_FALSE(evaluator_.IsRootOwner(caller_));
  EXPECT_FALSE(evaluator_.IsAllowed(Caller(), "/", "x", false));
}

TEST_F(RoleEvaluatorTest, InheritsFromEveryScopeAbove) {
  const std::string key = absl::StrCat(vault_, "/keys/k");
  const std::string all[] = {"/", sub_, group_, vault_, key};
  Assign("Reader", group_);
  EXPECT_FALSE(Action("a/read", all[0]));
  EXPECT_FALSE(Action("a/read", all[1]));
  EXPECT_TRUE(Action("a/read", all[2]));
  EXPECT_TRUE(Action("a/read", all[3]));
  EXPECT_TRUE(Action("a/read", all[4]));
  EXPECT_FALSE(Action("a/read", absl::StrCat(sub_, "/resourceGroups/g2")));
  EXPECT_FALSE(Action("a/read", absl::StrCat(group_, "2")));
  EXPECT_TRUE(Action("a/read", absl::AsciiStrToUpper(vault_)));
  EXPECT_TRUE(Action("a/read", absl::StrCat(group_, "/")));
  EXPECT_TRUE(Action("A/READ", group_.substr(1)));
  EXPECT_FALSE(Action("a/write", group_));
}

TEST_F(RoleEvaluatorTest, KnowsTheRootAndTheAdministrator) {
  Caller admin;
  admin.object_id = std::string(kAdminObjectId);
  EXPECT_TRUE(evaluator_.IsRootOwner(admin));
  for (const std::string& scope : {std::string("/"), std::string(), sub_, vault_}) {
    EXPECT_TRUE(evaluator_.IsAllowed(admin, scope, "Microsoft.KeyVault/vaults/write", false));
  }
  // Owner manages vaults; what is in them is a matter of data actions.
  EXPECT_FALSE(evaluator_.HasDataAction(admin, vault_, "Microsoft.KeyVault/vaults/keys/read"));
  Assign("Owner", sub_);
  EXPECT_FALSE(evaluator_.IsRootOwner(caller_));
  Assign("Contributor", "/");
  EXPECT_FALSE(evaluator_.IsRootOwner(caller_));
  Assign("Owner", "/");
  EXPECT_TRUE(evaluator_.IsRootOwner(caller_));
}

TEST_F(RoleEvaluatorTest, HonoursExceptionsUntilAnotherRoleGives) {
  Assign("Contributor", sub_);
  EXPECT_TRUE(Action("Microsoft.KeyVault/vaults/write", vault_));
  EXPECT_TRUE(Action("Microsoft.Authorization/roleAssignments/read", vault_));
  EXPECT_FALSE(Action("Microsoft.Authorization/roleAssignments/write", vault_));
  EXPECT_FALSE(Action("Microsoft.Authorization/roleAssignments/delete", vault_));
  Assign("User Access Administrator", vault_);
  EXPECT_TRUE(Action("Microsoft.Authorization/roleAssignments/write", vault_));
  EXPECT_FALSE(Action("Microsoft.Authorization/roleAssignments/write", group_));
}

TEST_F(RoleEvaluatorTest, GivesEachKeyVaultRoleItsDataActions) {
  struct Case {
    const char* role;
    const char* action;
    bool allowed;
  };
  const Case cases[] = {
      {"Key Vault Administrator", "keys/purge/action", true},
      {"Key Vault Crypto Officer", "keys/create/action", true},
      {"Key Vault Crypto Officer", "keys/purge/action", true},
      {"Key Vault Crypto Officer", "secrets/getSecret/action", false},
      {"Key Vault Crypto User", "keys/sign/action", true},
      {"Key Vault Crypto User", "keys/create/action", false},
      {"Key Vault Crypto User", "keys/delete", false},
      {"Key Vault Crypto Service Encryption User", "keys/read", true},
      {"Key Vault Crypto Service Encryption User", "keys/wrap/action", true},
      {"Key Vault Crypto Service Encryption User", "keys/unwrap/action", true},
      {"Key Vault Crypto Service Encryption User", "keys/decrypt/action", false},
      {"Key Vault Crypto Service Release User", "keys/release/action", true},
      {"Key Vault Crypto Service Release User", "keys/read", false},
      {"Key Vault Reader", "keys/read", true},
      {"Key Vault Reader", "keys/wrap/action", false},
      {"Key Vault Contributor", "keys/read", false},
      {"Owner", "keys/read", false},
      {"Contributor", "keys/read", false},
      {"Reader", "keys/read", false},
  };
  for (const Case& c : cases) {
    Assign(c.role, vault_);
    EXPECT_EQ(DataAction(absl::StrCat("Microsoft.KeyVault/vaults/", c.action),
                         absl::StrCat(vault_, "/keys/k")),
              c.allowed)
        << c.role << ", " << c.action;
    for (const RoleAssignment::Ptr& own : assignments_.ListOf(caller_.object_id)) {
      assignments_.Delete(own->scope, own->name);
    }
  }
}

TEST_F(RoleEvaluatorTest, KeepsPurgingVaultsFromTheirContributors) {
  Assign("Key Vault Contributor", sub_);
  EXPECT_TRUE(Action("Microsoft.KeyVault/vaults/delete", vault_));
  EXPECT_FALSE(Action("Microsoft.KeyVault/locations/deletedVaults/purge/action", sub_));
  Assign("Key Vault Purge Operator", sub_);
  EXPECT_TRUE(Action("Microsoft.KeyVault/locations/deletedVaults/purge/action", sub_));
}

TEST_F(RoleEvaluatorTest, CountsControlActionsAsDataActionsForBatchOnly) {
  struct Case {
    const char* role;
    const char* action;
    bool data;
    bool allowed;
  };
  const Case cases[] = {
      {"Owner", "jobs/write", true, true},
      {"Contributor", "jobs/write", true, true},
      {"Contributor", "pools/write", false, true},
      {"Reader", "jobs/read", true, true},
      {"Reader", "jobs/write", true, false},
      {"Key Vault Administrator", "jobs/read", true, false},
      {"Azure Batch Account Contributor", "jobs/delete", true, true},
      {"Azure Batch Account Contributor", "listkeys/action", false, true},
      {"Azure Batch Account Reader", "jobs/read", true, true},
      {"Azure Batch Account Reader", "pools/read", false, true},
      {"Azure Batch Account Reader", "jobs/write", true, false},
      {"Azure Batch Data Contributor", "pools/delete", false, true},
      {"Azure Batch Data Contributor", "jobs/write", true, true},
      {"Azure Batch Data Contributor", "write", false, false},
      {"Azure Batch Data Contributor", "listkeys/action", false, false},
      {"Azure Batch Job Submitter", "jobs/write", true, true},
      {"Azure Batch Job Submitter", "pools/read", false, true},
      {"Azure Batch Job Submitter", "pools/write", false, false},
      {"Azure Batch Job Submitter", "read", false, false},
      {"User Access Administrator", "jobs/write", true, false},
  };
  for (const Case& c : cases) {
    Assign(c.role, account_);
    EXPECT_EQ(
        evaluator_.IsAllowed(caller_, account_,
                             absl::StrCat("Microsoft.Batch/batchAccounts/", c.action), c.data),
        c.allowed)
        << c.role << ", " << c.action;
    for (const RoleAssignment::Ptr& own : assignments_.ListOf(caller_.object_id)) {
      assignments_.Delete(own->scope, own->name);
    }
  }
}

TEST_F(RoleEvaluatorTest, SaysWhatItLookedAt) {
  const absl::string_view action = "Microsoft.Authorization/roleAssignments/write";
  EXPECT_THAT(evaluator_.Explain(caller_, vault_, action, false),
              ElementsAre("no role is assigned to the principal anywhere"));
  Assign("Reader", vault_);
  Assign("Contributor", sub_);
  Assign("Owner", absl::StrCat(sub_, "/resourceGroups/g2"));
  const absl::Status denied = evaluator_.Check(caller_, vault_, action, false);
  EXPECT_THAT(denied, StatusIs(absl::StatusCode::kPermissionDenied,
                               AllOf(HasSubstr(caller_.app_id), HasSubstr(caller_.object_id),
                                     HasSubstr(std::string(action)), HasSubstr(vault_))));
  EXPECT_THAT(denied, ErrorCodeIs("AuthorizationFailed"));
  EXPECT_EQ(GetErrorInfo(denied)->details.size(), 3u);
  EXPECT_THAT(evaluator_.Explain(caller_, vault_, action, false),
              ElementsAre(absl::StrCat("role 'Contributor' at '", sub_, "' excepts the action"),
                          absl::StrCat("role 'Reader' at '", vault_, "' does not give the action"),
                          absl::StrCat("role 'Owner' at '", sub_,
                                       "/resourceGroups/g2' does not reach the scope")));
  LAZULI_EXPECT_OK(evaluator_.Check(caller_, vault_, "x/read", false));
}

TEST_F(RoleEvaluatorTest, ExplainsNoMoreThanAFewAssignments) {
  for (const RoleDefinition& role : BuiltInRoles()) Assign(role.name, group_);
  const std::vector<std::string> lines = evaluator_.Explain(caller_, sub_, "x/read", false);
  ASSERT_EQ(lines.size(), 11u);
  EXPECT_THAT(lines.back(), HasSubstr("more"));
}

TEST_F(RoleEvaluatorTest, AnswersTheVaults) {
  Assign("Key Vault Crypto User", vault_);
  const keyvault::RoleChecker& checker = evaluator_;
  EXPECT_TRUE(checker.HasDataAction(caller_, absl::StrCat(vault_, "/keys/k"),
                                    "Microsoft.KeyVault/vaults/keys/wrap/action"));
  EXPECT_FALSE(checker.HasDataAction(caller_, absl::StrCat(vault_, "x"),
                                     "Microsoft.KeyVault/vaults/keys/wrap/action"));
}

TEST_F(RoleEvaluatorTest, LimitsWhatAnAccessAdministratorMayAssign) {
  const absl::string_view write = "Microsoft.Authorization/roleAssignments/write";
  const RoleDefinition& owner = RoleNamed("Owner");
  const RoleDefinition& crypto_user = RoleNamed("Key Vault Crypto User");
  EXPECT_FALSE(evaluator_.MayAssign(caller_, vault_, write, crypto_user));
  Assign("Key Vault Data Access Administrator", vault_);
  EXPECT_TRUE(evaluator_.MayAssign(caller_, vault_, write, crypto_user));
  EXPECT_FALSE(evaluator_.MayAssign(caller_, vault_, write, owner));
  EXPECT_FALSE(evaluator_.MayAssign(caller_, group_, write, crypto_user));
  Assign("User Access Administrator", sub_);
  EXPECT_TRUE(evaluator_.MayAssign(caller_, vault_, write, owner));
}

}  // namespace
}  // namespace lazuli::emulator
