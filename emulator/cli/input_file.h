// File: emulator/cli/input_file.h
//
// Files that a flag names for a command to read.
#ifndef LAZULI_EMULATOR_CLI_INPUT_FILE_H_
#define LAZULI_EMULATOR_CLI_INPUT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// All of the file. InvalidInputError naming `flag` ("--file") and the path when it cannot be read.
absl::StatusOr<std::string> ReadInputFile(absl::string_view flag, const std::string& path);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_INPUT_FILE_H_
