// File: tests/support/two_faces.h
//
// The same call as somebody over both faces of an emulator in this process, and how it ended.
#ifndef LAZULI_TESTS_SUPPORT_TWO_FACES_H_
#define LAZULI_TESTS_SUPPORT_TWO_FACES_H_

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "emulator/dispatch/claimed_origin.h"
#include "emulator/https/message/http_message.h"
#include "emulator/server/emulator.h"
#include "google/protobuf/message.h"
#include "tests/support/http_face.h"

namespace lazuli::emulator {

struct Outcome {
  int http_status = 200;
  std::string code;  // empty: it succeeded
  std::string inner_code;
  std::string message;
  std::string request_id;
  std::string retry_after;  // HTTPS alone

  // "200", "403 Forbidden/KeyDisabled".
  std::string Short() const;
};

inline CallOrigin Origin(const std::string& address, const std::string& private_endpoint = "",
                         bool trusted_service = false) {
  return {.client_address = address,
          .subnet_id = "",
          .private_endpoint = private_endpoint,
          .trusted_service = trusted_service};
}

// Ends the test program when a step fails that a test only stands on.
class TwoFaces {
 public:
  // `emulator` is started and outlives this.
  explicit TwoFaces(Emulator* emulator);

  HttpFace& http() { return http_; }

  // Makes a service principal and gives its object id.
  std::string AddPrincipal(const std::string& name, const std::string& tenant_id = "");

  // `request` in protobuf's text format, e.g. "vault_name: 'kv1'". `as`: a name or an object id;
  // empty: the administrator; "nobody": without a token.
  Outcome OverHttps(const std::string& method, const std::string& request, const std::string& as,
                    const std::map<std::string, std::string>& headers = {});
  Outcome OverGrpc(const std::string& method, const std::string& request, const std::string& as,
                   const CallOrigin& origin = Origin("127.0.0.1"));
  Outcome Send(HttpRequest request, const std::string& as);

  // As the administrator; must succeed.
  void Do(const std::string& method, const std::string& request);
  // The answer as well.
  std::unique_ptr<google::protobuf::Message> Ask(const std::string& method,
                                                 const std::string& request);

 private:
  std::string TokenOf(const std::string& principal, const std::string& resource);
  std::unique_ptr<google::protobuf::Message> Parse(const Method& method,
                                                   const std::string& request) const;
  const Method& Find(const std::string& method) const;

  Emulator* const emulator_;
  HttpFace http_;
  std::map<std::string, std::string> tokens_;  // by principal and resource
};

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_TWO_FACES_H_
