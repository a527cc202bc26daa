// File: emulator/https/rest/rest_handler.h
//
// Azure's own wire over the one path of a call: an HTTP request becomes a request message and a
// call, and the answer or the error becomes what Azure would send.
#ifndef LAZULI_EMULATOR_HTTPS_REST_REST_HANDLER_H_
#define LAZULI_EMULATOR_HTTPS_REST_REST_HANDLER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "base/ids.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/dispatch/refusal.h"
#include "emulator/https/message/http_message.h"
#include "emulator/https/rest/api_versions.h"
#include "emulator/https/rest/caller_verifier.h"
#include "emulator/https/rest/exchange.h"
#include "emulator/https/rest/operation_results.h"
#include "emulator/https/rest/route_table.h"
#include "emulator/https/rest/shared_key_authenticator.h"
#include "emulator/identity/token_verifier.h"

namespace lazuli::emulator {

// Serves Key Vault's data plane, Resource Manager, Batch's data plane, and, at /emulator of a local
// host, control. Which of them is asked follows from the request's authority. In the order of
// Azure: who calls, which operation, which version, what it says, may it, and the operation.
//
// Thread safe. Every request that was handed in must have been answered before it is destroyed.
class RestHandler final : public HttpHandler {
 public:
  struct Parts {
    const MethodRegistry* methods = nullptr;
    Dispatcher* dispatcher = nullptr;
    TokenVerifier* token_verifier = nullptr;
    // Virtual time, which answers show.
    const Clock* clock = nullptr;
    const IdDeriver* ids = nullptr;
    // May be null: then no request signed with an account's key is served.
    const SharedKeyAuthenticator* shared_keys = nullptr;
    // Who calls control; may be empty: then a token tells.
    CallerVerifier::ControlCaller control_caller;
    // Whether a request comes from whoever operates the emulator, who may say where it comes from
    // (emulator/dispatch/claimed_origin.h); empty: none does.
    std::function<bool(const HttpRequest&)> is_operator;
    // Told of what is refused before it becomes a call; may be null.
    RefusalObserver* refusals = nullptr;
    // The tenant of the vault of that name, or the default one's where there is no such vault.
    std::function<std::string(const HttpRequest&, absl::string_view vault_name)> tenant_of_vault;
    // Whether the resource that a request is about exists: a vault, a resource group or an identity
    // that is put, a Batch account that is deleted. Azure's answers tell, the operations do not.
    // May be empty: then all exist.
    std::function<bool(const google::protobuf::Message&)> resource_exists;
  };

  // INTERNAL when the description of the API cannot be routed. All pointers outlive the handler.
  static absl::StatusOr<std::unique_ptr<RestHandler>> Create(Parts parts);

  void Handle(HttpRequest request, HttpRespond respond) override;

  const RouteTable& routes() const { return routes_; }

 private:
  // One request on its way.
  struct Call;

  RestHandler(Parts parts, RouteTable routes);

  // Up to the call: everything that the face itself decides. An error, or the call's route is set,
  // or its answer is there.
  absl::Status Prepare(Call* call);
  // Who calls, and where from.
  absl::Status Identify(Call* call);
  // What comes after that.
  absl::Status Read(const RouteTable::Match& match, Call* call);
  void TellOfRefusal(const Call& call, const absl::Status& status);
  void Dispatch(std::unique_ptr<Call> call);
  void Finish(Call* call, const absl::Status& status);
  HttpResponse Refuse(const Exchange& exchange, const absl::Status& status) const;
  absl::StatusOr<HttpResponse> Answer(Call* call);
  HttpResponse AcceptedAnswer(Call* call, std::string body);
  std::string NewRequestId();

  const Parts parts_;
  const RouteTable routes_;
  const ApiVersions versions_;
  const CallerVerifier callers_;
  OperationResults results_;
  const std::string request_id_prefix_;
  std::atomic<uint64_t> requests_{0};
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_REST_REST_HANDLER_H_
