#include "emulator/json/encoder.h"

#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "base/status_matchers.h"
#include "emulator/json/proto_text.h"
#include "emulator/json/spelling.pb.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using testing::Spelling;
using testing::Unspelled;

// What every Spelling shows, set or not.
constexpr char kAlways[] = R"("alwaysList":[],"alwaysMap":{},"alwaysNull":null)";

TEST(EncoderTest, SpellsEachKindOfField) {
  const struct {
    const char* message;
    const char* member;
  } kCases[] = {
      {"flag: false", R"("flag":false)"},
      {"flag: true", R"("flag":true)"},
      {"small: -2147483648", R"("small":-2147483648)"},
      {"large: 9223372036854775807", R"("large":9223372036854775807)"},
      {"small_unsigned: 4294967295", R"("smallUnsigned":4294967295)"},
      {"large_unsigned: 18446744073709551615", R"("largeUnsigned":18446744073709551615)"},
      {"text: ''", R"("text":"")"},
      {"text: 'a\"\\\\/\\n\\r\\t\\001\\037\\177'", R"("text":"a\"\\/\n\r\t\u0001\u001f)"
                                                   "\x7F\""},
      {"text: '\\000'", R"("text":"\u0000")"},
      {"text: '\xC3\xA9\xF0\x9F\x98\x80'", "\"text\":\"\xC3\xA9\xF0\x9F\x98\x80\""},
      {"data: ''", R"("data":"")"},
      {"data: '\\373\\377\\376\\001'", R"("data":"-__-AQ")"},
      {"padded_data: '\\373\\377\\376\\001'", R"("paddedData":"+//+AQ==")"},
      {"color: COLOR_RED", R"("color":"RED-ish")"},
      {"color: COLOR_PLAIN", R"("color":"COLOR_PLAIN")"},
      {"time {seconds: 1 nanos: 500}", R"("time":"1970-01-01T00:00:01.0000005Z")"},
      {"time {seconds: 1}", R"("time":"1970-01-01T00:00:01.0000000Z")"},
      {"unix_time {seconds: 1493942452 nanos: 9}", R"("unixTime":1493942452)"},
      {"unix_time {}", R"("unixTime":0)"},
      {"second_time {seconds: 1 nanos: 5}", R"("secondTime":"1970-01-01T00:00:01Z")"},
      {"span {seconds: 93784 nanos: 500000000}", R"("span":"P1DT2H3M4.5S")"},
      {"span {seconds: 922337203685 nanos: 477580700}", R"("span":"P10675199DT2H48M5.4775807S")"},
      {"span {}", R"("span":"PT0S")"},
      {"leaf {}", R"("leaf":{})"},
      {"leaf {name: 'n' count: 0}", R"("leaf":{"name":"n","count":0})"},
      {"inline_list {}", R"("inlineList":[])"},
      {"inline_list {values {} values {count: 1}}", R"("inlineList":[{},{"count":1}])"},
      {"inline_map {}", R"("inlineMap":{})"},
      {"inline_map {values {key: 'a' value: 'b'}}", R"("inlineMap":{"a":"b"})"},
      {"renamed: 'x'", R"("$re-named":"x")"},
      {"numbers: [1, -1]", R"("numbers":[1,-1])"},
      {"colors: [COLOR_RED, COLOR_UNSPECIFIED]", R"("colors":["RED-ish","COLOR_UNSPECIFIED"])"},
      {"inline_lists {} inline_lists {values {count: 1}}", R"("inlineLists":[[],[{"count":1}]])"},
      {"unix_times {seconds: 5} unix_times {}", R"("unixTimes":[5,0])"},
      {"tags {key: 'b' value: '2'} tags {key: 'a' value: '1'} tags {key: '' value: ''}",
       R"("tags":{"":"","a":"1","b":"2"})"},
      {"leaves_by_name {key: 'x' value {}}", R"("leavesByName":{"x":{}})"},
      {"counts {key: 'x' value: -5}", R"("counts":{"x":-5})"},
      {"lists_by_name {key: 'x' value {}}", R"("listsByName":{"x":[]})"},
  };
  for (const auto& [message, member] : kCases) {
    EXPECT_THAT(EncodeJson(FromText<Spelling>(message)),
                IsOkAndHolds(std::string("{") + member + "," + kAlways + "}"))
        << message;
  }
}

TEST(EncoderTest, OmitsWhatIsAbsentButWhatIsAlwaysShown) {
  EXPECT_THAT(EncodeJson(Spelling()), IsOkAndHolds(std::string("{") + kAlways + "}"));
  EXPECT_THAT(EncodeJson(FromText<Spelling>(
                  "always_list: 'a' always_map {key: 'k' value: 'v'} always_null: 'x'")),
              IsOkAndHolds(R"({"alwaysList":["a"],"alwaysMap":{"k":"v"},"alwaysNull":"x"})"));
}

TEST(EncoderTest, SpellsListsOfEachKind) {
  EXPECT_THAT(EncodeJson(FromText<Spelling>(R"pb(
                flags: [ true, false ]
                large_numbers: [ -9223372036854775808, 0 ]
                small_unsigned_numbers: 4294967295
                large_unsigned_numbers: 18446744073709551615
                data_list: [ "a", "" ]
                spans { seconds: 5 }
              )pb")),
              IsOkAndHolds(std::string("{") + kAlways + R"(,"flags":[true,false],)" +
                           R"("largeNumbers":[-9223372036854775808,0],)"
                           R"("smallUnsignedNumbers":[4294967295],)"
                           R"("largeUnsignedNumbers":[18446744073709551615],)"
                           R"("dataList":["YQ",""],"spans":["PT5S"]})"));
}

TEST(EncoderTest, WritesAnEnumValueWithoutANameAsItsNumber) {
  Spelling message;
  message.set_color(static_cast<testing::Color>(77));
  EXPECT_THAT(EncodeJson(message), IsOkAndHolds(std::string("{\"color\":77,") + kAlways + "}"));
}

TEST(EncoderTest, ShowsAnInlineMessageByItsContent) {
  EXPECT_THAT(EncodeJson(testing::InlineList()), IsOkAndHolds("[]"));
  EXPECT_THAT(EncodeJson(FromText<testing::InlineMap>("values {key: 'a' value: 'b'}")),
              IsOkAndHolds(R"({"a":"b"})"));
}

TEST(EncoderTest, MasksSecretsOfEveryKind) {
  const auto message = FromText<Spelling>(R"pb(
    text: "open"
    leaf { name: "open" secret_note: "hidden" }
    leaves { secret_note: "hidden" }
    leaves_by_name {
      key: "k"
      value { secret_note: "hidden" }
    }
    secret_text: "hidden"
    secret_leaf { name: "hidden" }
    secret_texts: "hidden")pb");
  EXPECT_THAT(
      EncodeJson(message, {.mask_secrets = true}),
      IsOkAndHolds(std::string(R"({"text":"open",)") +
                   R"("leaf":{"name":"open","secretNote":"***"},)"
                   R"("leaves":[{"secretNote":"***"}],)"
                   R"("leavesByName":{"k":{"secretNote":"***"}},)" +
                   kAlways + R"(,"secretText":"***","secretLeaf":"***","secretTexts":"***"})"));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string plain, EncodeJson(message));
  EXPECT_TRUE(absl::StrContains(plain, R"("secretText":"hidden")"));
}

TEST(EncoderTest, MaskingDoesNotInventSecrets) {
  EXPECT_THAT(EncodeJson(testing::Leaf(), {.mask_secrets = true}), IsOkAndHolds("{}"));
}

TEST(EncoderTest, IndentsForPeople) {
  const auto message = FromText<Spelling>("leaf {name: 'n' count: 1} numbers: [1, 2]");
  EXPECT_THAT(EncodeJson(message, {.pretty = true}), IsOkAndHolds(R"({
  "leaf": {
    "name": "n",
    "count": 1
  },
  "numbers": [
    1,
    2
  ],
  "alwaysList": [],
  "alwaysMap": {},
  "alwaysNull": null
})"));
  EXPECT_THAT(EncodeJson(testing::Leaf(), {.pretty = true}), IsOkAndHolds("{}"));
}

TEST(EncoderTest, LeavesOutWhatTheApiVersionDoesNotShow) {
  const auto message = FromText<testing::Grown>(
      "always: 'a' second: 'b' third: 'c' inner {always: 'd' second: 'e'} era: ERA_IRON");
  const struct {
    int api_version;
    const char* text;
  } kCases[] = {
      {0, R"({"always":"a","era":"Iron","inner":[{"always":"d"}]})"},
      {1, R"({"always":"a","second":"b","era":"Iron","inner":[{"always":"d","second":"e"}]})"},
      {2, R"({"always":"a","second":"b","era":"Iron","inner":[{"always":"d","second":"e"}]})"},
      {3, R"({"always":"a","second":"b","third":["c"],"thirdNull":null,"era":"Iron",)"
          R"("inner":[{"always":"d","second":"e","third":[],"thirdNull":null}]})"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(EncodeJson(message, {.api_version = c.api_version}), IsOkAndHolds(c.text));
  }
  EXPECT_THAT(EncodeJson(message), IsOkAndHolds(kCases[3].text));
}

TEST(EncoderTest, EqualMapsGiveEqualTexts) {
  Spelling one;
  Spelling other;
  for (int i = 0; i < 100; ++i) (*one.mutable_tags())[std::to_string(i)] = "v";
  for (int i = 99; i >= 0; --i) (*other.mutable_tags())[std::to_string(i)] = "v";
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string text, EncodeJson(one));
  EXPECT_THAT(EncodeJson(other), IsOkAndHolds(text));
}

TEST(EncoderTest, RefusesBytesThatAreNoText) {
  Spelling message;
  message.set_text("\xFF");
  EXPECT_THAT(EncodeJson(message), StatusIs(absl::StatusCode::kInternal));
  message.Clear();
  (*message.mutable_tags())["\xC3"] = "v";
  EXPECT_THAT(EncodeJson(message), StatusIs(absl::StatusCode::kInternal));
}

TEST(EncoderTest, RefusesKindsThatTheApiDoesWithout) {
  EXPECT_THAT(EncodeJson(FromText<Unspelled>("ratio: 0.5")), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(EncodeJson(FromText<Unspelled>("by_number {key: 1 value: 'x'}")),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(EncodeJson(FromText<Unspelled>("plain: 'x'")), IsOkAndHolds(R"({"plain":"x"})"));
}

}  // namespace
}  // namespace lazuli::emulator
