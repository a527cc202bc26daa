// File: emulator/cli/program_description.h
//
// What the program says of its commands and flags. Help, the shells' completions and the manual
// page are made from it, so that none can tell another story.
#ifndef LAZULI_EMULATOR_CLI_PROGRAM_DESCRIPTION_H_
#define LAZULI_EMULATOR_CLI_PROGRAM_DESCRIPTION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

struct CommandDescription {
  std::string name;
  // As help shows them: "[--shell=bash|pwsh] FILE". A first word of small letters is what comes
  // after the command: "save|load FILE".
  std::string arguments;
  // One line, no full stop.
  std::string summary;

  // The words that may come first after the command: {"save", "load"}. Empty: it takes none.
  std::vector<std::string> Subcommands() const;
};

struct FlagDescription {
  std::string name;
  bool is_switch = false;             // stands without a value
  std::string default_value;          // empty: none
  std::string help;                   // all of it
  std::string summary;                // what fits beside the name in a list
  std::vector<std::string> commands;  // that take it; empty: every command does
};

struct ProgramDescription {
  std::vector<CommandDescription> commands;
  std::vector<FlagDescription> flags;  // by name

  // The flags that `command` takes, by name. `run` takes those of the server that it starts.
  std::vector<FlagDescription> FlagsOf(const std::string& command) const;
};

// `commands` and the flags that this program defines for its command line.
//
// A flag's help says which commands it is for: "serve: where it listens; env, trust: where to find
// it" is for these three; "serve: a file to write; all others: to read" and a help without a
// command's name are for all.
ProgramDescription DescribeProgram(std::vector<CommandDescription> commands);

// Whether a flag that is defined in `file` is one of the command line's; libraries have flags of
// their own.
bool DefinesFlagsOfCommands(absl::string_view file);

// The part of DescribeProgram that reads a help: which of `commands` it names, in their order;
// empty for all.
std::vector<std::string> CommandsNamedBy(const std::string& help,
                                         const std::vector<CommandDescription>& commands);

// What the program prints without a command and, before all flags, with --help.
std::string UsageText(const std::vector<CommandDescription>& commands);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_PROGRAM_DESCRIPTION_H_
