#include "base/status_macros.h"

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

absl::Status ReturnIfError(const absl::Status& status, bool* passed) {
  LAZULI_RETURN_IF_ERROR(status);
  *passed = true;
  return absl::OkStatus();
}

TEST(StatusMacrosTest, ReturnIfErrorReturnsErrorsOnly) {
  bool passed = false;
  EXPECT_THAT(ReturnIfError(absl::NotFoundError("gone"), &passed),
              StatusIs(absl::StatusCode::kNotFound, "gone"));
  EXPECT_FALSE(passed);
  LAZULI_EXPECT_OK(ReturnIfError(absl::OkStatus(), &passed));
  EXPECT_TRUE(passed);
}

absl::StatusOr<int> Sum(absl::StatusOr<int> a, absl::StatusOr<int> b) {
  LAZULI_ASSIGN_OR_RETURN(const int first, a);
  int second = 0;
  LAZULI_ASSIGN_OR_RETURN(second, std::move(b));
  return first + second;
}

TEST(StatusMacrosTest, AssignOrReturnAssignsOrReturns) {
  EXPECT_THAT(Sum(1, 2), IsOkAndHolds(3));
  EXPECT_THAT(Sum(absl::AbortedError("a"), 2), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Sum(1, absl::DataLossError("b")), StatusIs(absl::StatusCode::kDataLoss));
}

absl::StatusOr<std::unique_ptr<int>> PassOn(absl::StatusOr<std::unique_ptr<int>> in) {
  LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<int> value, std::move(in));
  LAZULI_RETURN_IF_ERROR(absl::OkStatus());
  return value;
}

TEST(StatusMacrosTest, MoveOnlyValuesPass) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<int> value, PassOn(std::make_unique<int>(7)));
  EXPECT_EQ(*value, 7);
  EXPECT_THAT(PassOn(absl::UnknownError("x")), StatusIs(absl::StatusCode::kUnknown));
}

TEST(StatusMacrosTest, StandInAnIfWithoutBraces) {
  const auto check = [](bool wanted) -> absl::Status {
    if (wanted)
      LAZULI_RETURN_IF_ERROR(absl::AbortedError("wanted"));
    else
      return absl::CancelledError("not wanted");
    return absl::OkStatus();
  };
  EXPECT_THAT(check(true), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(check(false), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace lazuli
