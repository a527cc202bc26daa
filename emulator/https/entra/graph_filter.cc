#include "emulator/https/entra/graph_filter.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/excerpt.h"
#include "base/odata_filter.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace json = boost::json;

namespace {

using Kind = ODataExpression::Kind;

bool IsFunctionKnown(absl::string_view name) {
  return name == "startswith" || name == "endswith" || name == "contains";
}

// true, false, null and quoted texts: Graph's look-ups compare with nothing else.
bool IsLiteral(const ODataOperand& operand) {
  return (operand.is_quoted && operand.type.empty()) ||
         (!operand.is_quoted && (absl::EqualsIgnoreCase(operand.text, "true") ||
                                 absl::EqualsIgnoreCase(operand.text, "false") ||
                                 absl::EqualsIgnoreCase(operand.text, "null")));
}

absl::Status Wrong(absl::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("Invalid filter clause: ", reason, "."));
}

// Whether all of it is what Graph knows.
absl::Status Check(const ODataExpression& expression) {
  for (const ODataExpressionPtr& child : expression.children) LAZULI_RETURN_IF_ERROR(Check(*child));
  switch (expression.kind) {
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot:
    case Kind::kAny:
      return absl::OkStatus();
    case Kind::kFunction: {
      const std::vector<ODataOperand>& operands = expression.operands;
      if (IsFunctionKnown(expression.function) && operands.size() == 2 && !operands[0].is_quoted &&
          operands[1].is_quoted) {
        return absl::OkStatus();
      }
      return Wrong("startswith, endswith and contains of a property and a text are known");
    }
    case Kind::kEq:
    case Kind::kNe:
    case Kind::kIn:
      for (const ODataOperand& operand : expression.operands) {
        if (!IsLiteral(operand)) return Wrong("a text in single quotes is expected");
      }
      return absl::OkStatus();
    default:
      return Wrong("the operators are eq, ne and in");
  }
}

json::value ValueOf(const ODataOperand& operand) {
  if (operand.is_quoted) return json::value(json::string(operand.text));
  if (absl::EqualsIgnoreCase(operand.text, "null")) return json::value(nullptr);
  return json::value(absl::EqualsIgnoreCase(operand.text, "true"));
}

// Where names mean something: the object, or within any() one element of a collection.
struct Scope {
  const json::object* object = nullptr;
  const std::string* variable = nullptr;
  const json::value* element = nullptr;
};

absl::StatusOr<const json::value*> Lookup(const Scope& scope, const std::string& name) {
  if (scope.variable != nullptr && *scope.variable == name) return scope.element;
  for (const auto& member : *scope.object) {
    const absl::string_view key(member.key().data(), member.key().size());
    if (absl::EqualsIgnoreCase(key, name)) return &member.value();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("Could not find a property named '", Excerpt(name), "' to filter by."));
}

std::string LowerText(const json::value& value) {
  const json::string& text = value.get_string();
  return absl::AsciiStrToLower(absl::string_view(text.data(), text.size()));
}

bool AreEqual(const json::value& a, const json::value& b) {
  if (a.is_string() && b.is_string()) return LowerText(a) == LowerText(b);
  return a == b;
}

bool Holds(absl::string_view function, const json::value& value, const json::value& literal) {
  if (!value.is_string()) return false;
  const std::string text = LowerText(value);
  const std::string part = LowerText(literal);
  if (function == "startswith") return absl::StartsWith(text, part);
  if (function == "endswith") return absl::EndsWith(text, part);
  return absl::StrContains(text, part);
}

// The value of a property that has one.
absl::StatusOr<const json::value*> LookupPlain(const Scope& scope, const std::string& name) {
  LAZULI_ASSIGN_OR_RETURN(const json::value* const value, Lookup(scope, name));
  if (value->is_array() || value->is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("The property '", Excerpt(name), "' has no one value: use any()."));
  }
  return value;
}

absl::StatusOr<bool> Evaluate(const ODataExpression& expression, const Scope& scope);

absl::StatusOr<bool> EvaluateAny(const ODataExpression& expression, const Scope& scope) {
  LAZULI_ASSIGN_OR_RETURN(const json::value* const found, Lookup(scope, expression.property));
  if (!found->is_array()) {
    return absl::InvalidArgumentError(
        absl::StrCat("The property '", Excerpt(expression.property), "' is no collection."));
  }
  for (const json::value& element : found->get_array()) {
    const Scope inner{
        .object = scope.object, .variable = &expression.variable, .element = &element};
    LAZULI_ASSIGN_OR_RETURN(const bool matches, Evaluate(*expression.children[0], inner));
    if (matches) return true;
  }
  return false;
}

absl::StatusOr<bool> Evaluate(const ODataExpression& expression, const Scope& scope) {
  switch (expression.kind) {
    case Kind::kNot: {
      LAZULI_ASSIGN_OR_RETURN(const bool child, Evaluate(*expression.children[0], scope));
      return !child;
    }
    case Kind::kAnd:
    case Kind::kOr: {
      // All of them, so that a wrong name is told whatever the others say.
      const bool is_and = expression.kind == Kind::kAnd;
      bool result = is_and;
      for (const ODataExpressionPtr& child : expression.children) {
        LAZULI_ASSIGN_OR_RETURN(const bool holds, Evaluate(*child, scope));
        result = is_and ? result && holds : result || holds;
      }
      return result;
    }
    case Kind::kAny:
      return EvaluateAny(expression, scope);
    case Kind::kFunction: {
      LAZULI_ASSIGN_OR_RETURN(const json::value* const value,
                              LookupPlain(scope, expression.operands[0].text));
      return Holds(expression.function, *value, ValueOf(expression.operands[1]));
    }
    default:
      break;
  }
  LAZULI_ASSIGN_OR_RETURN(const json::value* const value, LookupPlain(scope, expression.property));
  bool is_equal = false;
  for (const ODataOperand& operand : expression.operands) {
    is_equal = is_equal || AreEqual(*value, ValueOf(operand));
  }
  return is_equal == (expression.kind != Kind::kNe);
}

}  // namespace

GraphFilter::GraphFilter(std::shared_ptr<const ODataExpression> root) : root_(std::move(root)) {}

absl::StatusOr<GraphFilter> GraphFilter::Parse(absl::string_view text) {
  absl::StatusOr<ODataExpressionPtr> root = ParseODataFilter(text);
  if (!root.ok()) return Wrong(root.status().message());
  LAZULI_RETURN_IF_ERROR(Check(**root));
  return GraphFilter(*std::move(root));
}

absl::StatusOr<bool> GraphFilter::Matches(const json::object& object) const {
  return Evaluate(*root_, Scope{.object = &object, .variable = nullptr, .element = nullptr});
}

}  // namespace lazuli::emulator
