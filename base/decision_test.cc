#include "base/decision.h"

#include "absl/status/status.h"
#include "base/error.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

Decision Sample() {
  Decision decision{.by = "accessPolicy",
                    .allowed = false,
                    .reason = "entry 2: nothing",
                    .change = "add 'get' to accessPolicies[2].permissions.keys",
                    .facts = {}};
  decision.AddFact("policyIndex", "2");
  decision.AddFact("empty", "");
  return decision;
}

TEST(DecisionTest, AStatusCarriesItBesideItsError) {
  const absl::Status refusal = PreconditionError("no");
  const absl::Status status = WithDecision(refusal, Sample());
  EXPECT_EQ(status.message(), "no");
  EXPECT_EQ(GetErrorInfo(status), GetErrorInfo(refusal));
  EXPECT_EQ(DecisionOf(status), Sample());
  EXPECT_EQ(DecisionOf(refusal), std::nullopt);
  EXPECT_EQ(DecisionOf(absl::OkStatus()), std::nullopt);
}

TEST(DecisionTest, ALaterDecisionTakesThePlaceOfAnEarlier) {
  Decision later = Sample();
  later.by = "role";
  later.allowed = true;
  later.facts.clear();
  EXPECT_EQ(DecisionOf(WithDecision(WithDecision(PreconditionError("no"), Sample()), later)),
            later);
}

TEST(DecisionTest, InShortItIsTheRuleAndWhatItFound) {
  EXPECT_EQ(Sample().Short(), "accessPolicy: entry 2: nothing");
}

}  // namespace
}  // namespace lazuli
