// File: emulator/https/front/front_door.h
#ifndef LAZULI_EMULATOR_HTTPS_FRONT_FRONT_DOOR_H_
#define LAZULI_EMULATOR_HTTPS_FRONT_FRONT_DOOR_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "emulator/https/message/host_name.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator {

// The one handler that the transport knows: hands each request to the handler of the host that it
// is for. On a local host, where all of Azure's hosts share one name, the path tells:
//
//   /emulator/... /healthz                              control
//   /metadata/endpoints                                 metadata
//   /metadata/... /oauth2/token /msi ...                identity endpoint
//   /v1.0/... /beta/...                                 graph
//   /subscriptions/... /providers/... /tenants/...      Resource Manager
//   all else (/TENANT/oauth2/...)                       login
//
// Over plain HTTP only the identity endpoint and control are served, and with `allow_http_batch`
// Batch for requests that are signed with an account's key, as Azure refuses all else. Thread safe.
class FrontDoor final : public HttpHandler {
 public:
  // Outlive the front door. Requests for a null one get 404.
  struct Handlers {
    HttpHandler* rest = nullptr;
    HttpHandler* login = nullptr;
    HttpHandler* graph = nullptr;
    HttpHandler* identity_endpoint = nullptr;
    HttpHandler* metadata = nullptr;
    // Null: control is served by `rest`.
    HttpHandler* control = nullptr;
  };
  struct Options {
    bool allow_http_batch = false;
    // Names besides Azure's and localhost that stand for a local host, without ports: those of
    // service containers, say.
    std::vector<std::string> allowed_hosts;
  };

  FrontDoor(const Handlers& handlers, const Options& options);

  void Handle(HttpRequest request, HttpRespond respond) override;

 private:
  HttpHandler* ChooseLocal(absl::string_view target) const;
  // Null: nobody serves it.
  HttpHandler* Choose(const HostName& host, absl::string_view target) const;
  bool MayComePlain(const HostName& host, const HttpRequest& request,
                    const HttpHandler* handler) const;

  const Handlers handlers_;
  const bool allow_http_batch_;
  std::set<std::string> allowed_hosts_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_FRONT_FRONT_DOOR_H_
