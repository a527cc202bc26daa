// File: emulator/cli/serve.h
#ifndef LAZULI_EMULATOR_CLI_SERVE_H_
#define LAZULI_EMULATOR_CLI_SERVE_H_

#include <functional>

#include "emulator/server/server_options.h"

namespace lazuli::emulator {

// How a server lives as a process.
struct ServeOptions {
  // Ends as by SIGTERM when the process that started this one is gone; see ParentWatch. The line
  // that tells of readiness then goes to standard output even when there is a ready file.
  bool exit_with_parent = false;
  // A file descriptor that gets the line that tells of readiness, and is closed then; none: -1. It
  // reaches its end without a line when the server cannot start.
  int ready_fd = -1;
  // May be empty. Called when the end has come, before anything is shut down.
  std::function<void()> on_stopping;
};

// Serves in this process until SIGTERM or SIGINT, and returns its exit code. To be called before
// the process has any thread.
int Serve(const ServerOptions& server_options, const ServeOptions& options);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_SERVE_H_
