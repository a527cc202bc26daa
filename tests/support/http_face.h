// File: tests/support/http_face.h
//
// The HTTPS face of an emulator in this process, asked without sockets.
#ifndef LAZULI_TESTS_SUPPORT_HTTP_FACE_H_
#define LAZULI_TESTS_SUPPORT_HTTP_FACE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "emulator/dispatch/claimed_origin.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_message.h"
#include "emulator/server/emulator.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// A call from this machine.
CallOrigin LocalOrigin();

// An emulator whose administrator is signed in. Ends the test program when it cannot be made.
class HttpFace {
 public:
  // `emulator` is started and outlives this.
  explicit HttpFace(Emulator* emulator);

  // Sends `request` as it is, under TLS, and waits for the answer.
  HttpResponse Ask(HttpRequest request);
  // The same with the administrator's token for the host's plane.
  HttpResponse AskAsAdmin(HttpRequest request);
  // In short: "GET", "kv1.vault.azure.net", "/keys/k?api-version=7.4", and a JSON body.
  HttpResponse Get(const std::string& authority, const std::string& target);
  HttpResponse Send(const std::string& method, const std::string& authority,
                    const std::string& target, const std::string& body);

  // The administrator's token for `resource`.
  std::string Token(const std::string& resource);

  // A call of the dispatcher, as the gRPC face makes it for the administrator.
  absl::Status Call(const Method& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response);
  // The same for whoever has `token`, or has none where that is empty, and from wherever the
  // operator says.
  absl::Status CallAs(const std::string& token, const Method& method,
                      const google::protobuf::Message& request, google::protobuf::Message* response,
                      const CallOrigin& origin = LocalOrigin());

 private:
  Emulator* const emulator_;
  std::string grpc_token_;
  std::vector<std::pair<std::string, std::string>> tokens_;
};

// What a client of Azure would send for `request` of `method`: path, query and body as the method's
// description says, to Azure's own host. `api_version` empty: the newest that the tests' clients
// speak.
HttpRequest ToHttp(const Method& method, const google::protobuf::Message& request,
                   const std::string& api_version = "");

// "GET", "/keys/k", ... : for tests that fill in more.
HttpRequest MakeHttpRequest(absl::string_view method, absl::string_view authority,
                            absl::string_view target);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_HTTP_FACE_H_
