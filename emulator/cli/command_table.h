// File: emulator/cli/command_table.h
//
// The commands of the program, in one place: what main() runs, and what help, the shells'
// completions and the manual page tell of.
#ifndef LAZULI_EMULATOR_CLI_COMMAND_TABLE_H_
#define LAZULI_EMULATOR_CLI_COMMAND_TABLE_H_

#include <string>
#include <vector>

#include "emulator/cli/program_description.h"

namespace lazuli::emulator {

struct Command {
  CommandDescription description;
  // Takes what follows the command and is no flag; returns the exit code.
  int (*run)(const std::vector<std::string>& arguments);
  // For those who package the program: nobody is told of it.
  bool hidden = false;
};

const std::vector<Command>& Commands();

// Of the commands that are told of, in the order of the table.
std::vector<CommandDescription> CommandDescriptions();

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_COMMAND_TABLE_H_
