// File: emulator/arm/record_parts.h
//
// What the records of this folder share.
#ifndef LAZULI_EMULATOR_ARM_RECORD_PARTS_H_
#define LAZULI_EMULATOR_ARM_RECORD_PARTS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/resource_records.pb.h"

namespace lazuli::emulator {

template <typename Record>
void PutTags(const std::optional<Tags>& tags, Record* record) {
  if (!tags.has_value()) return;
  storage::ResourceTags* const stored = record->mutable_tags();
  for (const auto& [name, value] : *tags) {
    storage::ResourceTags::Tag* const tag = stored->add_tags();
    tag->set_name(name);
    tag->set_value(value);
  }
}

template <typename Record>
std::optional<Tags> TagsOf(const Record& record) {
  if (!record.has_tags()) return std::nullopt;
  Tags tags;
  for (const storage::ResourceTags::Tag& tag : record.tags().tags()) {
    tags.emplace(tag.name(), tag.value());
  }
  return tags;
}

// The id of that text; DATA_LOSS when it is none of `kind`.
inline absl::StatusOr<ResourceId> IdOf(const std::string& text, ResourceId::Kind kind) {
  absl::StatusOr<ResourceId> id = ResourceId::Parse(text);
  if (!id.ok() || id->kind() != kind) return absl::DataLossError("its id is none of its kind");
  return id;
}

// Parses each record of the table as a `Record` and hands it to `restore` with its key; an error
// comes back with the names of table and key.
template <typename Record>
absl::Status RestoreTable(
    const RecordReader& reader, absl::string_view table,
    const std::function<absl::Status(absl::string_view key, const Record& record)>& restore) {
  return reader.ForEach(table, [&](absl::string_view key, absl::string_view value) {
    Record record;
    if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      return UnreadableRecordError(table, key, "it is no record of this table");
    }
    const absl::Status status = restore(key, record);
    return status.ok() ? status : UnreadableRecordError(table, key, status.message());
  });
}

inline absl::Status OtherNameError() { return absl::DataLossError("it is of another name"); }

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RECORD_PARTS_H_
