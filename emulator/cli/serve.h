// File: emulator/cli/serve.h
#ifndef LAZULI_EMULATOR_CLI_SERVE_H_
#define LAZULI_EMULATOR_CLI_SERVE_H_

#include <functional>

#include "emulator/server/server_options.h"

namespace lazuli::emulator {

// Serves in this process until SIGTERM or SIGINT, and returns its exit code. To be called before
// the process has any thread. `on_stopping` may be empty; it is called when a signal has come,
// before anything is shut down.
int Serve(const ServerOptions& options, const std::function<void()>& on_stopping);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_SERVE_H_
