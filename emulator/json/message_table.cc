#include "emulator/json/message_table.h"

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "base/mutex.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "proto/api_version.h"

namespace lazuli::emulator::json_internal {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

namespace {

ValueKind KindOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ValueKind::kBool;
    case FieldDescriptor::CPPTYPE_INT32:
      return ValueKind::kInt32;
    case FieldDescriptor::CPPTYPE_INT64:
      return ValueKind::kInt64;
    case FieldDescriptor::CPPTYPE_UINT32:
      return ValueKind::kUint32;
    case FieldDescriptor::CPPTYPE_UINT64:
      return ValueKind::kUint64;
    case FieldDescriptor::CPPTYPE_ENUM:
      return ValueKind::kEnum;
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? ValueKind::kBytes : ValueKind::kString;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (field.message_type() == google::protobuf::Timestamp::descriptor()) {
        return ValueKind::kTimestamp;
      }
      if (field.message_type() == google::protobuf::Duration::descriptor()) {
        return ValueKind::kDuration;
      }
      if (field.is_map() &&
          field.message_type()->map_key()->type() != FieldDescriptor::TYPE_STRING) {
        return ValueKind::kUnsupported;
      }
      return ValueKind::kMessage;
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ValueKind::kUnsupported;
  }
  return ValueKind::kUnsupported;
}

std::unique_ptr<EnumTable> BuildEnumTable(const EnumDescriptor& descriptor) {
  auto table = std::make_unique<EnumTable>();
  for (int i = 0; i < descriptor.value_count(); ++i) {
    const EnumValueDescriptor& value = *descriptor.value(i);
    std::string text = value.options().GetExtension(v1::json);
    if (text.empty()) text = value.name();
    const int since = ApiVersionPlace(*descriptor.file(), value.options().GetExtension(v1::since));
    table->numbers.emplace(absl::AsciiStrToLower(text),
                           EnumTable::Value{.number = value.number(), .since = since});
    if (value.number() != 0) table->offered.emplace_back(text, since);
    table->texts.emplace(value.number(), std::move(text));
  }
  return table;
}

class TableCache {
 public:
  const MessageTable& Get(const Descriptor* descriptor) {
    const MutexLock lock(&mu_);
    return *Build(descriptor);
  }

 private:
  // Types may contain one another in a circle: a table is entered before it is filled, and nobody
  // else sees it before the lock is released.
  const MessageTable* Build(const Descriptor* descriptor) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    std::unique_ptr<MessageTable>& entry = messages_[descriptor];
    if (entry != nullptr) return entry.get();
    entry = std::make_unique<MessageTable>();
    MessageTable* const table = entry.get();
    table->is_inline = descriptor->options().GetExtension(v1::inline_);
    table->fields.reserve(descriptor->field_count());
    for (int i = 0; i < descriptor->field_count(); ++i) {
      table->fields.push_back(BuildField(*descriptor->field(i)));
    }
    for (const FieldTable& field : table->fields) table->by_name.emplace(field.name, &field);
    return table;
  }

  FieldTable BuildField(const FieldDescriptor& field) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    const v1::FieldRule& rule = field.options().GetExtension(v1::field);
    FieldTable table;
    table.field = &field;
    table.name = field.json_name();
    AppendJsonString(table.name, &table.written_name);
    table.written_name.push_back(':');
    table.kind = KindOf(field);
    table.format = rule.format();
    table.is_map = field.is_map();
    table.is_list = field.is_repeated() && !field.is_map();
    table.emit_empty = rule.emit_empty();
    table.emit_null = rule.emit_null();
    table.secret = rule.secret();
    table.read_only = rule.read_only();
    table.since = ApiVersionPlace(*field.file(), rule.since());
    if (table.kind == ValueKind::kEnum) table.enumeration = BuildEnum(field.enum_type());
    if (table.kind == ValueKind::kMessage) table.message = Build(field.message_type());
    return table;
  }

  const EnumTable* BuildEnum(const EnumDescriptor* descriptor) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    std::unique_ptr<EnumTable>& entry = enums_[descriptor];
    if (entry == nullptr) entry = BuildEnumTable(*descriptor);
    return entry.get();
  }

  Mutex mu_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<MessageTable>> messages_
      ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<const EnumDescriptor*, std::unique_ptr<EnumTable>> enums_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace

const MessageTable& GetMessageTable(const Descriptor* descriptor) {
  // Never destroyed: other threads may still encode while the process ends.
  static TableCache& cache = *new TableCache();
  return cache.Get(descriptor);
}

}  // namespace lazuli::emulator::json_internal
