#include "batch/service/object_filter.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/excerpt.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "batch/service/member_path.h"
#include "batch/workload/errors.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/options.pb.h"
#include "proto/time.h"

namespace lazuli::batch {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// Own choice: deeper than anybody writes.
constexpr int kMaxDepth = 32;

enum class Kind { kAnd, kOr, kNot, kStartsWith, kEq, kNe, kLt, kLe, kGt, kGe };

constexpr std::pair<absl::string_view, Kind> kComparisons[] = {
    {"eq", Kind::kEq}, {"ne", Kind::kNe}, {"lt", Kind::kLt},
    {"le", Kind::kLe}, {"gt", Kind::kGt}, {"ge", Kind::kGe},
};

absl::Status Wrong(absl::string_view reason) {
  return InvalidQueryParameterError("$filter", reason);
}

bool IsTimestamp(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type() == google::protobuf::Timestamp::descriptor();
}

// A value of either side of a comparison. Texts are in lower case.
struct Value {
  std::optional<std::string> text;
  std::optional<int64_t> number;  // also of a bool, an enum and an instant in nanoseconds
};

}  // namespace

struct ObjectFilter::Node {
  Kind kind = Kind::kAnd;
  std::vector<std::unique_ptr<const Node>> parts;  // kAnd, kOr, kNot
  std::vector<const FieldDescriptor*> path;        // all others
  Value literal;
};

namespace {

using Node = ObjectFilter::Node;
using NodeOr = absl::StatusOr<std::unique_ptr<const Node>>;

class Parser {
 public:
  Parser(absl::string_view text, const Descriptor& type) : rest_(text), type_(type) {}

  NodeOr Parse() {
    LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<const Node> node, ParseOr(0));
    SkipSpace();
    if (!rest_.empty())
      return Wrong(absl::StrCat("Nothing can follow before '", Excerpt(rest_), "'"));
    return node;
  }

