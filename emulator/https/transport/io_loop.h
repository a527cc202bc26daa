// File: emulator/https/transport/io_loop.h
//
// A thread that serves connections.
#ifndef LAZULI_EMULATOR_HTTPS_TRANSPORT_IO_LOOP_H_
#define LAZULI_EMULATOR_HTTPS_TRANSPORT_IO_LOOP_H_

#include <functional>
#include <memory>
#include <string>

#include "emulator/https/transport/transport_context.h"
#include "emulator/https/transport/unique_fd.h"

namespace lazuli::emulator::transport {

// Thread safe.
class IoLoop {
 public:
  using OnConnection = std::function<void(UniqueFd socket, std::string client_address)>;

  // `context` must outlive it. The thread begins at once.
  explicit IoLoop(TransportContext* context);
  // All its connections must have ended.
  ~IoLoop();

  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  // Calls `on_connection`, on the loop's thread, for each connection that comes to `listener`.
  void Accept(UniqueFd listener, OnConnection on_connection);
  // Serves a connection that context->connections counts already.
  void Add(UniqueFd socket, std::string client_address);

  // Closes the listeners and what is idle; the rest after its present answer.
  void Drain();
  // Ends every connection.
  void Abort();

 private:
  class Impl;

  const std::unique_ptr<Impl> impl_;
};

}  // namespace lazuli::emulator::transport

#endif  // LAZULI_EMULATOR_HTTPS_TRANSPORT_IO_LOOP_H_
