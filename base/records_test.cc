#include "base/records.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/memory_records.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::ElementsAre;

// Parses like a message, of which the bytes "spoiled" are none.
struct Fruit {
  bool ParseFromArray(const void* data, int size) {
    name.assign(static_cast<const char*>(data), static_cast<size_t>(size));
    return name != "spoiled";
  }
  std::string name;
};

class RecordsTest : public ::testing::Test {
 protected:
  RecordsTest() {
    records_.Put("fruit", "a", "apple");
    records_.Put("fruit", "p", "pear");
    records_.Put("tree", "o", "oak");
  }

  // What comes of it when the record "a" is met with `status`.
  absl::Status ReadWith(const absl::Status& status) {
    return ReadTable(records_, "fruit", [&](absl::string_view key, absl::string_view) {
      EXPECT_EQ(key, "a") << "the first error ends it";
      return status;
    });
  }

  MemoryRecords records_;
};

TEST_F(RecordsTest, ReadTableVisitsTheRecordsOfTheTable) {
  std::vector<std::string> read;
  LAZULI_EXPECT_OK(
      ReadTable(records_, "fruit", [&](absl::string_view key, absl::string_view value) {
        read.push_back(absl::StrCat(key, "=", value));
        return absl::OkStatus();
      }));
  EXPECT_THAT(read, ElementsAre("a=apple", "p=pear"));
}

TEST_F(RecordsTest, ReadTableNamesTableAndKeyOfAnError) {
  const absl::Status expected =
      absl::DataLossError("the record a of fruit cannot be read: it is rotten");
  EXPECT_EQ(ReadWith(absl::InvalidArgumentError("it is rotten")), expected);
  EXPECT_EQ(ReadWith(absl::DataLossError("it is rotten")), expected);
  EXPECT_EQ(ReadWith(UnreadableRecordError("fruit", "a", "it is rotten")), expected)
      << "once is enough";
}

TEST_F(RecordsTest, ParseRecordRefusesWhatIsNoMessage) {
  const absl::StatusOr<Fruit> fruit = ParseRecord<Fruit>("apple");
  LAZULI_ASSERT_OK(fruit.status());
  EXPECT_EQ(fruit->name, "apple");
  EXPECT_THAT(ParseRecord<Fruit>("spoiled").status(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(RecordsTest, RestoreTableParsesEachRecord) {
  std::vector<std::string> read;
  const auto restore = [&](absl::string_view key, const Fruit& fruit) {
    read.push_back(absl::StrCat(key, "=", fruit.name));
    return absl::OkStatus();
  };
  LAZULI_EXPECT_OK(RestoreTable<Fruit>(records_, "fruit", restore));
  EXPECT_THAT(read, ElementsAre("a=apple", "p=pear"));
  records_.Put("fruit", "b", "spoiled");
  EXPECT_EQ(RestoreTable<Fruit>(records_, "fruit", restore),
            UnreadableRecordError("fruit", "b", "it is no record of this table"));
  EXPECT_EQ(RestoreTable<Fruit>(records_, "tree",
                                [](absl::string_view, const Fruit&) {
                                  return absl::InvalidArgumentError("it is no fruit");
                                }),
            UnreadableRecordError("tree", "o", "it is no fruit"));
}

}  // namespace
}  // namespace lazuli
