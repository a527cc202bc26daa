#include "emulator/explain/refusal_log.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

RefusedCall Of(absl::string_view id, absl::string_view operation) {
  RefusedCall refusal;
  refusal.request_id = std::string(id);
  refusal.operation = std::string(operation);
  return refusal;
}

TEST(RefusalLogTest, RefusalsAreFoundByTheirIdsInAnyCase) {
  RefusalLog log;
  log.OnRefused(Of("aB-1", "first"));
  log.OnRefused(Of("cd-2", "second"));
  ASSERT_TRUE(log.Find("AB-1").has_value());
  EXPECT_EQ(log.Find("AB-1")->operation, "first");
  EXPECT_FALSE(log.Find("ab").has_value());
  EXPECT_FALSE(log.Find("").has_value());
  log.OnRefused(Of("ab-1", "third"));
  EXPECT_EQ(log.Find("ab-1")->operation, "third");
}

TEST(RefusalLogTest, TheOldestGivesWay) {
  RefusalLog log(3);
  for (int i = 0; i < 5; ++i) log.OnRefused(Of(absl::StrCat("id-", i), ""));
  EXPECT_FALSE(log.Find("id-0").has_value());
  EXPECT_FALSE(log.Find("id-1").has_value());
  for (int i = 2; i < 5; ++i) EXPECT_TRUE(log.Find(absl::StrCat("id-", i)).has_value());
}

}  // namespace
}  // namespace lazuli::emulator
