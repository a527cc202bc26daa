#include "emulator/chaos/report_text.h"

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;

v1::ChaosReport Parse(const char* text) {
  v1::ChaosReport report;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &report));
  return report;
}

TEST(ReportTextTest, TellsWhatWasDoneAndWhatItMeant) {
  const std::string text = FormatChaosReport(Parse(R"(
    state { phase: CHAOS_PHASE_FINISHED seed: 7 start_time { seconds: 1000000000 } executed: 2 }
    executed {
      steps { at: "5m" revoke: "a" causes: "key-disabled" outcome: "OK"
              time { seconds: 1000000300 } real_time { seconds: 1 } }
      steps { at: "20m" restore: "a" causes: "key-disabled" outcome: "ChangedMeanwhile" }
      steps { at: "30m" policy_propagation_delay: "2m" outcome: "OK" }
    }
    absences { account: "/x/batchAccounts/a" reason: "KeyDisabled" lost_at { seconds: 1000000300 }
               restoring_at { seconds: 1000001200 } served_at { seconds: 1000001800 }
               away { seconds: 1500 } refused_calls: 3 }
    calls { principal: "me" plane: "batch" code: "AccountIsDisabled" calls: 3 during_absence: 2 }
    looks: 4 events: 9)"));
  EXPECT_THAT(text,
              AllOf(HasSubstr("chaos: seed 7, began at 2001-09-09T01:46:40.000Z, 2 of 2 instants"),
                    HasSubstr("+5m        2001-09-09T01:51:40.000Z  revoked  a  key-disabled"),
                    HasSubstr("restored a  key-disabled  refused: ChangedMeanwhile"),
                    HasSubstr("policy propagation 2m"), HasSubstr("a: lost 2001-09-09T01:51:40"),
                    HasSubstr("away 25m, 3 calls refused"), HasSubstr("AccountIsDisabled"),
                    HasSubstr("invariants: all held (4 looks, 9 events)")));
}

TEST(ReportTextTest, AViolationNamesSeedAndStep) {
  const std::string text = FormatChaosReport(Parse(R"(
    state { phase: CHAOS_PHASE_STOPPED seed: 7 }
    violations { invariant: "window" account: "/x/a" message: "too soon" seed: 7
                 step: "step 2, time 1" }
    missed_events: 5)"));
  EXPECT_THAT(text, AllOf(HasSubstr("invariants: 1 broken"), HasSubstr("window: a at"),
                          HasSubstr("too soon\n    seed 7, after step 2, time 1"),
                          HasSubstr("5 events were not checked")));
}

TEST(ReportTextTest, NothingIsSaidToBeNothing) {
  EXPECT_THAT(FormatChaosReport(Parse("state { phase: CHAOS_PHASE_NONE }")),
              HasSubstr("no schedule was begun"));
  EXPECT_THAT(FormatChaosReport(Parse("state { phase: CHAOS_PHASE_WAITING }")),
              AllOf(HasSubstr("never began"), HasSubstr("absences: none")));
}

}  // namespace
}  // namespace lazuli::emulator
