// File: emulator/cli/usage.h
//
// What the program says of itself.
#ifndef LAZULI_EMULATOR_CLI_USAGE_H_
#define LAZULI_EMULATOR_CLI_USAGE_H_

namespace lazuli::emulator {

inline constexpr char kUsage[] =
    R"(Lazuli, a local emulator of Azure Key Vault keys and of Azure Batch accounts
whose data is protected by a customer-managed key.

  lazuli serve [--https=HOST:PORT] [--clock=real|manual|auto|scaled:N] ...  run a server until SIGTERM or SIGINT
  lazuli run [--isolate] [--mode=transparent|local] [...] -- COMMAND ...    run a command with a server of its own
  lazuli env [--shell=bash|pwsh|json|dotenv] [--mode=transparent|local]     print what Azure's clients need to know
  lazuli trust                                                             print the CA certificate
  lazuli call SERVICE/METHOD ['{json}'] [--as=PRINCIPAL]                    call a method of a running server
  lazuli methods                                                           list what can be called
  lazuli token [--as=PRINCIPAL] [--resource=R]                             print an access token
  lazuli demo                                                              run the main job and show its timeline
  lazuli version

  lazuli --help    all flags)";

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_USAGE_H_
