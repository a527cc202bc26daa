#include "emulator/faults/fault_rules.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/event_log.h"
#include "base/status_matchers.h"
#include "base/timer_queue.h"
#include "emulator/dispatch/errors.h"
#include "emulator/dispatch/fault_point.h"
#include "emulator/faults/fault_rule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FaultRuleSpec Failing(int http_status = 503) {
  FaultRuleSpec spec;
  spec.action.error.emplace();
  spec.action.error->http_status = http_status;
  return spec;
}

class FaultRulesTest : public testing::Test {
 protected:
  FaultRulesTest() {
    caller_.object_id = "0b1ec7";
    caller_.app_id = "c11e47";
    caller_.name = "someone";
    unwrap_.service = "Keys";
    unwrap_.operation = "UnwrapKey";
    unwrap_.plane = v1::PLANE_KEY_VAULT_DATA;
    unwrap_.vault = "kv1";
    unwrap_.key = "key1";
    unwrap_.version = "0123456789abcdef0123456789abcdef";
    unwrap_.caller = &caller_;
    add_task_.service = "Tasks";
    add_task_.operation = "AddTask";
    add_task_.plane = v1::PLANE_BATCH_DATA;
    add_task_.account = "acc1.westus2.batch.azure.com";
    add_task_.caller = &caller_;
  }

  FaultRules MakeRules(uint64_t seed = 7) {
    return FaultRules({.events = &events_, .seed = seed, .timers = &timers_});
  }
  bool IsHit(FaultRules* rules, const StruckCall& call) {
    return !rules->Strike(call, now_).answer.ok();
  }
  // "1" for each call that is hit, "0" for each that is not.
  std::string Hits(FaultRules* rules, const StruckCall& call, int calls) {
    std::string hits;
    for (int i = 0; i < calls; ++i) hits.push_back(IsHit(rules, call) ? '1' : '0');
    return hits;
  }
  std::vector<std::string> Causes() {
    std::vector<std::string> causes;
    const std::vector<Event> events = events_.ListAfter(0, 1000).value();
    for (const Event& event : events) {
      EXPECT_EQ(event.kind, "fault");
      causes.push_back(absl::StrCat(event.resource, " ", event.cause));
    }
    return causes;
  }

  absl::Time now_ = absl::FromUnixSeconds(1'767'225'600);
  EventLog events_{1000};
  TimerQueue timers_;
  Caller caller_;
  StruckCall unwrap_;
  StruckCall add_task_;
};

TEST_F(FaultRulesTest, IsArmedWhileThereAreRules) {
  FaultRules rules = MakeRules();
  EXPECT_FALSE(rules.is_armed());
  LAZULI_ASSERT_OK(rules.Add(Failing(), now_));
  EXPECT_TRUE(rules.is_armed());
  LAZULI_ASSERT_OK(rules.Remove("fault-1", now_));
  EXPECT_FALSE(rules.is_armed());
}

TEST_F(FaultRulesTest, AnAnswerSaysWhichRuleGaveIt) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec = Failing(403);
  spec.id = "no-purge";
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  const std::optional<Decision> error = DecisionOf(rules.Strike(unwrap_, now_).answer);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->by, "fault");
  EXPECT_EQ(error->change, "remove the fault rule no-purge");
  EXPECT_THAT(error->reason, HasSubstr("403"));
  LAZULI_ASSERT_OK(rules.Remove("no-purge", now_));

  FaultRuleSpec throttle;
  throttle.id = "slow";
  throttle.action.throttle = FaultThrottle{.calls = 0, .window = absl::Seconds(10)};
  LAZULI_ASSERT_OK(rules.Add(throttle, now_));
  const std::optional<Decision> throttled = DecisionOf(rules.Strike(unwrap_, now_).answer);
  ASSERT_TRUE(throttled.has_value());
  EXPECT_EQ(throttled->by, "fault");
  EXPECT_EQ(throttled->change, "remove the fault rule slow");
}

