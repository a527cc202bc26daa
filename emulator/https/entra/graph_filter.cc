#include "emulator/https/entra/graph_filter.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/excerpt.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace json = boost::json;

struct GraphFilter::Node {
  enum class Kind { kAnd, kOr, kNot, kEquals, kStartsWith, kEndsWith, kContains, kAny };

  Kind kind = Kind::kEquals;
  // kAnd, kOr: two; kNot, kAny: one.
  std::vector<std::shared_ptr<const Node>> children;
  // What is compared, or the collection of kAny.
  std::string property;
  // kAny: the name of an element within the child.
  std::string variable;
  // What it is compared with: one of them is enough.
  std::vector<json::value> literals;
};

namespace {

using Node = GraphFilter::Node;
using NodePtr = std::shared_ptr<const Node>;

constexpr size_t kMaxBytes = 4096;
constexpr int kMaxDepth = 32;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
}

class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<NodePtr> Parse() {
    LAZULI_ASSIGN_OR_RETURN(NodePtr root, Or(0));
    SkipSpaces();
    if (position_ != text_.size()) return Error("an end");
    return root;
  }

 private:
  absl::Status Error(absl::string_view expected) const {
    return absl::InvalidArgumentError(absl::StrCat("Invalid filter clause: expected ", expected,
                                                   " at position ", position_, " of '",
                                                   Excerpt(text_), "'."));
  }

  void SkipSpaces() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }

  bool Take(char c) {
    SkipSpaces();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  // A name that is there, without taking it.
  absl::string_view PeekName() {
    SkipSpaces();
    size_t end = position_;
    while (end < text_.size() && IsNameCharacter(text_[end])) ++end;
    return text_.substr(position_, end - position_);
  }

  absl::string_view TakeName() {
    const absl::string_view name = PeekName();
    position_ += name.size();
    return name;
  }

  bool TakeWord(absl::string_view word) {
    if (!absl::EqualsIgnoreCase(PeekName(), word)) return false;
    position_ += word.size();
    return true;
  }

  absl::StatusOr<NodePtr> Or(int depth) {
    LAZULI_ASSIGN_OR_RETURN(NodePtr left, And(depth));
    while (TakeWord("or")) {
      LAZULI_ASSIGN_OR_RETURN(NodePtr right, And(depth));
      left = Join(Node::Kind::kOr, {std::move(left), std::move(right)});
    }
    return left;
  }

  absl::StatusOr<NodePtr> And(int depth) {
    LAZULI_ASSIGN_OR_RETURN(NodePtr left, Unary(depth));
    while (TakeWord("and")) {
      LAZULI_ASSIGN_OR_RETURN(NodePtr right, Unary(depth));
      left = Join(Node::Kind::kAnd, {std::move(left), std::move(right)});
    }
    return left;
  }

  absl::StatusOr<NodePtr> Unary(int depth) {
    if (depth > kMaxDepth) return Error("fewer parentheses");
    if (TakeWord("not")) {
      LAZULI_ASSIGN_OR_RETURN(NodePtr child, Unary(depth + 1));
      return Join(Node::Kind::kNot, {std::move(child)});
    }
    if (Take('(')) {
      LAZULI_ASSIGN_OR_RETURN(NodePtr child, Or(depth + 1));
      if (!Take(')')) return Error("a closing parenthesis");
      return child;
    }
    return Term(depth);
  }

  absl::StatusOr<NodePtr> Term(int depth) {
    const std::string name(TakeName());
    if (name.empty()) return Error("a property");
    if (Take('/')) return Any(name, depth);
    if (position_ < text_.size() && text_[position_] == '(') return Function(name);
    Node node;
    node.property = name;
    if (TakeWord("in")) {
      if (!Take('(')) return Error("a list in parentheses");
      do {
        LAZULI_ASSIGN_OR_RETURN(json::value literal, Literal());
        node.literals.push_back(std::move(literal));
      } while (Take(','));
      if (!Take(')')) return Error("a closing parenthesis");
      return std::make_shared<const Node>(std::move(node));
    }
    const bool is_equal = TakeWord("eq");
    if (!is_equal && !TakeWord("ne")) return Error("eq, ne or in");
    LAZULI_ASSIGN_OR_RETURN(json::value literal, Literal());
    node.literals.push_back(std::move(literal));
    NodePtr equals = std::make_shared<const Node>(std::move(node));
    return is_equal ? equals : Join(Node::Kind::kNot, {std::move(equals)});
  }

  absl::StatusOr<NodePtr> Function(const std::string& name) {
    Node node;
    if (absl::EqualsIgnoreCase(name, "startswith")) {
      node.kind = Node::Kind::kStartsWith;
    } else if (absl::EqualsIgnoreCase(name, "endswith")) {
      node.kind = Node::Kind::kEndsWith;
    } else if (absl::EqualsIgnoreCase(name, "contains")) {
      node.kind = Node::Kind::kContains;
    } else {
      return Error("startswith, endswith or contains");
    }
    Take('(');
    node.property = std::string(TakeName());
    if (node.property.empty()) return Error("a property");
    if (!Take(',')) return Error("a comma");
    LAZULI_ASSIGN_OR_RETURN(json::value literal, Literal());
    if (!literal.is_string()) return Error("a text");
    node.literals.push_back(std::move(literal));
    if (!Take(')')) return Error("a closing parenthesis");
    return std::make_shared<const Node>(std::move(node));
  }

  absl::StatusOr<NodePtr> Any(const std::string& collection, int depth) {
    if (!TakeWord("any")) return Error("any");
    if (!Take('(')) return Error("a parenthesis");
    Node node;
    node.kind = Node::Kind::kAny;
    node.property = collection;
    node.variable = std::string(TakeName());
    if (node.variable.empty() || !Take(':')) return Error("a variable and a colon");
    LAZULI_ASSIGN_OR_RETURN(NodePtr child, Or(depth + 1));
    node.children.push_back(std::move(child));
    if (!Take(')')) return Error("a closing parenthesis");
    return std::make_shared<const Node>(std::move(node));
  }

  absl::StatusOr<json::value> Literal() {
    if (TakeWord("true")) return json::value(true);
    if (TakeWord("false")) return json::value(false);
    if (TakeWord("null")) return json::value(nullptr);
    if (!Take('\'')) return Error("a text in single quotes");
    std::string text;
    while (position_ < text_.size()) {
      const char c = text_[position_++];
      if (c != '\'') {
        text.push_back(c);
      } else if (position_ < text_.size() && text_[position_] == '\'') {
        // A quote within the text is doubled.
        text.push_back('\'');
        ++position_;
      } else {
        return json::value(json::string(text));
      }
    }
    return Error("a closing quote");
  }

  static NodePtr Join(Node::Kind kind, std::vector<NodePtr> children) {
    Node node;
    node.kind = kind;
    node.children = std::move(children);
    return std::make_shared<const Node>(std::move(node));
  }

  const absl::string_view text_;
  size_t position_ = 0;
};

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

