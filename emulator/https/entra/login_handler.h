// File: emulator/https/entra/login_handler.h
//
// login.microsoftonline.com: discovery, keys and tokens.
//
//   GET  /TENANT/v2.0/.well-known/openid-configuration, /TENANT/.well-known/openid-configuration
//   GET  /TENANT/discovery/v2.0/keys, /TENANT/discovery/keys
//   GET  /TENANT/discovery/instance
//   POST /TENANT/oauth2/v2.0/token, /TENANT/oauth2/token
//
// TENANT is a tenant's id, common, organizations, consumers, or adfs, under which the same is said
// as Active Directory Federation Services says it.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_LOGIN_HANDLER_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_LOGIN_HANDLER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "emulator/https/entra/entra_answer.h"
#include "emulator/https/entra/token_endpoint.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"

namespace lazuli::emulator {

// Thread safe. Answers on the calling thread; a token costs one ES256 signature.
class LoginHandler final : public HttpHandler {
 public:
  // `real_clock` is the machine's, which dates the errors and judges assertions. The pointers
  // outlive the handler.
  LoginHandler(const Directory* directory, const SigningKey* signing_key, const TokenIssuer* issuer,
               const Clock* real_clock, IdDeriver ids);

  void Handle(HttpRequest request, HttpRespond respond) override;

 private:
  absl::StatusOr<std::string> Serve(const HttpRequest& request, const HttpTarget& target) const;
  absl::StatusOr<std::string> Get(const HttpRequest& request, const HttpTarget& target) const;
  absl::StatusOr<std::string> Post(const HttpRequest& request, const HttpTarget& target) const;
  // {"error": ..., "error_description": ...} (RFC 6749 section 5.2), with Entra's additions.
  HttpResponse ErrorAnswer(const absl::Status& error, const RequestIds& ids) const;

  const Directory* const directory_;
  const SigningKey* const signing_key_;
  const Clock* const real_clock_;
  const TokenEndpoint token_endpoint_;
  RequestIdSource request_ids_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_LOGIN_HANDLER_H_
