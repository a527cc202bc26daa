#include "emulator/cli/manual_page.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace lazuli::emulator {

namespace {

constexpr char kName[] = R"(.SH NAME
lazuli \- local emulator of Azure Key Vault keys and of Azure Batch accounts under a customer's key
.SH SYNOPSIS
.B lazuli
.I COMMAND
.RI [ FLAG ...]
.RI [ ARGUMENT ...]
.SH DESCRIPTION
Lazuli is one process that stands for Azure Key Vault (keys), Azure Batch, sign-in and as much of Azure Resource Manager as
these need. It speaks HTTPS to Azure's own clients, unchanged, and gRPC. A Batch account's data is sealed under a customer's
key for real: take the key away and watch what happens.
.PP
It is a tool for tests. Whoever may run a process on the machine may use it; it is no place for real secrets.
)";

constexpr char kEnd[] = R"(.SH EXIT STATUS
.TP
.B 0
Done; a server that was asked to end.
.TP
.B 1
The call or the command failed, or there is no such flag.
.TP
.B 2
The command line is wrong.
.PP
.B lazuli run
ends with the exit status of its command; 126 when that cannot be run, 127 when it is not there.
.SH EXAMPLES
.TP
.B lazuli run \-\- make test
Run a test suite of Azure's clients against a server of its own.
.TP
.B lazuli serve \-\-clock=manual \-\-ready_file=ready.json
Run a server whose time moves when it is told to, and say in a file where it is.
.TP
.B lazuli call Keys/CreateKey \(aq{"vaultName":"my\-vault","keyName":"k1","kty":"RSA"}\(aq
Call a method of a running server.
)";

// Text that means nothing to troff. A hyphen that a reader may copy is a minus sign there.
std::string Escaped(const std::string& text) {
  std::string escaped =
      absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}, {"'", "\\(aq"}, {"\n", " "}});
  if (absl::StartsWith(escaped, ".")) escaped = absl::StrCat("\\&", escaped);
  return escaped;
}

}  // namespace

std::string ManualPage(const ProgramDescription& program, const std::string& version) {
  std::string page = absl::StrCat(".TH LAZULI 1 \"\" \"Lazuli ", Escaped(version), "\"\n", kName,
                                  ".SH COMMANDS\n");
  for (const CommandDescription& command : program.commands) {
    absl::StrAppend(&page, ".TP\n.B lazuli ", command.name);
    if (!command.arguments.empty()) absl::StrAppend(&page, " ", Escaped(command.arguments));
    absl::StrAppend(&page, "\n", Escaped(command.summary), ".\n");
  }
  absl::StrAppend(&page, ".SH FLAGS\nEach names the commands that it is for.\n");
  for (const FlagDescription& flag : program.flags) {
    absl::StrAppend(&page, ".TP\n.B \\-\\-", Escaped(flag.name));
    if (!flag.is_switch) absl::StrAppend(&page, "=", Escaped(flag.default_value));
    absl::StrAppend(&page, "\n", Escaped(flag.help), ".\n");
  }
  return absl::StrCat(page, kEnd);
}

}  // namespace lazuli::emulator
