#include "emulator/json/encoder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "emulator/json/message_table.h"
#include "emulator/json/utf8.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/options.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

using google::protobuf::Message;
using google::protobuf::Reflection;
using json_internal::AppendJsonString;
using json_internal::FieldTable;
using json_internal::GetMessageTable;
using json_internal::MessageTable;
using json_internal::ValueKind;

namespace {

constexpr char kMask[] = "\"***\"";
// Azure writes times with .NET's seven digits: units of 100 ns.
constexpr int kFractionDigits = 7;

// Reads a field: its only value when `index` is -1, else that element.
class FieldReader {
 public:
  FieldReader(const Message& message, const FieldTable& table, int index)
      : message_(message),
        reflection_(*message.GetReflection()),
        field_(table.field),
        index_(index) {}

  bool Bool() const { return Read(&Reflection::GetBool, &Reflection::GetRepeatedBool); }
  int32_t Int32() const { return Read(&Reflection::GetInt32, &Reflection::GetRepeatedInt32); }
  int64_t Int64() const { return Read(&Reflection::GetInt64, &Reflection::GetRepeatedInt64); }
  uint32_t Uint32() const { return Read(&Reflection::GetUInt32, &Reflection::GetRepeatedUInt32); }
  uint64_t Uint64() const { return Read(&Reflection::GetUInt64, &Reflection::GetRepeatedUInt64); }
  int Enum() const { return Read(&Reflection::GetEnumValue, &Reflection::GetRepeatedEnumValue); }
  const std::string& String() {
    return index_ < 0 ? reflection_.GetStringReference(message_, field_, &scratch_)
                      : reflection_.GetRepeatedStringReference(message_, field_, index_, &scratch_);
  }
  const Message& SubMessage() const {
    return index_ < 0 ? reflection_.GetMessage(message_, field_)
                      : reflection_.GetRepeatedMessage(message_, field_, index_);
  }

 private:
  using Field = google::protobuf::FieldDescriptor;

  template <typename T>
  T Read(T (Reflection::*get)(const Message&, const Field*) const,
         T (Reflection::*get_element)(const Message&, const Field*, int) const) const {
    return index_ < 0 ? (reflection_.*get)(message_, field_)
                      : (reflection_.*get_element)(message_, field_, index_);
  }

  const Message& message_;
  const Reflection& reflection_;
  const Field* const field_;
  const int index_;
  std::string scratch_;
};

class Encoder {
 public:
  Encoder(const EncodeOptions& options, std::string* out) : options_(options), out_(out) {}

  absl::Status EncodeMessage(const Message& message, const MessageTable& table) {
    if (table.is_inline) return EncodeContainer(message, table.fields.front());
    Open('{');
    for (const FieldTable& field : table.fields) {
      LAZULI_RETURN_IF_ERROR(EncodeMember(message, field));
    }
    Close('}');
    return absl::OkStatus();
  }

 private:
  absl::Status EncodeMember(const Message& message, const FieldTable& field) {
    if (field.since > options_.api_version) return absl::OkStatus();
    const Reflection& reflection = *message.GetReflection();
    const bool is_present = field.is_container() ? reflection.FieldSize(message, field.field) > 0
                                                 : reflection.HasField(message, field.field);
    if (!is_present && !field.emit_empty && !field.emit_null) return absl::OkStatus();
    Next();
    out_->append(field.written_name);
    if (options_.pretty) out_->push_back(' ');
    if (!is_present && field.emit_null) {
      out_->append("null");
      return absl::OkStatus();
    }
    if (is_present && field.secret && options_.mask_secrets) {
      out_->append(kMask);
      return absl::OkStatus();
    }
    if (field.is_container()) return EncodeContainer(message, field);
    return EncodeValue(message, field, -1);
  }

  // Also an empty list or map.
  absl::Status EncodeContainer(const Message& message, const FieldTable& field) {
    if (field.is_map) return EncodeMap(message, field);
    const int size = message.GetReflection()->FieldSize(message, field.field);
    Open('[');
    for (int i = 0; i < size; ++i) {
      Next();
      LAZULI_RETURN_IF_ERROR(EncodeValue(message, field, i));
    }
    Close(']');
    return absl::OkStatus();
  }

