#include "emulator/arm/user_assigned_identities.h"

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "batch/managed_identity_client.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr absl::string_view kSub = kDefaultSubscriptionId;
constexpr absl::string_view kName = "aaaaaaaa-0000-4000-8000-000000000001";

// Acts while a principal is being deleted.
class Meddler : public PrincipalListener {
 public:
  explicit Meddler(std::function<void()> act) : act_(std::move(act)) {}
  void OnPrincipalDeleted(const std::string&, const std::string&) override { act_(); }

 private:
  const std::function<void()> act_;
};

class UserAssignedIdentitiesTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_.AddListener(&assignments_);
    LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(kSub, "Group", "w", std::nullopt));
  }

  absl::StatusOr<UserAssignedIdentities::PutResult> Put(absl::string_view name,
                                                        absl::string_view group = "group",
                                                        absl::string_view location = "w") {
    return identities_.CreateOrUpdate(kSub, group, name, location, std::nullopt);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
  RoleAssignments assignments_{&directory_, &resources_, IdDeriver(1), &clock_, &events_};
  UserAssignedIdentities identities_{&directory_, &resources_, &assignments_};
};

TEST_F(UserAssignedIdentitiesTest, MakesAPrincipalForEach) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentities::PutResult made, Put("me1"));
  EXPECT_TRUE(made.created);
  const UserAssignedIdentity& identity = made.identity;
  EXPECT_EQ(identity.id, ResourceId::Resource(kSub, "Group", kUserAssignedIdentityType, "me1"));
  EXPECT_EQ(identity.principal->tenant_id, std::string(kDefaultTenantId));
  EXPECT_EQ(identity.principal->display_name, "me1");
  EXPECT_EQ(identity.principal->type, PrincipalType::kUserAssignedIdentity);
  LAZULI_ASSERT_OK_AND_ASSIGN(const batch::ManagedIdentity found,
                              directory_.FindUserAssigned(identity.id.key()));
  EXPECT_EQ(found.principal_id, identity.principal->object_id);

  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentities::PutResult again, Put("ME1", "GROUP"));
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.identity.principal, identity.principal);
  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentity got,
                              identities_.Get(kSub, "group", "Me1"));
  EXPECT_EQ(got.principal, identity.principal);
}

TEST_F(UserAssignedIdentitiesTest, ReplacesTags) {
  LAZULI_ASSERT_OK(identities_.CreateOrUpdate(kSub, "group", "me1", "w", Tags{{"a", "1"}}));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const UserAssignedIdentities::PutResult updated,
      identities_.CreateOrUpdate(kSub, "group", "me1", "w", Tags{{"b", "2"}}));
  EXPECT_EQ(*updated.identity.tags, (Tags{{"b", "2"}}));
}

TEST_F(UserAssignedIdentitiesTest, RefusesBadInput) {
  for (const std::string& name : {std::string(), std::string("ab"), std::string(129, 'x'),
                                  std::string("-abc"), std::string("a.bc"), std::string("a/bc")}) {
    EXPECT_THAT(Put(name), ErrorCodeIs("InvalidResourceName")) << name;
  }
  EXPECT_THAT(Put("me1", "nowhere"), ErrorCodeIs("ResourceGroupNotFound"));
  EXPECT_THAT(Put("me1", "group", ""), ErrorCodeIs("LocationRequired"));
  EXPECT_THAT(Put("me1", "group", "?"), ErrorCodeIs("LocationNotAvailableForResourceType"));
  EXPECT_THAT(identities_.CreateOrUpdate(kSub, "group", "me1", "w", Tags{{"", ""}}),
              ErrorCodeIs("InvalidTag"));
  LAZULI_ASSERT_OK(Put("me1"));
  EXPECT_THAT(Put("me1", "group", "elsewhere"), ErrorCodeIs("InvalidResourceLocation"));
  EXPECT_THAT(identities_.Get(kSub, "group", "me2"), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(identities_.Get(kSub, "nowhere", "me1"), ErrorCodeIs("ResourceGroupNotFound"));
}

TEST_F(UserAssignedIdentitiesTest, ListsByGroup) {
  LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(kSub, "group2", "w", std::nullopt));
  LAZULI_ASSERT_OK(Put("b-1"));
  LAZULI_ASSERT_OK(Put("a-1"));
  LAZULI_ASSERT_OK(Put("c-1", "group2"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<UserAssignedIdentity> list,
                              identities_.List(kSub, "GROUP"));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id.name(), "a-1");
  EXPECT_EQ(list[1].id.name(), "b-1");
  EXPECT_THAT(identities_.List(kSub, "nowhere"), ErrorCodeIs("ResourceGroupNotFound"));
}

