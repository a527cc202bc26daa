// File: emulator/cli/completion.h
//
// What a shell needs to complete the program's command line.
#ifndef LAZULI_EMULATOR_CLI_COMPLETION_H_
#define LAZULI_EMULATOR_CLI_COMPLETION_H_

#include <string>

#include "absl/status/statusor.h"
#include "emulator/cli/program_description.h"

namespace lazuli::emulator {

// A script for `shell`, "bash", "zsh" or "fish", that completes commands, the words after them and
// their flags; values are completed as file names, and after -- comes somebody else's command.
// INVALID_ARGUMENT for any other shell.
absl::StatusOr<std::string> CompletionScript(const std::string& shell,
                                             const ProgramDescription& program);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_COMPLETION_H_