TEST_F(FaultRulesTest, EachNameNarrowsTheRule) {
  struct Case {
    std::string FaultMatch::* name;
    std::string fits;
    std::string misses;
  };
  const std::vector<Case> cases = {
      {&FaultMatch::service, "keys", "Vaults"},
      {&FaultMatch::operation, "unwrapkey", "WrapKey"},
      {&FaultMatch::vault, "KV1", "kv2"},
      {&FaultMatch::key, "key1", "key2"},
      {&FaultMatch::version, "0123456789ABCDEF0123456789ABCDEF", "fedc"},
      {&FaultMatch::principal, "0B1EC7", "nobody"},
      {&FaultMatch::principal, "c11e47", "nobody"},
      {&FaultMatch::principal, "Someone", "nobody"},
  };
  for (const Case& c : cases) {
    FaultRules rules = MakeRules();
    FaultRuleSpec spec = Failing();
    spec.match.*c.name = c.fits;
    LAZULI_ASSERT_OK(rules.Add(spec, now_));
    EXPECT_TRUE(IsHit(&rules, unwrap_)) << c.fits;
    rules.RemoveAll(now_);
    spec.match.*c.name = c.misses;
    LAZULI_ASSERT_OK(rules.Add(spec, now_));
    EXPECT_FALSE(IsHit(&rules, unwrap_)) << c.misses;
    EXPECT_EQ(rules.List(now_)[0].matched, 0);
  }
}

TEST_F(FaultRulesTest, AnAccountIsNamedWithOrWithoutItsRegion) {
  for (const auto& [wanted, found, fits] : std::vector<std::tuple<std::string, std::string, bool>>{
           {"acc1", "acc1.westus2.batch.azure.com", true},
           {"acc1.westus2.batch.azure.com", "acc1", true},
           {"acc1.westus2.batch.azure.com", "ACC1.westus2.batch.azure.com", true},
           {"acc1.westus2.batch.azure.com", "acc1.eastus.batch.azure.com", false},
           {"acc1", "acc11.westus2.batch.azure.com", false},
           {"acc1", "", false}}) {
    FaultRules rules = MakeRules();
    FaultRuleSpec spec = Failing();
    spec.match.account = wanted;
    LAZULI_ASSERT_OK(rules.Add(spec, now_));
    add_task_.account = found;
    EXPECT_EQ(IsHit(&rules, add_task_), fits) << wanted << " " << found;
  }
}

TEST_F(FaultRulesTest, WhoSignedWithASharedKeyIsKnownByTheAccount) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec = Failing();
  spec.match.principal = "/subscriptions/s/acc1";
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  EXPECT_FALSE(IsHit(&rules, add_task_));
  caller_ = Caller();
  caller_.shared_key_account_id = "/subscriptions/s/acc1";
  EXPECT_TRUE(IsHit(&rules, add_task_));
}

TEST_F(FaultRulesTest, CallsAreCounted) {
  FaultRules nth = MakeRules();
  FaultRuleSpec third = Failing();
  third.match.nth = 3;
  LAZULI_ASSERT_OK(nth.Add(third, now_));
  EXPECT_EQ(Hits(&nth, unwrap_, 6), "001000");
  // It can never act again.
  EXPECT_TRUE(nth.List(now_).empty());

  FaultRules every = MakeRules();
  FaultRuleSpec each_second = Failing();
  each_second.match.every = 2;
  LAZULI_ASSERT_OK(every.Add(each_second, now_));
  EXPECT_EQ(Hits(&every, unwrap_, 6), "010101");

  FaultRules twice = MakeRules();
  FaultRuleSpec two = Failing();
  two.count = 2;
  LAZULI_ASSERT_OK(twice.Add(two, now_));
  EXPECT_EQ(Hits(&twice, unwrap_, 4), "1100");
  EXPECT_THAT(Causes().back(), HasSubstr("exhausted (matched 2, acted 2)"));
}

TEST_F(FaultRulesTest, ChanceComesFromTheSeedAndTheId) {
  FaultRuleSpec spec = Failing();
  spec.match.per_mille = 300;
  const auto hits = [&](uint64_t seed, const std::string& id) {
    FaultRules rules = MakeRules(seed);
    spec.id = id;
    EXPECT_TRUE(rules.Add(spec, now_).ok());
    return Hits(&rules, unwrap_, 200);
  };
  const std::string first = hits(7, "a");
  EXPECT_EQ(hits(7, "a"), first);
  EXPECT_NE(hits(8, "a"), first);
  EXPECT_NE(hits(7, "b"), first);
  const auto ones = std::count(first.begin(), first.end(), '1');
  EXPECT_GT(ones, 30);
  EXPECT_LT(ones, 90);
}

