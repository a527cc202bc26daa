// An account that loses access to its key and gets it back.
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "base/status_matchers.h"
#include "batch/account.h"
#include "batch/account_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string DetailOf(const absl::Status& status, const std::string& name) {
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    if (detail.code == name) return detail.message;
  }
  return "";
}

class AccountKeyAccessTest : public AccountFixture {
 protected:
  void SetEnabled(bool enabled, int version = 1) {
    keys.SetVersion("vault", "key", version,
                    [enabled](KeyDescription& key) { key.enabled = enabled; });
    KeyChanged("key updated");
  }
  void LoseAccess() { SetEnabled(false); }
  void ReturnAccess() { SetEnabled(true); }
  std::string LossReason() { return account().GetKeyAccess().reason; }
};

TEST_F(AccountKeyAccessTest, WindowEndsAfterTenMinutesToTheSecond) {
  MakeAccountWithKey();
  LoseAccess();
  AdvanceBy(absl::Minutes(3));
  ReturnAccess();
  const absl::Time until = now() + absl::Minutes(10);
  EXPECT_EQ(account().GetKeyAccess().until, until);
  AdvanceBy(absl::Minutes(9) + absl::Seconds(59));
  const absl::Status refused = account().CheckServing();
  EXPECT_THAT(refused, ErrorCodeIs("AccountIsDisabled"));
  EXPECT_EQ(DetailOf(refused, "RestoreTime"), FormatIso8601Time(until, 7));
  EXPECT_THAT(DetailOf(refused, "Reason"), HasSubstr("KeyDisabled"));
  AdvanceBy(absl::Seconds(1));
  LAZULI_EXPECT_OK(account().CheckServing());
  EXPECT_THAT(log(), ElementsAre("restored at 780s"));
}

TEST_F(AccountKeyAccessTest, DataKeyComesBackUnchanged) {
  MakeAccountWithKey();
  std::string sealed;
  InAccount([&] { sealed = workload().Seal("text"); });
  LoseAccess();
  ReturnAccess();
  AdvanceBy(absl::Minutes(10));
  InAccount([&] { EXPECT_THAT(workload().Unseal(sealed), IsOkAndHolds(std::string("text"))); });
}

TEST_F(AccountKeyAccessTest, LosingAccessAgainStartsOver) {
  MakeAccountWithKey();
  LoseAccess();
  ReturnAccess();
  AdvanceBy(absl::Minutes(5));
  LoseAccess();
  EXPECT_EQ(state(), KeyAccess::kLost);
  EXPECT_EQ(account().GetKeyAccess().until, std::nullopt);
  ReturnAccess();
  AdvanceBy(absl::Minutes(10) - absl::Seconds(1));
  EXPECT_EQ(state(), KeyAccess::kRestoring);
  AdvanceBy(absl::Seconds(1));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountKeyAccessTest, AccessGoneAtTheEndOfTheWindowIsNoRestoration) {
  MakeAccountWithKey();
  LoseAccess();
  ReturnAccess();
  // Nobody tells the account.
  keys.RemoveVault("vault");
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(state(), KeyAccess::kLost);
  EXPECT_THAT(LossReason(), StartsWith("VaultNotFound"));
  EXPECT_THAT(log(), IsEmpty());
}

TEST_F(AccountKeyAccessTest, TheKeysOwnTimesAreSeenToTheSecond) {
  MakeAccountWithKey();
  keys.SetVersion("vault", "key", 1,
                  [this](KeyDescription& key) { key.expires = now() + absl::Seconds(100); });
  KeyChanged();
  AdvanceBy(absl::Seconds(99));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  AdvanceBy(absl::Seconds(1));
  EXPECT_EQ(state(), KeyAccess::kLost);
  keys.SetVersion("vault", "key", 1, [this](KeyDescription& key) {
    key.expires.reset();
    key.not_before = now() + absl::Seconds(50);
  });
  KeyChanged();
  EXPECT_THAT(LossReason(), StartsWith("KeyNotYetValid"));
  AdvanceBy(absl::Seconds(50));
  EXPECT_EQ(state(), KeyAccess::kRestoring);
}

TEST_F(AccountKeyAccessTest, WhatNobodyTellsIsFoundByThePeriodicProbe) {
  options().key_access.probe_interval = absl::Minutes(7);
  MakeAccountWithKey();
  keys.Grant("user", {});
  AdvanceBy(absl::Minutes(7) - absl::Seconds(1));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  AdvanceBy(absl::Seconds(1));
  EXPECT_EQ(state(), KeyAccess::kLost);
}

