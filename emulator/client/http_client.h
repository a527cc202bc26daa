// File: emulator/client/http_client.h
//
// Plain HTTP/1.1 to a server on this machine: enough for the emulator's own control.
#ifndef LAZULI_EMULATOR_CLIENT_HTTP_CLIENT_H_
#define LAZULI_EMULATOR_CLIENT_HTTP_CLIENT_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli::emulator {

struct HttpCall {
  std::string method = "GET";
  std::string target = "/";
  // Besides Host, which is the address unless it is given here, Connection and Content-Length.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // Real time without a byte after which the call is given up.
  absl::Duration timeout = absl::Seconds(10);
};

struct HttpReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  // The first of that name, in any letter case; empty when there is none.
  std::string Header(absl::string_view name) const;
};

// Makes one call on a connection of its own to `address`, "127.0.0.1:8443" or "[::1]:8443", and
// reads the whole answer. UNAVAILABLE when nobody listens, when the connection breaks, when the
// answer takes too long, and for what is no HTTP.
absl::StatusOr<HttpReply> CallHttp(const std::string& address, const HttpCall& call);

// The same for an answer without an end: hands each piece of the body to `on_piece` as it comes,
// until that returns false or the body ends. The answer comes back without its body.
absl::StatusOr<HttpReply> FollowHttp(const std::string& address, const HttpCall& call,
                                     const std::function<bool(absl::string_view)>& on_piece);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLIENT_HTTP_CLIENT_H_