TEST_F(UserAssignedIdentitiesTest, TakesPrincipalAndRolesAlong) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentities::PutResult made, Put("me1"));
  const std::string principal = made.identity.principal->object_id;
  RoleAssignmentSpec own;
  own.role_definition_id = std::string(kReaderRoleId);
  own.principal_id = principal;
  LAZULI_ASSERT_OK(assignments_.Put(ResourceId::Subscription(kSub), kName, own));
  RoleAssignmentSpec on_it = own;
  on_it.principal_id = std::string(kAdminObjectId);
  LAZULI_ASSERT_OK(assignments_.Put(made.identity.id, kName, on_it));

  LAZULI_ASSERT_OK_AND_ASSIGN(const bool deleted, identities_.Delete(kSub, "group", "ME1"));
  EXPECT_TRUE(deleted);
  EXPECT_EQ(directory_.FindByObjectId(principal), nullptr);
  EXPECT_EQ(assignments_.SnapshotOf(principal), nullptr);
  EXPECT_EQ(assignments_.ListOf(kAdminObjectId).size(), 1u);
  LAZULI_ASSERT_OK_AND_ASSIGN(const bool again, identities_.Delete(kSub, "group", "me1"));
  EXPECT_FALSE(again);
  EXPECT_THAT(identities_.Delete(kSub, "nowhere", "me1"), ErrorCodeIs("ResourceGroupNotFound"));

  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentities::PutResult anew, Put("me1"));
  EXPECT_TRUE(anew.created);
  EXPECT_NE(anew.identity.principal->object_id, principal);
}

TEST_F(UserAssignedIdentitiesTest, IsNotMadeAnewWhileItGoes) {
  absl::Status put;
  absl::Status get;
  Meddler meddler([&] {
    put = Put("me1").status();
    get = identities_.Get(kSub, "group", "me1").status();
  });
  directory_.AddListener(&meddler);
  LAZULI_ASSERT_OK(Put("me1"));
  LAZULI_ASSERT_OK(identities_.Delete(kSub, "group", "me1"));
  EXPECT_THAT(put, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(get, StatusIs(absl::StatusCode::kNotFound));
  LAZULI_EXPECT_OK(Put("me1"));
}

TEST_F(UserAssignedIdentitiesTest, GoWithTheirGroup) {
  LAZULI_ASSERT_OK(Put("me1"));
  LAZULI_ASSERT_OK(Put("me2"));
  LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "group"));
  // The administrator only.
  EXPECT_EQ(directory_.ListPrincipals().size(), 1u);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<UserAssignedIdentity> left,
                              identities_.List(kSub, ""));
  EXPECT_TRUE(left.empty());
}

TEST_F(UserAssignedIdentitiesTest, AreListedBySubscription) {
  LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(kSub, "a-group", "w", std::nullopt));
  LAZULI_ASSERT_OK(Put("me1"));
  LAZULI_ASSERT_OK(identities_.CreateOrUpdate(kSub, "a-group", "me2", "w", Tags{{"a", "1"}}));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<UserAssignedIdentity> all,
                              identities_.List(kSub, ""));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id.name(), "me2");
  EXPECT_EQ(all[1].id.name(), "me1");
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::vector<ListedResource> listed,
                              resources_.ListResources(kSub, ""));
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].id, all[0].id.text());
  EXPECT_EQ(listed[0].location, "w");
  EXPECT_EQ(listed[0].tags, (Tags{{"a", "1"}}));
}

TEST_F(UserAssignedIdentitiesTest, ChangeWhatAPatchNames) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentities::PutResult made, Put("me1"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const UserAssignedIdentity tagged,
                              identities_.Update(kSub, "group", "ME1", "", Tags{{"a", "1"}}));
  EXPECT_EQ(tagged.tags, (Tags{{"a", "1"}}));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const UserAssignedIdentity same,
      identities_.Update(kSub, "group", "me1", made.identity.location, std::nullopt));
  EXPECT_EQ(same.tags, (Tags{{"a", "1"}}));
  EXPECT_EQ(same.principal, made.identity.principal);
  EXPECT_THAT(identities_.Update(kSub, "group", "me1", "elsewhere", std::nullopt),
              ErrorCodeIs("InvalidResourceLocation"));
  EXPECT_THAT(identities_.Update(kSub, "group", "me1", "", Tags{{"", ""}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(identities_.Update(kSub, "group", "nobody", "", std::nullopt),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(UserAssignedIdentitiesTest, ServesManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 100; ++j) {
        const absl::StatusOr<UserAssignedIdentities::PutResult> made = Put("shared");
        if (made.ok()) {
          EXPECT_NE(made->identity.principal, nullptr);
        }
        (void)identities_.Delete(kSub, "group", "shared");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  LAZULI_ASSERT_OK(identities_.Delete(kSub, "group", "shared"));
  // The administrator only.
  EXPECT_EQ(directory_.ListPrincipals().size(), 1u);
  LAZULI_EXPECT_OK(resources_.DeleteResourceGroup(CallContext(), kSub, "group"));
}

}  // namespace
}  // namespace lazuli::emulator
