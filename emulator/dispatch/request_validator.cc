#include "emulator/dispatch/request_validator.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "emulator/dispatch/path_template.h"
#include "emulator/json/field_path.h"
#include "emulator/json/utf8.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/options.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

namespace {

struct MessagePlan;

// What to check about one field.
struct FieldPlan {
  enum class Content { kAny, kString, kEnum, kTimestamp, kDuration, kMessage, kMap };

  const FieldDescriptor* field = nullptr;
  bool in_path = false;
  bool required = false;
  bool not_emulated = false;
  Content content = Content::kAny;
  const MessagePlan* message = nullptr;  // kMessage: of the field; kMap: of its entries
};

struct MessagePlan {
  // JSON shows the one field in the message's place.
  bool is_inline = false;
  std::vector<FieldPlan> fields;  // those that need a check
};

// Where a check is at: steps from the request down, linked upwards, so that a path is put together
// only for an error.
struct Place {
  const Place* parent = nullptr;
  const FieldDescriptor* field = nullptr;  // a member ...
  int index = -1;                          // ... or an element ...
  const std::string* map_key = nullptr;    // ... or an entry

  std::string Path() const {
    std::string path = parent == nullptr ? "" : parent->Path();
    if (field != nullptr) AppendMember(field->json_name(), &path);
    if (index >= 0) AppendIndex(index, &path);
    if (map_key != nullptr) AppendMapKey(*map_key, &path);
    return path;
  }
};

FieldPlan::Content ContentOf(const FieldDescriptor& field) {
  using Content = FieldPlan::Content;
  if (field.is_map()) return Content::kMap;
  if (field.type() == FieldDescriptor::TYPE_STRING) return Content::kString;
  if (field.type() == FieldDescriptor::TYPE_ENUM) return Content::kEnum;
  if (field.type() != FieldDescriptor::TYPE_MESSAGE) return Content::kAny;
  if (field.message_type() == google::protobuf::Timestamp::descriptor()) return Content::kTimestamp;
  if (field.message_type() == google::protobuf::Duration::descriptor()) return Content::kDuration;
  return Content::kMessage;
}

absl::Status CheckText(const std::string& text, const Place& place) {
  if (text.size() > limits::kMaxStringBytes) {
    return InvalidInputError(
        place.Path(), absl::StrCat("the text is longer than ", limits::kMaxStringBytes, " bytes"));
  }
  if (!IsValidUtf8(text)) return InvalidInputError(place.Path(), "the text is not UTF-8");
  return absl::OkStatus();
}

absl::Status CheckTimestamp(const google::protobuf::Timestamp& timestamp, const Place& place) {
  constexpr int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
  constexpr int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
  if (timestamp.seconds() < kFirstSecond || timestamp.seconds() > kLastSecond ||
      timestamp.nanos() < 0 || timestamp.nanos() > 999'999'999) {
    return InvalidInputError(place.Path(), "the instant is outside of the years 0001 to 9999");
  }
  return absl::OkStatus();
}

absl::Status CheckDuration(const google::protobuf::Duration& duration, const Place& place) {
  const bool signs_differ = (duration.seconds() > 0 && duration.nanos() < 0) ||
                            (duration.seconds() < 0 && duration.nanos() > 0);
  if (signs_differ || duration.nanos() < -999'999'999 || duration.nanos() > 999'999'999 ||
      absl::AbsDuration(FromProto(duration)) > MaxTimeSpan()) {
    return InvalidInputError(place.Path(), "the duration is malformed or too long");
  }
  return absl::OkStatus();
}

// One validation.
class Checker {
 public:
  explicit Checker(const MissingFieldError& missing_field) : missing_field_(missing_field) {}

