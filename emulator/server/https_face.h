// File: emulator/server/https_face.h
//
// Every part of the HTTPS face but its sockets, made and tied to what it serves.
#ifndef LAZULI_EMULATOR_SERVER_HTTPS_FACE_H_
#define LAZULI_EMULATOR_SERVER_HTTPS_FACE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "batch/account_registry.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/user_assigned_identities.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/dispatch/refusal.h"
#include "emulator/https/batch_auth/batch_shared_key_authenticator.h"
#include "emulator/https/control/control_callers.h"
#include "emulator/https/control/control_guard.h"
#include "emulator/https/control/control_handler.h"
#include "emulator/https/entra/graph_handler.h"
#include "emulator/https/entra/identity_endpoint_handler.h"
#include "emulator/https/entra/login_handler.h"
#include "emulator/https/entra/metadata_handler.h"
#include "emulator/https/front/front_door.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/rest_handler.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/token_verifier.h"
#include "emulator/sandboxes/sandboxes.h"
#include "emulator/server/https_face_options.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

// Thread safe once made. Every request that was handed in must have been answered before it is
// destroyed.
class HttpsFace {
 public:
  // All outlive the face.
  struct Parts {
    const MethodRegistry* methods = nullptr;
    Dispatcher* dispatcher = nullptr;
    TokenVerifier* token_verifier = nullptr;
    const Directory* directory = nullptr;
    const SigningKey* signing_key = nullptr;
    const TokenIssuer* token_issuer = nullptr;
    const Clock* clock = nullptr;       // virtual
    const Clock* real_clock = nullptr;  // the machine's
    const IdDeriver* ids = nullptr;
    const IdDeriver* request_ids = nullptr;  // for what is of one process alone
    const keyvault::VaultRegistry* vaults = nullptr;
    const batch::AccountRegistry* accounts = nullptr;
    const ResourceDirectory* resources = nullptr;
    const UserAssignedIdentities* user_identities = nullptr;
    const Sandboxes* sandboxes = nullptr;
    RefusalObserver* refusals = nullptr;  // may be null
    // Names besides Azure's and localhost that stand for this machine.
    std::vector<std::string> allowed_hosts;
    bool allow_http_batch = false;
    HttpsFaceOptions options;
  };

  // INTERNAL when the description of the API cannot be routed.
  static absl::StatusOr<std::unique_ptr<HttpsFace>> Create(const Parts& parts);

  HttpHandler* handler() { return front_door_.get(); }

 private:
  HttpsFace() = default;

  std::unique_ptr<BatchSharedKeyAuthenticator> shared_keys_;
  std::unique_ptr<ControlGuard> control_guard_;
  std::unique_ptr<ControlCallers> control_callers_;
  std::unique_ptr<RestHandler> rest_;
  std::unique_ptr<ControlHandler> control_;
  std::unique_ptr<LoginHandler> login_;
  std::unique_ptr<IdentityEndpointHandler> identity_endpoint_;
  std::unique_ptr<GraphHandler> graph_;
  std::unique_ptr<MetadataHandler> metadata_;
  std::unique_ptr<FrontDoor> front_door_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_HTTPS_FACE_H_
