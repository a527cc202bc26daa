// File: emulator/https/entra/identity_endpoint_handler.h
//
// Where a program on an Azure machine gets the tokens of its managed identity, in every form that
// clients know:
//
//   IMDS            GET  /metadata/identity/oauth2/token?api-version=&resource=   Metadata: true
//   App Service     GET  /msi/token?api-version=2019-08-01&resource=              X-IDENTITY-HEADER
//                   GET  /msi/token?api-version=2017-09-01&resource=              secret
//   Cloud Shell     POST /oauth2/token, form: resource=                           Metadata: true
//
// /msi/token, /msi and /oauth2/token are one endpoint: the request's header says which form it is.
//
// Azure's endpoints that ask for no secret are reachable from their own machine only. So they give
// the tokens of every identity to this machine; to others, that of the default identity if one was
// set, and else none.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_IDENTITY_ENDPOINT_HANDLER_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_IDENTITY_ENDPOINT_HANDLER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "emulator/https/entra/entra_answer.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/token_issuer.h"

namespace lazuli::emulator {

struct IdentityEndpointOptions {
  // Whose token a request that names no identity gets: an object id, a client id, a name or the ARM
  // id of a user-assigned identity, looked for at each request. Empty: the administrator's, who
  // plays the machine's system-assigned identity.
  std::string default_identity;
  // What the App Service forms have to present. Empty: generated.
  std::string secret;
  // The principal that the sandbox of that id was made with; null when there is none. Whoever names
  // a sandbox to the proxy reaches its identities alone, and that principal by default. May be
  // empty.
  std::function<Principal::Ptr(const std::string& sandbox_id)> owner_of_sandbox = {};
};

// Thread safe. Answers on the calling thread; a token costs one ES256 signature.
class IdentityEndpointHandler final : public HttpHandler {
 public:
  // The pointers outlive the handler.
  IdentityEndpointHandler(const Directory* directory, const TokenIssuer* issuer, IdDeriver ids,
                          IdentityEndpointOptions options = {});

  // The value of IDENTITY_HEADER and MSI_SECRET in a client's environment.
  const std::string& secret() const { return options_.secret; }

  void Handle(HttpRequest request, HttpRespond respond) override;

 private:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  enum class Form { kImds, kAppService2017, kAppService2019, kCloudShell };
  // Who may be chosen.
  struct Reach {
    bool is_default_only = false;
    Principal::Ptr sandbox_owner;  // null: outside of sandboxes
  };

  HttpResponse Serve(const HttpRequest& request, const HttpTarget& target,
                     const RequestIds& ids) const;
  HttpResponse ServeMetadata(const HttpRequest& request, const HttpTarget& target) const;
  HttpResponse ServeAppService(const HttpRequest& request, const HttpTarget& target,
                               const RequestIds& ids) const;
  HttpResponse ServeCloudShell(const HttpRequest& request, const HttpTarget& target) const;

  Principal::Ptr SandboxOwner(const HttpRequest& request) const;
  // What a request without a secret may reach. Errors: RemoteIdentityRequestError.
  absl::StatusOr<Reach> ReachOf(const HttpRequest& request) const;
  // The identity that the parameters choose. Errors: UnknownManagedIdentityError.
  absl::StatusOr<Principal::Ptr> Choose(const Reach& reach, const Parameters& parameters) const;
  absl::StatusOr<Principal::Ptr> DefaultIdentity(const Reach& reach) const;
  // The answer in JSON. Errors: MissingParameterError; those of Choose.
  absl::StatusOr<std::string> Token(Form form, const Reach& reach,
                                    const Parameters& parameters) const;
  bool IsSecret(absl::string_view text) const;

  const Directory* const directory_;
  const TokenIssuer* const issuer_;
  const IdentityEndpointOptions options_;
  RequestIdSource request_ids_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_IDENTITY_ENDPOINT_HANDLER_H_
