#include "emulator/cli/command_table.h"

#include <iostream>

#include "emulator/cli/build_stamp.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/completion.h"
#include "emulator/cli/demo/demo.h"
#include "emulator/cli/manual_page.h"
#include "emulator/cli/report.h"
#include "emulator/server/version.h"

namespace lazuli::emulator {

namespace {

int RunVersion(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("version takes no arguments");
  std::cout << VersionText() << std::endl;
  return kExitOk;
}

int RunCompletion(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return ReportUsage("completion takes one argument, the shell");
  const absl::StatusOr<std::string> script =
      CompletionScript(arguments.front(), DescribeProgram(CommandDescriptions()));
  if (!script.ok()) return ReportUsage(script.status().message());
  std::cout << *script;
  return kExitOk;
}

int RunManual(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("manual takes no arguments");
  std::cout << ManualPage(DescribeProgram(CommandDescriptions()), kVersion);
  return kExitOk;
}

}  // namespace

const std::vector<Command>& Commands() {
  static const auto* const commands = new std::vector<Command>{
      {{"serve", "[--https=HOST:PORT] [--clock=real|manual|auto|scaled:N] ...",
        "run a server until SIGTERM or SIGINT"},
       RunServe},
      {{"run", "[--isolate] [--mode=transparent|local] [--chaos=FILE] [...] -- COMMAND ...",
        "run a command with a server of its own"},
       RunCommand},
      {{"env", "[--shell=bash|pwsh|json|dotenv] [--mode=transparent|local] [--sandbox=ID]",
        "print what Azure's clients need to know"},
       RunEnv},
      {{"trust", "", "print the CA certificate"}, RunTrust},
      {{"call", "SERVICE/METHOD ['{json}'] [--as=PRINCIPAL]", "call a method of a running server"},
       RunCall},
      {{"apply", "FILE", "make what a template says in a running server"}, RunApply},
      {{"sandbox", "create|list|reset|delete [ID] [--template=FILE]",
        "keep tests apart in tenants of their own"},
       RunSandbox},
      {{"snapshot", "save|load FILE",
        "keep the state of a running server in a file, or bring it back"},
       RunSnapshot},
      {{"methods", "", "list what can be called"}, RunMethods},
      {{"token", "[--as=PRINCIPAL] [--resource=R]", "print an access token"}, RunToken},
      {{"attest", "[NAME=VALUE ...] [--claims=FILE] [--authority=URL]",
        "print an attestation that keys can be released to"},
       RunAttest},
      {{"explain", "REQUEST_ID|principal=P operation=O vault=V [name=N] [version=V] ...",
        "tell why a call was refused, or what one would be told"},
       RunExplain},
      {{"fault", "add|list|remove [JSON|NAME=VALUE ...|ID] [--file=PATH] [--all]",
        "have calls of a running server fail, wait or be dropped"},
       RunFault},
      {{"revoke", "ACCOUNT [--cause=CAUSE]", "take the key of a Batch account away"}, RunRevoke},
      {{"restore", "ACCOUNT [--cause=CAUSE]", "give it back"}, RunRestore},
      {{"chaos", "run FILE|causes|status|report|export|stop",
        "take keys away and give them back on a schedule"},
       RunChaos},
      {{"demo", "", "run the main job and show its timeline"}, RunDemo},
      {{"version", "", "print version, commit and toolchain"}, RunVersion},
      {{"completion", "bash|zsh|fish", "print a shell's completion script"}, RunCompletion, true},
      {{"manual", "", "print the manual page"}, RunManual, true},
  };
  return *commands;
}

std::vector<CommandDescription> CommandDescriptions() {
  std::vector<CommandDescription> descriptions;
  for (const Command& command : Commands()) {
    if (!command.hidden) descriptions.push_back(command.description);
  }
  return descriptions;
}

}  // namespace lazuli::emulator
