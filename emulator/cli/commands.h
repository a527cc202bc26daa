// File: emulator/cli/commands.h
//
// One function a command. Each returns the process's exit code and says on standard error what went
// wrong.
#ifndef LAZULI_EMULATOR_CLI_COMMANDS_H_
#define LAZULI_EMULATOR_CLI_COMMANDS_H_

#include <string>
#include <vector>

namespace lazuli::emulator {

// 0: done; 1: the call or the demo failed; 2: the command line is wrong.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
// Something that must hold did not while a command ran under chaos.
inline constexpr int kExitBrokenInvariant = 125;

int RunServe(const std::vector<std::string>& arguments);
int RunCall(const std::vector<std::string>& arguments);
int RunRevoke(const std::vector<std::string>& arguments);
int RunRestore(const std::vector<std::string>& arguments);
int RunChaos(const std::vector<std::string>& arguments);
int RunMethods(const std::vector<std::string>& arguments);
int RunExplain(const std::vector<std::string>& arguments);
int RunFault(const std::vector<std::string>& arguments);
int RunAttest(const std::vector<std::string>& arguments);
int RunToken(const std::vector<std::string>& arguments);
int RunEnv(const std::vector<std::string>& arguments);
int RunApply(const std::vector<std::string>& arguments);
int RunSandbox(const std::vector<std::string>& arguments);
int RunSnapshot(const std::vector<std::string>& arguments);
int RunTrust(const std::vector<std::string>& arguments);
// Returns the exit code of the command that it runs; 126 when it cannot be run, 127 when there is
// no such command. Under chaos: kExitBrokenInvariant where the command's would be 0.
int RunCommand(const std::vector<std::string>& arguments);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_COMMANDS_H_
