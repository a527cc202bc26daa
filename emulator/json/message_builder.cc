#include "emulator/json/message_builder.h"

#include <limits>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "emulator/json/field_path.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/options.pb.h"
#include "proto/time.h"

namespace lazuli::emulator::json_internal {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {

// The instants that a Timestamp can hold: the years 0001 to 9999.
constexpr int64_t kMinUnixSeconds = -62'135'596'800;
constexpr int64_t kMaxUnixSeconds = 253'402'300'799;

template <typename Slot, typename T>
bool Store(const Slot& slot, T value,
           void (Reflection::*set)(Message*, const FieldDescriptor*, T) const,
           void (Reflection::*add)(Message*, const FieldDescriptor*, T) const) {
  const Reflection& reflection = *slot.message->GetReflection();
  (reflection.*(slot.is_element ? add : set))(slot.message, slot.field->field, std::move(value));
  return true;
}

template <typename Slot>
Message* MakeMessage(const Slot& slot) {
  const Reflection& reflection = *slot.message->GetReflection();
  return slot.is_element ? reflection.AddMessage(slot.message, slot.field->field)
                         : reflection.MutableMessage(slot.message, slot.field->field);
}

template <typename T>
bool IsWithin(int64_t number) {
  return number >= std::numeric_limits<T>::min() && number <= std::numeric_limits<T>::max();
}

bool IsInteger(const FieldTable& field) {
  switch (field.kind) {
    case ValueKind::kInt32:
    case ValueKind::kInt64:
    case ValueKind::kUint32:
    case ValueKind::kUint64:
      return true;
    case ValueKind::kTimestamp:
      return field.format == v1::JSON_FORMAT_UNIX_SECONDS;
    default:
      return false;
  }
}

// "one of RSA, EC is expected", of what the version knows.
std::string ExpectationOf(const EnumTable& enumeration, int api_version) {
  std::vector<absl::string_view> known;
  for (const auto& [text, since] : enumeration.offered) {
    if (since <= api_version) known.push_back(text);
  }
  return absl::StrCat("one of ", absl::StrJoin(known, ", "), " is expected");
}

std::string ExpectationOf(const FieldTable& field, int api_version) {
  if (IsInteger(field)) return "a whole number is expected";
  switch (field.kind) {
    case ValueKind::kBool:
      return "true or false is expected";
    case ValueKind::kString:
      return "a string is expected";
    case ValueKind::kBytes:
      return "a string with base64url is expected";
    case ValueKind::kEnum:
      return ExpectationOf(*field.enumeration, api_version);
    case ValueKind::kTimestamp:
      return "a string with an instant such as 2030-01-31T12:00:00Z is expected";
    case ValueKind::kDuration:
      return "a string with an ISO 8601 duration such as PT1H30M is expected";
    case ValueKind::kMessage:
      return "an object is expected";
    default:
      return "the API does not use values of this kind";
  }
}

}  // namespace

MessageBuilder::MessageBuilder(Message* message, const MessageTable& table, DecodeReport* report)
    : root_{.message = message, .table = &table}, report_(report) {}

MessageBuilder::MessageBuilder(Message* message, const FieldTable& field, DecodeReport* report)
    : root_{.message = message, .field = &field}, report_(report) {}

MessageBuilder::Slot MessageBuilder::NextSlot() {
  if (frames_.empty()) {
    if (root_.field == nullptr && root_.table->is_inline) {
      return {.message = root_.message, .field = &root_.table->fields.front()};
    }
    return root_;
  }
  Frame& frame = frames_.back();
  switch (frame.kind) {
    case Frame::Kind::kMessage:
      if (frame.field == nullptr) return {};
      return {.message = frame.message, .field = frame.field};
    case Frame::Kind::kList:
      ++frame.size;
      return {.message = frame.message, .field = frame.field, .is_element = true};
    case Frame::Kind::kMap: {
      const Reflection& reflection = *frame.message->GetReflection();
      Message* const entry = reflection.AddMessage(frame.message, frame.field->field);
      const std::vector<FieldTable>& fields = frame.field->message->fields;
      entry->GetReflection()->SetString(entry, fields[0].field, frame.key);
      return {.message = entry, .field = &fields[1]};
    }
    case Frame::Kind::kSkippedObject:
    case Frame::Kind::kSkippedArray:
      break;
  }
  return {};
}

MessageBuilder::Slot MessageBuilder::NextValue() {
  Slot slot = NextSlot();
  while (slot.message != nullptr && slot.is_single() && slot.field->kind == ValueKind::kMessage &&
         slot.field->message->is_inline) {
    slot = {.message = MakeMessage(slot), .field = &slot.field->message->fields.front()};
  }
  return slot;
}

bool MessageBuilder::BeginObject() {
  const Slot slot = NextValue();
  if (slot.is_skipped()) {
    frames_.push_back({.kind = Frame::Kind::kSkippedObject});
    return true;
  }
  if (slot.field != nullptr && slot.field->is_map && !slot.is_element &&
      slot.field->kind == ValueKind::kMessage) {
    frames_.push_back({.kind = Frame::Kind::kMap, .message = slot.message, .field = slot.field});
    return true;
  }
  Frame frame{.kind = Frame::Kind::kMessage, .message = slot.message, .table = slot.table};
  if (slot.field != nullptr) {
    if (!slot.is_single() || slot.field->kind != ValueKind::kMessage) return RefuseType(slot);
    frame.message = MakeMessage(slot);
    frame.table = slot.field->message;
  }
  frame.seen_fields.resize(frame.table->fields.size());
  frames_.push_back(std::move(frame));
  return true;
}

bool MessageBuilder::BeginArray() {
  const Slot slot = NextValue();
  if (slot.is_skipped()) {
    frames_.push_back({.kind = Frame::Kind::kSkippedArray});
    return true;
  }
  if (slot.field == nullptr || slot.is_single() || !slot.field->is_list) return RefuseType(slot);
  frames_.push_back({.kind = Frame::Kind::kList, .message = slot.message, .field = slot.field});
  return true;
}

void MessageBuilder::End() { frames_.pop_back(); }

bool MessageBuilder::Key(absl::string_view name) {
  Frame& frame = frames_.back();
  frame.key.assign(name.data(), name.size());
  frame.has_key = true;
  if (frame.kind != Frame::Kind::kMessage) {
    if (!MarkSeen(&frame, nullptr)) return Refuse("the member appears twice");
    return true;
  }
  const auto it = frame.table->by_name.find(name);
  const bool is_known = it != frame.table->by_name.end() && it->second->since <= api_version_;
  frame.field = is_known ? it->second : nullptr;
  if (!MarkSeen(&frame, frame.field)) return Refuse("the member appears twice");
  if (frame.field == nullptr) {
    if (refuses_unknown_) return Refuse("there is no such member");
    ReportUnknown();
  } else if (frame.field->read_only && !reads_read_only_) {
    frame.field = nullptr;
  }
  return true;
}

bool MessageBuilder::MarkSeen(Frame* frame, const FieldTable* field) {
  if (field == nullptr) return frame->seen_names.insert(frame->key).second;
  const int index = field->field->index();
  if (frame->seen_fields[index]) return false;
  frame->seen_fields[index] = true;
  return true;
}

void MessageBuilder::ReportUnknown() {
  if (report_ == nullptr) return;
  ++report_->unknown_members;
  if (report_->unknown_paths.size() < DecodeReport::kMaxPaths) {
    report_->unknown_paths.push_back(Path());
  }
}

bool MessageBuilder::Null() {
  if (frames_.empty() || frames_.back().kind != Frame::Kind::kList) return true;
  ++frames_.back().size;
  return Refuse("a list cannot hold null");
}

bool MessageBuilder::Bool(bool value) {
  const Slot slot = NextValue();
  if (slot.is_skipped()) return true;
  if (!slot.is_single() || slot.field->kind != ValueKind::kBool) return RefuseType(slot);
  return Store(slot, value, &Reflection::SetBool, &Reflection::AddBool);
}

bool MessageBuilder::String(const std::string& text) {
  const Slot slot = NextValue();
  if (slot.is_skipped()) return true;
  if (!slot.is_single()) return RefuseType(slot);
  switch (slot.field->kind) {
    case ValueKind::kString:
      return Store(slot, text, &Reflection::SetString, &Reflection::AddString);
    case ValueKind::kBytes:
      return StoreBytes(slot, text);
    case ValueKind::kEnum:
      return StoreEnum(slot, text);
    case ValueKind::kTimestamp:
      return StoreTime(slot, text);
    case ValueKind::kDuration:
      return StoreDuration(slot, text);
    default:
      return RefuseType(slot);
  }
}

bool MessageBuilder::Int64(int64_t number) {
  const Slot slot = NextValue();
  if (slot.is_skipped()) return true;
  if (!slot.is_single() || !IsInteger(*slot.field)) return RefuseType(slot);
  return StoreInteger(slot, number);
}

bool MessageBuilder::Uint64(uint64_t number) {
  const Slot slot = NextValue();
  if (slot.is_skipped()) return true;
  if (!slot.is_single() || !IsInteger(*slot.field)) return RefuseType(slot);
  if (slot.field->kind != ValueKind::kUint64) return RefuseRange(slot);
  return Store(slot, number, &Reflection::SetUInt64, &Reflection::AddUInt64);
}

bool MessageBuilder::OtherNumber(bool is_whole) {
  const Slot slot = NextValue();
  if (slot.is_skipped()) return true;
  if (!slot.is_single() || !IsInteger(*slot.field)) return RefuseType(slot);
  if (is_whole) return RefuseRange(slot);
  return Refuse("a whole number without fraction and exponent is expected");
}

bool MessageBuilder::StoreInteger(const Slot& slot, int64_t number) {
  switch (slot.field->kind) {
    case ValueKind::kInt32:
      if (!IsWithin<int32_t>(number)) return RefuseRange(slot);
      return Store(slot, static_cast<int32_t>(number), &Reflection::SetInt32,
                   &Reflection::AddInt32);
    case ValueKind::kUint32:
      if (!IsWithin<uint32_t>(number)) return RefuseRange(slot);
      return Store(slot, static_cast<uint32_t>(number), &Reflection::SetUInt32,
                   &Reflection::AddUInt32);
    case ValueKind::kUint64:
      if (number < 0) return RefuseRange(slot);
      return Store(slot, static_cast<uint64_t>(number), &Reflection::SetUInt64,
                   &Reflection::AddUInt64);
    case ValueKind::kTimestamp:
      return StoreUnixSeconds(slot, number);
    default:
      return Store(slot, number, &Reflection::SetInt64, &Reflection::AddInt64);
  }
}

bool MessageBuilder::StoreUnixSeconds(const Slot& slot, int64_t seconds) {
  if (seconds < kMinUnixSeconds || seconds > kMaxUnixSeconds) return RefuseRange(slot);
  static_cast<google::protobuf::Timestamp*>(MakeMessage(slot))->set_seconds(seconds);
  return true;
}

bool MessageBuilder::StoreTime(const Slot& slot, const std::string& text) {
  if (IsInteger(*slot.field)) return RefuseType(slot);
  const absl::StatusOr<absl::Time> time = ParseIso8601Time(text);
  if (!time.ok()) return Refuse(time.status().message());
  const int64_t seconds = absl::ToUnixSeconds(*time);
  // An offset can lead out of the years that were written.
  if (seconds < kMinUnixSeconds || seconds > kMaxUnixSeconds) return RefuseRange(slot);
  *static_cast<google::protobuf::Timestamp*>(MakeMessage(slot)) = ToProto(*time);
  return true;
}

bool MessageBuilder::StoreDuration(const Slot& slot, const std::string& text) {
  const absl::StatusOr<absl::Duration> duration = ParseIso8601Duration(text);
  if (!duration.ok()) return Refuse(duration.status().message());
  *static_cast<google::protobuf::Duration*>(MakeMessage(slot)) = ToProto(*duration);
  return true;
}

bool MessageBuilder::StoreBytes(const Slot& slot, const std::string& text) {
  const bool is_plain = slot.field->format == v1::JSON_FORMAT_BASE64;
  std::optional<std::string> bytes = is_plain ? Base64Decode(text) : Base64UrlDecode(text);
  if (!bytes.has_value()) {
    return Refuse(is_plain ? "the string is no base64" : "the string is no base64url");
  }
  return Store(slot, *std::move(bytes), &Reflection::SetString, &Reflection::AddString);
}

bool MessageBuilder::StoreEnum(const Slot& slot, const std::string& text) {
  const EnumTable& enumeration = *slot.field->enumeration;
  const auto it = enumeration.numbers.find(absl::AsciiStrToLower(text));
  if (it == enumeration.numbers.end() || it->second.since > api_version_) {
    return Refuse(ExpectationOf(enumeration, api_version_));
  }
  return Store(slot, it->second.number, &Reflection::SetEnumValue, &Reflection::AddEnumValue);
}

bool MessageBuilder::Refuse(absl::string_view reason) {
  status_ = InvalidInputError(Path(), reason);
  return false;
}

bool MessageBuilder::RefuseType(const Slot& slot) {
  if (slot.field == nullptr) return Refuse("an object is expected");
  if (slot.is_single()) return Refuse(ExpectationOf(*slot.field, api_version_));
  return Refuse(slot.field->is_map ? "an object is expected" : "a list is expected");
}

bool MessageBuilder::RefuseRange(const Slot& slot) {
  switch (slot.field->kind) {
    case ValueKind::kInt32:
      return Refuse("the number is outside of -2147483648 to 2147483647");
    case ValueKind::kUint32:
      return Refuse("the number is outside of 0 to 4294967295");
    case ValueKind::kUint64:
      return Refuse("the number is outside of 0 to 18446744073709551615");
    case ValueKind::kTimestamp:
      return Refuse("the instant is outside of the years 0001 to 9999");
    default:
      return Refuse("the number is outside of -9223372036854775808 to 9223372036854775807");
  }
}

std::string MessageBuilder::Path() const {
  std::string path;
  for (const Frame& frame : frames_) {
    if (frame.kind == Frame::Kind::kList) {
      if (frame.size > 0) AppendIndex(frame.size - 1, &path);
    } else if (frame.has_key && frame.kind == Frame::Kind::kMap) {
      AppendMapKey(frame.key, &path);
    } else if (frame.has_key) {
      AppendMember(frame.key, &path);
    }
  }
  return path;
}

}  // namespace lazuli::emulator::json_internal
