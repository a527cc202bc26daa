#include "emulator/https/rest/operation_results.h"

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

Caller Named(const char* object_id) {
  Caller caller;
  caller.object_id = object_id;
  return caller;
}

TEST(OperationResultsTest, TheOwnerFindsTheResultAsOftenAsItLikes) {
  OperationResults results(IdDeriver(1));
  const std::string id = results.Add(Named("a"), {.status = 200, .body = "{}"});
  EXPECT_TRUE(IsGuid(id));
  for (int i = 0; i < 2; ++i) {
    const auto found = results.Find(id, Named("a"));
    LAZULI_ASSERT_OK(found);
    EXPECT_EQ(found->body, "{}");
  }
}

TEST(OperationResultsTest, NobodyElseDoes) {
  OperationResults results(IdDeriver(1));
  const std::string id = results.Add(Named("a"), {});
  EXPECT_THAT(results.Find(id, Named("b")), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(results.Find("unknown", Named("a")), ErrorCodeIs("ResourceNotFound"));
}

TEST(OperationResultsTest, TheOldestMakesPlace) {
  OperationResults results(IdDeriver(1), 2);
  const std::string first = results.Add(Named("a"), {.status = 1, .body = ""});
  const std::string second = results.Add(Named("a"), {.status = 2, .body = ""});
  const std::string third = results.Add(Named("a"), {.status = 3, .body = ""});
  EXPECT_FALSE(results.Find(first, Named("a")).ok());
  EXPECT_EQ(results.Find(second, Named("a"))->status, 2);
  EXPECT_EQ(results.Find(third, Named("a"))->status, 3);
}

TEST(OperationResultsTest, EachKindOfOperationHasItsPlace) {
  EXPECT_EQ(OperationResultsPath({"subscriptions", "s", "resourceGroups", "g g", "providers",
                                  "Microsoft.Batch", "batchAccounts", "a"}),
            "/subscriptions/s/resourceGroups/g%20g/providers/Microsoft.Batch/batchAccounts/a/"
            "operationResults");
  EXPECT_EQ(OperationResultsPath({"subscriptions", "s", "providers", "Microsoft.KeyVault",
                                  "locations", "l", "deletedVaults", "v", "purge"}),
            "/subscriptions/s/providers/Microsoft.KeyVault/locations/l/operationResults");
  EXPECT_EQ(OperationResultsPath({"subscriptions", "s", "resourcegroups", "g"}),
            "/subscriptions/s/operationResults");
}

TEST(OperationResultsTest, TheIdIsAtTheEndOfThePath) {
  EXPECT_EQ(OperationResultId({"x", "OperationResults", "id"}), "id");
  EXPECT_EQ(OperationResultId({"operationResults"}), "");
  EXPECT_EQ(OperationResultId({"x", "y"}), "");
  EXPECT_EQ(OperationResultId({}), "");
}

}  // namespace
}  // namespace lazuli::emulator