TEST_F(AccountKeyAccessTest, ProbesCostNoRsaWork) {
  MakeAccountWithKey();
  const int before = keys.rsa_calls();
  AdvanceBy(absl::Hours(24));
  for (int i = 0; i < 10; ++i) KeyChanged();
  EXPECT_EQ(keys.rsa_calls(), before);
  LoseAccess();
  AdvanceBy(absl::Hours(24));
  EXPECT_EQ(keys.rsa_calls(), before);
  ReturnAccess();
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(keys.wraps(), 1);
  // At the return, and for the data key.
  EXPECT_EQ(keys.rsa_calls(), before + 2);
}

TEST_F(AccountKeyAccessTest, AKeyThatUnwrapsNoMoreIsNoReturn) {
  MakeAccountWithKey();
  LoseAccess();
  // Another key under the same name: access is granted, and the data key stays closed.
  keys.SetVersion("vault", "key", 1, [](KeyDescription& key) {
    key.enabled = true;
    key.version = FakeKeyEncryptionClient::FakeVersion(9);
  });
  KeyChanged();
  EXPECT_EQ(state(), KeyAccess::kLost);
  EXPECT_THAT(LossReason(), StartsWith("BadParameter"));
}

TEST_F(AccountKeyAccessTest, AnotherReasonReplacesTheFirst) {
  MakeAccountWithKey();
  LoseAccess();
  EXPECT_THAT(LossReason(), StartsWith("KeyDisabled"));
  keys.Grant("user", {});
  KeyChanged();
  EXPECT_THAT(LossReason(), StartsWith("AccessDenied"));
  EXPECT_EQ(state(), KeyAccess::kLost);
}

TEST_F(AccountKeyAccessTest, FlapShorterThanTheDetectionDelayIsNoLoss) {
  options().key_access.detection_delay = absl::Seconds(30);
  MakeAccountWithKey();
  LoseAccess();
  AdvanceBy(absl::Seconds(29));
  LAZULI_EXPECT_OK(account().CheckServing());
  ReturnAccess();
  AdvanceBy(absl::Minutes(30));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
  EXPECT_THAT(log(), IsEmpty());
  LoseAccess();
  AdvanceBy(absl::Seconds(30));
  EXPECT_EQ(state(), KeyAccess::kLost);
}

TEST_F(AccountKeyAccessTest, DetectionOfTheReturnLiesInsideTheWindow) {
  options().key_access.detection_delay = absl::Seconds(30);
  MakeAccountWithKey();
  LoseAccess();
  AdvanceBy(absl::Seconds(30));
  ReturnAccess();
  const absl::Time returned = now();
  EXPECT_EQ(state(), KeyAccess::kLost);
  AdvanceBy(absl::Seconds(30));
  EXPECT_EQ(state(), KeyAccess::kRestoring);
  EXPECT_EQ(account().GetKeyAccess().until, returned + absl::Minutes(10));
  AdvanceBy(absl::Minutes(9) + absl::Seconds(30));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountKeyAccessTest, DetectionDelayLongerThanTheWindow) {
  options().key_access.detection_delay = absl::Minutes(20);
  MakeAccountWithKey();
  LoseAccess();
  AdvanceBy(absl::Minutes(20));
  ASSERT_EQ(state(), KeyAccess::kLost);
  ReturnAccess();
  AdvanceBy(absl::Minutes(10));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountKeyAccessTest, ShorterWindowBySetting) {
  options().key_access.restoration_window = absl::Seconds(5);
  MakeAccountWithKey();
  LoseAccess();
  ReturnAccess();
  AdvanceBy(absl::Seconds(5));
  EXPECT_EQ(state(), KeyAccess::kAccessible);
}

TEST_F(AccountKeyAccessTest, LossStepsAreAppliedAtOnceInOrder) {
  MakeAccountWithKey();
  InAccount([&] { workload().running = {"t1", "t2", "t3"}; });
  LoseAccess();
  EXPECT_THAT(log(), ElementsAre("t1 lost at 0s", "t2 lost at 0s", "t3 lost at 0s"));
  EXPECT_THAT(account().ListQueuedTransitions(), IsEmpty());
  EXPECT_EQ(Events("task").size(), 3u);
}

