// File: emulator/cli/manual_page.h
#ifndef LAZULI_EMULATOR_CLI_MANUAL_PAGE_H_
#define LAZULI_EMULATOR_CLI_MANUAL_PAGE_H_

#include <string>

#include "emulator/cli/program_description.h"

namespace lazuli::emulator {

// The manual page lazuli(1) in man(7)'s language. The same for the same program, wherever and
// whenever it is made.
std::string ManualPage(const ProgramDescription& program, const std::string& version);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_MANUAL_PAGE_H_