  absl::Status EncodeMap(const Message& message, const FieldTable& field) {
    if (field.kind == ValueKind::kUnsupported) return Unsupported(field);
    const Reflection& reflection = *message.GetReflection();
    const FieldTable& key = field.message->fields[0];
    const FieldTable& value = field.message->fields[1];
    std::vector<std::pair<std::string, const Message*>> entries;
    const int size = reflection.FieldSize(message, field.field);
    entries.reserve(size);
    for (int i = 0; i < size; ++i) {
      const Message& entry = reflection.GetRepeatedMessage(message, field.field, i);
      entries.emplace_back(entry.GetReflection()->GetString(entry, key.field), &entry);
    }
    // A map has each key once, so that the messages' addresses never decide.
    std::sort(entries.begin(), entries.end());
    Open('{');
    for (const auto& [name, entry] : entries) {
      Next();
      LAZULI_RETURN_IF_ERROR(EncodeText(name, field));
      out_->append(options_.pretty ? ": " : ":");
      LAZULI_RETURN_IF_ERROR(EncodeValue(*entry, value, -1));
    }
    Close('}');
    return absl::OkStatus();
  }

  absl::Status EncodeValue(const Message& message, const FieldTable& field, int index) {
    FieldReader reader(message, field, index);
    switch (field.kind) {
      case ValueKind::kBool:
        out_->append(reader.Bool() ? "true" : "false");
        return absl::OkStatus();
      case ValueKind::kInt32:
        absl::StrAppend(out_, reader.Int32());
        return absl::OkStatus();
      case ValueKind::kInt64:
        absl::StrAppend(out_, reader.Int64());
        return absl::OkStatus();
      case ValueKind::kUint32:
        absl::StrAppend(out_, reader.Uint32());
        return absl::OkStatus();
      case ValueKind::kUint64:
        absl::StrAppend(out_, reader.Uint64());
        return absl::OkStatus();
      case ValueKind::kString:
        return EncodeText(reader.String(), field);
      case ValueKind::kBytes:
        AppendJsonString(field.format == v1::JSON_FORMAT_BASE64 ? Base64Encode(reader.String())
                                                                : Base64UrlEncode(reader.String()),
                         out_);
        return absl::OkStatus();
      case ValueKind::kEnum:
        EncodeEnum(reader.Enum(), field);
        return absl::OkStatus();
      case ValueKind::kTimestamp:
        EncodeTimestamp(static_cast<const google::protobuf::Timestamp&>(reader.SubMessage()),
                        field);
        return absl::OkStatus();
      case ValueKind::kDuration:
        EncodeDuration(static_cast<const google::protobuf::Duration&>(reader.SubMessage()));
        return absl::OkStatus();
      case ValueKind::kMessage:
        return EncodeMessage(reader.SubMessage(), *field.message);
      case ValueKind::kUnsupported:
        return Unsupported(field);
    }
    return Unsupported(field);
  }

  absl::Status EncodeText(absl::string_view text, const FieldTable& field) {
    if (!IsValidUtf8(text)) {
      return InternalError(absl::StrCat(field.field->full_name(), " holds bytes that are no text"));
    }
    AppendJsonString(text, out_);
    return absl::OkStatus();
  }

  void EncodeEnum(int number, const FieldTable& field) {
    const auto it = field.enumeration->texts.find(number);
    if (it == field.enumeration->texts.end()) {
      absl::StrAppend(out_, number);
    } else {
      AppendJsonString(it->second, out_);
    }
  }

  void EncodeTimestamp(const google::protobuf::Timestamp& timestamp, const FieldTable& field) {
    if (field.format == v1::JSON_FORMAT_UNIX_SECONDS) {
      absl::StrAppend(out_, timestamp.seconds());
      return;
    }
    const int digits = field.format == v1::JSON_FORMAT_SECONDS ? 0 : kFractionDigits;
    AppendJsonString(FormatIso8601Time(FromProto(timestamp), digits), out_);
  }

  void EncodeDuration(const google::protobuf::Duration& duration) {
    AppendJsonString(FormatIso8601Duration(FromProto(duration)), out_);
  }

  static absl::Status Unsupported(const FieldTable& field) {
    return InternalError(
        absl::StrCat(field.field->full_name(), " has a type that JSON has no spelling for"));
  }

  void Open(char bracket) {
    out_->push_back(bracket);
    ++depth_;
    is_first_ = true;
  }

  // Before each member or element.
  void Next() {
    if (!is_first_) out_->push_back(',');
    is_first_ = false;
    if (options_.pretty) NewLine();
  }

  void Close(char bracket) {
    --depth_;
    if (options_.pretty && !is_first_) NewLine();
    out_->push_back(bracket);
    is_first_ = false;
  }

  void NewLine() {
    out_->push_back('\n');
    out_->append(2 * depth_, ' ');
  }

  const EncodeOptions options_;
  std::string* const out_;
  size_t depth_ = 0;
  bool is_first_ = true;
};

}  // namespace

absl::StatusOr<std::string> EncodeJson(const Message& message, const EncodeOptions& options) {
  std::string text;
  Encoder encoder(options, &text);
  LAZULI_RETURN_IF_ERROR(encoder.EncodeMessage(message, GetMessageTable(message.GetDescriptor())));
  return text;
}

}  // namespace lazuli::emulator
