// File: emulator/arm/odata_filter.cc
#include "emulator/arm/odata_filter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/arm/errors.h"
#include "emulator/arm/limits.h"

namespace lazuli::emulator {
namespace {

struct Token {
  enum class Kind { kWord, kText, kOpen, kClose, kComma, kEnd };

  Kind kind = Kind::kEnd;
  std::string text;  // of a word, in lower case; of a text, without quotes
};

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' ||
         c == '-';
}

class Parser {
 public:
  explicit Parser(absl::string_view filter) : filter_(filter), rest_(filter) {}

  absl::StatusOr<std::vector<FilterConjunction>> Parse() {
    LAZULI_RETURN_IF_ERROR(Advance());
    std::vector<FilterConjunction> alternatives(1);
    size_t terms = 0;
    while (true) {
      if (++terms > limits::arm::kMaxFilterTerms) return Error("it joins too many terms.");
      LAZULI_ASSIGN_OR_RETURN(FilterTerm term, ReadTerm());
      alternatives.back().push_back(std::move(term));
      if (token_.kind == Token::Kind::kEnd) return alternatives;
      if (IsWord("or")) {
        alternatives.emplace_back();
      } else if (!IsWord("and")) {
        return Error("'and' or 'or' is expected between terms.");
      }
      LAZULI_RETURN_IF_ERROR(Advance());
    }
  }

 private:
  absl::Status Error(absl::string_view reason) const { return InvalidFilterError(filter_, reason); }
  bool IsWord(absl::string_view word) const {
    return token_.kind == Token::Kind::kWord && absl::string_view(token_.text) == word;
  }

  absl::StatusOr<FilterTerm> ReadTerm() {
    if (token_.kind != Token::Kind::kWord) return Error("a property or a function is expected.");
    FilterTerm term;
    term.name = token_.text;
    LAZULI_RETURN_IF_ERROR(Advance());
    if (token_.kind == Token::Kind::kOpen) {
      term.kind = FilterTerm::Kind::kFunction;
      LAZULI_RETURN_IF_ERROR(ReadArguments(&term.values));
      return term;
    }
    if (!IsWord("eq") && !IsWord("ne")) return Error("the operators are 'eq' and 'ne'.");
    if (IsWord("ne")) term.kind = FilterTerm::Kind::kNotEqual;
    LAZULI_RETURN_IF_ERROR(Advance());
    if (token_.kind != Token::Kind::kText) return Error("a text in single quotes is expected.");
    term.values.push_back(std::move(token_.text));
    LAZULI_RETURN_IF_ERROR(Advance());
    return term;
  }

  // From the parenthesis that opens to behind the one that closes.
  absl::Status ReadArguments(std::vector<std::string>* arguments) {
    LAZULI_RETURN_IF_ERROR(Advance());
    while (token_.kind != Token::Kind::kClose) {
      if (token_.kind != Token::Kind::kText && token_.kind != Token::Kind::kWord) {
        return Error("the arguments of a function are names and texts.");
      }
      arguments->push_back(std::move(token_.text));
      LAZULI_RETURN_IF_ERROR(Advance());
      if (token_.kind == Token::Kind::kClose) break;
      if (token_.kind != Token::Kind::kComma) return Error("a comma is expected.");
      LAZULI_RETURN_IF_ERROR(Advance());
    }
    return Advance();
  }

  absl::Status Advance() {
    rest_ = absl::StripLeadingAsciiWhitespace(rest_);
    token_ = Token();
    if (rest_.empty()) return absl::OkStatus();
    const char first = rest_.front();
    if (first == '\'') return ReadText();
    if (IsWordCharacter(first)) {
      const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsWordCharacter);
      token_.kind = Token::Kind::kWord;
      token_.text = absl::AsciiStrToLower(absl::string_view(rest_.data(), end - rest_.begin()));
      rest_.remove_prefix(token_.text.size());
      return absl::OkStatus();
    }
    rest_.remove_prefix(1);
    switch (first) {
      case '(':
        token_.kind = Token::Kind::kOpen;
        return absl::OkStatus();
      case ')':
        token_.kind = Token::Kind::kClose;
        return absl::OkStatus();
      case ',':
        token_.kind = Token::Kind::kComma;
        return absl::OkStatus();
      default:
        return Error("it has a character that is not allowed outside of quotes.");
    }
  }

  absl::Status ReadText() {
    token_.kind = Token::Kind::kText;
    rest_.remove_prefix(1);
    while (true) {
      const size_t quote = rest_.find('\'');
      if (quote == absl::string_view::npos) return Error("a quote is not closed.");
      token_.text.append(rest_.data(), quote);
      rest_.remove_prefix(quote + 1);
      if (rest_.empty() || rest_.front() != '\'') return absl::OkStatus();
      token_.text.push_back('\'');
      rest_.remove_prefix(1);
    }
  }

  const absl::string_view filter_;
  absl::string_view rest_;
  Token token_;
};

}  // namespace

absl::StatusOr<ODataFilter> ODataFilter::Parse(absl::string_view text) {
  ODataFilter filter;
  if (absl::StripAsciiWhitespace(text).empty()) return filter;
  LAZULI_ASSIGN_OR_RETURN(filter.alternatives_, Parser(text).Parse());
  return filter;
}

bool ODataFilter::Holds(absl::FunctionRef<bool(const FilterConjunction&)> holds) const {
  return alternatives_.empty() || std::any_of(alternatives_.begin(), alternatives_.end(), holds);
}

}  // namespace lazuli::emulator
