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
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/excerpt.h"
#include "base/iso8601.h"
#include "base/odata_filter.h"
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

using Kind = ODataExpression::Kind;

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

// As ODataExpression, with names and values made out. kFunction is startswith.
struct ObjectFilter::Node {
  Kind kind = Kind::kAnd;
  std::vector<std::unique_ptr<const Node>> parts;  // kAnd, kOr, kNot
  std::vector<const FieldDescriptor*> path;        // all others
  Value literal;
};

namespace {

using Node = ObjectFilter::Node;
using NodeOr = absl::StatusOr<std::unique_ptr<const Node>>;

// Gives an expression's names and values the meaning that they have for messages of one type.
class Compiler {
 public:
  explicit Compiler(const Descriptor& type) : type_(type) {}

  NodeOr Compile(const ODataExpression& expression) const {
    switch (expression.kind) {
      case Kind::kAnd:
      case Kind::kOr:
      case Kind::kNot:
        return CompileParts(expression);
      case Kind::kFunction:
        return CompileStartsWith(expression);
      case Kind::kIn:
      case Kind::kAny:
        return Wrong("There are no operators 'in' and 'any'");
      default:
        return CompileComparison(expression);
    }
  }

 private:
  NodeOr CompileParts(const ODataExpression& expression) const {
    auto node = std::make_unique<Node>();
    node->kind = expression.kind;
    for (const ODataExpressionPtr& child : expression.children) {
      LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<const Node> part, Compile(*child));
      node->parts.push_back(std::move(part));
    }
    return NodeOr(std::move(node));
  }

  NodeOr CompileStartsWith(const ODataExpression& expression) const {
    if (expression.function != "startswith") {
      return Wrong(absl::StrCat("There is no function '", Excerpt(expression.function), "'"));
    }
    if (expression.operands.size() != 2 || expression.operands[0].is_quoted) {
      return Wrong("startswith takes a property and a text");
    }
    auto node = std::make_unique<Node>();
    node->kind = expression.kind;
    LAZULI_ASSIGN_OR_RETURN(node->path, FindPath(expression.operands[0].text));
    if (node->path.back()->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return Wrong("startswith takes a property that is a text");
    }
    LAZULI_ASSIGN_OR_RETURN(node->literal, ReadLiteral(*node->path.back(), expression.operands[1]));
    return NodeOr(std::move(node));
  }

  NodeOr CompileComparison(const ODataExpression& expression) const {
    auto node = std::make_unique<Node>();
    node->kind = expression.kind;
    LAZULI_ASSIGN_OR_RETURN(node->path, FindPath(expression.property));
    const FieldDescriptor& member = *node->path.back();
    const bool is_ordered = node->kind != Kind::kEq && node->kind != Kind::kNe;
    if (is_ordered && (member.cpp_type() == FieldDescriptor::CPPTYPE_ENUM ||
                       member.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)) {
      return Wrong(absl::StrCat("The property '", member.json_name(), "' has no order"));
    }
    LAZULI_ASSIGN_OR_RETURN(node->literal, ReadLiteral(member, expression.operands.front()));
    return NodeOr(std::move(node));
  }

  absl::StatusOr<std::vector<const FieldDescriptor*>> FindPath(absl::string_view property) const {
    std::vector<const FieldDescriptor*> path;
    const Descriptor* type = &type_;
    for (const absl::string_view name : absl::StrSplit(property, '/')) {
      const FieldDescriptor* member = type == nullptr ? nullptr : FindMember(*type, name);
      if (member == nullptr || member->is_repeated()) {
        return Wrong(absl::StrCat("There is no property '", Excerpt(property), "' to filter by"));
      }
      path.push_back(member);
      type = member->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsTimestamp(*member)
                 ? member->message_type()
                 : nullptr;
    }
    if (type != nullptr) {
      return Wrong(absl::StrCat("The property '", Excerpt(property), "' is no plain value"));
    }
    return path;
  }

  static absl::StatusOr<Value> ReadLiteral(const FieldDescriptor& member,
                                           const ODataOperand& operand) {
    Value value;
    switch (member.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
      case FieldDescriptor::CPPTYPE_ENUM:
        if (!operand.is_quoted) return Wrong("A text in single quotation marks is expected");
        if (member.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
          return ReadEnum(*member.enum_type(), operand.text);
        }
        value.text = absl::AsciiStrToLower(operand.text);
        return value;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (operand.is_quoted || (operand.text != "true" && operand.text != "false")) {
          return Wrong("true or false is expected");
        }
        value.number = operand.text == "true" ? 1 : 0;
        return value;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ReadInstant(operand);
      default: {
        int64_t number = 0;
        if (operand.is_quoted || !absl::SimpleAtoi(operand.text, &number)) {
          return Wrong("A whole number is expected");
        }
        value.number = number;
        return value;
      }
    }
  }

  static absl::StatusOr<Value> ReadEnum(const EnumDescriptor& type, const std::string& text) {
    for (int i = 0; i < type.value_count(); ++i) {
      const std::string& spelling = type.value(i)->options().GetExtension(v1::json);
      if (!spelling.empty() && absl::EqualsIgnoreCase(spelling, text)) {
        return Value{std::nullopt, type.value(i)->number()};
      }
    }
    return Wrong(absl::StrCat("There is no value '", Excerpt(text), "'"));
  }

  static absl::StatusOr<Value> ReadInstant(const ODataOperand& operand) {
    // DateTime values may come without a zone: they are in UTC.
    absl::StatusOr<absl::Time> time = ParseIso8601Time(operand.text);
    if (!time.ok()) time = ParseIso8601Time(absl::StrCat(operand.text, "Z"));
    const bool is_typed = !operand.is_quoted || operand.type == "datetime";
    if (!time.ok() || !is_typed) {
      return Wrong("An instant is expected, as in DateTime'2024-05-01T00:00:00Z'");
    }
    return Value{std::nullopt, absl::ToUnixNanos(*time)};
  }

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
    case Kind::kFunction:
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
    case Kind::kIn:
    case Kind::kAny:
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
  absl::StatusOr<ODataExpressionPtr> expression = ParseODataFilter(text);
  if (!expression.ok()) {
    return Wrong(absl::StrCat("It is no filter: ", expression.status().message()));
  }
  LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<const Node> root, Compiler(type).Compile(**expression));
  return ObjectFilter(std::move(root));
}

bool ObjectFilter::Matches(const Message& object) const { return Evaluate(*root_, object); }

}  // namespace lazuli::batch
