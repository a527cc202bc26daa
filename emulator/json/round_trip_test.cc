// The codec on every message of the API: what was encoded decodes to the same message.
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/status_matchers.h"
#include "emulator/json/decoder.h"
#include "emulator/json/encoder.h"
#include "emulator/json/random_message.h"
#include "emulator/json/spelling.pb.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "proto/api_files.h"
#include "proto/options.pb.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::util::MessageDifferencer;

constexpr int kRounds = 40;
constexpr int kMaxDepth = 6;

std::vector<const Descriptor*> AllMessages() {
  std::vector<const Descriptor*> messages = ApiMessages();
  messages.push_back(testing::Spelling::descriptor());
  return messages;
}

std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

std::string Differences(const Message& expected, const Message& actual) {
  std::string differences;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&differences);
  differencer.Compare(expected, actual);
  return differences;
}

// Another parser's opinion.
bool IsJson(const std::string& text) {
  google::protobuf::Value value;
  return google::protobuf::util::JsonStringToMessage(text, &value).ok();
}

void ExpectRoundTrip(const Message& message, const EncodeOptions& options) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string text, EncodeJson(message, options));
  EXPECT_TRUE(IsJson(text)) << text;
  const std::unique_ptr<Message> decoded = NewMessage(message.GetDescriptor());
  DecodeReport report;
  LAZULI_ASSERT_OK(DecodeJson(text, decoded.get(), &report));
  EXPECT_EQ(report.unknown_members, 0u) << text;
  EXPECT_EQ(Differences(message, *decoded), "") << text;
}

TEST(RoundTripTest, EveryMessageComesBackAsItWas) {
  for (const Descriptor* type : AllMessages()) {
    SCOPED_TRACE(type->full_name());
    RandomStream random(1, type->full_name());
    for (int round = 0; round < kRounds; ++round) {
      const std::unique_ptr<Message> message = NewMessage(type);
      FillRandomly(&random, kMaxDepth, message.get());
      ExpectRoundTrip(*message, {.pretty = round % 2 == 1});
      if (HasFailure()) return;
    }
  }
}

TEST(RoundTripTest, EveryEmptyMessageComesBackEmpty) {
  for (const Descriptor* type : AllMessages()) {
    SCOPED_TRACE(type->full_name());
    ExpectRoundTrip(*NewMessage(type), {});
  }
}

// The filler itself must not leave the fields out that the test is about.
TEST(RoundTripTest, RandomMessagesAreNotEmpty) {
  for (const Descriptor* type : AllMessages()) {
    bool may_be_filled = false;
    for (int i = 0; i < type->field_count(); ++i) {
      const std::unique_ptr<Message> message = NewMessage(type);
      const auto* field = type->field(i);
      may_be_filled |= !field->options().GetExtension(v1::field).read_only();
    }
    if (!may_be_filled) continue;
    RandomStream random(2, type->full_name());
    bool was_filled = false;
    for (int round = 0; round < kRounds && !was_filled; ++round) {
      const std::unique_ptr<Message> message = NewMessage(type);
      FillRandomly(&random, kMaxDepth, message.get());
      was_filled = message->ByteSizeLong() > 0;
    }
    EXPECT_TRUE(was_filled) << type->full_name();
  }
}

// Random bytes and mutilated texts must be refused or read, and nothing else.
TEST(RoundTripTest, DamagedTextsDoNoHarm) {
  RandomStream random(3, "damage");
  testing::Spelling message;
  FillRandomly(&random, 3, &message);
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string text, EncodeJson(message));
  ASSERT_GT(text.size(), 100u);
  int refused = 0;
  constexpr int kDamages = 3'000;
  for (int i = 0; i < kDamages; ++i) {
    std::string damaged = text;
    for (uint64_t changes = 1 + random.NextBelow(3); changes > 0; --changes) {
      const size_t at = random.NextBelow(damaged.size());
      switch (random.NextBelow(3)) {
        case 0:
          damaged[at] = static_cast<char>(random.NextBelow(256));
          break;
        case 1:
          damaged.erase(at, 1 + random.NextBelow(8));
          break;
        default:
          damaged.insert(at, 1, "{}[],:\"\\0"[random.NextBelow(9)]);
      }
    }
    testing::Spelling decoded;
    const absl::Status status = DecodeJson(damaged, &decoded, nullptr);
    if (status.ok()) continue;
    ++refused;
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(status, ErrorCodeIs("InvalidInput"));
  }
  EXPECT_GT(refused, kDamages / 2);
}

}  // namespace
}  // namespace lazuli::emulator