TEST_F(AccountKeyAccessTest, LossStepsCanTakeTime) {
  options().key_access.loss_step_delay = absl::Seconds(2);
  MakeAccountWithKey();
  InAccount([&] { workload().running = {"t1", "t2", "t3"}; });
  LoseAccess();
  ASSERT_EQ(account().ListQueuedTransitions().size(), 3u);
  const QueuedTransition second = account().ListQueuedTransitions()[1];
  EXPECT_EQ(second.queue, TransitionQueue::kLoss);
  EXPECT_EQ(second.kind, "task");
  EXPECT_EQ(second.resource, "t2");
  EXPECT_EQ(second.transition, "active");
  EXPECT_EQ(second.due, now() + absl::Seconds(4));
  // The key is gone from the first moment, whatever the steps wait for.
  EXPECT_FALSE(account().GetKeyAccess().data_key_present);
  AdvanceBy(absl::Seconds(4));
  EXPECT_THAT(log(), ElementsAre("t1 lost at 2s", "t2 lost at 4s"));
  AdvanceBy(absl::Seconds(100));
  EXPECT_THAT(log(), ElementsAre("t1 lost at 2s", "t2 lost at 4s", "t3 lost at 6s"));
}

TEST_F(AccountKeyAccessTest, WhatIsLeftOfTheLossIsAppliedBeforeRestoration) {
  options().key_access.loss_step_delay = absl::Minutes(4);
  MakeAccountWithKey();
  InAccount([&] { workload().running = {"t1", "t2", "t3", "t4"}; });
  LoseAccess();
  ReturnAccess();
  AdvanceBy(absl::Minutes(10));
  EXPECT_THAT(log(), ElementsAre("t1 lost at 240s", "t2 lost at 480s", "t3 lost at 600s",
                                 "t4 lost at 600s", "restored at 600s"));
}

TEST_F(AccountKeyAccessTest, LosingAccessAgainPlansWhatIsLeft) {
  options().key_access.loss_step_delay = absl::Seconds(10);
  MakeAccountWithKey();
  InAccount([&] { workload().running = {"t1", "t2"}; });
  LoseAccess();
  AdvanceBy(absl::Seconds(10));
  ReturnAccess();
  LoseAccess();
  ASSERT_EQ(account().ListQueuedTransitions().size(), 1u);
  AdvanceBy(absl::Seconds(10));
  EXPECT_THAT(log(), ElementsAre("t1 lost at 10s", "t2 lost at 20s"));
}

TEST_F(AccountKeyAccessTest, WorkThatComesDueWaitsForRestoration) {
  MakeAccountWithKey();
  InAccount([&] {
    workload().Schedule(now() + absl::Minutes(5), "late");
    workload().Schedule(now() + absl::Minutes(1), "early");
    workload().Schedule(now() + absl::Minutes(2), "stale", true);
    workload().Schedule(now() + absl::Minutes(60), "after");
    workload().cancelled_by_loss["t1"] = workload().Schedule(now() + absl::Minutes(3), "end of t1");
    workload().running = {"t1"};
  });
  LoseAccess();
  AdvanceBy(absl::Minutes(1));
  ASSERT_EQ(account().ListQueuedTransitions().size(), 1u);
  EXPECT_EQ(account().ListQueuedTransitions()[0].due, std::nullopt);
  ReturnAccess();
  AdvanceBy(absl::Minutes(9));
  const std::vector<QueuedTransition> queued = account().ListQueuedTransitions();
  ASSERT_EQ(queued.size(), 3u);
  EXPECT_EQ(queued[0].resource, "early");
  EXPECT_EQ(queued[1].resource, "stale");
  EXPECT_EQ(queued[2].resource, "late");
  EXPECT_EQ(queued[2].queue, TransitionQueue::kRestore);
  EXPECT_EQ(queued[2].transition, "boot finished");
  EXPECT_EQ(queued[2].due, account().GetKeyAccess().until);
  AdvanceBy(absl::Minutes(1));
  EXPECT_THAT(log(), ElementsAre("t1 lost at 0s", "early applied at 660s", "late applied at 660s",
                                 "restored at 660s"));
  EXPECT_THAT(Events("node"), ElementsAre(StartsWith("boot finished -> superseded: ")));
  AdvanceBy(absl::Hours(1));
  EXPECT_EQ(log().back(), "after applied at 3600s");
}

