// File: emulator/json/encoder.h
//
// Messages of the API as Azure's JSON: by reflection, spelled as the options of
// proto/options.proto say. Members stand in the order of the fields, those of a map in the order of
// their keys, so that equal messages give equal texts.
#ifndef LAZULI_EMULATOR_JSON_ENCODER_H_
#define LAZULI_EMULATOR_JSON_ENCODER_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "proto/api_version.h"

namespace lazuli::emulator {

struct EncodeOptions {
  // For audit records, events and logs: whatever a field with the option `secret` holds is shown as
  // "***".
  bool mask_secrets = false;
  // For people: one member a line, indented by two spaces.
  bool pretty = false;
  // The place of the caller's api-version in the order of proto/api_version.h: younger fields are
  // left out.
  int api_version = kEveryApiVersion;
};

// `message` must be of a generated type. Absent fields are omitted, but for `emit_empty` and
// `emit_null`. An enum value that its type does not name is written as its number. INTERNAL when a
// string of the message is not UTF-8, or when a field has a kind that the API does not use (floats,
// maps with other keys than strings). Thread safe.
absl::StatusOr<std::string> EncodeJson(const google::protobuf::Message& message,
                                       const EncodeOptions& options = {});

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_ENCODER_H_