  absl::Status CheckMessage(const Message& message, const MessagePlan& plan,
                            const Place* at) const {
    for (const FieldPlan& field : plan.fields) {
      const Place place = {.parent = at, .field = plan.is_inline ? nullptr : field.field};
      LAZULI_RETURN_IF_ERROR(CheckField(message, field, place));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckField(const Message& message, const FieldPlan& plan, const Place& place) const {
    const Reflection& reflection = *message.GetReflection();
    const FieldDescriptor* const field = plan.field;
    const bool is_present = field->is_repeated() ? reflection.FieldSize(message, field) > 0
                                                 : reflection.HasField(message, field);
    if (plan.in_path && (!is_present || IsEmptyText(message, field))) {
      return missing_field_(place.Path());
    }
    if (plan.required && (!is_present || IsUnspecified(message, plan))) {
      return missing_field_(place.Path());
    }
    if (!is_present) return absl::OkStatus();
    if (plan.not_emulated && !IsFalse(message, field)) return NotEmulatedError(place.Path());
    if (!field->is_repeated()) return CheckValue(message, plan, -1, place);
    if (plan.content == FieldPlan::Content::kAny) return absl::OkStatus();
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      if (plan.content == FieldPlan::Content::kMap) {
        LAZULI_RETURN_IF_ERROR(
            CheckEntry(reflection.GetRepeatedMessage(message, field, i), *plan.message, place));
      } else {
        LAZULI_RETURN_IF_ERROR(CheckValue(message, plan, i, {.parent = &place, .index = i}));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckEntry(const Message& entry, const MessagePlan& plan, const Place& map) const {
    const FieldDescriptor* const key_field = entry.GetDescriptor()->map_key();
    std::string scratch;
    const std::string& key = entry.GetReflection()->GetStringReference(entry, key_field, &scratch);
    LAZULI_RETURN_IF_ERROR(CheckText(key, map));
    const Place place = {.parent = &map, .map_key = &key};
    for (const FieldPlan& field : plan.fields) {
      if (field.field != key_field) LAZULI_RETURN_IF_ERROR(CheckField(entry, field, place));
    }
    return absl::OkStatus();
  }

  // One value, or the element `index`.
  absl::Status CheckValue(const Message& message, const FieldPlan& plan, int index,
                          const Place& place) const {
    const Reflection& reflection = *message.GetReflection();
    const FieldDescriptor* const field = plan.field;
    const auto sub_message = [&]() -> const Message& {
      return index < 0 ? reflection.GetMessage(message, field)
                       : reflection.GetRepeatedMessage(message, field, index);
    };
    switch (plan.content) {
      case FieldPlan::Content::kString: {
        std::string scratch;
        return CheckText(
            index < 0 ? reflection.GetStringReference(message, field, &scratch)
                      : reflection.GetRepeatedStringReference(message, field, index, &scratch),
            place);
      }
      case FieldPlan::Content::kEnum: {
        const int number = index < 0 ? reflection.GetEnumValue(message, field)
                                     : reflection.GetRepeatedEnumValue(message, field, index);
        if (field->enum_type()->FindValueByNumber(number) != nullptr) return absl::OkStatus();
        return InvalidInputError(place.Path(), "the value is none of those that have a name");
      }
      case FieldPlan::Content::kTimestamp:
        return CheckTimestamp(static_cast<const google::protobuf::Timestamp&>(sub_message()),
                              place);
      case FieldPlan::Content::kDuration:
        return CheckDuration(static_cast<const google::protobuf::Duration&>(sub_message()), place);
      case FieldPlan::Content::kMessage:
        return CheckMessage(sub_message(), *plan.message, &place);
      case FieldPlan::Content::kAny:
      case FieldPlan::Content::kMap:
        break;
    }
    return absl::OkStatus();
  }

  static bool IsEmptyText(const Message& message, const FieldDescriptor* field) {
    std::string scratch;
    return message.GetReflection()->GetStringReference(message, field, &scratch).empty();
  }

  static bool IsUnspecified(const Message& message, const FieldPlan& plan) {
    return plan.content == FieldPlan::Content::kEnum && !plan.field->is_repeated() &&
           message.GetReflection()->GetEnumValue(message, plan.field) == 0;
  }

  static bool IsFalse(const Message& message, const FieldDescriptor* field) {
    return field->type() == FieldDescriptor::TYPE_BOOL && !field->is_repeated() &&
           !message.GetReflection()->GetBool(message, field);
  }

  const MissingFieldError& missing_field_;
};

}  // namespace

struct RequestValidator::Plans {
  // Plans refer to one another by address.
  std::map<const Descriptor*, MessagePlan> by_type;
  MessagePlan request;  // as its type's, with the path's fields
  MissingFieldError missing_field;

  const MessagePlan* PlanOf(const Descriptor& type) {
    const auto [it, is_new] = by_type.try_emplace(&type);
    // Entered before it is filled: types may contain one another in a circle.
    if (is_new) Fill(type, &it->second);
    return &it->second;
  }

  void Fill(const Descriptor& type, MessagePlan* plan) {
    plan->is_inline = type.options().GetExtension(v1::inline_);
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const v1::FieldRule& rule = field.options().GetExtension(v1::field);
      if (rule.read_only()) continue;
      FieldPlan field_plan;
      field_plan.field = &field;
      field_plan.required = rule.required();
      field_plan.not_emulated = rule.not_emulated();
      field_plan.content = ContentOf(field);
      if (field_plan.content == FieldPlan::Content::kMessage ||
          field_plan.content == FieldPlan::Content::kMap) {
        field_plan.message = PlanOf(*field.message_type());
      }
      if (field_plan.required || field_plan.not_emulated ||
          field_plan.content != FieldPlan::Content::kAny) {
        plan->fields.push_back(field_plan);
      }
    }
  }
};

RequestValidator::RequestValidator(std::shared_ptr<const Plans> plans) : plans_(std::move(plans)) {}

absl::StatusOr<RequestValidator> RequestValidator::Compile(const MethodDescriptor& method) {
  const v1::MethodRule& rule = method.options().GetExtension(v1::method);
  LAZULI_ASSIGN_OR_RETURN(const PathTemplate path,
                          PathTemplate::Compile(rule.http(), *method.input_type()));
  std::vector<std::string> path_fields;
  for (const FieldDescriptor* field : path.fields()) path_fields.push_back(field->name());
  return Compile(*method.input_type(), path_fields, MissingFieldErrorOf(method));
}

absl::StatusOr<RequestValidator> RequestValidator::Compile(
    const Descriptor& request, const std::vector<std::string>& path_fields,
    MissingFieldError missing_field) {
  auto plans = std::make_shared<Plans>();
  plans->missing_field = std::move(missing_field);
  plans->Fill(request, &plans->request);
  for (const std::string& name : path_fields) {
    const auto plan =
        std::find_if(plans->request.fields.begin(), plans->request.fields.end(),
                     [&](const FieldPlan& candidate) { return candidate.field->name() == name; });
    if (plan == plans->request.fields.end() ||
        plan->field->type() != FieldDescriptor::TYPE_STRING || plan->field->is_repeated()) {
      return InternalError(absl::StrCat(request.full_name(), " has no string field ", name));
    }
    plan->in_path = !MayBeLeftOut(name);
  }
  return RequestValidator(std::move(plans));
}

absl::Status RequestValidator::Validate(const Message& request) const {
  return Checker(plans_->missing_field).CheckMessage(request, plans_->request, nullptr);
}

}  // namespace lazuli::emulator
