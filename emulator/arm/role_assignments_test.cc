#include "emulator/arm/role_assignments.h"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/mutex.h"
#include "base/status_matchers.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/arm/role_listener.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::string_view kSub = kDefaultSubscriptionId;
constexpr absl::string_view kName1 = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr absl::string_view kName2 = "aaaaaaaa-0000-4000-8000-000000000002";
constexpr absl::string_view kNobody = "99999999-0000-4000-8000-000000000000";
constexpr absl::string_view kOtherTenant = "bbbbbbbb-0000-4000-8000-0000000000bb";

// Asks back from within the notification, which a lock held around it would not survive.
class Recorder : public RoleListener {
 public:
  explicit Recorder(RoleAssignments* assignments) : assignments_(assignments) {}

  void OnRolesChanged(const std::string& object_id, const std::string& scope,
                      const std::string& cause) override {
    const size_t left = assignments_->ListOf(object_id).size();
    MutexLock lock(&mu_);
    changes_.push_back(absl::StrCat(object_id, " ", scope, " ", cause, " ", left));
  }
  std::vector<std::string> Take() {
    MutexLock lock(&mu_);
    return std::move(changes_);
  }

 private:
  RoleAssignments* const assignments_;
  Mutex mu_;
  std::vector<std::string> changes_ ABSL_GUARDED_BY(mu_);
};

class RoleAssignmentsTest : public testing::Test {
 protected:
  void SetUp() override {
    LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(kSub, "g", "w", std::nullopt));
    directory_.AddListener(&assignments_);
    app_ = NewPrincipal("app");
  }

  std::string NewPrincipal(const std::string& name, absl::string_view tenant = "") {
    ServicePrincipalSpec spec;
    spec.display_name = name;
    spec.tenant_id = std::string(tenant);
    absl::StatusOr<CreatedServicePrincipal> created = directory_.CreateServicePrincipal(spec);
    EXPECT_TRUE(created.ok());
    return created->principal->object_id;
  }

  static RoleAssignmentSpec Spec(absl::string_view principal,
                                 absl::string_view role = kReaderRoleId) {
    RoleAssignmentSpec spec;
    spec.role_definition_id = std::string(role);
    spec.principal_id = std::string(principal);
    return spec;
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
  RoleAssignments assignments_{&directory_, &resources_, IdDeriver(1), &clock_, &events_};
  const ResourceId sub_ = ResourceId::Subscription(kSub);
  const ResourceId group_ = ResourceId::ResourceGroup(kSub, "g");
  std::string app_;
};

TEST_F(RoleAssignmentsTest, MakesTheAdministratorOwnerOfEverything) {
  const std::vector<RoleAssignment::Ptr> own = assignments_.ListOf(kAdminObjectId);
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(own[0]->role->name, "Owner");
  EXPECT_EQ(own[0]->scope, ResourceId());
  EXPECT_EQ(own[0]->ArmId(),
            absl::StrCat("/providers/Microsoft.Authorization/roleAssignments/", own[0]->name));
}

TEST_F(RoleAssignmentsTest, MakesGetsListsAndDeletes) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const RoleAssignments::PutResult made,
                              assignments_.Put(group_, kName1, Spec(app_)));
  EXPECT_TRUE(made.created);
  EXPECT_EQ(made.assignment->created_on, clock_.Now());
  EXPECT_EQ(made.assignment->ArmId(),
            absl::StrCat(group_.text(), "/providers/Microsoft.Authorization/roleAssignments/",
                         std::string(kName1)));
  LAZULI_ASSERT_OK(assignments_.Put(sub_, kName2, Spec(app_)));
  LAZULI_ASSERT_OK_AND_ASSIGN(const RoleAssignment::Ptr got,
                              assignments_.Get(group_, absl::AsciiStrToUpper(kName1)));
  EXPECT_EQ(got, made.assignment);

  // The administrator's, the subscription's, the group's.
  EXPECT_EQ(assignments_.ListAround(group_).size(), 3u);
  EXPECT_EQ(assignments_.ListAround(sub_).size(), 3u);
  EXPECT_EQ(assignments_.ListAround(ResourceId::ResourceGroup(kSub, "h")).size(), 2u);
  EXPECT_EQ(assignments_.ListOf(absl::AsciiStrToUpper(app_)).size(), 2u);

  EXPECT_EQ(assignments_.Delete(group_, kName1), made.assignment);
  EXPECT_EQ(assignments_.Delete(group_, kName1), nullptr);
  EXPECT_EQ(assignments_.Delete(group_, kName2), nullptr);
  EXPECT_THAT(assignments_.Get(group_, kName1), ErrorCodeIs("RoleAssignmentNotFound"));
  EXPECT_EQ(assignments_.ListOf(app_).size(), 1u);
}

