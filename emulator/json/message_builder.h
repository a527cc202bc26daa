// File: emulator/json/message_builder.h
//
// Builds a message from the events of a JSON parser. Knows the API's spelling and nothing of JSON's
// syntax.
#ifndef LAZULI_EMULATOR_JSON_MESSAGE_BUILDER_H_
#define LAZULI_EMULATOR_JSON_MESSAGE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/json/decoder.h"
#include "emulator/json/message_table.h"
#include "google/protobuf/message.h"
#include "proto/api_version.h"

namespace lazuli::emulator::json_internal {

// Takes the events of one JSON value, in order. Each event answers whether to go on; once it does
// not, status() is the error and no more events may come. Not thread safe.
class MessageBuilder {
 public:
  // Fills `message`, of which `table` is the table. `report` may be null.
  MessageBuilder(google::protobuf::Message* message, const MessageTable& table,
                 DecodeReport* report);
  // Fills one field of `message`.
  MessageBuilder(google::protobuf::Message* message, const FieldTable& field, DecodeReport* report);
  MessageBuilder(const MessageBuilder&) = delete;
  MessageBuilder& operator=(const MessageBuilder&) = delete;

  // From now on a member that the API does not know is an error.
  void RefuseUnknownMembers() { refuses_unknown_ = true; }
  // Members that only answers have are skipped unless this is called, before the first event.
  void ReadReadOnlyMembers() { reads_read_only_ = true; }
  // From now on members and values that came behind this place in the order of api-versions are not
  // known.
  void KnowNothingYoungerThan(int api_version) { api_version_ = api_version; }

  bool BeginObject();
  bool BeginArray();
  // Of the innermost object or array.
  void End();
  bool Key(absl::string_view name);
  bool String(const std::string& text);
  bool Int64(int64_t number);
  // A number above the greatest int64.
  bool Uint64(uint64_t number);
  // A number that is none of these; `is_whole`: written without fraction and exponent.
  bool OtherNumber(bool is_whole);
  bool Bool(bool value);
  bool Null();

  const absl::Status& status() const { return status_; }
  // Where the last event happened, as "properties.accessPolicies[2].objectId".
  std::string Path() const;

 private:
  // Where a value goes.
  struct Slot {
    google::protobuf::Message* message = nullptr;  // null: nowhere, the value is skipped
    const FieldTable* field = nullptr;             // null: the value is the message itself
    bool is_element = false;                       // of the field, which is a list
    const MessageTable* table = nullptr;           // of `message` where there is no field

    bool is_skipped() const { return message == nullptr; }
    // A value of the field's kind is expected, not a whole list or map.
    bool is_single() const { return field != nullptr && (is_element || !field->is_container()); }
  };

  // An object or array that was begun and not yet ended.
  struct Frame {
    enum class Kind { kMessage, kMap, kList, kSkippedObject, kSkippedArray };

    Kind kind;
    google::protobuf::Message* message = nullptr;  // kMessage: this one; kMap, kList: the owner
    const MessageTable* table = nullptr;           // kMessage
    // kMessage: the member at hand, null when it is skipped; kMap, kList: the field.
    const FieldTable* field = nullptr;
    std::string key{};  // the member at hand, unless a list
    bool has_key = false;
    size_t size = 0;  // kList: elements so far
    // Members so far: fields by their index, others by their names.
    std::vector<bool> seen_fields{};
    absl::flat_hash_set<std::string> seen_names{};
  };

  // Where the value goes that begins now.
  Slot NextSlot();
  // The same, with the place inside of inline messages.
  Slot NextValue();
  // False when it was seen before.
  static bool MarkSeen(Frame* frame, const FieldTable* field);
  void ReportUnknown();

  bool StoreInteger(const Slot& slot, int64_t number);
  bool StoreTime(const Slot& slot, const std::string& text);
  bool StoreUnixSeconds(const Slot& slot, int64_t seconds);
  bool StoreDuration(const Slot& slot, const std::string& text);
  bool StoreBytes(const Slot& slot, const std::string& text);
  bool StoreEnum(const Slot& slot, const std::string& text);

  // Notes the error and returns false.
  bool Refuse(absl::string_view reason);
  bool RefuseType(const Slot& slot);
  bool RefuseRange(const Slot& slot);

  const Slot root_;
  DecodeReport* const report_;
  bool refuses_unknown_ = false;
  bool reads_read_only_ = false;
  int api_version_ = kEveryApiVersion;
  std::vector<Frame> frames_;
  absl::Status status_;
};

}  // namespace lazuli::emulator::json_internal

#endif  // LAZULI_EMULATOR_JSON_MESSAGE_BUILDER_H_
