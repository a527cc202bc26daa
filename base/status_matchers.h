// File: base/status_matchers.h
//
// For tests: what to expect of an absl::Status or an absl::StatusOr<T>.
//
//   LAZULI_ASSERT_OK(expression);
//   LAZULI_EXPECT_OK(expression);
//   LAZULI_ASSERT_OK_AND_ASSIGN(auto value, expression);  // expression: absl::StatusOr<T>
//   EXPECT_THAT(expression, IsOk());
//   EXPECT_THAT(expression, IsOkAndHolds(Eq(42)));        // absl::StatusOr<T> only
//   EXPECT_THAT(expression, StatusIs(absl::StatusCode::kNotFound));
//   EXPECT_THAT(expression, StatusIs(absl::StatusCode::kNotFound, HasSubstr("key")));
//   EXPECT_THAT(expression, ErrorCodeIs("KeyNotFound"));  // a text or a matcher
//   EXPECT_THAT(expression, InnerCodeIs("KeyDisabled"));
#ifndef LAZULI_BASE_STATUS_MATCHERS_H_
#define LAZULI_BASE_STATUS_MATCHERS_H_

#include <optional>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace status_matchers_internal {

inline const absl::Status& GetStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

class IsOkMatcher {
 public:
  template <typename T>
  bool MatchAndExplain(const T& actual, ::testing::MatchResultListener* listener) const {
    if (GetStatus(actual).ok()) return true;
    *listener << "which is " << GetStatus(actual).ToString();
    return false;
  }
  void DescribeTo(std::ostream* os) const { *os << "is OK"; }
  void DescribeNegationTo(std::ostream* os) const { *os << "is not OK"; }
};

class StatusIsMatcher {
 public:
  StatusIsMatcher(absl::StatusCode code, ::testing::Matcher<const std::string&> message)
      : code_(code), message_(std::move(message)) {}

  template <typename T>
  bool MatchAndExplain(const T& actual, ::testing::MatchResultListener* listener) const {
    const absl::Status& status = GetStatus(actual);
    *listener << "which is " << status.ToString();
    return status.code() == code_ && message_.Matches(std::string(status.message()));
  }
  void DescribeTo(std::ostream* os) const {
    *os << "has code " << absl::StatusCodeToString(code_) << " and a message that ";
    message_.DescribeTo(os);
  }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "has another code than " << absl::StatusCodeToString(code_) << " or a message that ";
    message_.DescribeNegationTo(os);
  }

 private:
  absl::StatusCode code_;
  ::testing::Matcher<const std::string&> message_;
};

// Compares one text of the payload; an error without a payload never matches.
class ErrorInfoMatcher {
 public:
  ErrorInfoMatcher(const char* name, std::string ErrorInfo::* member,
                   ::testing::Matcher<const std::string&> expected)
      : name_(name), member_(member), expected_(std::move(expected)) {}

  template <typename T>
  bool MatchAndExplain(const T& actual, ::testing::MatchResultListener* listener) const {
    const absl::Status& status = GetStatus(actual);
    const std::optional<ErrorInfo> info = GetErrorInfo(status);
    if (!info.has_value()) {
      *listener << "which carries no error info: " << status.ToString();
      return false;
    }
    *listener << "whose " << name_ << " is \"" << (*info).*member_ << "\", message \""
              << std::string(status.message()) << "\"";
    return expected_.Matches((*info).*member_);
  }
  void DescribeTo(std::ostream* os) const {
    *os << "has an " << name_ << " that ";
    expected_.DescribeTo(os);
  }
  void DescribeNegationTo(std::ostream* os) const {
    *os << "has no " << name_ << " that ";
    expected_.DescribeTo(os);
  }

 private:
  const char* name_;
  std::string ErrorInfo::* member_;
  ::testing::Matcher<const std::string&> expected_;
};

// The matcher of the value is made only when its type is known.
template <typename StatusOrT>
class IsOkAndHoldsImpl : public ::testing::MatcherInterface<StatusOrT> {
 public:
  using Value = typename std::remove_reference_t<StatusOrT>::value_type;