TEST_F(RoleAssignmentsTest, UpdatesTheDescriptionAndNothingElse) {
  LAZULI_ASSERT_OK(assignments_.Put(group_, kName1, Spec(app_)));
  const absl::Time created = clock_.Now();
  clock_.Set(created + absl::Minutes(1));
  RoleAssignmentSpec spec = Spec(app_, FindRole(kReaderRoleId)->ArmId());
  spec.description = "why";
  LAZULI_ASSERT_OK_AND_ASSIGN(const RoleAssignments::PutResult updated,
                              assignments_.Put(group_, kName1, spec));
  EXPECT_FALSE(updated.created);
  EXPECT_EQ(updated.assignment->description, "why");
  EXPECT_EQ(updated.assignment->created_on, created);
  EXPECT_EQ(updated.assignment->updated_on, clock_.Now());
  EXPECT_EQ(assignments_.ListOf(app_).size(), 1u);
  EXPECT_THAT(assignments_.Put(group_, kName1, Spec(app_, kOwnerRoleId)),
              ErrorCodeIs("RoleAssignmentUpdateNotPermitted"));
  EXPECT_THAT(assignments_.Put(group_, kName1, Spec(kAdminObjectId)),
              ErrorCodeIs("RoleAssignmentUpdateNotPermitted"));
}

TEST_F(RoleAssignmentsTest, RefusesTheSameUnderAnotherName) {
  LAZULI_ASSERT_OK(assignments_.Put(group_, kName1, Spec(app_)));
  EXPECT_THAT(assignments_.Put(group_, kName2, Spec(app_)),
              StatusIs(absl::StatusCode::kAlreadyExists, testing::HasSubstr(std::string(kName1))));
  LAZULI_EXPECT_OK(assignments_.Put(sub_, kName2, Spec(app_)));
  LAZULI_EXPECT_OK(assignments_.Put(group_, kName2, Spec(app_, kOwnerRoleId)));
}

