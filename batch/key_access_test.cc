#include "batch/key_access.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using Event = KeyAccessEvent;
using Step = KeyAccessStep;

absl::Time At(double seconds) { return absl::FromUnixSeconds(1'000'000) + absl::Seconds(seconds); }

// A machine in `state` at At(0), without a detection delay.
KeyAccessMachine InState(KeyAccess state, const KeyAccessOptions& options = {}) {
  KeyAccessMachine machine(options, 1, "account");
  if (state == KeyAccess::kPlatform) return machine;
  machine.Apply(Event::kCustomerKeySet, At(0));
  if (state == KeyAccess::kAccessible) return machine;
  machine.Apply(Event::kDenied, At(0), "gone");
  if (state == KeyAccess::kLost) return machine;
  machine.Apply(Event::kGranted, At(0));
  return machine;
}

struct Transition {
  KeyAccess from;
  Event event;
  KeyAccess to;
  Step step;
};

class KeyAccessTable : public testing::TestWithParam<Transition> {};

TEST_P(KeyAccessTable, EveryStateAndEvent) {
  const Transition& expected = GetParam();
  KeyAccessMachine machine = InState(expected.from);
  ASSERT_EQ(machine.state(), expected.from);
  EXPECT_EQ(machine.Apply(expected.event, At(1), "denied"), expected.step);
  EXPECT_EQ(machine.state(), expected.to);
  EXPECT_EQ(machine.until().has_value(), expected.to == KeyAccess::kRestoring);
  const bool has_reason = expected.to == KeyAccess::kLost || expected.to == KeyAccess::kRestoring;
  EXPECT_EQ(!machine.reason().empty(), has_reason);
}

constexpr KeyAccess P = KeyAccess::kPlatform;
constexpr KeyAccess A = KeyAccess::kAccessible;
constexpr KeyAccess L = KeyAccess::kLost;
constexpr KeyAccess R = KeyAccess::kRestoring;

INSTANTIATE_TEST_SUITE_P(All, KeyAccessTable,
                         testing::ValuesIn(std::vector<Transition>{
                             {P, Event::kCustomerKeySet, A, Step::kProtect},
                             {P, Event::kPlatformKeySet, P, Step::kNone},
                             {P, Event::kGranted, P, Step::kNone},
                             {P, Event::kDenied, P, Step::kNone},
                             {P, Event::kWindowOverGranted, P, Step::kNone},
                             {P, Event::kWindowOverDenied, P, Step::kNone},
                             {P, Event::kNotUnwrapped, P, Step::kNone},
                             {A, Event::kCustomerKeySet, A, Step::kProtect},
                             {A, Event::kPlatformKeySet, P, Step::kProtect},
                             {A, Event::kGranted, A, Step::kNone},
                             {A, Event::kDenied, L, Step::kLose},
                             {A, Event::kWindowOverGranted, A, Step::kNone},
                             {A, Event::kWindowOverDenied, A, Step::kNone},
                             {A, Event::kNotUnwrapped, L, Step::kLose},
                             {L, Event::kCustomerKeySet, L, Step::kNone},
                             {L, Event::kPlatformKeySet, L, Step::kNone},
                             {L, Event::kGranted, R, Step::kOpenWindow},
                             {L, Event::kDenied, L, Step::kAnotherReason},
                             {L, Event::kWindowOverGranted, L, Step::kNone},
                             {L, Event::kWindowOverDenied, L, Step::kNone},
                             {L, Event::kNotUnwrapped, L, Step::kNone},
                             {R, Event::kCustomerKeySet, R, Step::kNone},
                             {R, Event::kPlatformKeySet, R, Step::kNone},
                             {R, Event::kGranted, R, Step::kNone},
                             {R, Event::kDenied, L, Step::kDropWindow},
                             {R, Event::kWindowOverGranted, A, Step::kRestore},
                             {R, Event::kWindowOverDenied, L, Step::kDropWindow},
                             {R, Event::kNotUnwrapped, R, Step::kNone},
                         }));

TEST(KeyAccessMachineTest, WithoutADataKeyThereIsNoWaitingForADenialToLast) {
  KeyAccessOptions options;
  options.detection_delay = absl::Seconds(30);
  KeyAccessMachine machine = InState(KeyAccess::kAccessible, options);
  machine.Apply(Event::kDenied, At(0), "gone");
  EXPECT_EQ(machine.Apply(Event::kNotUnwrapped, At(1), "gone"), Step::kLose);
  EXPECT_EQ(machine.detection_due(), std::nullopt);
}