  template <typename Inner>
  explicit IsOkAndHoldsImpl(const Inner& inner)
      : inner_(::testing::SafeMatcherCast<const Value&>(inner)) {}

  bool MatchAndExplain(StatusOrT actual, ::testing::MatchResultListener* listener) const override {
    if (!actual.ok()) {
      *listener << "which is " << actual.status().ToString();
      return false;
    }
    *listener << "which is OK and holds " << ::testing::PrintToString(*actual) << " ";
    return inner_.MatchAndExplain(*actual, listener);
  }
  void DescribeTo(std::ostream* os) const override {
    *os << "is OK and holds a value that ";
    inner_.DescribeTo(os);
  }
  void DescribeNegationTo(std::ostream* os) const override {
    *os << "is not OK or holds a value that ";
    inner_.DescribeNegationTo(os);
  }

 private:
  const ::testing::Matcher<const Value&> inner_;
};

template <typename Inner>
class IsOkAndHoldsMatcher {
 public:
  explicit IsOkAndHoldsMatcher(Inner inner) : inner_(std::move(inner)) {}

  template <typename StatusOrT>
  operator ::testing::Matcher<StatusOrT>() const {  // NOLINT: matchers convert implicitly.
    return ::testing::Matcher<StatusOrT>(new IsOkAndHoldsImpl<const StatusOrT&>(inner_));
  }

 private:
  Inner inner_;
};

}  // namespace status_matchers_internal

inline ::testing::PolymorphicMatcher<status_matchers_internal::IsOkMatcher> IsOk() {
  return ::testing::MakePolymorphicMatcher(status_matchers_internal::IsOkMatcher());
}

template <typename Inner>
status_matchers_internal::IsOkAndHoldsMatcher<std::decay_t<Inner>> IsOkAndHolds(Inner&& inner) {
  return status_matchers_internal::IsOkAndHoldsMatcher<std::decay_t<Inner>>(
      std::forward<Inner>(inner));
}

inline ::testing::PolymorphicMatcher<status_matchers_internal::StatusIsMatcher> StatusIs(
    absl::StatusCode code, ::testing::Matcher<const std::string&> message = ::testing::_) {
  return ::testing::MakePolymorphicMatcher(
      status_matchers_internal::StatusIsMatcher(code, std::move(message)));
}

inline ::testing::PolymorphicMatcher<status_matchers_internal::ErrorInfoMatcher> ErrorCodeIs(
    ::testing::Matcher<const std::string&> code) {
  return ::testing::MakePolymorphicMatcher(
      status_matchers_internal::ErrorInfoMatcher("error code", &ErrorInfo::code, std::move(code)));
}

inline ::testing::PolymorphicMatcher<status_matchers_internal::ErrorInfoMatcher> InnerCodeIs(
    ::testing::Matcher<const std::string&> inner_code) {
  return ::testing::MakePolymorphicMatcher(status_matchers_internal::ErrorInfoMatcher(
      "inner code", &ErrorInfo::inner_code, std::move(inner_code)));
}

}  // namespace lazuli

#define LAZULI_ASSERT_OK(expression) ASSERT_THAT(expression, ::lazuli::IsOk())
#define LAZULI_EXPECT_OK(expression) EXPECT_THAT(expression, ::lazuli::IsOk())

#define LAZULI_MATCHERS_CONCAT_INNER_(a, b) a##b
#define LAZULI_MATCHERS_CONCAT_(a, b) LAZULI_MATCHERS_CONCAT_INNER_(a, b)

#define LAZULI_ASSERT_OK_AND_ASSIGN(declaration, expression)                             \
  LAZULI_ASSERT_OK_AND_ASSIGN_IMPL_(LAZULI_MATCHERS_CONCAT_(lazuli_asserted_, __LINE__), \
                                    declaration, expression)

#define LAZULI_ASSERT_OK_AND_ASSIGN_IMPL_(result, declaration, expression) \
  auto result = (expression);                                              \
  ASSERT_TRUE(result.ok()) << result.status().ToString();                  \
  declaration = *std::move(result)

#endif  // LAZULI_BASE_STATUS_MATCHERS_H_
