#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/cli/build_stamp.h"
#include "emulator/cli/command_table.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/program_description.h"
#include "emulator/cli/report.h"

int main(int argc, char** argv) {
  using namespace lazuli::emulator;  // NOLINT(build/namespaces)
  const std::string usage = UsageText(CommandDescriptions());
  std::vector<std::string> arguments = ParseFlags(argc, argv, usage, VersionText());
  if (arguments.empty()) {
    std::cout << usage << std::endl;
    return kExitOk;
  }
  const std::string name = arguments.front();
  arguments.erase(arguments.begin());
  for (const Command& command : Commands()) {
    if (command.description.name == name) return command.run(arguments);
  }
  return ReportUsage(absl::StrCat("there is no command ", name));
}
