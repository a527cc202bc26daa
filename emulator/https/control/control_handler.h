// File: emulator/https/control/control_handler.h
//
// The emulator's own control over HTTP, with or without TLS:
//
//   GET  /healthz               200 while the emulator serves, else 503; for anybody
//   GET  /emulator/v1/ca.pem    the authority's certificate; for anybody
//   GET  /emulator/v1/events    a list, or server-sent events for those who accept them
//   whatever the control services of proto/ say of their methods
//
// On this machine a call needs no token and is the administrator's; a bearer token makes it its
// owner's.
#ifndef LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_HANDLER_H_
#define LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_HANDLER_H_

#include <functional>
#include <string>

#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/control/control_callers.h"
#include "emulator/https/control/control_guard.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/exchange.h"

namespace lazuli::emulator {

// Thread safe.
class ControlHandler final : public HttpHandler {
 public:
  struct Parts {
    const ControlGuard* guard = nullptr;
    const ControlCallers* callers = nullptr;
    // Serves the unary methods, asking `callers` who calls.
    HttpHandler* rest = nullptr;
    // For the one streaming method.
    const MethodRegistry* methods = nullptr;
    Dispatcher* dispatcher = nullptr;
    // The authority's certificate; empty: there is none to give.
    std::string ca_pem;
    // Asked by /healthz, on any thread; empty: it serves.
    std::function<bool()> is_serving;
  };

  // What the parts point to outlives the handler.
  explicit ControlHandler(Parts parts);

  void Handle(HttpRequest request, HttpRespond respond) override;

 private:
  // What needs neither a caller nor an operation; false when the request asks for something else.
  bool AnswerAnybody(const Exchange& exchange, HttpResponse* answer) const;
  HttpResponse Follow(const Exchange& exchange);

  const Parts parts_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_HANDLER_H_