TEST_F(RoleAssignmentsTest, RefusesWhatDoesNotExistOrFit) {
  LAZULI_ASSERT_OK(directory_.CreateTenant(kOtherTenant, ""));
  const std::string stranger = NewPrincipal("stranger", kOtherTenant);
  RoleAssignmentSpec user = Spec(app_);
  user.principal_type = "User";
  RoleAssignmentSpec long_description = Spec(app_);
  long_description.description = std::string(2000, 'x');
  struct Case {
    ResourceId scope;
    std::string name;
    RoleAssignmentSpec spec;
    const char* error;
  };
  const std::string name(kName1);
  const Case cases[] = {
      {group_, "reader", Spec(app_), "InvalidRoleAssignmentId"},
      {group_, name, Spec(app_, kNobody), "RoleDefinitionDoesNotExist"},
      {group_, name, Spec(app_, ""), "InvalidInput"},
      {group_, name, Spec(""), "InvalidInput"},
      {group_, name, long_description, "InvalidInput"},
      {group_, name, Spec(kNobody), "PrincipalNotFound"},
      {group_, name, Spec("app"), "PrincipalNotFound"},
      {group_, name, Spec(stranger), "PrincipalNotFound"},
      {group_, name, user, "UnmatchedPrincipalType"},
      {ResourceId::ResourceGroup(kSub, "h"), name, Spec(app_), "ResourceGroupNotFound"},
      {ResourceId::Subscription(kNobody), name, Spec(app_), "SubscriptionNotFound"},
      {ResourceId::Resource(kSub, "g", "Microsoft.KeyVault/vaults", "v"), name, Spec(app_),
       "ResourceNotFound"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(assignments_.Put(c.scope, c.name, c.spec), ErrorCodeIs(c.error));
  }
  EXPECT_THAT(assignments_.ListOf(app_), IsEmpty());
  // At the root a principal of any tenant will do, and so will a type that is right.
  LAZULI_EXPECT_OK(assignments_.Put(ResourceId(), kName1, Spec(stranger)));
  user.principal_type = "servicePrincipal";
  LAZULI_EXPECT_OK(assignments_.Put(group_, kName1, user));
}

TEST_F(RoleAssignmentsTest, TellsListenersAfterTheFact) {
  Recorder recorder(&assignments_);
  assignments_.AddListener(&recorder);
  LAZULI_ASSERT_OK(assignments_.Put(group_, kName1, Spec(app_)));
  EXPECT_THAT(recorder.Take(),
              ElementsAre(absl::StrCat(app_, " ", group_.text(), " role 'Reader' assigned 1")));
  LAZULI_ASSERT_OK(assignments_.Put(group_, kName1, Spec(app_)));
  EXPECT_THAT(recorder.Take(), IsEmpty());
  assignments_.Delete(group_, kName1);
  EXPECT_THAT(recorder.Take(), ElementsAre(absl::StrCat(app_, " ", group_.text(),
                                                        " assignment of role 'Reader' deleted 0")));
  assignments_.Delete(group_, kName1);
  EXPECT_THAT(recorder.Take(), IsEmpty());
}

TEST_F(RoleAssignmentsTest, GoWithTheirPrincipal) {
  Recorder recorder(&assignments_);
  LAZULI_ASSERT_OK(assignments_.Put(group_, kName1, Spec(app_)));
  LAZULI_ASSERT_OK(assignments_.Put(sub_, kName1, Spec(app_)));
  assignments_.AddListener(&recorder);
  LAZULI_ASSERT_OK(directory_.DeleteServicePrincipal(app_));
  EXPECT_THAT(assignments_.ListOf(app_), IsEmpty());
  EXPECT_EQ(assignments_.SnapshotOf(app_), nullptr);
  const std::string cause = " service principal 'app' deleted 0";
  EXPECT_THAT(recorder.Take(), ElementsAre(absl::StrCat(app_, " ", sub_.text(), cause),
                                           absl::StrCat(app_, " ", group_.text(), cause)));
  EXPECT_EQ(assignments_.ListOf(kAdminObjectId).size(), 1u);
}

TEST_F(RoleAssignmentsTest, GoWithTheirScopeAndWhatIsBelowIt) {
  const std::string vault = ResourceId::Resource(kSub, "g", "M.K/vaults", "v").text();
  resources_.AddResources(
      [&vault](const std::string&, const std::string&) {
        return std::vector<ListedResource>{{.id = vault, .location = "w", .tags = {}}};
      },
      nullptr);
  LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId key,
                              ResourceId::Parse(absl::StrCat(vault, "/keys/k")));
  LAZULI_ASSERT_OK(assignments_.Put(key, kName1, Spec(app_)));
  LAZULI_ASSERT_OK(assignments_.Put(key.TopLevel(), kName1, Spec(app_)));
  LAZULI_ASSERT_OK(assignments_.Put(group_, kName1, Spec(app_)));
  assignments_.RemoveAssignmentsUnder(key.TopLevel(), "vault deleted");
  ASSERT_EQ(assignments_.ListOf(app_).size(), 1u);
  EXPECT_EQ(assignments_.ListOf(app_)[0]->scope, group_);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<Event> events, events_.ListAfter(0, 100));
  EXPECT_EQ(events.back().kind, "roleAssignment");
  EXPECT_EQ(events.back().from, "active");
  EXPECT_EQ(events.back().cause, absl::StrCat("vault deleted, principal ", app_));
}

TEST_F(RoleAssignmentsTest, AreLimitedInNumber) {
  const IdDeriver ids(5);
  for (int i = 0; i < 4000; ++i) {
    LAZULI_ASSERT_OK(resources_.CheckSubscription(kSub));
    const std::string principal = NewPrincipal("p");
    LAZULI_ASSERT_OK(
        assignments_.Put(sub_, ids.Guid("", "name", static_cast<uint64_t>(i)), Spec(principal)));
  }
  EXPECT_THAT(assignments_.Put(group_, kName1, Spec(app_)),
              ErrorCodeIs("RoleAssignmentLimitExceeded"));
  assignments_.Delete(sub_, ids.Guid("", "name", 7));
  LAZULI_EXPECT_OK(assignments_.Put(group_, kName1, Spec(app_)));
}

TEST_F(RoleAssignmentsTest, LeaveNoneBehindWhenPrincipalsGoMeanwhile) {
  const IdDeriver ids(5);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([this, &ids, i] {
      for (int j = 0; j < 60; ++j) {
        const std::string principal = NewPrincipal(absl::StrCat("p", i, "-", j));
        std::thread deleter(
            [this, &principal] { EXPECT_TRUE(directory_.DeleteServicePrincipal(principal).ok()); });
        const std::string name = ids.Guid(absl::StrCat(i), "name", static_cast<uint64_t>(j));
        (void)assignments_.Put(group_, name, Spec(principal));
        deleter.join();
        EXPECT_EQ(assignments_.SnapshotOf(principal), nullptr);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(assignments_.ListAround(group_).size(), 1u);
}

}  // namespace
}  // namespace lazuli::emulator
