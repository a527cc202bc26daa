#include "emulator/server/https_face.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "base/status_macros.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"
#include "emulator/sandboxes/sandbox.h"
#include "keyvault/names.h"
#include "proto/batch_accounts.pb.h"
#include "proto/managed_hsms.pb.h"
#include "proto/resources.pb.h"
#include "proto/vault_resources.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

using google::protobuf::DynamicCastToGenerated;
using google::protobuf::Message;

namespace {

// Where the names are looked up that a call says which does not say who makes it: in the sandbox
// that it names to the proxy; else in the only one that has the name, by `guess`.
std::string NameSpaceOf(const Sandboxes& sandboxes, const HttpRequest& request,
                        absl::FunctionRef<std::string()> guess) {
  if (!request.proxy_user.empty()) {
    std::optional<std::string> named = sandboxes.NameSpaceOfSandbox(request.proxy_user);
    if (named.has_value()) return *std::move(named);
  }
  return guess();
}

std::string TenantOfVault(const HttpsFace::Parts& parts, const HttpRequest& request,
                          absl::string_view name) {
  const std::string name_space =
      NameSpaceOf(*parts.sandboxes, request, [&] { return parts.vaults->GuessNameSpace(name); });
  const auto vault = parts.vaults->Describe(name, name_space);
  return vault.ok() ? (*vault)->settings.tenant_id : std::string(kDefaultTenantId);
}

// See RestHandler::Parts.
bool ResourceExists(const HttpsFace::Parts& parts, const Message& request) {
  if (const auto* put = DynamicCastToGenerated<v1::CreateOrUpdateVaultRequest>(&request)) {
    return parts.vaults
        ->Get({put->subscription_id(), put->resource_group_name(), put->vault_name()})
        .ok();
  }
  if (const auto* vault = DynamicCastToGenerated<v1::VaultRequest>(&request)) {
    return parts.vaults
        ->Get({vault->subscription_id(), vault->resource_group_name(), vault->vault_name()})
        .ok();
  }
  if (const auto* hsm = DynamicCastToGenerated<v1::ManagedHsmRequest>(&request)) {
    return parts.vaults
        ->Get(keyvault::ManagedHsmAddress(hsm->subscription_id(), hsm->resource_group_name(),
                                          hsm->hsm_name()))
        .ok();
  }
  if (const auto* connection = DynamicCastToGenerated<v1::VaultConnectionRequest>(&request)) {
    return parts.vaults
        ->GetPrivateEndpointConnection(
            {connection->subscription_id(), connection->resource_group_name(),
             connection->vault_name()},
            connection->connection_name())
        .ok();
  }
  if (const auto* connection = DynamicCastToGenerated<v1::ManagedHsmConnectionRequest>(&request)) {
    return parts.vaults
        ->GetPrivateEndpointConnection(
            keyvault::ManagedHsmAddress(connection->subscription_id(),
                                        connection->resource_group_name(), connection->hsm_name()),
            connection->connection_name())
        .ok();
  }
  if (const auto* account = DynamicCastToGenerated<v1::BatchAccountRequest>(&request)) {
    return parts.accounts
        ->Get({.subscription_id = account->subscription_id(),
               .resource_group = account->resource_group_name(),
               .name = account->account_name()})
        .ok();
  }
  if (const auto* group =
          DynamicCastToGenerated<v1::CreateOrUpdateResourceGroupRequest>(&request)) {
    return parts.resources->GetResourceGroup(group->subscription_id(), group->resource_group_name())
        .ok();
  }
  if (const auto* identity = DynamicCastToGenerated<v1::CreateOrUpdateIdentityRequest>(&request)) {
    return parts.user_identities
        ->Get(identity->subscription_id(), identity->resource_group_name(),
              identity->resource_name())
        .ok();
  }
  return true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpsFace>> HttpsFace::Create(const Parts& parts) {
  std::unique_ptr<HttpsFace> face(new HttpsFace());
  face->shared_keys_ = std::make_unique<BatchSharedKeyAuthenticator>(
      parts.accounts, parts.real_clock,
      [accounts = parts.accounts, sandboxes = parts.sandboxes](const HttpRequest& request,
                                                               absl::string_view endpoint) {
        return NameSpaceOf(*sandboxes, request, [&] { return accounts->GuessNameSpace(endpoint); });
      });
  face->control_guard_ =
      std::make_unique<ControlGuard>(parts.options.operator_token, parts.allowed_hosts);
  face->control_callers_ = std::make_unique<ControlCallers>(face->control_guard_.get(),
                                                            parts.directory, parts.token_verifier);
  RestHandler::Parts rest;
  rest.methods = parts.methods;
  rest.dispatcher = parts.dispatcher;
  rest.token_verifier = parts.token_verifier;
  rest.clock = parts.clock;
  rest.ids = parts.request_ids;
  rest.shared_keys = face->shared_keys_.get();
  rest.control_caller = [callers = face->control_callers_.get()](const HttpRequest& request) {
    return callers->WhoCalls(request);
  };
  rest.is_operator = [guard = face->control_guard_.get()](const HttpRequest& request) {
    return guard->CheckOrigin(request).ok() && guard->CheckOperator(request).ok();
  };
  rest.refusals = parts.refusals;
  rest.tenant_of_vault = [parts](const HttpRequest& request, absl::string_view name) {
    return TenantOfVault(parts, request, name);
  };
  rest.resource_exists = [parts](const Message& request) { return ResourceExists(parts, request); };
  LAZULI_ASSIGN_OR_RETURN(face->rest_, RestHandler::Create(std::move(rest)));

  ControlHandler::Parts control;
  control.guard = face->control_guard_.get();
  control.callers = face->control_callers_.get();
  control.rest = face->rest_.get();
  control.methods = parts.methods;
  control.dispatcher = parts.dispatcher;
  control.ca_pem = parts.options.ca_pem;
  control.is_serving = parts.options.is_serving;
  face->control_ = std::make_unique<ControlHandler>(std::move(control));

  face->login_ = std::make_unique<LoginHandler>(parts.directory, parts.signing_key,
                                                parts.token_issuer, parts.real_clock, *parts.ids);
  IdentityEndpointOptions identity_endpoint;
  identity_endpoint.secret = parts.options.identity_secret;
  identity_endpoint.default_identity = parts.options.managed_identity;
  identity_endpoint.owner_of_sandbox = [parts](const std::string& id) -> Principal::Ptr {
    const absl::StatusOr<Sandbox> sandbox = parts.sandboxes->Get(id);
    return sandbox.ok() ? parts.directory->FindByObjectId(sandbox->object_id) : nullptr;
  };
  face->identity_endpoint_ = std::make_unique<IdentityEndpointHandler>(
      parts.directory, parts.token_issuer, *parts.ids, std::move(identity_endpoint));
  face->graph_ = std::make_unique<GraphHandler>(parts.directory, parts.token_verifier,
                                                parts.real_clock, *parts.ids);
  face->metadata_ = std::make_unique<MetadataHandler>(*parts.ids);

  FrontDoor::Handlers handlers;
  handlers.rest = face->rest_.get();
  handlers.control = face->control_.get();
  handlers.login = face->login_.get();
  handlers.graph = face->graph_.get();
  handlers.metadata = face->metadata_.get();
  handlers.identity_endpoint = face->identity_endpoint_.get();
  FrontDoor::Options front_door;
  front_door.allow_http_batch = parts.allow_http_batch;
  front_door.allowed_hosts = parts.allowed_hosts;
  face->front_door_ = std::make_unique<FrontDoor>(handlers, front_door);
  return face;
}

}  // namespace lazuli::emulator
