#include "emulator/cli/fault_words.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/json/encoder.h"
#include "gtest/gtest.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {
namespace {

absl::StatusOr<v1::FaultRule> Parse(const std::string& words) {
  return ParseFaultWords(std::vector<std::string>(absl::StrSplit(words, ' ', absl::SkipEmpty())));
}

TEST(FaultWordsTest, SayWhatJsonSays) {
  struct Case {
    const char* words;
    const char* json;
  };
  for (const Case& c : {
           Case{"operation=UnwrapKey error=503 count=2",
                R"({"match":{"operation":"UnwrapKey"},"action":{"error":{"status":503}},)"
                R"("count":2})"},
           Case{"error=403:Forbidden:KeyDisabled retryAfter=5s message=no",
                R"({"action":{"error":{"status":403,"code":"Forbidden","innerCode":"KeyDisabled",)"
                R"("message":"no","retryAfter":"PT5S"}}})"},
           Case{"service=Keys vault=v key=k version=1 account=a principal=p every=3 perMille=10 "
                "delay=1m30s drop=after",
                R"({"match":{"service":"Keys","vault":"v","key":"k","version":"1","account":"a",)"
                R"("principal":"p","every":3,"perMille":10},)"
                R"("action":{"delay":{"virtual":"PT1M30S"},"drop":"afterEffect"}})"},
           Case{"throttle=10/PT1S lifetime=1h nth=1 id=x",
                R"({"id":"x","match":{"nth":1},)"
                R"("action":{"throttle":{"calls":10,"window":"PT1S"}},"lifetime":"PT1H"})"},
           Case{"realDelay=250ms from=2026-01-01T00:00:00Z until=2026-01-02T00:00:00Z "
                "expires=2026-01-03T00:00:00Z",
                R"({"match":{"from":"2026-01-01T00:00:00Z","until":"2026-01-02T00:00:00Z"},)"
                R"("action":{"delay":{"real":"PT0.25S"}},"expires":"2026-01-03T00:00:00Z"})"},
       }) {
    const auto by_words = Parse(c.words);
    const auto by_json = ParseFaultJson(c.json);
    LAZULI_ASSERT_OK(by_words);
    LAZULI_ASSERT_OK(by_json);
    EXPECT_EQ(*EncodeJson(*by_words), *EncodeJson(*by_json)) << c.words;
  }
}

TEST(FaultWordsTest, NameTheWordThatIsWrong) {
  struct Case {
    const char* words;
    const char* target;
  };
  for (const Case& c : {
           Case{"503", "503"},
           Case{"colour=red", "colour=red"},
           Case{"error=often", "error"},
           Case{"nth=first", "nth"},
           Case{"delay=long", "delay"},
           Case{"delay=inf", "delay"},
           Case{"throttle=10", "throttle"},
           Case{"throttle=many/1s", "throttle"},
           Case{"drop=sometimes", "drop"},
           Case{"expires=tomorrow", "expires"},
           Case{"count=1 count=2", "count"},
       }) {
    const absl::Status status = Parse(c.words).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.words;
    EXPECT_EQ(ErrorInfoOrDefault(status).target, c.target) << c.words;
  }
}

TEST(FaultWordsTest, JsonHasNoMembersThatARuleHasNot) {
  const absl::Status status =
      ParseFaultJson(R"({"action":{"error":{"status":503,"colour":"red"}}})").status();
  EXPECT_EQ(ErrorInfoOrDefault(status).target, "action.error.colour");
}

}  // namespace
}  // namespace lazuli::emulator
