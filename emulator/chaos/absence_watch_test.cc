#include "emulator/chaos/absence_watch.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using batch::KeyAccess;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kId[] =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a";

class AbsenceWatchTest : public testing::Test {
 protected:
  std::vector<BrokenInvariant> Tell(const std::string& kind, const std::string& from,
                                    const std::string& to, absl::Duration at = absl::Minutes(1)) {
    Event event;
    event.time = start_ + at;
    event.kind = kind;
    event.resource = kind == "account" ? kId : "a/" + kind;
    event.from = from;
    event.to = to;
    event.cause = "why";
    return watch_.OnEvent(event, kId, start_ + at);
  }

  // As a sound account looks in that state.
  AccountLook Sound(KeyAccess state) {
    AccountLook look;
    look.account_id = kId;
    look.state = state;
    look.data_key_present = look.serves = state == KeyAccess::kAccessible;
    look.digest = "digest";
    return look;
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'000'000'000);
  AbsenceWatch watch_;
};

MATCHER_P2(Breaks, invariant, text, "") {
  return arg.invariant == invariant && arg.account_id == kId &&
         arg.message.find(text) != std::string::npos;
}

TEST_F(AbsenceWatchTest, ALossAsItShouldBeBreaksNothing) {
  EXPECT_THAT(watch_.OnLook(Sound(KeyAccess::kAccessible), true), IsEmpty());
  EXPECT_THAT(Tell("account", "accessible", "lost"), IsEmpty());
  EXPECT_TRUE(watch_.AnyAway());
  EXPECT_THAT(Tell("task", "running", "active"), IsEmpty());
  EXPECT_THAT(Tell("node", "running", "unusable"), IsEmpty());
  EXPECT_THAT(Tell("node", "boot finished", "superseded"), IsEmpty());
  EXPECT_THAT(watch_.OnLook(Sound(KeyAccess::kLost), true), IsEmpty());
  watch_.CountRefusal(kId);
  EXPECT_THAT(watch_.OnLook(Sound(KeyAccess::kLost), true), IsEmpty());
  EXPECT_THAT(Tell("account", "lost", "restoring", absl::Minutes(5)), IsEmpty());
  AccountLook restoring = Sound(KeyAccess::kRestoring);
  restoring.until = start_ + absl::Minutes(15);
  EXPECT_THAT(watch_.OnLook(restoring, true), IsEmpty());
  EXPECT_THAT(Tell("account", "restoring", "accessible", absl::Minutes(15)), IsEmpty());
  EXPECT_THAT(Tell("task", "active", "running", absl::Minutes(15)), IsEmpty());
  EXPECT_FALSE(watch_.AnyAway());

  ASSERT_THAT(watch_.absences(), SizeIs(1));
  const AccountAbsence& absence = watch_.absences().front();
  EXPECT_EQ(absence.reason, "why");
  EXPECT_EQ(absence.lost_at, start_ + absl::Minutes(1));
  EXPECT_EQ(absence.restoring_at, start_ + absl::Minutes(5));
  EXPECT_EQ(absence.served_at, start_ + absl::Minutes(15));
  EXPECT_EQ(absence.refused_calls, 1);
}

TEST_F(AbsenceWatchTest, ADataKeyThatStaysIsFound) {
  Tell("account", "accessible", "lost");
  AccountLook look = Sound(KeyAccess::kLost);
  look.data_key_present = true;
  EXPECT_THAT(watch_.OnLook(look, true), ElementsAre(Breaks("sealed", "data key is in memory")));
}

TEST_F(AbsenceWatchTest, WhatRestsOpenIsFound) {
  AccountLook look = Sound(KeyAccess::kAccessible);
  look.unsealed_records = 2;
  EXPECT_THAT(watch_.OnLook(look, true), ElementsAre(Breaks("sealed", "2 records rest")));
}

TEST_F(AbsenceWatchTest, ACallThatIsServedIsFound) {
  Tell("account", "accessible", "lost");
  AccountLook look = Sound(KeyAccess::kLost);
  look.serves = true;
  EXPECT_THAT(watch_.OnLook(look, true), ElementsAre(Breaks("window", "lost and serves calls")));
}

TEST_F(AbsenceWatchTest, AChangeThatNoEventTellsOfIsFound) {
  Tell("account", "accessible", "lost");
  watch_.OnLook(Sound(KeyAccess::kLost), true);
  AccountLook look = Sound(KeyAccess::kLost);
  look.digest = "another";
  EXPECT_THAT(watch_.OnLook(look, true), ElementsAre(Breaks("frozen", "no event tells")));
}

TEST_F(AbsenceWatchTest, AChangeThatAnEventTellsOfIsNot) {
  Tell("account", "accessible", "lost");
  watch_.OnLook(Sound(KeyAccess::kLost), true);
  Tell("task", "running", "active");
  AccountLook look = Sound(KeyAccess::kLost);
  look.digest = "another";
  EXPECT_THAT(watch_.OnLook(look, true), IsEmpty());
}

TEST_F(AbsenceWatchTest, ALookThatSomethingCameBetweenSaysNothing) {
  Tell("account", "accessible", "lost");
  AccountLook look = Sound(KeyAccess::kLost);
  look.data_key_present = look.serves = true;
  EXPECT_THAT(watch_.OnLook(look, /*stable=*/false), IsEmpty());
}

TEST_F(AbsenceWatchTest, WorkWhileTheKeyIsGoneIsFound) {
  Tell("account", "accessible", "lost");
  EXPECT_THAT(Tell("task", "active", "running"), ElementsAre(Breaks("frozen", "was lost")));
  EXPECT_THAT(Tell("pool", "", "active"), ElementsAre(Breaks("frozen", "a/pool")));
  Tell("account", "lost", "restoring");
  EXPECT_THAT(Tell("node", "starting", "idle"), ElementsAre(Breaks("frozen", "restoring")));
}

TEST_F(AbsenceWatchTest, ServiceBeforeTheEndOfTheWindowIsFound) {
  Tell("account", "accessible", "lost");
  Tell("account", "lost", "restoring", absl::Minutes(5));
  AccountLook look = Sound(KeyAccess::kRestoring);
  look.until = start_ + absl::Minutes(15);
  watch_.OnLook(look, true);
  EXPECT_THAT(Tell("account", "restoring", "accessible", absl::Minutes(14)),
              ElementsAre(Breaks("window", "before the end of its restoration window")));
}

TEST_F(AbsenceWatchTest, ServiceWithoutAWindowIsFound) {
  Tell("account", "accessible", "lost");
  EXPECT_THAT(Tell("account", "lost", "accessible"),
              ElementsAre(Breaks("window", "without a restoration window")));
}

TEST_F(AbsenceWatchTest, AWindowThatIsTooLongIsFound) {
  Tell("account", "accessible", "lost");
  Tell("account", "lost", "restoring", absl::Minutes(5));
  AccountLook look = Sound(KeyAccess::kRestoring);
  look.until = start_ + absl::Minutes(16);
  EXPECT_THAT(watch_.OnLook(look, true), ElementsAre(Breaks("window", "more than ten minutes")));
}

TEST_F(AbsenceWatchTest, AnAccountThatWasLostBeforeIsFollowed) {
  watch_.Adopt(Sound(KeyAccess::kLost), start_, start_);
  EXPECT_TRUE(watch_.AnyAway());
  EXPECT_THAT(Tell("task", "active", "running"), SizeIs(1));
  Tell("account", "lost", "");  // deleted
  EXPECT_FALSE(watch_.AnyAway());
}

}  // namespace
}  // namespace lazuli::emulator