 private:
  void SkipSpace() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  bool Take(char c) {
    SkipSpace();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  static bool IsWordCharacter(char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' ||
           c == '-' || c == ':' || c == '+';
  }
  // Letters, digits and what else stands in names, numbers and instants; empty if there are none.
  absl::string_view PeekWord() {
    SkipSpace();
    size_t size = 0;
    while (size < rest_.size() && IsWordCharacter(rest_[size])) ++size;
    return rest_.substr(0, size);
  }
  absl::string_view TakeWord() {
    const absl::string_view word = PeekWord();
    rest_.remove_prefix(word.size());
    return word;
  }
  bool TakeKeyword(absl::string_view keyword) {
    if (PeekWord() != keyword) return false;
    TakeWord();
    return true;
  }

  NodeOr ParseOr(int depth) { return ParseChain(Kind::kOr, "or", depth); }

  NodeOr ParseChain(Kind kind, absl::string_view keyword, int depth) {
    if (depth > kMaxDepth) return Wrong("It has too many levels");
    auto chain = std::make_unique<Node>();
    chain->kind = kind;
    do {
      LAZULI_ASSIGN_OR_RETURN(
          std::unique_ptr<const Node> part,
          kind == Kind::kOr ? ParseChain(Kind::kAnd, "and", depth) : ParsePart(depth));
      chain->parts.push_back(std::move(part));
    } while (TakeKeyword(keyword));
    return NodeOr(std::move(chain));
  }

  NodeOr ParsePart(int depth) {
    if (depth > kMaxDepth) return Wrong("It has too many levels");
    if (TakeKeyword("not")) {
      auto node = std::make_unique<Node>();
      node->kind = Kind::kNot;
      LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<const Node> part, ParsePart(depth + 1));
      node->parts.push_back(std::move(part));
      return NodeOr(std::move(node));
    }
    if (Take('(')) {
      LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<const Node> node, ParseOr(depth + 1));
      if (!Take(')')) return Wrong("A closing parenthesis is missing");
      return node;
    }
    return PeekWord() == "startswith" ? ParseStartsWith() : ParseComparison();
  }

  NodeOr ParseStartsWith() {
    TakeWord();
    auto node = std::make_unique<Node>();
    node->kind = Kind::kStartsWith;
    if (!Take('(')) return Wrong("startswith takes its arguments in parentheses");
    LAZULI_ASSIGN_OR_RETURN(node->path, ParsePath());
    if (node->path.back()->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return Wrong("startswith takes a property that is a text");
    }
    if (!Take(',')) return Wrong("startswith takes two arguments");
    LAZULI_ASSIGN_OR_RETURN(node->literal, ParseLiteral(*node->path.back()));
    if (!Take(')')) return Wrong("A closing parenthesis is missing");
    // startswith(...) eq true is the same.
    if (TakeKeyword("eq") && !TakeKeyword("true"))
      return Wrong("startswith is equal to true or not");
    return NodeOr(std::move(node));
  }

  NodeOr ParseComparison() {
    auto node = std::make_unique<Node>();
    LAZULI_ASSIGN_OR_RETURN(node->path, ParsePath());
    const absl::string_view word = TakeWord();
    bool found = false;
    for (const auto& [name, kind] : kComparisons) {
      if (word != name) continue;
      node->kind = kind;
      found = true;
    }
    if (!found) return Wrong(absl::StrCat("There is no operator '", Excerpt(word), "'"));
    const FieldDescriptor& member = *node->path.back();
    const bool is_ordered = node->kind != Kind::kEq && node->kind != Kind::kNe;
    if (is_ordered && (member.cpp_type() == FieldDescriptor::CPPTYPE_ENUM ||
                       member.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)) {
      return Wrong(absl::StrCat("The property '", member.json_name(), "' has no order"));
    }
    LAZULI_ASSIGN_OR_RETURN(node->literal, ParseLiteral(member));
    return NodeOr(std::move(node));
  }

  absl::StatusOr<std::vector<const FieldDescriptor*>> ParsePath() {
    const absl::string_view word = TakeWord();
    if (word.empty()) return Wrong("A property is missing");
    std::vector<const FieldDescriptor*> path;
    const Descriptor* type = &type_;
    for (size_t begin = 0; begin <= word.size();) {
      const size_t end = std::min(word.find('/', begin), word.size());
      const absl::string_view name = word.substr(begin, end - begin);
      const FieldDescriptor* member = type == nullptr ? nullptr : FindMember(*type, name);
      if (member == nullptr || member->is_repeated()) {
        return Wrong(absl::StrCat("There is no property '", Excerpt(word), "' to filter by"));
      }
      path.push_back(member);
      type = member->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsTimestamp(*member)
                 ? member->message_type()
                 : nullptr;
      begin = end + 1;
    }
    if (type != nullptr) {
      return Wrong(absl::StrCat("The property '", Excerpt(word), "' is no plain value"));
    }
    return path;
  }

  // The text in single quotation marks that comes next.
  absl::StatusOr<std::string> ParseText() {
    if (!Take('\'')) return Wrong("A text in single quotation marks is expected");
    std::string text;
    for (size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] != '\'') {
        text.push_back(rest_[i]);
      } else if (i + 1 < rest_.size() && rest_[i + 1] == '\'') {
        text.push_back('\'');
        ++i;
      } else {
        rest_.remove_prefix(i + 1);
        return text;
      }
    }
    return Wrong("A text is not ended");
  }

  absl::StatusOr<Value> ParseLiteral(const FieldDescriptor& member) {
    Value value;
    switch (member.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        LAZULI_ASSIGN_OR_RETURN(const std::string text, ParseText());
        value.text = absl::AsciiStrToLower(text);
        return value;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        LAZULI_ASSIGN_OR_RETURN(const std::string text, ParseText());
        return ParseEnum(*member.enum_type(), text);
      }
      case FieldDescriptor::CPPTYPE_BOOL: {
        const absl::string_view word = TakeWord();
        if (word != "true" && word != "false") return Wrong("true or false is expected");
        value.number = word == "true" ? 1 : 0;
        return value;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ParseInstant();
      default: {
        int64_t number = 0;
        if (!absl::SimpleAtoi(TakeWord(), &number)) return Wrong("A whole number is expected");
        value.number = number;
        return value;
      }
    }
  }

  static absl::StatusOr<Value> ParseEnum(const EnumDescriptor& type, const std::string& text) {
    for (int i = 0; i < type.value_count(); ++i) {
      const std::string& spelling = type.value(i)->options().GetExtension(v1::json);
      if (!spelling.empty() && absl::EqualsIgnoreCase(spelling, text)) {
        return Value{std::nullopt, type.value(i)->number()};
      }
    }
    return Wrong(absl::StrCat("There is no value '", Excerpt(text), "'"));
  }

  absl::StatusOr<Value> ParseInstant() {
    std::string text(TakeWord());
    if (absl::EqualsIgnoreCase(text, "datetime")) {
      LAZULI_ASSIGN_OR_RETURN(text, ParseText());
    }
    // DateTime values may come without a zone: they are in UTC.
    absl::StatusOr<absl::Time> time = ParseIso8601Time(text);
    if (!time.ok()) time = ParseIso8601Time(absl::StrCat(text, "Z"));
    if (!time.ok()) return Wrong("An instant is expected, as in DateTime'2024-05-01T00:00:00Z'");
    return Value{std::nullopt, absl::ToUnixNanos(*time)};
  }

  absl::string_view rest_;
  const Descriptor& type_;
};

