#include "base/status_matchers.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointee;
using ::testing::StartsWith;

absl::Status Disabled() {
  ErrorInfo info;
  info.code = "Forbidden";
  info.inner_code = "KeyDisabled";
  return MakeError(absl::StatusCode::kPermissionDenied, "The key is disabled.", info);
}

TEST(StatusMatchersTest, IsOkTellsSuccessFromFailure) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::StatusOr<int>(1), IsOk());
  EXPECT_THAT(Disabled(), Not(IsOk()));
  EXPECT_THAT(absl::StatusOr<int>(Disabled()), Not(IsOk()));
  LAZULI_EXPECT_OK(absl::OkStatus());
  LAZULI_ASSERT_OK(absl::StatusOr<int>(1));
}

TEST(StatusMatchersTest, IsOkAndHoldsLooksAtTheValue) {
  EXPECT_THAT(absl::StatusOr<int>(7), IsOkAndHolds(7));
  EXPECT_THAT(absl::StatusOr<int>(7), IsOkAndHolds(Gt(6)));
  EXPECT_THAT(absl::StatusOr<int>(7), Not(IsOkAndHolds(8)));
  EXPECT_THAT(absl::StatusOr<int>(Disabled()), Not(IsOkAndHolds(7)));
  EXPECT_THAT(absl::StatusOr<std::string>("abc"), IsOkAndHolds("abc"));
  EXPECT_THAT(absl::StatusOr<std::string>("abc"), IsOkAndHolds(HasSubstr("b")));
  EXPECT_THAT(absl::StatusOr<std::vector<int>>({1, 2}), IsOkAndHolds(ElementsAre(1, 2)));
  EXPECT_THAT(absl::StatusOr<std::unique_ptr<int>>(std::make_unique<int>(5)),
              IsOkAndHolds(Pointee(5)));
  const absl::StatusOr<int> named = 7;
  EXPECT_THAT(named, IsOkAndHolds(7));
}

TEST(StatusMatchersTest, StatusIsComparesCodeAndMessage) {
  EXPECT_THAT(Disabled(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Disabled(), Not(StatusIs(absl::StatusCode::kNotFound)));
  EXPECT_THAT(Disabled(), StatusIs(absl::StatusCode::kPermissionDenied, "The key is disabled."));
  EXPECT_THAT(Disabled(), StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("disabled")));
  EXPECT_THAT(Disabled(), Not(StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("expired"))));
  EXPECT_THAT(absl::StatusOr<int>(Disabled()), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(absl::OkStatus(), StatusIs(absl::StatusCode::kOk));
}

TEST(StatusMatchersTest, CodesOfThePayloadAreCompared) {
  EXPECT_THAT(Disabled(), ErrorCodeIs("Forbidden"));
  EXPECT_THAT(Disabled(), ErrorCodeIs(StartsWith("Forb")));
  EXPECT_THAT(Disabled(), Not(ErrorCodeIs("KeyDisabled")));
  EXPECT_THAT(Disabled(), InnerCodeIs("KeyDisabled"));
  EXPECT_THAT(absl::StatusOr<int>(Disabled()), InnerCodeIs("KeyDisabled"));
  EXPECT_THAT(absl::PermissionDeniedError("no payload"), Not(ErrorCodeIs("Forbidden")));
  EXPECT_THAT(absl::OkStatus(), Not(ErrorCodeIs("")));
}

TEST(StatusMatchersTest, FailuresSayWhatWasSeen) {
  EXPECT_NONFATAL_FAILURE(LAZULI_EXPECT_OK(Disabled()), "The key is disabled.");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(Disabled(), ErrorCodeIs("KeyNotFound")),
                          "whose error code is \"Forbidden\"");
  EXPECT_NONFATAL_FAILURE(EXPECT_THAT(absl::StatusOr<int>(7), IsOkAndHolds(8)), "holds 7");
  EXPECT_NONFATAL_FAILURE(
      EXPECT_THAT(absl::NotFoundError("x"), StatusIs(absl::StatusCode::kAborted)), "NOT_FOUND");
}

absl::StatusOr<std::unique_ptr<int>> Fails() { return Disabled(); }

void AssignFromAnError() {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<int> value, Fails());
  FAIL() << "reached with " << *value;
}

TEST(StatusMatchersTest, AssertOkAndAssignEndsTheTestOnAnError) {
  EXPECT_FATAL_FAILURE(AssignFromAnError(), "The key is disabled.");
  LAZULI_ASSERT_OK_AND_ASSIGN(const int value, absl::StatusOr<int>(3));
  EXPECT_EQ(value, 3);
}

}  // namespace
}  // namespace lazuli
