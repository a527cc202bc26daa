// File: base/records.h
//
// State as it rests: records in tables, each a key and a value of bytes. A store keeps them and a
// snapshot carries them; who has state turns it into records and back. Neither knows the other.
#ifndef LAZULI_BASE_RECORDS_H_
#define LAZULI_BASE_RECORDS_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli {

// Takes records. Not thread safe.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;

  // In the place of the record of that key, if there is one.
  virtual void Put(absl::string_view table, absl::string_view key, std::string value) = 0;
  // No error when there is none.
  virtual void Erase(absl::string_view table, absl::string_view key) = 0;
};

// Gives records. Not thread safe.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  // Calls `visit` for each record of the table in the order of the keys' bytes; ends at its first
  // error and returns that. DATA_LOSS when the records cannot be read.
  virtual absl::Status ForEach(
      absl::string_view table,
      absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit)
      const = 0;
};

// Who has state that is stored. Thread safe, but for Restore.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // From now on notes what changes, for WriteChanges. What the store lacks already is a change too
  // (ChangeGate::NoteChange).
  virtual void StartTracking() = 0;
  // Writes what changed since the last call, or since StartTracking: each changed object's records
  // as they are now, and the removal of those that are gone. No change is under way meanwhile
  // (ChangeGate::Quiet).
  virtual void WriteChanges(RecordWriter* writer) = 0;
  // Writes every record. No change is under way meanwhile.
  virtual void WriteAll(RecordWriter* writer) = 0;
  // Takes over what WriteAll or a sequence of WriteChanges has written, into a source that is as it
  // was made, before it serves anybody: no event is recorded and nobody is told. Timers are
  // scheduled for their due times, past ones included. What other sources hold may be relied upon
  // as far as these were restored before. DATA_LOSS, naming table and key, for records that cannot
  // be.
  virtual absl::Status Restore(const RecordReader& reader) = 0;
};

// DATA_LOSS: "the record KEY of TABLE cannot be read: WHAT".
absl::Status UnreadableRecordError(absl::string_view table, absl::string_view key,
                                   absl::string_view what);

// Calls `visit` like RecordReader::ForEach; what it finds wrong with a record comes back as an
// UnreadableRecordError of that record, if it is none already.
absl::Status ReadTable(
    const RecordReader& reader, absl::string_view table,
    absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit);

// DATA_LOSS for bytes that are no such message. `Message` is a protocol buffer.
template <typename Message>
absl::StatusOr<Message> ParseRecord(absl::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("it is no record of this table");
  }
  return message;
}

// ReadTable for a table whose records are all messages of one kind.
template <typename Record>
absl::Status RestoreTable(
    const RecordReader& reader, absl::string_view table,
    absl::FunctionRef<absl::Status(absl::string_view key, const Record& record)> restore) {
  return ReadTable(reader, table, [&](absl::string_view key, absl::string_view value) {
    const absl::StatusOr<Record> record = ParseRecord<Record>(value);
    return record.ok() ? restore(key, *record) : record.status();
  });
}

}  // namespace lazuli

#endif  // LAZULI_BASE_RECORDS_H_