// The value at the end of the path; both absent where the path ends before.
Value Find(const Message& object, const std::vector<const FieldDescriptor*>& path) {
  const Message* message = &object;
  for (size_t i = 0;; ++i) {
    const Reflection& reflection = *message->GetReflection();
    const FieldDescriptor* const member = path[i];
    Value value;
    if (!reflection.HasField(*message, member)) return value;
    if (i + 1 < path.size()) {
      message = &reflection.GetMessage(*message, member);
      continue;
    }
    switch (member->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        value.text = absl::AsciiStrToLower(reflection.GetString(*message, member));
        return value;
      case FieldDescriptor::CPPTYPE_ENUM:
        value.number = reflection.GetEnumValue(*message, member);
        return value;
      case FieldDescriptor::CPPTYPE_BOOL:
        value.number = reflection.GetBool(*message, member) ? 1 : 0;
        return value;
      case FieldDescriptor::CPPTYPE_INT32:
        value.number = reflection.GetInt32(*message, member);
        return value;
      case FieldDescriptor::CPPTYPE_INT64:
        value.number = reflection.GetInt64(*message, member);
        return value;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        value.number = absl::ToUnixNanos(FromProto(static_cast<const google::protobuf::Timestamp&>(
            reflection.GetMessage(*message, member))));
        return value;
      default:
        return value;  // The data plane has no other kinds.
    }
  }
}

bool Compare(const Node& node, const Message& object) {
  const Value value = Find(object, node.path);
  if (!value.text.has_value() && !value.number.has_value()) return node.kind == Kind::kNe;
  const int order = value.text.has_value()                 ? value.text->compare(*node.literal.text)
                    : *value.number < *node.literal.number ? -1
                    : *value.number > *node.literal.number ? 1
                                                           : 0;
  switch (node.kind) {
    case Kind::kStartsWith:
      return absl::StartsWith(*value.text, *node.literal.text);
    case Kind::kEq:
      return order == 0;
    case Kind::kNe:
      return order != 0;
    case Kind::kLt:
      return order < 0;
    case Kind::kLe:
      return order <= 0;
    case Kind::kGt:
      return order > 0;
    case Kind::kGe:
      return order >= 0;
    case Kind::kAnd:
    case Kind::kOr:
    case Kind::kNot:
      break;
  }
  return false;
}

bool Evaluate(const Node& node, const Message& object) {
  switch (node.kind) {
    case Kind::kAnd:
      for (const auto& part : node.parts) {
        if (!Evaluate(*part, object)) return false;
      }
      return true;
    case Kind::kOr:
      for (const auto& part : node.parts) {
        if (Evaluate(*part, object)) return true;
      }
      return false;
    case Kind::kNot:
      return !Evaluate(*node.parts.front(), object);
    default:
      return Compare(node, object);
  }
}

}  // namespace

ObjectFilter::ObjectFilter(std::unique_ptr<const Node> root) : root_(std::move(root)) {}
ObjectFilter::ObjectFilter(ObjectFilter&& other) noexcept = default;
ObjectFilter& ObjectFilter::operator=(ObjectFilter&& other) noexcept = default;
ObjectFilter::~ObjectFilter() = default;

absl::StatusOr<ObjectFilter> ObjectFilter::Parse(absl::string_view text, const Descriptor& type) {
  LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<const Node> root, Parser(text, type).Parse());
  return ObjectFilter(std::move(root));
}

bool ObjectFilter::Matches(const Message& object) const { return Evaluate(*root_, object); }

}  // namespace lazuli::batch
