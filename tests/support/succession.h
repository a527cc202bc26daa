// File: tests/support/succession.h
//
// A server that goes on where another ended, for tests of what rests.
#ifndef LAZULI_TESTS_SUPPORT_SUCCESSION_H_
#define LAZULI_TESTS_SUPPORT_SUCCESSION_H_

#include <memory>

#include "emulator/client/api.h"
#include "emulator/server/server_options.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {

// How the next server gets the state: from the data directory, or from a snapshot.
enum class By { kRestart, kSnapshot };

// Ends the test program when a server does not start or a snapshot cannot be saved.
class Succession {
 public:
  // `options`: of every server; where they keep their state is said here.
  Succession(By by, const ServerOptions& options);

  Api& api() { return server_->api(); }
  // Ends the present server and starts the next one with its state.
  void GoOn();

 private:
  const By by_;
  const TemporaryFolder folder_;
  ServerOptions options_;
  int snapshots_ = 0;
  std::unique_ptr<TestServer> server_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_SUCCESSION_H_
