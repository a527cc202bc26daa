#include "base/memory_records.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

std::vector<std::string> Read(const MemoryRecords& records, absl::string_view table) {
  std::vector<std::string> read;
  LAZULI_EXPECT_OK(records.ForEach(table, [&](absl::string_view key, absl::string_view value) {
    read.push_back(absl::StrCat(key, "=", value));
    return absl::OkStatus();
  }));
  return read;
}

TEST(MemoryRecordsTest, GivesWhatWasPutLastInTheOrderOfTheKeys) {
  MemoryRecords records;
  records.Put("fruit", "pear", "1");
  records.Put("fruit", "apple", "2");
  records.Put("fruit", "pear", "3");
  records.Put("tree", "oak", "4");
  EXPECT_EQ(Read(records, "fruit"), (std::vector<std::string>{"apple=2", "pear=3"}));
  EXPECT_EQ(Read(records, "stone"), std::vector<std::string>());
  EXPECT_EQ(records.writes(), 4u);
}

TEST(MemoryRecordsTest, ErasesWhatIsThereAndNothingElse) {
  MemoryRecords records;
  records.Put("fruit", "pear", "1");
  records.Erase("fruit", "apple");
  records.Erase("stone", "granite");
  EXPECT_EQ(Read(records, "fruit"), (std::vector<std::string>{"pear=1"}));
  records.Erase("fruit", "pear");
  EXPECT_TRUE(records.tables().empty());
}

TEST(MemoryRecordsTest, EndsAtTheFirstError) {
  MemoryRecords records;
  records.Put("fruit", "apple", "1");
  records.Put("fruit", "pear", "2");
  int visited = 0;
  EXPECT_THAT(records.ForEach("fruit",
                              [&](absl::string_view key, absl::string_view) {
                                ++visited;
                                return UnreadableRecordError("fruit", key, "it is rotten");
                              }),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace lazuli