// Another rule beside it changes nothing of what is drawn for the first.
TEST_F(FaultRulesTest, RulesDoNotShareTheirChance) {
  std::vector<std::string> hits;
  for (const bool with_another : {false, true}) {
    FaultRules rules = MakeRules();
    if (with_another) {
      FaultRuleSpec other;
      other.id = "other";
      other.match.per_mille = 500;
      other.action.virtual_delay = absl::Seconds(1);
      LAZULI_ASSERT_OK(rules.Add(other, now_));
    }
    FaultRuleSpec spec = Failing();
    spec.id = "mine";
    spec.match.per_mille = 300;
    LAZULI_ASSERT_OK(rules.Add(spec, now_));
    hits.push_back(Hits(&rules, unwrap_, 100));
  }
  EXPECT_EQ(hits[0], hits[1]);
}

TEST_F(FaultRulesTest, ARuleHasItsTime) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec = Failing();
  spec.match.from = now_ + absl::Seconds(10);
  spec.match.until = now_ + absl::Seconds(20);
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  EXPECT_FALSE(IsHit(&rules, unwrap_));
  now_ += absl::Seconds(10);
  EXPECT_TRUE(IsHit(&rules, unwrap_));
  now_ += absl::Seconds(10);
  EXPECT_FALSE(IsHit(&rules, unwrap_));
  EXPECT_EQ(rules.List(now_)[0].matched, 1);
}

TEST_F(FaultRulesTest, ARuleExpiresByItsTimer) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec = Failing();
  spec.expires = now_ + absl::Seconds(10);
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  std::optional<TimerQueue::Due> due = timers_.PopDue(now_ + absl::Seconds(10));
  ASSERT_TRUE(due.has_value());
  due->callback();
  EXPECT_FALSE(rules.is_armed());
  EXPECT_EQ(Causes().back(), "fault-1 expired (matched 0, acted 0)");
  EXPECT_EQ(events_.ListAfter(0, 10).value().back().time, now_ + absl::Seconds(10));
}

TEST_F(FaultRulesTest, WithoutTimersARuleExpiresWhenSomebodyLooks) {
  FaultRules rules({.events = &events_, .seed = 1, .timers = nullptr});
  FaultRuleSpec spec = Failing();
  spec.expires = now_ + absl::Seconds(10);
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  now_ += absl::Seconds(10);
  EXPECT_FALSE(IsHit(&rules, unwrap_));
  EXPECT_FALSE(rules.is_armed());
}

TEST_F(FaultRulesTest, ARemovedRuleLeavesNoTimer) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec = Failing();
  spec.expires = now_ + absl::Seconds(10);
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  LAZULI_ASSERT_OK(rules.Remove("fault-1", now_));
  EXPECT_EQ(timers_.size(), 0u);
}

TEST_F(FaultRulesTest, AThrottleLetsSoManyGoInEachWindow) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec;
  spec.action.throttle = FaultThrottle{2, absl::Seconds(10)};
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  EXPECT_EQ(Hits(&rules, unwrap_, 3), "001");
  now_ += absl::Seconds(4);
  const Fault fault = rules.Strike(unwrap_, now_);
  EXPECT_EQ(fault.answer.code(), absl::StatusCode::kResourceExhausted);
  const ErrorInfo info = ErrorInfoOrDefault(fault.answer);
  EXPECT_EQ(info.http_status, 429);
  EXPECT_EQ(info.code, "Throttled");
  EXPECT_EQ(info.retry_after, absl::Seconds(6));
  now_ += absl::Seconds(6);
  EXPECT_EQ(Hits(&rules, unwrap_, 3), "001");
  EXPECT_EQ(rules.List(now_)[0].matched, 7);
  EXPECT_EQ(rules.List(now_)[0].acted, 3);
}

TEST_F(FaultRulesTest, DelaysAddUpAndTheFirstEndIsTheLast) {
  FaultRules rules = MakeRules();
  FaultRuleSpec slow;
  slow.action.virtual_delay = absl::Seconds(5);
  LAZULI_ASSERT_OK(rules.Add(slow, now_));
  FaultRuleSpec slower = Failing(500);
  slower.action.virtual_delay = absl::Seconds(7);
  LAZULI_ASSERT_OK(rules.Add(slower, now_));
  LAZULI_ASSERT_OK(rules.Add(Failing(403), now_));
  const Fault fault = rules.Strike(unwrap_, now_);
  EXPECT_EQ(fault.virtual_delay, absl::Seconds(12));
  EXPECT_EQ(ErrorInfoOrDefault(fault.answer).http_status, 500);
  EXPECT_EQ(rules.List(now_)[2].matched, 0);
}

