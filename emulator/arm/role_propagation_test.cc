#include "emulator/arm/role_propagation.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/role_checker.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kReadKeys[] = "Microsoft.KeyVault/vaults/keys/read";
// Key Vault Crypto Service Encryption User, and the name of its assignment.
constexpr char kRole[] = "e147488a-f6f5-4113-8e2d-b22465e65bf6";
constexpr char kAssignment[] = "0a000000-0000-0000-0000-000000000001";

class Told final : public RoleListener {
 public:
  void OnRolesChanged(const std::string&, const std::string& scope,
                      const std::string& cause) override {
    scopes.push_back(scope);
    causes.push_back(cause);
  }

  std::vector<std::string> scopes;
  std::vector<std::string> causes;
};

class RolePropagationTest : public testing::Test {
 protected:
  RolePropagationTest() {
    roles_.AddListener(&propagation_);
    caller_.object_id = std::string(kAdminObjectId);
  }

  void Assign() {
    RoleAssignmentSpec spec;
    spec.role_definition_id = kRole;
    spec.principal_id = std::string(kAdminObjectId);
    LAZULI_ASSERT_OK(roles_.Put(scope_, kAssignment, spec).status());
  }
  void Unassign() { ASSERT_NE(roles_.Delete(scope_, kAssignment), nullptr); }

  bool MayRead() const { return propagation_.HasDataAction(caller_, scope_.text(), kReadKeys); }

  void Advance(absl::Duration duration) {
    const absl::Time end = clock_.Now() + duration;
    while (auto due = timers_.PopDue(end)) {
      clock_.Set(due->due);
      due->callback();
    }
    clock_.Set(end);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'000'000'000)};
  TimerQueue timers_;
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
  RoleAssignments roles_{&directory_, &resources_, IdDeriver(1), &clock_, &events_};
  RoleEvaluator evaluator_{&roles_};
  Told told_;
  RolePropagation propagation_{&roles_, &evaluator_, &clock_, &timers_, &told_};
  const ResourceId scope_ = ResourceId::Subscription(kDefaultSubscriptionId);
  Caller caller_;
};

TEST_F(RolePropagationTest, WithoutDelayChangesCountAtOnce) {
  EXPECT_FALSE(MayRead());
  Assign();
  EXPECT_TRUE(MayRead());
  Unassign();
  EXPECT_FALSE(MayRead());
  EXPECT_EQ(timers_.size(), 0);
  EXPECT_THAT(told_.causes, IsEmpty());
}

TEST_F(RolePropagationTest, WithDelayWhatWasGoesOnDeciding) {
  Assign();
  propagation_.SetDelay(absl::Minutes(5));
  Unassign();
  EXPECT_TRUE(MayRead());
  Advance(absl::Minutes(5) - absl::Nanoseconds(1));
  EXPECT_TRUE(MayRead());
  EXPECT_THAT(told_.causes, IsEmpty());
  Advance(absl::Nanoseconds(1));
  EXPECT_FALSE(MayRead());
  EXPECT_THAT(told_.causes, ElementsAre("role assignments propagated"));
  Assign();
  EXPECT_FALSE(MayRead());
  Advance(absl::Minutes(5));
  EXPECT_TRUE(MayRead());
}

TEST_F(RolePropagationTest, SeveralChangesComeToCountOneAfterTheOther) {
  propagation_.SetDelay(absl::Minutes(5));
  Assign();
  Advance(absl::Minutes(2));
  Unassign();
  Advance(absl::Minutes(3));
  EXPECT_TRUE(MayRead());
  Advance(absl::Minutes(2));
  EXPECT_FALSE(MayRead());
}

TEST_F(RolePropagationTest, ChangesAtOneInstantAreOneToWaitFor) {
  propagation_.SetDelay(absl::Minutes(5));
  for (int i = 0; i < 100; ++i) {
    Assign();
    Unassign();
  }
  Assign();
  EXPECT_EQ(timers_.size(), 1u);
  EXPECT_FALSE(MayRead());
  Advance(absl::Minutes(5));
  EXPECT_TRUE(MayRead());
  EXPECT_THAT(told_.causes, ElementsAre("role assignments propagated"));
  EXPECT_EQ(timers_.size(), 0);
}

TEST_F(RolePropagationTest, EachScopeOfChangesAtOneInstantIsToldOnce) {
  propagation_.SetDelay(absl::Minutes(5));
  Assign();
  Unassign();
  const std::string group = absl::StrCat(scope_.text(), "/resourceGroups/rg");
  propagation_.OnRolesChanged(std::string(kAdminObjectId), group, "");
  propagation_.OnRolesChanged(std::string(kAdminObjectId), group, "");
  Advance(absl::Minutes(5));
  EXPECT_THAT(told_.scopes, ElementsAre(scope_.text(), group));
}

TEST_F(RolePropagationTest, AShorterDelayDoesNotOvertakeALongerOne) {
  propagation_.SetDelay(absl::Minutes(5));
  Assign();
  propagation_.SetDelay(absl::Minutes(1));
  Unassign();
  Assign();
  Advance(absl::Minutes(2));
  EXPECT_FALSE(MayRead());
  Advance(absl::Minutes(3));
  EXPECT_TRUE(MayRead());
  EXPECT_EQ(timers_.size(), 0);
}

TEST_F(RolePropagationTest, AnswersAndAdviceAreByWhatDecides) {
  propagation_.SetDelay(absl::Minutes(5));
  Assign();
  EXPECT_FALSE(propagation_.FindDataAction(caller_, scope_.text(), kReadKeys).allowed);
  const keyvault::RoleAdvice advice = propagation_.Advise(caller_, scope_.text(), kReadKeys);
  EXPECT_THAT(advice.considered, ElementsAre("role 'Owner' at '/' does not give the data action"));
  EXPECT_FALSE(advice.role.empty());
  EXPECT_EQ(advice.counts_from, clock_.Now() + absl::Minutes(5));
  Advance(absl::Minutes(5));
  EXPECT_TRUE(MayRead());
  const keyvault::RoleAnswer answer =
      propagation_.FindDataAction(caller_, scope_.text(), kReadKeys);
  EXPECT_TRUE(answer.allowed);
  EXPECT_FALSE(answer.assignment_id.empty());
}

TEST_F(RolePropagationTest, WithoutDelayAgainLaterChangesCountAtOnce) {
  propagation_.SetDelay(absl::Minutes(5));
  propagation_.SetDelay(absl::ZeroDuration());
  Assign();
  EXPECT_TRUE(MayRead());
}

}  // namespace
}  // namespace lazuli::emulator
