// File: emulator/cli/shell_format.h
//
// Environment variables as shells and tools read them.
#ifndef LAZULI_EMULATOR_CLI_SHELL_FORMAT_H_
#define LAZULI_EMULATOR_CLI_SHELL_FORMAT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/cli/client_environment.h"

namespace lazuli::emulator {

enum class Shell {
  kBash,    // for eval, in any POSIX shell
  kPwsh,    // for Invoke-Expression
  kJson,    // one object; what must not be set is null
  kDotenv,  // a line each; what must not be set is a comment
};

// "bash", "pwsh", "json" or "dotenv"; INVALID_ARGUMENT naming the flag `shell` for anything else.
absl::StatusOr<Shell> ParseShell(absl::string_view text);

// Ends with a line break. Whatever the values hold reads back as it was, but for a NUL, which no
// variable can hold. dotenv has no one grammar: plain where a value allows it, else in single
// quotes, else in double quotes with backslashes.
std::string FormatEnvironment(const ClientEnvironment& environment, Shell shell);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_SHELL_FORMAT_H_
