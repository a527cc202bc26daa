// File: emulator/templates/template_file.h
//
// Templates as people write them.
#ifndef LAZULI_EMULATOR_TEMPLATES_TEMPLATE_FILE_H_
#define LAZULI_EMULATOR_TEMPLATES_TEMPLATE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

// Azure's JSON (emulator/json/decoder.h). INVALID_ARGUMENT that begins with the line, as "line 12:
// ...", also for a member that there is not.
absl::StatusOr<v1::Template> ParseTemplateJson(absl::string_view json);

// Protobuf's text format, with the names of the descriptions in proto/. INVALID_ARGUMENT as above.
absl::StatusOr<v1::Template> ParseTemplateText(absl::string_view text);

// Text format when the file's name ends in ".textproto" or ".txtpb", else JSON. INVALID_ARGUMENT,
// which names the file, for one that cannot be read or is no template.
absl::StatusOr<v1::Template> ReadTemplateFile(const std::string& path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_TEMPLATES_TEMPLATE_FILE_H_
