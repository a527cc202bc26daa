// What the decoder refuses, with the path that it names.
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/json/decoder.h"
#include "emulator/json/spelling.pb.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::Spelling;

void ExpectRefusal(absl::string_view json, const std::string& path, const std::string& reason) {
  Spelling decoded;
  const absl::Status status = DecodeJson(json, &decoded, nullptr);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr(reason)))
      << std::string(json);
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  ASSERT_TRUE(info.has_value()) << std::string(json);
  EXPECT_EQ(info->code, "InvalidInput");
  EXPECT_EQ(info->http_status, 400);
  EXPECT_EQ(info->target, path) << std::string(json);
}

struct Refusal {
  const char* json;
  const char* path;
  const char* reason;
};

TEST(DecoderRefusalTest, ValuesOfAnotherType) {
  const Refusal kCases[] = {
      {"[]", "", "an object is expected"},
      {"1", "", "an object is expected"},
      {"\"{}\"", "", "an object is expected"},
      {"true", "", "an object is expected"},
      {R"({"flag":1})", "flag", "true or false"},
      {R"({"flag":"true"})", "flag", "true or false"},
      {R"({"small":"1"})", "small", "a whole number is expected"},
      {R"({"small":true})", "small", "a whole number is expected"},
      {R"({"large":"1"})", "large", "a whole number is expected"},
      {R"({"text":1})", "text", "a string is expected"},
      {R"({"text":[]})", "text", "a string is expected"},
      {R"({"text":{}})", "text", "a string is expected"},
      {R"({"text":false})", "text", "a string is expected"},
      {R"({"text":1.5})", "text", "a string is expected"},
      {R"({"data":[1]})", "data", "base64url"},
      {R"({"color":1})", "color", "one of RED-ish, COLOR_PLAIN is expected"},
      {R"({"time":1})", "time", "an instant"},
      {R"({"unixTime":"1970-01-01T00:00:00Z"})", "unixTime", "a whole number is expected"},
      {R"({"span":5})", "span", "an ISO 8601 duration"},
      {R"({"leaf":[]})", "leaf", "an object is expected"},
      {R"({"leaf":"x"})", "leaf", "an object is expected"},
      {R"({"inlineList":{}})", "inlineList", "a list is expected"},
      {R"({"inlineList":1})", "inlineList", "a list is expected"},
      {R"({"inlineMap":[]})", "inlineMap", "an object is expected"},
      {R"({"numbers":1})", "numbers", "a list is expected"},
      {R"({"numbers":{}})", "numbers", "a list is expected"},
      {R"({"numbers":[[1]]})", "numbers[0]", "a whole number is expected"},
      {R"({"numbers":[1,null]})", "numbers[1]", "null"},
      {R"({"numbers":[1,2,"3"]})", "numbers[2]", "a whole number is expected"},
      {R"({"leaves":[{},{"name":"a"},{"name":5}]})", "leaves[2].name", "a string is expected"},
      {R"({"leaves":[1]})", "leaves[0]", "an object is expected"},
      {R"({"tags":[]})", "tags", "an object is expected"},
      {R"({"tags":{"a":"b","c":1}})", "tags[\"c\"]", "a string is expected"},
      {R"({"leavesByName":{"a":{"name":1}}})", "leavesByName[\"a\"].name", "a string is expected"},
      {R"({"listsByName":{"a":[{"count":""}]}})", "listsByName[\"a\"][0].count",
       "a whole number is expected"},
      {R"({"inlineLists":[[],{}]})", "inlineLists[1]", "a list is expected"},
      {R"({"nested":{"leaf":{"count":[]}}})", "nested.leaf.count", "a whole number is expected"},
  };
  for (const auto& [json, path, reason] : kCases) ExpectRefusal(json, path, reason);
}

TEST(DecoderRefusalTest, ValuesOutOfRange) {
  const Refusal kCases[] = {
      {R"({"small":2147483648})", "small", "outside of -2147483648 to 2147483647"},
      {R"({"small":-2147483649})", "small", "outside of"},
      {R"({"small":18446744073709551615})", "small", "outside of"},
      {R"({"small":99999999999999999999999})", "small", "outside of"},
      {R"({"small":1.5})", "small", "without fraction and exponent"},
      {R"({"small":1.0})", "small", "without fraction and exponent"},
      {R"({"small":1e3})", "small", "without fraction and exponent"},
      {R"({"small":1E3})", "small", "without fraction and exponent"},
      {R"({"large":9223372036854775808})", "large", "outside of"},
      {R"({"large":-9223372036854775809})", "large", "outside of"},
      {R"({"smallUnsigned":-1})", "smallUnsigned", "outside of 0 to 4294967295"},
      {R"({"smallUnsigned":4294967296})", "smallUnsigned", "outside of"},
      {R"({"largeUnsigned":-1})", "largeUnsigned", "outside of 0 to 18446744073709551615"},
      {R"({"largeUnsigned":18446744073709551616})", "largeUnsigned", "outside of"},
      {R"({"unixTime":253402300800})", "unixTime", "the years 0001 to 9999"},
      {R"({"unixTime":-62135596801})", "unixTime", "the years 0001 to 9999"},
      {R"({"unixTime":18446744073709551615})", "unixTime", "the years 0001 to 9999"},
      {R"({"unixTime":1.5})", "unixTime", "without fraction and exponent"},
      {R"({"time":"9999-12-31T23:59:59-01:00"})", "time", "the years 0001 to 9999"},
      {R"({"time":"0001-01-01T00:00:00+01:00"})", "time", "the years 0001 to 9999"},
      {R"({"span":"P10675199DT2H48M5.4775808S"})", "span", "too long"},
  };
  for (const auto& [json, path, reason] : kCases) ExpectRefusal(json, path, reason);
}

