#include "emulator/json/decoder.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_matchers.h"
#include "emulator/json/proto_text.h"
#include "emulator/json/spelling.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using testing::Spelling;

// `depth` lists, one in another.
std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(DecoderTest, ReadsEachKindOfField) {
  const struct {
    const char* json;
    const char* message;
  } kCases[] = {
      {"{}", ""},
      {" \t\r\n{ } \n", ""},
      {"null", ""},
      {R"({"flag":false})", "flag: false"},
      {R"({"small":-2147483648})", "small: -2147483648"},
      {R"({"small":-0})", "small: 0"},
      {R"({"large":-9223372036854775808})", "large: -9223372036854775808"},
      {R"({"smallUnsigned":4294967295})", "small_unsigned: 4294967295"},
      {R"({"largeUnsigned":18446744073709551615})", "large_unsigned: 18446744073709551615"},
      {R"({"largeUnsigned":1})", "large_unsigned: 1"},
      {R"({"text":""})", "text: ''"},
      {R"({"text":"\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00"})",
       "text: '\"\\\\/\\b\\f\\n\\r\\t\\000\xC3\xA9\xF0\x9F\x98\x80'"},
      {R"({"data":"-__-AQ"})", "data: '\\373\\377\\376\\001'"},
      {R"({"data":"-__-AQ=="})", "data: '\\373\\377\\376\\001'"},
      {R"({"data":""})", "data: ''"},
      {R"({"paddedData":"+//+AQ=="})", "padded_data: '\\373\\377\\376\\001'"},
      {R"({"color":"RED-ish"})", "color: COLOR_RED"},
      {R"({"color":"red-ISH"})", "color: COLOR_RED"},
      {R"({"color":"color_plain"})", "color: COLOR_PLAIN"},
      {R"({"time":"1970-01-01T00:00:01.0000005Z"})", "time {seconds: 1 nanos: 500}"},
      {R"({"time":"1970-01-01T02:00:01+02:00"})", "time {seconds: 1}"},
      {R"({"unixTime":-1})", "unix_time {seconds: -1}"},
      {R"({"secondTime":"1970-01-01T00:00:01.5Z"})", "second_time {seconds: 1 nanos: 500000000}"},
      {R"({"span":"P1DT2H3M4.5S"})", "span {seconds: 93784 nanos: 500000000}"},
      {R"({"span":"P10675199DT2H48M5.4775807S"})", "span {seconds: 922337203685 nanos: 477580700}"},
      {R"({"leaf":{}})", "leaf {}"},
      {R"({"inlineList":[]})", "inline_list {}"},
      {R"({"inlineList":[{"count":1}]})", "inline_list {values {count: 1}}"},
      {R"({"inlineMap":{}})", "inline_map {}"},
      {R"({"inlineLists":[[],[{}]]})", "inline_lists {} inline_lists {values {}}"},
      {R"({"$re-named":"x"})", "renamed: 'x'"},
      {R"({"numbers":[]})", ""},
      {R"({"colors":["red-ish","COLOR_PLAIN"]})", "colors: [COLOR_RED, COLOR_PLAIN]"},
      {R"({"unixTimes":[5]})", "unix_times {seconds: 5}"},
      {R"({"leavesByName":{"x":{"count":1},"":{}}})",
       "leaves_by_name {key: 'x' value {count: 1}} leaves_by_name {key: '' value {}}"},
      {R"({"listsByName":{"x":[]}})", "lists_by_name {key: 'x' value {}}"},
      {R"({"counts":{"x":-5}})", "counts {key: 'x' value: -5}"},
      {R"({"nested":{"nested":{"text":"deep"}}})", "nested {nested {text: 'deep'}}"},
  };
  for (const auto& [json, message] : kCases) {
    Spelling decoded;
    DecodeReport report;
    LAZULI_EXPECT_OK(DecodeJson(json, &decoded, &report)) << json;
    EXPECT_EQ(report.unknown_members, 0u) << json;
    EXPECT_TRUE(MessageDifferencer::Equals(decoded, FromText<Spelling>(message)))
        << json << " became " << decoded.DebugString();
  }
}

TEST(DecoderTest, TakesNullForAbsence) {
  Spelling decoded;
  LAZULI_ASSERT_OK(DecodeJson(
      R"({"flag":null,"small":null,"text":null,"data":null,"color":null,"time":null,"leaf":null,
          "inlineList":null,"inlineMap":null,"numbers":null,"tags":{"a":null},
          "leavesByName":{"a":null},"alwaysList":null,"alwaysNull":null})",
      &decoded, nullptr));
  EXPECT_EQ(decoded.ByteSizeLong(), 0u) << decoded.DebugString();
}

