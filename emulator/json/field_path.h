// File: emulator/json/field_path.h
//
// Paths of JSON members as errors name them: properties.accessPolicies[2].tags["a name"].
#ifndef LAZULI_EMULATOR_JSON_FIELD_PATH_H_
#define LAZULI_EMULATOR_JSON_FIELD_PATH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Each appends one step to `path`. Names may come from the caller and are UTF-8: a long one is cut
// short, control characters are shown as question marks.
void AppendMember(absl::string_view name, std::string* path);
void AppendIndex(size_t index, std::string* path);
void AppendMapKey(absl::string_view key, std::string* path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_FIELD_PATH_H_
