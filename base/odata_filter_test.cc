#include "base/odata_filter.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

using ::testing::HasSubstr;

// The expression in prefix form, fully parenthesized.
std::string Show(const ODataExpression& expression) {
  static constexpr const char* kNames[] = {"and", "or", "not", "eq", "ne", "lt",
                                           "le",  "gt", "ge",  "in", "",   "any"};
  std::string text =
      absl::StrCat("(", kNames[static_cast<int>(expression.kind)], expression.function);
  if (!expression.property.empty()) absl::StrAppend(&text, " ", expression.property);
  if (!expression.variable.empty()) absl::StrAppend(&text, " ", expression.variable);
  for (const ODataOperand& operand : expression.operands) {
    const char* const quote = operand.is_quoted ? "'" : "";
    absl::StrAppend(&text, " ", operand.type, quote, operand.text, quote);
  }
  for (const ODataExpressionPtr& child : expression.children) {
    absl::StrAppend(&text, " ", Show(*child));
  }
  return absl::StrCat(text, ")");
}

TEST(ODataFilterTest, ReadsWhatClientsWrite) {
  struct {
    const char* filter;
    const char* meaning;
  } const cases[] = {
      {"state eq 'active'", "(eq state 'active')"},
      {"  a  ne  'it''s'  ", "(ne a 'it's')"},
      {"a eq 1 and b lt 2 or c ge -3", "(or (and (eq a 1) (lt b 2)) (ge c -3))"},
      {"a eq 1 or b le 2 and c gt 3", "(or (eq a 1) (and (le b 2) (gt c 3)))"},
      {"(a eq 1 or b eq 2) AND NOT c eq true", "(and (or (eq a 1) (eq b 2)) (not (eq c true)))"},
      {"not not (a eq null)", "(not (not (eq a null)))"},
      {"executionInfo/exitCode ne 0", "(ne executionInfo/exitCode 0)"},
      {"creationTime gt DateTime'2024-05-01T00:00:00Z'",
       "(gt creationTime datetime'2024-05-01T00:00:00Z')"},
      {"creationTime gt 2024-05-01T00:00:00.5+01:00",
       "(gt creationTime 2024-05-01T00:00:00.5+01:00)"},
      {"startswith(id,'a')", "(startswith id 'a')"},
      {"startsWith(id, 'a') eq true", "(startswith id 'a')"},
      {"startswith(id, 'a') eq false", "(not (startswith id 'a'))"},
      {"atScope() and assignedTo('x')", "(and (atscope) (assignedto 'x'))"},
      {"substringof('x', name)", "(substringof 'x' name)"},
      {"id in ('X','Y')", "(in id 'X' 'Y')"},
      {"names/any(c:c eq 'X' or c eq 'Y')", "(any names c (or (eq c 'X') (eq c 'Y')))"},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseODataFilter(c.filter);
    LAZULI_ASSERT_OK(parsed);
    EXPECT_EQ(Show(**parsed), c.meaning) << c.filter;
  }
}

TEST(ODataFilterTest, SaysWhatIsExpectedWhere) {
  struct {
    const char* filter;
    const char* reason;
  } const cases[] = {
      {"", "a property or a function at position 0"},
      {"state", "an operator"},
      {"state like 'x'", "an operator (eq, ne, lt, le, gt, ge, in) at position 6"},
      {"state eq", "a value"},
      {"state eq 'active", "a closing quotation mark"},
      {"state eq 'a' b", "the end at position 13"},
      {"state eq 'a' and", "a property or a function"},
      {"(state eq 'a'", "a closing parenthesis"},
      {"state eq 'a')", "the end"},
      {"f('a'", "a comma or a closing parenthesis"},
      {"f('a') eq 'b'", "true or false"},
      {"id in 'a'", "a list in parentheses"},
      {"id in ()", "a value"},
      {"names/any(c eq 'X')", "a variable and a colon"},
      {"names/any(c:c eq 'X'", "a closing parenthesis"},
      {"; drop", "a property or a function"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(ParseODataFilter(c.filter).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(c.reason)))
        << c.filter;
  }
}

TEST(ODataFilterTest, IsBounded) {
  const std::string deep(40, '(');
  EXPECT_THAT(ParseODataFilter(deep).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fewer levels")));
  const std::string parenthesized =
      absl::StrCat(std::string(32, '('), "a eq 1", std::string(32, ')'));
  LAZULI_EXPECT_OK(ParseODataFilter(parenthesized).status());
  EXPECT_THAT(ParseODataFilter(std::string(4097, ' ')).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("4096")));
}

}  // namespace
}  // namespace lazuli