TEST(DecoderTest, ClearsWhatWasThere) {
  Spelling decoded;
  decoded.set_text("old");
  LAZULI_ASSERT_OK(DecodeJson(R"({"small":1})", &decoded, nullptr));
  EXPECT_FALSE(decoded.has_text());
  EXPECT_EQ(decoded.small(), 1);
}

TEST(DecoderTest, PassesOverAnswerFieldsWhateverTheyHold) {
  const char* const kTexts[] = {
      R"({"answerOnly":"x","answerLeaf":{"name":"n","what":1}})",
      R"({"answerOnly":{"a":[1,{"b":null}]},"answerLeaf":[[]]})",
      R"({"answerOnly":1.5,"answerLeaf":true})",
  };
  for (const char* text : kTexts) {
    Spelling decoded;
    DecodeReport report;
    LAZULI_ASSERT_OK(DecodeJson(text, &decoded, &report));
    EXPECT_EQ(decoded.ByteSizeLong(), 0u) << text;
    EXPECT_EQ(report.unknown_members, 0u) << text;
  }
}

TEST(DecoderTest, SkipsAndReportsUnknownMembers) {
  Spelling decoded;
  DecodeReport report;
  LAZULI_ASSERT_OK(DecodeJson(
      R"({"what":{"flag":1,"more":[{"x":1},[]]},"flag":true,"Flag":1,"small_unsigned":1,
          "leaves":[{"name":"n"},{"nam":"n"}],"leavesByName":{"k":{"y":null}},
          "inlineList":[{"z":1e5}]})",
      &decoded, &report));
  EXPECT_EQ(report.unknown_members, 6u);
  EXPECT_THAT(report.unknown_paths, ElementsAre("what", "Flag", "small_unsigned", "leaves[1].nam",
                                                "leavesByName[\"k\"].y", "inlineList[0].z"));
  EXPECT_TRUE(decoded.flag());
  EXPECT_EQ(decoded.leaves(0).name(), "n");
  EXPECT_FALSE(decoded.has_small_unsigned());
}

TEST(DecoderTest, DoesNotKnowWhatIsYoungerThanTheApiVersion) {
  constexpr char kJson[] = R"({"always":"a","second":"b","inner":[{"third":[5]}],"era":"stone"})";
  testing::Grown decoded;
  DecodeReport report;
  LAZULI_ASSERT_OK(DecodeJson(kJson, &decoded, &report, 0));
  EXPECT_TRUE(MessageDifferencer::Equals(
      decoded, FromText<testing::Grown>("always: 'a' inner {} era: ERA_STONE")));
  EXPECT_THAT(report.unknown_paths, ElementsAre("second", "inner[0].third"));

  LAZULI_ASSERT_OK(DecodeJson(kJson, &decoded, nullptr, 1));
  EXPECT_EQ(decoded.second(), "b");
  // Known now, and no text.
  EXPECT_THAT(DecodeJson(kJson, &decoded, nullptr, 3),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(DecoderTest, RefusesAnEnumValueThatIsYoungerThanTheApiVersion) {
  const google::protobuf::FieldDescriptor& field =
      *testing::Grown::descriptor()->FindFieldByName("era");
  testing::Grown decoded;
  EXPECT_THAT(DecodeJsonField(R"("iron")", field, &decoded, nullptr, 0),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr("one of Stone is expected")));
  EXPECT_THAT(DecodeJsonField(R"("bronze")", field, &decoded, nullptr, 1),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr("one of Stone, Iron is expected")));
  LAZULI_ASSERT_OK(DecodeJsonField(R"("iron")", field, &decoded, nullptr, 1));
  EXPECT_EQ(decoded.era(), testing::ERA_IRON);
}

