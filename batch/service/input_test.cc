#include "batch/service/input.h"

#include <string>

#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/workload/types.h"
#include "gtest/gtest.h"
#include "proto/batch_pools.pb.h"
#include "proto/time.h"

namespace lazuli::batch {
namespace {

TEST(InputTest, IdsAreLettersDigitsHyphensAndUnderscores) {
  LAZULI_EXPECT_OK(CheckId("id", "a"));
  LAZULI_EXPECT_OK(CheckId("id", "Az09_-"));
  LAZULI_EXPECT_OK(CheckId("id", std::string(64, 'x')));
  EXPECT_THAT(CheckId("id", ""), ErrorCodeIs("MissingRequiredProperty"));
  for (const std::string& id :
       {std::string(65, 'x'), std::string("a b"), std::string("a/b"), std::string("a.b"),
        std::string("\xc3\xa4"), std::string("a\n"), std::string("a\0b", 3)}) {
    EXPECT_THAT(CheckId("poolInfo.poolId", id), ErrorCodeIs("InvalidPropertyValue")) << id;
    EXPECT_EQ(GetErrorInfo(CheckId("poolInfo.poolId", id))->target, "poolInfo.poolId");
  }
}

TEST(InputTest, DisplayNamesAreCountedInCharacters) {
  std::string name;
  for (int i = 0; i < 1024; ++i) name += "\xc3\xa4";
  LAZULI_EXPECT_OK(CheckDisplayName(name));
  EXPECT_THAT(CheckDisplayName(name + "x"), ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_EQ(GetErrorInfo(CheckDisplayName(name + "x"))->target, "displayName");
}

TEST(InputTest, RetryCountsMayBeUnlimited) {
  LAZULI_EXPECT_OK(CheckRetryCount("x", -1));
  LAZULI_EXPECT_OK(CheckRetryCount("x", 0));
  LAZULI_EXPECT_OK(CheckRetryCount("x", 2147483647));
  EXPECT_THAT(CheckRetryCount("x", -2), ErrorCodeIs("OutOfRangeInput"));
}

TEST(InputTest, DurationsHaveABound) {
  EXPECT_THAT(ReadPositiveDuration("x", ToProto(absl::Nanoseconds(100))),
              IsOkAndHolds(absl::Nanoseconds(100)));
  EXPECT_THAT(ReadPositiveDuration("x", ToProto(absl::ZeroDuration())),
              ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(ReadPositiveDuration("x", ToProto(-absl::Seconds(1))),
              ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(ReadResizeTimeout(ToProto(absl::Minutes(5))), IsOkAndHolds(absl::Minutes(5)));
  EXPECT_THAT(ReadResizeTimeout(ToProto(absl::Minutes(5) - absl::Nanoseconds(1))),
              ErrorCodeIs("InvalidPropertyValue"));
}

TEST(InputTest, SettingsAndMetadataHaveNames) {
  v1::StartTask task;
  task.add_environment_settings()->set_name("A");
  LAZULI_EXPECT_OK(CheckSettings("environmentSettings", task.environment_settings()));
  task.add_environment_settings()->set_value("b");
  const absl::Status status = CheckSettings("environmentSettings", task.environment_settings());
  EXPECT_THAT(status, ErrorCodeIs("MissingRequiredProperty"));
  EXPECT_EQ(GetErrorInfo(status)->target, "environmentSettings[1].name");
  v1::PoolAddParameter pool;
  pool.add_metadata()->set_value("b");
  EXPECT_THAT(CheckMetadata(pool.metadata()), ErrorCodeIs("EmptyMetadataKey"));
}

TEST(InputTest, PagesAreReadAndWritten) {
  v1::ListPoolsRequest request;
  LAZULI_ASSERT_OK_AND_ASSIGN(const PageRequest first, ReadPage(request));
  EXPECT_EQ(first.after, 0u);
  EXPECT_EQ(first.max_results, 1000);
  EXPECT_EQ(WriteSkipToken(0), "");

  request.set_maxresults(7);
  request.set_skip_token(WriteSkipToken(12345678901234567890u));
  LAZULI_ASSERT_OK_AND_ASSIGN(const PageRequest next, ReadPage(request));
  EXPECT_EQ(next.after, 12345678901234567890u);
  EXPECT_EQ(next.max_results, 7);
}

TEST(InputTest, BadPagesAreRefused) {
  for (const int maxresults : {0, -1, 1001}) {
    v1::ListPoolsRequest request;
    request.set_maxresults(maxresults);
    EXPECT_THAT(ReadPage(request), ErrorCodeIs("OutOfRangeQueryParameterValue")) << maxresults;
  }
  for (const char* token : {"!", "abc", "YWZ0ZXI6", "YWZ0ZXI6LTE", "YWZ0ZXI6MXg"}) {
    v1::ListPoolsRequest request;
    request.set_skip_token(token);
    EXPECT_THAT(ReadPage(request), ErrorCodeIs("InvalidQueryParameterValue")) << token;
  }
}

TEST(InputTest, ASpecificationThatIsNoneIsDataLoss) {
  EXPECT_THAT(ReadSpecification<v1::PoolAddParameter>("\xff"),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace lazuli::batch
