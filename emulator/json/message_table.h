// File: emulator/json/message_table.h
//
// How JSON spells each message type, worked out once from its descriptor and the options of
// proto/options.proto, so that encoding and decoding look nothing up but these tables.
#ifndef LAZULI_EMULATOR_JSON_MESSAGE_TABLE_H_
#define LAZULI_EMULATOR_JSON_MESSAGE_TABLE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "emulator/json/json_text.h"
#include "google/protobuf/descriptor.h"
#include "proto/options.pb.h"

namespace lazuli::emulator::json_internal {

struct MessageTable;

// What stands in a field, or in each of its elements.
enum class ValueKind {
  kBool,
  kInt32,
  kInt64,
  kUint32,
  kUint64,
  kString,
  kBytes,
  kEnum,
  kTimestamp,
  kDuration,
  kMessage,
  // A kind that the API does not use (floating point, say). Encoding and decoding refuse it.
  kUnsupported,
};

struct EnumTable {
  // JSON's spelling of each value.
  absl::flat_hash_map<int, std::string> texts;
  struct Value {
    int number = 0;
    int since = 0;  // as FieldTable has it
  };
  // Values by their spelling in lower case.
  absl::flat_hash_map<std::string, Value> numbers;
  // For errors, in order of declaration: the spellings and since when they are known. A value that
  // means "unspecified" is not offered.
  std::vector<std::pair<std::string, int>> offered;
};

struct FieldTable {
  const google::protobuf::FieldDescriptor* field = nullptr;
  // The member's name, plain and as it is written: "keySize" and "\"keySize\":".
  std::string name;
  std::string written_name;
  ValueKind kind = ValueKind::kUnsupported;
  v1::JsonFormat format = v1::JSON_FORMAT_DEFAULT;
  bool is_list = false;  // repeated, but no map
  bool is_map = false;   // with texts as keys
  bool emit_empty = false;
  bool emit_null = false;
  bool secret = false;
  bool read_only = false;
  // The first place in the order of api-versions (proto/api_version.h) that shows the field.
  int since = 0;
  const EnumTable* enumeration = nullptr;  // kEnum
  // kMessage: of the field's type. Of a map: of its entries, whose field 0 is the key, 1 the value.
  const MessageTable* message = nullptr;

  bool is_container() const { return is_list || is_map; }
};

struct MessageTable {
  // JSON shows the one field, a list or a map, in the message's place.
  bool is_inline = false;
  // In order of declaration, so that a FieldDescriptor's index() finds its own.
  std::vector<FieldTable> fields;
  absl::flat_hash_map<std::string, const FieldTable*> by_name;
};

// The table of a message type, built at its first use and kept for good: `descriptor` must live as
// long as the process, as those of generated messages do. Thread safe.
const MessageTable& GetMessageTable(const google::protobuf::Descriptor* descriptor);

using emulator::AppendJsonString;

}  // namespace lazuli::emulator::json_internal

#endif  // LAZULI_EMULATOR_JSON_MESSAGE_TABLE_H_
