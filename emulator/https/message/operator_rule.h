// File: emulator/https/message/operator_rule.h
//
// Who operates the emulator, whichever face is asked: whoever may say where a call comes from, and
// over HTTP control the emulator.
#ifndef LAZULI_EMULATOR_HTTPS_MESSAGE_OPERATOR_RULE_H_
#define LAZULI_EMULATOR_HTTPS_MESSAGE_OPERATOR_RULE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// Shown in this header, or over gRPC in metadata; in lower case.
inline constexpr char kOperatorTokenHeader[] = "x-lazuli-operator-token";

// True for the addresses 127.0.0.0/8 and ::1, also written as ::ffff:127.0.0.1.
bool IsLoopbackPeer(absl::string_view address);

// Immutable and thread safe.
class OperatorRule {
 public:
  // Empty: nobody shows it. `allowed_hosts`: names besides localhost and Azure's, without ports, in
  // any letter case; who calls by one of these may be anywhere behind it.
  OperatorRule(std::string token, const std::vector<std::string>& allowed_hosts);

  // A process of this machine that calls one of the emulator's own names, or whoever shows the
  // token. `authority`: "host" or "host:port", as the call was sent to.
  bool Allows(absl::string_view address, absl::string_view authority,
              absl::string_view shown_token) const {
    return IsAtHome(address, authority) || IsToken(shown_token);
  }
  // Compared in constant time.
  bool IsToken(absl::string_view shown) const;
  bool IsAllowedHost(absl::string_view authority) const;

 private:
  bool IsAtHome(absl::string_view address, absl::string_view authority) const;

  const std::string token_;
  std::set<std::string> allowed_hosts_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_MESSAGE_OPERATOR_RULE_H_
