// File: emulator/json/decoder.h
//
// Azure's JSON into messages of the API: by reflection, read as the options of proto/options.proto
// say.
//
// - Names of members must match exactly. An unknown member is skipped and counted. A `read_only`
//   field is skipped: clients send Azure's answers back.
// - null stands for absence, also of a map's entry; it is refused in a list.
// - Values are not converted: no numbers in strings, no fraction or exponent for integers.
// - Enum values are read without regard to case.
// - What is younger than `api_version`, a place in the order of proto/api_version.h, is not known:
//   neither members nor enum values.
// - Refused: a member that appears twice in its object, more than 64 levels, text that is not UTF-8
//   or has lone surrogates, anything but white space after the value.
//
// What is refused is refused with INVALID_ARGUMENT (base/error.h, InvalidInputError), which names
// the path as in "properties.accessPolicies[2].objectId" and never the value. The message then
// holds what was read before.
//
// `json` is assumed to be of bounded size (base/limits.h, kMaxRequestBytes); memory and time are
// linear in it. Messages must be of generated types. Thread safe.
#ifndef LAZULI_EMULATOR_JSON_DECODER_H_
#define LAZULI_EMULATOR_JSON_DECODER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "proto/api_version.h"

namespace lazuli::emulator {

// The deepest nesting of objects and lists that is read.
inline constexpr size_t kMaxJsonDepth = 64;

// What was skipped in an input that was read.
struct DecodeReport {
  static constexpr size_t kMaxPaths = 16;

  // Members that the API does not know. What lies inside of one is not counted.
  size_t unknown_members = 0;
  // Paths of the first of them.
  std::vector<std::string> unknown_paths;
};

// Clears `message` and fills it. `report` may be null.
absl::Status DecodeJson(absl::string_view json, google::protobuf::Message* message,
                        DecodeReport* report, int api_version = kEveryApiVersion);

// The same for what people write: an unknown member is refused, too, and an error's message begins
// with its line, as "line 12: ...".
absl::Status DecodeStrictJson(absl::string_view json, google::protobuf::Message* message);

// The same as the first for what the API itself answered: `read_only` members are read as well.
absl::Status DecodeAnswerJson(absl::string_view json, google::protobuf::Message* message);

// The same as the first for one field of `message`, e.g. the one that a method's `body` option
// names: `json` is the field's value, and paths begin below the field.
absl::Status DecodeJsonField(absl::string_view json, const google::protobuf::FieldDescriptor& field,
                             google::protobuf::Message* message, DecodeReport* report,
                             int api_version = kEveryApiVersion);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_DECODER_H_