TEST(DecoderRefusalTest, StringsThatAreNotWhatTheyShouldBe) {
  const Refusal kCases[] = {
      {R"({"data":"A"})", "data", "base64url"},
      {R"({"data":"AB"})", "data", "base64url"},  // stray bits
      {R"({"data":"A+=="})", "data", "base64url"},
      {R"({"data":"AQ="})", "data", "base64url"},
      {R"({"data":"A Q"})", "data", "base64url"},
      {R"({"paddedData":"AQ"})", "paddedData", "base64"},
      {R"({"paddedData":"-__-AQ=="})", "paddedData", "base64"},
      {R"({"color":"red"})", "color", "one of RED-ish, COLOR_PLAIN is expected"},
      {R"({"color":""})", "color", "one of"},
      {R"({"colors":["RED-ish","x"]})", "colors[1]", "one of"},
      {R"({"time":""})", "time", "RFC 3339"},
      {R"({"time":"1970-01-01"})", "time", "RFC 3339"},
      {R"({"time":"1970-02-30T00:00:00Z"})", "time", "RFC 3339"},
      {R"({"secondTime":"now"})", "secondTime", "RFC 3339"},
      {R"({"span":"1h"})", "span", "ISO 8601"},
      {R"({"span":"-PT1S"})", "span", "ISO 8601"},
      {R"({"span":"P1M"})", "span", "no fixed length"},
  };
  for (const auto& [json, path, reason] : kCases) ExpectRefusal(json, path, reason);
}

TEST(DecoderRefusalTest, MembersThatAppearTwice) {
  const Refusal kCases[] = {
      {R"({"text":"a","text":"a"})", "text", "appears twice"},
      {R"({"text":null,"text":"a"})", "text", "appears twice"},
      {R"({"text":"a","te\u0078t":"b"})", "text", "appears twice"},
      {R"({"numbers":[1],"flag":true,"numbers":[2]})", "numbers", "appears twice"},
      {R"({"answerOnly":1,"answerOnly":1})", "answerOnly", "appears twice"},
      {R"({"what":1,"what":2})", "what", "appears twice"},
      {R"({"what":{"a":[{"b":1,"b":2}]}})", "what.a.b", "appears twice"},
      {R"({"leaf":{"name":"a","name":"b"}})", "leaf.name", "appears twice"},
      {R"({"tags":{"a":"1","b":"2","a":"3"}})", "tags[\"a\"]", "appears twice"},
      {R"({"tags":{"a":null,"a":"3"}})", "tags[\"a\"]", "appears twice"},
      {R"({"inlineMap":{"":"1","":"2"}})", "inlineMap[\"\"]", "appears twice"},
  };
  for (const auto& [json, path, reason] : kCases) ExpectRefusal(json, path, reason);
}

TEST(DecoderRefusalTest, TextThatIsNotJson) {
  const Refusal kCases[] = {
      {"", "", "malformed"},
      {" ", "", "malformed"},
      {"{", "", "malformed"},
      {"}", "", "malformed"},
      {"{}}", "", "malformed"},
      {"{} {}", "", "malformed"},
      {"{},", "", "malformed"},
      {"{}x", "", "malformed"},
      {"nul", "", "malformed"},
      {"NaN", "", "malformed"},
      {"{'text':'a'}", "", "malformed"},
      {"{text:\"a\"}", "", "malformed"},
      {R"({"text":"a",})", "text", "malformed"},
      {R"({"text" "a"})", "text", "malformed"},
      {R"({"text":"a)", "text", "malformed"},
      {R"({"text":"a" // comment
         })",
       "text", "malformed"},
      {R"({/* comment */})", "", "malformed"},
      {R"({"numbers":[1,]})", "numbers[0]", "malformed"},
      {R"({"numbers":[1 2]})", "numbers[0]", "malformed"},
      {R"({"small":01})", "small", "malformed"},
      {R"({"small":+1})", "small", "malformed"},
      {R"({"small":.5})", "small", "malformed"},
      {R"({"small":1.})", "small", "malformed"},
      {R"({"small":1e})", "small", "malformed"},
      {R"({"small":0x10})", "small", "malformed"},
      {R"({"small":-})", "small", "malformed"},
      {R"({"small":Infinity})", "small", "malformed"},
      {R"({"text":"\x"})", "text", "malformed"},
      {R"({"text":"\u12G4"})", "text", "malformed"},
      {R"({"text":"\u12"})", "text", "malformed"},
      {"{\"text\":\"a\nb\"}", "text", "malformed"},
      {"{\"text\":\"a\x01\"}", "text", "malformed"},
      {"\xEF\xBB\xBF{}", "", "malformed"},
      {"\xFF\xFE{\0}", "", "malformed"},
  };
  for (const auto& [json, path, reason] : kCases) ExpectRefusal(json, path, reason);
}

