// File: emulator/json/json_text.h
//
// Texts as JSON strings, for whoever writes JSON that is no message of the API.
#ifndef LAZULI_EMULATOR_JSON_JSON_TEXT_H_
#define LAZULI_EMULATOR_JSON_JSON_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void AppendJsonString(absl::string_view text, std::string* out);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_JSON_JSON_TEXT_H_
