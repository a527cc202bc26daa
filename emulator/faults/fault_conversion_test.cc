#include "emulator/faults/fault_conversion.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/faults/fault_rule.h"
#include "emulator/json/decoder.h"
#include "emulator/json/encoder.h"
#include "gtest/gtest.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {
namespace {

// 2026-01-01T00:00:00Z.
absl::Time Now() { return absl::FromUnixSeconds(1'767'225'600); }

absl::StatusOr<FaultRuleSpec> Read(const std::string& json) {
  v1::FaultRule rule;
  const absl::Status decoded = DecodeJson(json, &rule, nullptr);
  EXPECT_TRUE(decoded.ok()) << decoded << " " << json;
  return FaultRuleFromProto(rule, Now());
}

TEST(FaultConversionTest, ReadsAllThatARuleCanSay) {
  const auto spec = Read(R"({
    "id": "my.rule-1",
    "match": {"service": "lazuli.v1.keys", "operation": "unwrapkey", "vault": "kv1", "key": "k",
              "version": "v", "account": "a", "principal": "p", "from": "2026-01-01T00:00:00Z",
              "until": "2026-01-02T00:00:00Z", "every": 3, "perMille": 250},
    "action": {"delay": {"virtual": "PT10S"},
               "error": {"status": 403, "code": "Forbidden", "innerCode": "KeyDisabled",
                         "message": "no", "retryAfter": "PT5S"}},
    "count": 4, "lifetime": "PT1H"})");
  LAZULI_ASSERT_OK(spec);
  EXPECT_EQ(spec->id, "my.rule-1");
  EXPECT_EQ(spec->match.service, "Keys");
  EXPECT_EQ(spec->match.operation, "UnwrapKey");
  EXPECT_EQ(spec->match.every, 3);
  EXPECT_EQ(spec->match.per_mille, 250);
  EXPECT_EQ(spec->match.until, Now() + absl::Hours(24));
  EXPECT_EQ(spec->action.virtual_delay, absl::Seconds(10));
  EXPECT_EQ(spec->action.error->inner_code, "KeyDisabled");
  EXPECT_EQ(spec->action.error->retry_after, absl::Seconds(5));
  EXPECT_EQ(spec->count, 4);
  EXPECT_EQ(spec->expires, Now() + absl::Hours(1));
}

TEST(FaultConversionTest, AnOperationMayNameItsService) {
  const auto spec = Read(R"({"match":{"operation":"Tasks/AddTask"},
                             "action":{"drop":"afterEffect"}})");
  LAZULI_ASSERT_OK(spec);
  EXPECT_EQ(spec->match.service, "Tasks");
  EXPECT_EQ(spec->match.operation, "AddTask");
  EXPECT_EQ(spec->action.drop, FaultDrop::kAfterEffect);
}

TEST(FaultConversionTest, NamesTheFieldThatMakesNoSense) {
  struct Case {
    const char* json;
    const char* field;
  };
  for (const Case& c : {
           Case{R"({})", "action"},
           Case{R"({"action":{}})", "action"},
           Case{R"({"id":"a b","action":{"drop":"afterEffect"}})", "id"},
           Case{R"({"id":"","action":{"drop":"afterEffect"}})", "id"},
           Case{R"({"action":{"error":{"status":503},"drop":"afterEffect"}})", "action.drop"},
           Case{R"({"action":{"error":{"status":503},"throttle":{"calls":1,"window":"PT1S"}}})",
                "action.throttle"},
           Case{R"({"action":{"drop":"beforeEffect","throttle":{"calls":1,"window":"PT1S"}}})",
                "action.throttle"},
           Case{R"({"action":{"error":{"status":200}}})", "action.error.status"},
           Case{R"({"action":{"error":{"status":503,"retryAfter":"PT0S"}}})",
                "action.error.retryAfter"},
           Case{R"({"action":{"throttle":{"calls":-1,"window":"PT1S"}}})", "action.throttle.calls"},
           Case{R"({"action":{"throttle":{"calls":1,"window":"PT0S"}}})", "action.throttle.window"},
           Case{R"({"action":{"delay":{}}})", "action.delay"},
           Case{R"({"action":{"delay":{"virtual":"PT1S","real":"PT1S"}}})", "action.delay"},
           Case{R"({"action":{"delay":{"virtual":"PT0S"}}})", "action.delay.virtual"},
           Case{R"({"action":{"delay":{"real":"PT2H"}}})", "action.delay.real"},
           Case{R"({"match":{"service":"Nothing"},"action":{"drop":"afterEffect"}})",
                "match.service"},
           Case{R"({"match":{"service":"Faults"},"action":{"drop":"afterEffect"}})",
                "match.service"},
           Case{R"({"match":{"operation":"Nothing"},"action":{"drop":"afterEffect"}})",
                "match.operation"},
           Case{R"({"match":{"operation":"GetClock"},"action":{"drop":"afterEffect"}})",
                "match.operation"},
           Case{R"({"match":{"service":"Keys","operation":"AddTask"},
                    "action":{"drop":"afterEffect"}})",
                "match.operation"},
           Case{R"({"match":{"service":"Keys","operation":"Tasks/AddTask"},
                    "action":{"drop":"afterEffect"}})",
                "match.operation"},
           Case{R"({"match":{"nth":0},"action":{"drop":"afterEffect"}})", "match.nth"},
           Case{R"({"match":{"every":0},"action":{"drop":"afterEffect"}})", "match.every"},
           Case{R"({"match":{"nth":2,"every":2},"action":{"drop":"afterEffect"}})", "match.every"},
           Case{R"({"match":{"nth":2},"count":2,"action":{"drop":"afterEffect"}})", "count"},
           Case{R"({"match":{"perMille":0},"action":{"drop":"afterEffect"}})", "match.perMille"},
           Case{R"({"match":{"perMille":1001},"action":{"drop":"afterEffect"}})", "match.perMille"},
           Case{R"({"match":{"from":"2026-01-02T00:00:00Z","until":"2026-01-02T00:00:00Z"},
                    "action":{"drop":"afterEffect"}})",
                "match.until"},
           Case{R"({"count":0,"action":{"drop":"afterEffect"}})", "count"},
           Case{R"({"lifetime":"PT0S","action":{"drop":"afterEffect"}})", "lifetime"},
           Case{R"({"expires":"2026-01-01T00:00:00Z","action":{"drop":"afterEffect"}})", "expires"},
           Case{R"({"expires":"2026-02-01T00:00:00Z","lifetime":"PT1H",
                    "action":{"drop":"afterEffect"}})",
                "lifetime"},
       }) {
    const absl::Status status = Read(c.json).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.json << " " << status;
    EXPECT_EQ(ErrorInfoOrDefault(status).target, c.field) << c.json;
  }
}

TEST(FaultConversionTest, WhatIsShownCanBeGivenAgain) {
  const auto spec = Read(R"({"id":"a","match":{"operation":"UnwrapKey","nth":2},
      "action":{"delay":{"real":"PT1S"},"throttle":{"calls":3,"window":"PT10S"}},
      "expires":"2026-01-01T01:00:00Z"})");
  LAZULI_ASSERT_OK(spec);
  FaultRuleView view;
  view.spec = *spec;
  view.created = Now();
  view.matched = 5;
  view.acted = 2;
  const v1::FaultRule shown = ToProto(view);
  EXPECT_EQ(shown.matched(), 5);
  EXPECT_EQ(shown.acted(), 2);
  const auto again = FaultRuleFromProto(shown, Now());
  LAZULI_ASSERT_OK(again);
  view.spec = *again;
  EXPECT_EQ(*EncodeJson(ToProto(view)), *EncodeJson(shown));
}

}  // namespace
}  // namespace lazuli::emulator