bool Compare(Node::Kind kind, const json::value& value, const json::value& literal) {
  if (kind == Node::Kind::kEquals) return AreEqual(value, literal);
  if (!value.is_string()) return false;
  const std::string text = LowerText(value);
  const std::string part = LowerText(literal);
  if (kind == Node::Kind::kStartsWith) return absl::StartsWith(text, part);
  if (kind == Node::Kind::kEndsWith) return absl::EndsWith(text, part);
  return absl::StrContains(text, part);
}

absl::StatusOr<bool> Evaluate(const Node& node, const Scope& scope) {
  switch (node.kind) {
    case Node::Kind::kNot: {
      LAZULI_ASSIGN_OR_RETURN(const bool child, Evaluate(*node.children[0], scope));
      return !child;
    }
    case Node::Kind::kAnd:
    case Node::Kind::kOr: {
      // Both sides, so that a wrong name is told whatever the other side says.
      LAZULI_ASSIGN_OR_RETURN(const bool left, Evaluate(*node.children[0], scope));
      LAZULI_ASSIGN_OR_RETURN(const bool right, Evaluate(*node.children[1], scope));
      return node.kind == Node::Kind::kAnd ? left && right : left || right;
    }
    case Node::Kind::kAny: {
      LAZULI_ASSIGN_OR_RETURN(const json::value* const found, Lookup(scope, node.property));
      if (!found->is_array()) {
        return absl::InvalidArgumentError(
            absl::StrCat("The property '", Excerpt(node.property), "' is no collection."));
      }
      for (const json::value& element : found->get_array()) {
        const Scope inner{.object = scope.object, .variable = &node.variable, .element = &element};
        LAZULI_ASSIGN_OR_RETURN(const bool matches, Evaluate(*node.children[0], inner));
        if (matches) return true;
      }
      return false;
    }
    default:
      break;
  }
  LAZULI_ASSIGN_OR_RETURN(const json::value* const value, Lookup(scope, node.property));
  if (value->is_array() || value->is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("The property '", Excerpt(node.property), "' has no one value: use any()."));
  }
  for (const json::value& literal : node.literals) {
    if (Compare(node.kind, *value, literal)) return true;
  }
  return false;
}

}  // namespace

GraphFilter::GraphFilter(std::shared_ptr<const Node> root) : root_(std::move(root)) {}

absl::StatusOr<GraphFilter> GraphFilter::Parse(absl::string_view text) {
  if (text.size() > kMaxBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("Invalid filter clause: it has more than ", kMaxBytes, " bytes."));
  }
  LAZULI_ASSIGN_OR_RETURN(NodePtr root, Parser(text).Parse());
  return GraphFilter(std::move(root));
}

absl::StatusOr<bool> GraphFilter::Matches(const json::object& object) const {
  return Evaluate(*root_, Scope{.object = &object, .variable = nullptr, .element = nullptr});
}

}  // namespace lazuli::emulator