TEST(KeyAccessMachineTest, GoesOnFromWhatWasSaved) {
  KeyAccessOptions options;
  options.random_restoration_window = true;
  KeyAccessMachine machine(options, 1, "account");
  machine.Apply(Event::kCustomerKeySet, At(0));
  for (int round = 0; round < 5; ++round) {
    KeyAccessMachine copy(options, 1, "account");
    LAZULI_ASSERT_OK(copy.Restore(machine.saved()));
    EXPECT_EQ(copy.state(), machine.state());
    for (KeyAccessMachine* each : {&machine, &copy}) {
      each->Apply(Event::kDenied, At(1), "gone");
      each->Apply(Event::kGranted, At(2));
    }
    EXPECT_EQ(copy.reason(), machine.reason());
    EXPECT_EQ(copy.until(), machine.until()) << "the window is drawn from the same place";
    machine.Apply(Event::kWindowOverGranted, At(700));
  }
}

TEST(KeyAccessMachineTest, RefusesWhatNoMachineCanHaveSaved) {
  KeyAccessMachine machine({}, 1, "account");
  KeyAccessState saved;
  saved.state = KeyAccess::kRestoring;
  EXPECT_THAT(machine.Restore(saved), StatusIs(absl::StatusCode::kInvalidArgument));
  saved = KeyAccessState();
  saved.until = At(1);
  EXPECT_THAT(machine.Restore(saved), StatusIs(absl::StatusCode::kInvalidArgument));
  saved = KeyAccessState();
  saved.windows_drawn = UINT64_MAX;
  EXPECT_THAT(machine.Restore(saved), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyAccessMachineTest, WindowCountsFromTheReturnOfAccess) {
  KeyAccessMachine machine = InState(KeyAccess::kLost);
  ASSERT_EQ(machine.Apply(Event::kGranted, At(100)), Step::kOpenWindow);
  EXPECT_EQ(machine.until(), At(700));
}

TEST(KeyAccessMachineTest, TheSameReasonAgainIsNoNews) {
  KeyAccessMachine machine = InState(KeyAccess::kLost);
  EXPECT_EQ(machine.Apply(Event::kDenied, At(1), "gone"), Step::kNone);
  EXPECT_EQ(machine.Apply(Event::kDenied, At(1), "other"), Step::kAnotherReason);
  EXPECT_EQ(machine.reason(), "other");
}

TEST(KeyAccessMachineTest, ShortAbsenceIsNoLoss) {
  KeyAccessOptions options;
  options.detection_delay = absl::Seconds(30);
  KeyAccessMachine machine = InState(KeyAccess::kAccessible, options);
  EXPECT_EQ(machine.Apply(Event::kDenied, At(0), "gone"), Step::kWatch);
  EXPECT_EQ(machine.detection_due(), At(30));
  EXPECT_EQ(machine.Apply(Event::kGranted, At(20)), Step::kNone);
  EXPECT_EQ(machine.detection_due(), std::nullopt);
  // The next absence counts for itself.
  EXPECT_EQ(machine.Apply(Event::kDenied, At(25), "gone"), Step::kWatch);
  EXPECT_EQ(machine.Apply(Event::kDenied, At(54), "gone"), Step::kWatch);
  EXPECT_EQ(machine.Apply(Event::kDenied, At(55), "gone"), Step::kLose);
  EXPECT_EQ(machine.state(), KeyAccess::kLost);
}

TEST(KeyAccessMachineTest, DetectionOfTheReturnLiesInsideTheWindow) {
  KeyAccessOptions options;
  options.detection_delay = absl::Seconds(30);
  KeyAccessMachine machine = InState(KeyAccess::kAccessible, options);
  machine.Apply(Event::kDenied, At(0), "gone");
  machine.Apply(Event::kDenied, At(30), "gone");
  EXPECT_EQ(machine.Apply(Event::kGranted, At(100)), Step::kWatch);
  EXPECT_EQ(machine.state(), KeyAccess::kLost);
  EXPECT_EQ(machine.Apply(Event::kGranted, At(130)), Step::kOpenWindow);
  EXPECT_EQ(machine.until(), At(700));
}

TEST(KeyAccessMachineTest, ReturnThatDoesNotLastOpensNoWindow) {
  KeyAccessOptions options;
  options.detection_delay = absl::Seconds(30);
  KeyAccessMachine machine = InState(KeyAccess::kAccessible, options);
  machine.Apply(Event::kDenied, At(0), "gone");
  machine.Apply(Event::kDenied, At(30), "gone");
  EXPECT_EQ(machine.Apply(Event::kGranted, At(100)), Step::kWatch);
  EXPECT_EQ(machine.Apply(Event::kDenied, At(110), "gone"), Step::kNone);
  EXPECT_EQ(machine.detection_due(), std::nullopt);
  EXPECT_EQ(machine.Apply(Event::kGranted, At(120)), Step::kWatch);
  EXPECT_EQ(machine.detection_due(), At(150));
}

TEST(KeyAccessMachineTest, DetectionNeverOutlastsTheWindow) {
  KeyAccessOptions options;
  options.detection_delay = absl::Hours(1);
  options.restoration_window = absl::Minutes(1);
  KeyAccessMachine machine = InState(KeyAccess::kAccessible, options);
  machine.Apply(Event::kDenied, At(0), "gone");
  machine.Apply(Event::kDenied, At(3600), "gone");
  machine.Apply(Event::kGranted, At(4000));
  EXPECT_EQ(machine.detection_due(), At(4060));
  EXPECT_EQ(machine.Apply(Event::kGranted, At(4060)), Step::kOpenWindow);
  EXPECT_EQ(machine.until(), At(4060));
}

TEST(KeyAccessMachineTest, ShortAbsenceLeavesTheWindowAlone) {
  KeyAccessOptions options;
  options.detection_delay = absl::Seconds(30);
  KeyAccessMachine machine = InState(KeyAccess::kAccessible, options);
  machine.Apply(Event::kDenied, At(0), "gone");
  machine.Apply(Event::kDenied, At(30), "gone");
  machine.Apply(Event::kGranted, At(100));
  machine.Apply(Event::kGranted, At(130));
  EXPECT_EQ(machine.Apply(Event::kDenied, At(200), "gone"), Step::kWatch);
  EXPECT_EQ(machine.Apply(Event::kGranted, At(210)), Step::kNone);
  EXPECT_EQ(machine.until(), At(700));
  // But at the end of the window there is no waiting.
  EXPECT_EQ(machine.Apply(Event::kWindowOverDenied, At(700), "again"), Step::kDropWindow);
  EXPECT_EQ(machine.reason(), "again");
}

TEST(KeyAccessMachineTest, DrawnWindowsReplayAndStayInRange) {
  KeyAccessOptions options;
  options.random_restoration_window = true;
  KeyAccessMachine one(options, 1, "account");
  KeyAccessMachine same(options, 1, "account");
  KeyAccessMachine other(options, 1, "other");
  bool differs = false;
  for (KeyAccessMachine* machine : {&one, &same, &other}) {
    machine->Apply(Event::kCustomerKeySet, At(0));
  }
  for (int i = 0; i < 20; ++i) {
    for (KeyAccessMachine* machine : {&one, &same, &other}) {
      machine->Apply(Event::kDenied, At(0), "gone");
      machine->Apply(Event::kGranted, At(0));
    }
    EXPECT_GT(*one.until(), At(0));
    EXPECT_LE(*one.until(), At(600));
    EXPECT_EQ(one.until(), same.until());
    differs = differs || one.until() != other.until();
    for (KeyAccessMachine* machine : {&one, &same, &other}) {
      machine->Apply(Event::kWindowOverGranted, At(0));
    }
  }
  EXPECT_TRUE(differs);
}

TEST(KeyAccessOptionsTest, RangesAreEnforced) {
  LAZULI_EXPECT_OK(ValidateKeyAccessOptions({}));
  KeyAccessOptions options;
  options.restoration_window = absl::Minutes(10) + absl::Nanoseconds(1);
  EXPECT_THAT(ValidateKeyAccessOptions(options), StatusIs(absl::StatusCode::kInvalidArgument));
  options.restoration_window = absl::ZeroDuration();
  EXPECT_THAT(ValidateKeyAccessOptions(options), StatusIs(absl::StatusCode::kInvalidArgument));
  options.restoration_window = absl::Nanoseconds(1);
  LAZULI_EXPECT_OK(ValidateKeyAccessOptions(options));
  options.random_restoration_window = true;
  EXPECT_THAT(ValidateKeyAccessOptions(options), StatusIs(absl::StatusCode::kInvalidArgument));
  options = {};
  options.probe_interval = absl::ZeroDuration();
  EXPECT_THAT(ValidateKeyAccessOptions(options), StatusIs(absl::StatusCode::kInvalidArgument));
  options = {};
  options.detection_delay = -absl::Seconds(1);
  EXPECT_THAT(ValidateKeyAccessOptions(options), StatusIs(absl::StatusCode::kInvalidArgument));
  options = {};
  options.loss_step_delay = -absl::Seconds(1);
  EXPECT_THAT(ValidateKeyAccessOptions(options), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeyAccessNameTest, EachStateHasOne) {
  EXPECT_STREQ(KeyAccessName(KeyAccess::kPlatform), "platform");
  EXPECT_STREQ(KeyAccessName(KeyAccess::kAccessible), "accessible");
  EXPECT_STREQ(KeyAccessName(KeyAccess::kLost), "lost");
  EXPECT_STREQ(KeyAccessName(KeyAccess::kRestoring), "restoring");
}

}  // namespace
}  // namespace lazuli::batch
