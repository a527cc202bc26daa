#include "base/odata_filter.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace lazuli {
namespace {

using Kind = ODataExpression::Kind;
using ExpressionOr = absl::StatusOr<ODataExpressionPtr>;

// Own choices: longer and deeper than anybody writes.
constexpr size_t kMaxBytes = 4096;
constexpr int kMaxDepth = 32;

constexpr std::pair<absl::string_view, Kind> kComparisons[] = {
    {"eq", Kind::kEq}, {"ne", Kind::kNe}, {"lt", Kind::kLt},
    {"le", Kind::kLe}, {"gt", Kind::kGt}, {"ge", Kind::kGe},
};

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' ||
         c == '-' || c == '+' || c == '@' || c == '$';
}

ODataExpressionPtr Make(Kind kind, std::vector<ODataExpressionPtr> children) {
  auto made = std::make_unique<ODataExpression>();
  made->kind = kind;
  made->children = std::move(children);
  return made;
}

ODataExpressionPtr Not(ODataExpressionPtr child) {
  std::vector<ODataExpressionPtr> children;
  children.push_back(std::move(child));
  return Make(Kind::kNot, std::move(children));
}

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text), rest_(text) {}

  ExpressionOr Parse() {
    LAZULI_ASSIGN_OR_RETURN(ODataExpressionPtr root, Or(0));
    if (!Peek().empty() || !rest_.empty()) return Expected("and, or, or the end");
    return root;
  }

 private:
  absl::Status Expected(absl::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("expected ", what, " at position ", text_.size() - rest_.size()));
  }

  void SkipSpace() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  bool Take(char c) {
    SkipSpace();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // The word that comes next; empty if something else does.
  absl::string_view Peek() {
    SkipSpace();
    size_t size = 0;
    while (size < rest_.size() && IsWordCharacter(rest_[size])) ++size;
    return rest_.substr(0, size);
  }
  absl::string_view TakeWord() {
    const absl::string_view word = Peek();
    rest_.remove_prefix(word.size());
    return word;
  }
  bool TakeKeyword(absl::string_view keyword) {
    if (!absl::EqualsIgnoreCase(Peek(), keyword)) return false;
    TakeWord();
    return true;
  }

  ExpressionOr Or(int depth) {
    return Chain(Kind::kOr, "or",
                 [&] { return Chain(Kind::kAnd, "and", [&] { return Unary(depth); }); });
  }

  template <typename Part>
  ExpressionOr Chain(Kind kind, absl::string_view keyword, const Part& part) {
    std::vector<ODataExpressionPtr> children;
    do {
      LAZULI_ASSIGN_OR_RETURN(ODataExpressionPtr child, part());
      children.push_back(std::move(child));
    } while (TakeKeyword(keyword));
    if (children.size() == 1) return std::move(children.front());
    return Make(kind, std::move(children));
  }

  ExpressionOr Unary(int depth) {
    if (depth > kMaxDepth) return Expected("fewer levels");
    if (TakeKeyword("not")) {
      LAZULI_ASSIGN_OR_RETURN(ODataExpressionPtr child, Unary(depth + 1));
      return Not(std::move(child));
    }
    if (Take('(')) {
      LAZULI_ASSIGN_OR_RETURN(ODataExpressionPtr child, Or(depth + 1));
      if (!Take(')')) return Expected("a closing parenthesis");
      return child;
    }
    return Term(depth);
  }

  ExpressionOr Term(int depth) {
    const std::string name(TakeWord());
    if (name.empty()) return Expected("a property or a function");
    if (!rest_.empty() && rest_.front() == '(') {
      rest_.remove_prefix(1);
      constexpr absl::string_view kAnySuffix = "/any";
      if (absl::EndsWithIgnoreCase(name, kAnySuffix)) {
        return Any(name.substr(0, name.size() - kAnySuffix.size()), depth);
      }
      return Function(absl::AsciiStrToLower(name));
    }
    auto made = std::make_unique<ODataExpression>();
    made->property = name;
    if (TakeKeyword("in")) {
      made->kind = Kind::kIn;
      if (!Take('(')) return Expected("a list in parentheses");
      LAZULI_RETURN_IF_ERROR(TakeOperands(&made->operands));
      if (made->operands.empty()) return Expected("a value");
      return ExpressionOr(std::move(made));
    }
    LAZULI_ASSIGN_OR_RETURN(made->kind, TakeComparison());
    LAZULI_ASSIGN_OR_RETURN(ODataOperand operand, TakeOperand());
    made->operands.push_back(std::move(operand));
    return ExpressionOr(std::move(made));
  }

  absl::StatusOr<Kind> TakeComparison() {
    for (const auto& [word, kind] : kComparisons) {
      if (TakeKeyword(word)) return kind;
    }
    return Expected("an operator (eq, ne, lt, le, gt, ge, in)");
  }

  ExpressionOr Function(std::string name) {
    auto made = std::make_unique<ODataExpression>();
    made->kind = Kind::kFunction;
    made->function = std::move(name);
    LAZULI_RETURN_IF_ERROR(TakeOperands(&made->operands));
    if (!TakeKeyword("eq")) return ExpressionOr(std::move(made));
    if (TakeKeyword("true")) return ExpressionOr(std::move(made));
    if (TakeKeyword("false")) return Not(std::move(made));
    return Expected("true or false");
  }

  // From behind name/any( on.
  ExpressionOr Any(std::string collection, int depth) {
    auto made = std::make_unique<ODataExpression>();
    made->kind = Kind::kAny;
    made->property = std::move(collection);
    made->variable = std::string(TakeWord());
    if (made->variable.empty() || !Take(':')) return Expected("a variable and a colon");
    LAZULI_ASSIGN_OR_RETURN(ODataExpressionPtr child, Or(depth + 1));
    made->children.push_back(std::move(child));
    if (!Take(')')) return Expected("a closing parenthesis");
    return ExpressionOr(std::move(made));
  }

  // Up to and with the closing parenthesis.
  absl::Status TakeOperands(std::vector<ODataOperand>* operands) {
    if (Take(')')) return absl::OkStatus();
    do {
      LAZULI_ASSIGN_OR_RETURN(ODataOperand operand, TakeOperand());
      operands->push_back(std::move(operand));
    } while (Take(','));
    return Take(')') ? absl::OkStatus() : Expected("a comma or a closing parenthesis");
  }

  absl::StatusOr<ODataOperand> TakeOperand() {
    ODataOperand operand;
    operand.text = std::string(TakeWord());
    // An instant that is not quoted has colons.
    while (!operand.text.empty() && !rest_.empty() && rest_.front() == ':') {
      rest_.remove_prefix(1);
      absl::StrAppend(&operand.text, ":", TakeWord());
    }
    if (rest_.empty() || rest_.front() != '\'') {
      if (operand.text.empty()) return Expected("a value");
      return operand;
    }
    operand.type = absl::AsciiStrToLower(operand.text);
    operand.is_quoted = true;
    LAZULI_ASSIGN_OR_RETURN(operand.text, TakeQuoted());
    return operand;
  }

  absl::StatusOr<std::string> TakeQuoted() {
    rest_.remove_prefix(1);
    std::string text;
    while (true) {
      const size_t quote = rest_.find('\'');
      if (quote == absl::string_view::npos) return Expected("a closing quotation mark");
      text.append(rest_.data(), quote);
      rest_.remove_prefix(quote + 1);
      if (rest_.empty() || rest_.front() != '\'') return text;
      text.push_back('\'');
      rest_.remove_prefix(1);
    }
  }

  const absl::string_view text_;
  absl::string_view rest_;
};

}  // namespace

absl::StatusOr<ODataExpressionPtr> ParseODataFilter(absl::string_view text) {
  if (text.size() > kMaxBytes) {
    return absl::InvalidArgumentError(absl::StrCat("expected at most ", kMaxBytes, " bytes"));
  }
  return Parser(text).Parse();
}

}  // namespace lazuli
