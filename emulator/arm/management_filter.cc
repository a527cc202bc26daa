#include "emulator/arm/management_filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/odata_filter.h"
#include "base/status_macros.h"
#include "emulator/arm/errors.h"

namespace lazuli::emulator {
namespace {

using Kind = ODataExpression::Kind;

absl::StatusOr<FilterTerm> ToTerm(absl::string_view text, const ODataExpression& expression) {
  FilterTerm term;
  switch (expression.kind) {
    case Kind::kFunction:
      term.kind = FilterTerm::Kind::kFunction;
      term.name = expression.function;
      for (const ODataOperand& operand : expression.operands) {
        term.values.push_back(operand.is_quoted ? operand.text
                                                : absl::AsciiStrToLower(operand.text));
      }
      return term;
    case Kind::kEq:
    case Kind::kNe:
      if (!expression.operands.front().is_quoted) {
        return InvalidFilterError(text, "a text in single quotes is expected.");
      }
      term.kind =
          expression.kind == Kind::kEq ? FilterTerm::Kind::kEqual : FilterTerm::Kind::kNotEqual;
      term.name = absl::AsciiStrToLower(expression.property);
      term.values.push_back(expression.operands.front().text);
      return term;
    default:
      return InvalidFilterError(text, "terms are joined by 'and' and 'or', without parentheses.");
  }
}

absl::StatusOr<FilterConjunction> ToConjunction(absl::string_view text,
                                                const ODataExpression& expression) {
  FilterConjunction terms;
  if (expression.kind != Kind::kAnd) {
    LAZULI_ASSIGN_OR_RETURN(FilterTerm term, ToTerm(text, expression));
    terms.push_back(std::move(term));
  }
  for (const ODataExpressionPtr& child : expression.children) {
    LAZULI_ASSIGN_OR_RETURN(FilterTerm term, ToTerm(text, *child));
    terms.push_back(std::move(term));
  }
  return terms;
}

}  // namespace

absl::StatusOr<ManagementFilter> ManagementFilter::Parse(absl::string_view text) {
  ManagementFilter filter;
  if (absl::StripAsciiWhitespace(text).empty()) return filter;
  absl::StatusOr<ODataExpressionPtr> parsed = ParseODataFilter(text);
  if (!parsed.ok()) return InvalidFilterError(text, absl::StrCat(parsed.status().message(), "."));
  const ODataExpression& root = **parsed;
  if (root.kind != Kind::kOr) {
    LAZULI_ASSIGN_OR_RETURN(FilterConjunction terms, ToConjunction(text, root));
    filter.alternatives_.push_back(std::move(terms));
    return filter;
  }
  for (const ODataExpressionPtr& child : root.children) {
    LAZULI_ASSIGN_OR_RETURN(FilterConjunction terms, ToConjunction(text, *child));
    filter.alternatives_.push_back(std::move(terms));
  }
  return filter;
}

bool ManagementFilter::Holds(absl::FunctionRef<bool(const FilterConjunction&)> holds) const {
  return alternatives_.empty() || std::any_of(alternatives_.begin(), alternatives_.end(), holds);
}

}  // namespace lazuli::emulator
