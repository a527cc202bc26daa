// File: emulator/arm/record_parts.h
//
// What the records of this folder share.
#ifndef LAZULI_EMULATOR_ARM_RECORD_PARTS_H_
#define LAZULI_EMULATOR_ARM_RECORD_PARTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

inline absl::Status OtherNameError() { return absl::DataLossError("it is of another name"); }

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RECORD_PARTS_H_
