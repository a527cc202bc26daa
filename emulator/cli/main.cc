#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/demo/demo.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/usage.h"
#include "emulator/server/version.h"

int main(int argc, char** argv) {
  using lazuli::emulator::kExitOk;
  std::vector<std::string> arguments = lazuli::emulator::ParseFlags(argc, argv);
  if (arguments.empty()) {
    std::cout << lazuli::emulator::kUsage << std::endl;
    return kExitOk;
  }
  const std::string command = arguments.front();
  arguments.erase(arguments.begin());
  if (command == "serve") return lazuli::emulator::RunServe(arguments);
  if (command == "call") return lazuli::emulator::RunCall(arguments);
  if (command == "methods") return lazuli::emulator::RunMethods(arguments);
  if (command == "token") return lazuli::emulator::RunToken(arguments);
  if (command == "env") return lazuli::emulator::RunEnv(arguments);
  if (command == "run") return lazuli::emulator::RunCommand(arguments);
  if (command == "trust") return lazuli::emulator::RunTrust(arguments);
  if (command == "demo") return lazuli::emulator::RunDemo(arguments);
  if (command == "version") {
    std::cout << "lazuli " << lazuli::emulator::kVersion << std::endl;
    return kExitOk;
  }
  return lazuli::emulator::ReportUsage(absl::StrCat("there is no command ", command));
}