TEST(DecoderTest, BoundsTheReport) {
  std::string json = "{";
  for (int i = 0; i < 1'000; ++i) {
    absl::StrAppend(&json, i == 0 ? "" : ",", "\"", std::string(500, 'u'), i, "\":0");
  }
  json += "}";
  Spelling decoded;
  DecodeReport report;
  LAZULI_ASSERT_OK(DecodeJson(json, &decoded, &report));
  EXPECT_EQ(report.unknown_members, 1'000u);
  EXPECT_THAT(report.unknown_paths, SizeIs(DecodeReport::kMaxPaths));
  for (const std::string& path : report.unknown_paths) EXPECT_LT(path.size(), 100u);
}

TEST(DecoderTest, ReadsALongStringInFull) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&text, i % 10, i % 7 == 0 ? "\\n" : "");
  Spelling decoded;
  LAZULI_ASSERT_OK(DecodeJson(absl::StrCat("{\"text\":\"", text, "\"}"), &decoded, nullptr));
  EXPECT_EQ(decoded.text().size(), 100'000u + (100'000 + 6) / 7);
}

TEST(DecoderTest, ReadsDownToTheDeepestLevel) {
  Spelling decoded;
  LAZULI_EXPECT_OK(
      DecodeJson(absl::StrCat("{\"what\":", Nested(kMaxJsonDepth - 1), "}"), &decoded, nullptr));
  EXPECT_THAT(DecodeJson(absl::StrCat("{\"what\":", Nested(kMaxJsonDepth), "}"), &decoded, nullptr),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("64 levels")));
}

TEST(DecoderTest, AnInlineMessageIsReadFromItsContent) {
  testing::InlineList list;
  LAZULI_ASSERT_OK(DecodeJson(R"([{"count":1},{}])", &list, nullptr));
  EXPECT_EQ(list.values_size(), 2);
  testing::InlineMap map;
  LAZULI_ASSERT_OK(DecodeJson(R"({"a":"b"})", &map, nullptr));
  EXPECT_EQ(map.values().at("a"), "b");
  EXPECT_THAT(DecodeJson("{}", &list, nullptr), StatusIs(absl::StatusCode::kInvalidArgument));
}

class DecodeFieldTest : public ::testing::Test {
 protected:
  absl::Status Decode(absl::string_view json, const std::string& field) {
    return DecodeJsonField(json, *Spelling::descriptor()->FindFieldByName(field), &message_,
                           &report_);
  }

  Spelling message_;
  DecodeReport report_;
};

TEST_F(DecodeFieldTest, FillsThatFieldAlone) {
  message_.set_text("kept");
  message_.mutable_leaf()->set_name("old");
  LAZULI_ASSERT_OK(Decode(R"({"count":1,"what":2})", "leaf"));
  EXPECT_EQ(message_.text(), "kept");
  EXPECT_FALSE(message_.leaf().has_name());
  EXPECT_EQ(message_.leaf().count(), 1);
  EXPECT_THAT(report_.unknown_paths, ElementsAre("what"));
}

TEST_F(DecodeFieldTest, FillsFieldsOfEveryKind) {
  LAZULI_EXPECT_OK(Decode("5", "small"));
  EXPECT_EQ(message_.small(), 5);
  LAZULI_EXPECT_OK(Decode("[1,2]", "numbers"));
  EXPECT_EQ(message_.numbers_size(), 2);
  LAZULI_EXPECT_OK(Decode("[3]", "numbers"));
  EXPECT_EQ(message_.numbers_size(), 1);
  LAZULI_EXPECT_OK(Decode(R"({"a":"b"})", "tags"));
  EXPECT_EQ(message_.tags().at("a"), "b");
  LAZULI_EXPECT_OK(Decode("[]", "inline_list"));
  EXPECT_TRUE(message_.has_inline_list());
  LAZULI_EXPECT_OK(Decode("null", "inline_list"));
  EXPECT_FALSE(message_.has_inline_list());
}

TEST_F(DecodeFieldTest, NamesPathsBelowTheField) {
  EXPECT_THAT(Decode(R"({"leaf":{"count":"1"}})", "nested"),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("'leaf.count'")));
  EXPECT_THAT(Decode("[]", "leaf"),
              StatusIs(absl::StatusCode::kInvalidArgument, "an object is expected"));
}

TEST(DecoderTest, ReadsInAnswersWhatOnlyAnswersHave) {
  constexpr char kJson[] = R"({"answerOnly":"said","answerLeaf":{"count":1}})";
  Spelling message;
  LAZULI_EXPECT_OK(DecodeJson(kJson, &message, nullptr));
  EXPECT_FALSE(message.has_answer_only() || message.has_answer_leaf());
  LAZULI_EXPECT_OK(DecodeAnswerJson(kJson, &message));
  EXPECT_EQ(message.answer_only(), "said");
  EXPECT_EQ(message.answer_leaf().count(), 1);
}

}  // namespace
}  // namespace lazuli::emulator
