// File: emulator/https/control/control_guard.h
//
// Who may control the emulator over HTTP. On loopback every process may, without ceremony; so what
// must be kept out are web pages: a browser on this machine reaches loopback for any page it shows,
// also under a name that an attacker's DNS lets point here (DNS rebinding).
#ifndef LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_GUARD_H_
#define LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_GUARD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/operator_rule.h"

namespace lazuli::emulator {

// Immutable and thread safe.
class ControlGuard {
 public:
  // `operator_token` must not be empty. `allowed_hosts`: names besides localhost and Azure's,
  // without ports, in any letter case.
  ControlGuard(std::string operator_token, const std::vector<std::string>& allowed_hosts);

  // HostNotAllowedError for a Host header that is not the emulator's; CrossOriginError for a
  // request that a browser makes for a page of another origin (Fetch standard: Origin,
  // Sec-Fetch-Site).
  absl::Status CheckOrigin(const HttpRequest& request) const;

  // OperatorTokenRequiredError for a request from another machine, or by a name of `allowed_hosts`
  // (see OperatorRule), that does not show the operator token, as a bearer or in its own header.
  absl::Status CheckOperator(const HttpRequest& request) const;

  // The request shows the operator token in the Authorization header: "Bearer TOKEN".
  bool BearsOperatorToken(const HttpRequest& request) const;

 private:
  const OperatorRule rule_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_CONTROL_CONTROL_GUARD_H_