TEST(DecoderRefusalTest, NulBytes) {
  ExpectRefusal(absl::string_view("\0", 1), "", "malformed");
  ExpectRefusal(absl::string_view("{}\0", 3), "", "malformed");
  ExpectRefusal(absl::string_view("{\"text\":\"a\0b\"}", 14), "text", "malformed");
}

TEST(DecoderRefusalTest, BytesThatAreNotUtf8) {
  const Refusal kCases[] = {
      {"{\"text\":\"\xFF\"}", "text", "malformed"},
      {"{\"text\":\"\xC0\xAF\"}", "text", "malformed"},
      {"{\"text\":\"\xED\xA0\x80\"}", "text", "malformed"},
      {"{\"text\":\"\xF4\x90\x80\x80\"}", "text", "malformed"},
      {"{\"text\":\"\xE2\x82\"}", "text", "malformed"},
      {"{\"tags\":{\"\xFF\":\"\"}}", "tags", "malformed"},
      {"{\"what\xFF\":1}", "", "malformed"},
      {R"({"text":"\ud800"})", "text", "malformed"},
      {R"({"text":"\ud800x"})", "text", "malformed"},
      {R"({"text":"\udc00"})", "text", "malformed"},
      {R"({"text":"\ud800\ud800"})", "text", "malformed"},
      {R"({"text":"\ud83d\u0041"})", "text", "malformed"},
      {R"({"\ud800":1})", "", "malformed"},
  };
  for (const auto& [json, path, reason] : kCases) ExpectRefusal(json, path, reason);
}

TEST(DecoderRefusalTest, NumbersOfAbsurdSize) {
  const std::string digits(100'000, '9');
  ExpectRefusal(absl::StrCat("{\"small\":", digits, "}"), "small", "");
  ExpectRefusal(absl::StrCat("{\"small\":1e", digits, "}"), "small", "");
  ExpectRefusal(absl::StrCat("{\"small\":0.", digits, "}"), "small", "");
  ExpectRefusal(R"({"large":1e400})", "large", "");
  ExpectRefusal(R"({"large":-1e-400})", "large", "");
}

TEST(DecoderRefusalTest, DeepNesting) {
  for (const char* open : {"[", "{\"nested\":", "{\"x\":"}) {
    std::string json = open[0] == '[' ? "{\"x\":" : "";
    for (int i = 0; i < 100'000; ++i) json += open;
    Spelling decoded;
    EXPECT_THAT(DecodeJson(json, &decoded, nullptr),
                StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("64 levels")));
  }
}

TEST(DecoderRefusalTest, StrictReadingRefusesWhatIsUnknownAndTellsTheLine) {
  const struct {
    const char* json;
    const char* message;
  } kCases[] = {
      {"{\"smal\":1}", "line 1: 'smal' is invalid: there is no such member"},
      {"{\n  \"small\": 1,\n  \"nested\": {\n    \"tekst\": []}\n}",
       "line 4: 'nested.tekst' is invalid: there is no such member"},
      {"{\n\n\"small\": \"one\"}", "line 3: 'small' is invalid: a whole number is expected"},
      {"{\n\"small\": 1,\n}", "line 3: 'small' is invalid: the JSON is malformed"},
      {"{\"small\": 1}\n{}", "line 2: the JSON is malformed"},
  };
  for (const auto& c : kCases) {
    Spelling decoded;
    EXPECT_THAT(DecodeStrictJson(c.json, &decoded),
                StatusIs(absl::StatusCode::kInvalidArgument, ::testing::StartsWith(c.message)))
        << c.json;
  }
  Spelling decoded;
  LAZULI_EXPECT_OK(DecodeStrictJson("{\n\"small\": 1}\n", &decoded));
  EXPECT_EQ(decoded.small(), 1);
}

// Values may be key material or passwords.
TEST(DecoderRefusalTest, ErrorsDoNotRepeatValues) {
  for (const char* json :
       {R"({"data":"hidden!!"})", R"({"color":"hidden!!"})", R"({"time":"hidden!!"})",
        R"({"small":"hidden!!"})", R"({"text":"hidden!!)", R"({"tags":{"a":["hidden!!"]}})"}) {
    Spelling decoded;
    const absl::Status status = DecodeJson(json, &decoded, nullptr);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << json;
    EXPECT_FALSE(absl::StrContains(status.ToString(), "hidden")) << json;
  }
}

TEST(DecoderRefusalTest, KindsThatTheApiDoesWithout) {
  testing::Unspelled decoded;
  EXPECT_THAT(DecodeJson(R"({"ratio":0.5})", &decoded, nullptr),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(DecodeJson(R"({"ratio":1})", &decoded, nullptr),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(DecodeJson(R"({"byNumber":{"1":"x"}})", &decoded, nullptr),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lazuli::emulator