TEST_F(FaultRulesTest, ADropComesBeforeOrAfterTheEffect) {
  FaultRules rules = MakeRules();
  FaultRuleSpec before;
  before.action.drop = FaultDrop::kBeforeEffect;
  before.count = 1;
  LAZULI_ASSERT_OK(rules.Add(before, now_));
  FaultRuleSpec after;
  after.action.drop = FaultDrop::kAfterEffect;
  LAZULI_ASSERT_OK(rules.Add(after, now_));
  const Fault first = rules.Strike(unwrap_, now_);
  EXPECT_TRUE(IsConnectionDropped(first.answer));
  EXPECT_FALSE(first.loses_answer);
  const Fault second = rules.Strike(unwrap_, now_);
  LAZULI_EXPECT_OK(second.answer);
  EXPECT_TRUE(second.loses_answer);
}

TEST_F(FaultRulesTest, OwnCallsAreHitByRulesWithTheirPrincipalAlone) {
  FaultRules rules = MakeRules();
  unwrap_.is_own = true;
  FaultRuleSpec delay;
  delay.match.principal = "someone";
  delay.action.virtual_delay = absl::Seconds(5);
  LAZULI_ASSERT_OK(rules.Add(delay, now_));
  LAZULI_ASSERT_OK(rules.Add(Failing(), now_));
  EXPECT_FALSE(IsHit(&rules, unwrap_));
  FaultRuleSpec named = Failing();
  named.match.principal = "someone";
  LAZULI_ASSERT_OK(rules.Add(named, now_));
  EXPECT_TRUE(IsHit(&rules, unwrap_));
  EXPECT_EQ(rules.List(now_)[0].matched, 0);
  EXPECT_EQ(rules.List(now_)[1].matched, 0);
}

// A rule for everything must not lock out whoever wants to remove it.
TEST_F(FaultRulesTest, SignInIsHitByRulesThatNameItAlone) {
  StruckCall sign_in;
  sign_in.service = "Tokens";
  sign_in.operation = "IssueToken";
  sign_in.plane = v1::PLANE_TOKEN;
  sign_in.caller = &caller_;
  FaultRules rules = MakeRules();
  LAZULI_ASSERT_OK(rules.Add(Failing(), now_));
  EXPECT_FALSE(IsHit(&rules, sign_in));
  FaultRuleSpec named = Failing();
  named.match.service = "Tokens";
  LAZULI_ASSERT_OK(rules.Add(named, now_));
  EXPECT_TRUE(IsHit(&rules, sign_in));
}

TEST_F(FaultRulesTest, IdsAreGivenOrTakenAndNeverShared) {
  FaultRules rules = MakeRules();
  FaultRuleSpec named = Failing();
  named.id = "fault-1";
  LAZULI_ASSERT_OK(rules.Add(named, now_));
  EXPECT_EQ(rules.Add(Failing(), now_)->spec.id, "fault-2");
  EXPECT_EQ(rules.Add(named, now_).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(rules.Get("none", now_).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(rules.RemoveAll(now_).size(), 2u);
  EXPECT_EQ(rules.Add(Failing(), now_)->spec.id, "fault-3");
}

TEST_F(FaultRulesTest, TooManyAreRefused) {
  FaultRules rules = MakeRules();
  absl::Status last;
  for (int i = 0; i < 1'001; ++i) last = rules.Add(Failing(), now_).status();
  EXPECT_EQ(last.code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(FaultRulesTest, TheEventLogTellsWhatARuleDid) {
  FaultRules rules = MakeRules();
  FaultRuleSpec spec = Failing();
  spec.match.operation = "UnwrapKey";
  spec.match.every = 2;
  spec.count = 1;
  LAZULI_ASSERT_OK(rules.Add(spec, now_));
  Hits(&rules, unwrap_, 2);
  EXPECT_THAT(Causes(),
              ElementsAre("fault-1 operation UnwrapKey, one call of 2: error 503; at most 1 times",
                          "fault-1 Keys/UnwrapKey: error 503 (matched 2, acted 1)",
                          "fault-1 exhausted (matched 2, acted 1)"));
}

}  // namespace
}  // namespace lazuli::emulator
