// File: emulator/server/emulator.h
//
// The whole emulator without its sockets: every part made and tied together, once, here.
#ifndef LAZULI_EMULATOR_SERVER_EMULATOR_H_
#define LAZULI_EMULATOR_SERVER_EMULATOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock_driver.h"
#include "base/event_log.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_message.h"
#include "emulator/server/https_face_options.h"
#include "emulator/server/server_options.h"

namespace lazuli::emulator {

// Thread safe once made.
class Emulator {
 public:
  // INVALID_ARGUMENT for options that do not fit; INTERNAL when the description of the API and its
  // registration differ.
  static absl::StatusOr<std::unique_ptr<Emulator>> Create(const ServerOptions& options,
                                                          HttpsFaceOptions https = {});
  virtual ~Emulator() = default;

  virtual const MethodRegistry& methods() const = 0;
  virtual Dispatcher* dispatcher() = 0;
  virtual ClockDriver& clock_driver() = 0;
  // The HTTPS face without its sockets: Azure's hosts, and the emulator's own.
  virtual HttpHandler* http_handler() = 0;

  // Lets virtual time run, as the clock's mode says. After this, calls may be served.
  virtual void Start() = 0;
  // Refuses further work for the workers, waits at most `grace` of real time for what they do, and
  // stops time. No call may be served any more. Idempotent.
  virtual void Stop(absl::Duration grace) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_EMULATOR_H_