TEST_F(AccountKeyAccessTest, WorkCancelledByALateLossStepIsSuperseded) {
  options().key_access.loss_step_delay = absl::Minutes(2);
  MakeAccountWithKey();
  InAccount([&] {
    workload().cancelled_by_loss["t1"] = workload().Schedule(now() + absl::Minutes(1), "end of t1");
    workload().running = {"t1"};
  });
  LoseAccess();
  AdvanceBy(absl::Minutes(1));
  EXPECT_EQ(account().ListQueuedTransitions().size(), 2u);
  ReturnAccess();
  AdvanceBy(absl::Minutes(10));
  EXPECT_THAT(log(), ElementsAre("t1 lost at 120s", "restored at 660s"));
  EXPECT_THAT(Events("node"), ElementsAre(StartsWith("boot finished -> superseded: ")));
}

TEST_F(AccountKeyAccessTest, EventsTellTheStory) {
  MakeAccountWithKey();
  LoseAccess();
  ReturnAccess();
  AdvanceBy(absl::Minutes(10));
  registry().DeleteAccount(account().id(), now());
  const std::vector<std::string> events = Events("account");
  ASSERT_EQ(events.size(), 5u);
  EXPECT_THAT(events[0], StartsWith(" -> accessible: created, protected by https://vault."));
  EXPECT_THAT(events[1], StartsWith("accessible -> lost: KeyDisabled: "));
  EXPECT_THAT(events[1], HasSubstr("(key updated)"));
  EXPECT_THAT(events[2], StartsWith("lost -> restoring: access is back (key updated)"));
  EXPECT_EQ(events[3], "restoring -> accessible: restoration window over");
  EXPECT_EQ(events[4], "accessible -> : deleted");
}

TEST_F(AccountKeyAccessTest, IdentityMadeAnewIsAnotherPrincipal) {
  MakeAccountWithKey();
  keys.Grant("stranger", {});
  identities.AddUserAssigned(kIdentityId, "stranger");
  KeyChanged();
  EXPECT_EQ(state(), KeyAccess::kLost);
  EXPECT_THAT(LossReason(), StartsWith("AccessDenied"));
  ASSERT_FALSE(observer.told().empty());
  EXPECT_EQ(observer.told().back()->principal_id, "stranger");
  EXPECT_EQ(observer.told().back()->user_assigned_identity_id, kIdentityId);
}

TEST_F(AccountKeyAccessTest, PlatformManagedAccountsLoseNothing) {
  MakeAccount(Spec());
  EXPECT_EQ(state(), KeyAccess::kPlatform);
  EXPECT_TRUE(account().GetKeyAccess().data_key_present);
  keys.RemoveVault("vault");
  KeyChanged();
  AdvanceBy(absl::Hours(100));
  EXPECT_EQ(state(), KeyAccess::kPlatform);
  EXPECT_THAT(observer.told(), IsEmpty());
}

TEST_F(AccountKeyAccessTest, AccountIsDeletedWhileLost) {
  MakeAccountWithKey();
  InAccount([&] {
    workload().Schedule(now() + absl::Minutes(1), "waiting");
    workload().Schedule(now() + absl::Minutes(100), "timed");
  });
  LoseAccess();
  AdvanceBy(absl::Minutes(2));
  const std::shared_ptr<Account> held = account_;
  registry().DeleteAccount(held->id(), now());
  EXPECT_THAT(held->CheckServing(), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(held->ListQueuedTransitions(), IsEmpty());
  EXPECT_THAT(held->DumpRecords(), IsEmpty());
  EXPECT_EQ(clock_.timers().size(), 0u);
  EXPECT_EQ(observer.told().back(), std::nullopt);
  EXPECT_EQ(Events("account").back(), "lost -> : deleted");
  ReturnAccess();
  AdvanceBy(absl::Hours(3));
  EXPECT_THAT(log(), ElementsAre("cleared"));
}

TEST_F(AccountKeyAccessTest, TimersOfLostWorkAreCancelled) {
  MakeAccountWithKey();
  InAccount([&] {
    for (int i = 0; i < 100; ++i) {
      workload().running.push_back(absl::StrCat("t", i));
      workload().cancelled_by_loss[workload().running.back()] =
          workload().Schedule(now() + absl::Hours(1), "end");
    }
  });
  LoseAccess();
  EXPECT_EQ(log().size(), 100u);
  // Only the account's own probe is left.
  EXPECT_EQ(clock_.timers().size(), 1u);
}

}  // namespace
}  // namespace lazuli::batch
