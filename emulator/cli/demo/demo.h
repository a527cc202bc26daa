// File: emulator/cli/demo/demo.h
//
// The main job, shown: a customer's key protects a Batch account, is taken away, and comes back.
#ifndef LAZULI_EMULATOR_CLI_DEMO_DEMO_H_
#define LAZULI_EMULATOR_CLI_DEMO_DEMO_H_

#include <string>
#include <vector>

namespace lazuli::emulator {

// Starts a server in a fresh process on a manual clock, drives it over gRPC as any client would,
// and prints a timeline of what was expected and what was seen. Returns 0 when all of it agreed,
// else 1.
int RunDemo(const std::vector<std::string>& arguments);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_DEMO_DEMO_H_
