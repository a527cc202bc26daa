#include "emulator/explain/explanations_service.h"

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/authorization/key_vault_authorizer.h"
#include "emulator/dispatch/claimed_origin.h"
#include "emulator/dispatch/refusal.h"
#include "emulator/explain/errors.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/token_issuer.h"
#include "keyvault/access_decision.h"
#include "keyvault/permission.h"
#include "proto/options.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

constexpr char kOwnAddress[] = "127.0.0.1";

void Fill(const Decision& decision, v1::Explanation* response) {
  response->set_allowed(decision.allowed);
  response->set_decided_by(decision.by);
  response->set_reason(decision.reason);
  if (!decision.change.empty()) response->set_change(decision.change);
  for (const auto& [name, value] : decision.facts) {
    v1::ExplanationFact& fact = *response->add_facts();
    fact.set_name(name);
    fact.set_value(value);
  }
}

void FillError(const absl::Status& status, v1::Explanation* response) {
  const ErrorInfo info = ErrorInfoOrDefault(status);
  v1::ExplainedError& error = *response->mutable_error();
  error.set_http_status(info.http_status);
  error.set_code(info.code);
  if (!info.inner_code.empty()) error.set_inner_code(info.inner_code);
  error.set_message(std::string(status.message()));
}

// Of a refusal that no rule of access made: what it says itself.
Decision DecisionByError(const absl::Status& status) {
  Decision decision;
  decision.by = ErrorInfoOrDefault(status).code;
  decision.reason = std::string(status.message());
  return decision;
}

void FillCaller(const Caller& caller, v1::ExplainedCall* call) {
  if (!caller.object_id.empty()) call->set_object_id(caller.object_id);
  if (!caller.app_id.empty()) call->set_application_id(caller.app_id);
}

void FillOrigin(const CallOrigin& origin, v1::ExplainedCall* call) {
  if (!origin.client_address.empty()) call->set_client_address(origin.client_address);
  if (!origin.subnet_id.empty()) call->set_subnet_id(origin.subnet_id);
  if (!origin.private_endpoint.empty()) call->set_private_endpoint(origin.private_endpoint);
  if (origin.trusted_service) call->set_trusted_service(true);
}

void AddTarget(absl::string_view name, absl::string_view value, v1::ExplainedCall* call) {
  if (value.empty()) return;
  v1::ExplanationFact& fact = *call->add_target();
  fact.set_name(std::string(name));
  fact.set_value(std::string(value));
}

}  // namespace

ExplanationsService::ExplanationsService(Parts parts) : parts_(std::move(parts)) {}

absl::Status ExplanationsService::Explain(const CallContext& ctx, const v1::ExplainRequest& request,
                                          v1::Explanation* response) const {
  if (request.request_id().empty()) return ExplainQuestion(ctx, request, response);
  if (!request.principal().empty() || !request.operation().empty()) {
    return InvalidInputError("requestId", "it goes with neither a principal nor an operation.");
  }
  return ExplainRefusal(request.request_id(), response);
}

absl::Status ExplanationsService::ExplainRefusal(absl::string_view request_id,
                                                 v1::Explanation* response) const {
  const std::optional<RefusedCall> refusal = parts_.refusals->Find(request_id);
  if (!refusal.has_value()) return RefusalNotFoundError(request_id);
  std::optional<Decision> decision = DecisionOf(refusal->status);
  Fill(decision.has_value() ? *decision : DecisionByError(refusal->status), response);
  FillError(refusal->status, response);
  v1::ExplainedCall& call = *response->mutable_call();
  call.set_request_id(refusal->request_id);
  call.set_operation(refusal->operation);
  FillCaller(refusal->caller, &call);
  FillOrigin(refusal->origin, &call);
  *call.mutable_time() = ToProto(refusal->time);
  for (const auto& [name, value] : refusal->target) AddTarget(name, value, &call);
  return absl::OkStatus();
}

const Method* ExplanationsService::FindOperation(absl::string_view name) const {
  for (const Method* method : parts_.methods->methods()) {
    if (method->plane != v1::PLANE_KEY_VAULT_DATA) continue;
    const absl::string_view full = method->name;
    if (absl::EqualsIgnoreCase(method->descriptor->name(), name) ||
        absl::EqualsIgnoreCase(full, name) ||
        absl::EqualsIgnoreCase(full, absl::StrCat("lazuli.v1.", name))) {
      return method;
    }
  }
  return nullptr;
}

absl::StatusOr<CallContext> ExplanationsService::ContextOf(
    const CallContext& ctx, const v1::ExplainRequest& request) const {
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr principal,
                          parts_.directory->Find(request.principal()));
  CallContext as;
  as.caller = Caller{.tenant_id = principal->tenant_id,
                     .object_id = principal->object_id,
                     .app_id = principal->app_id,
                     .issuer = IssuerOf(principal->tenant_id),
                     .name = principal->display_name,
                     .shared_key_account_id = {}};
  if (parts_.name_space_of) as.name_space = parts_.name_space_of(as.caller);
  as.client_address = request.client_address().empty() ? kOwnAddress : request.client_address();
  as.subnet_id = request.subnet_id();
  as.private_endpoint = request.private_endpoint();
  as.trusted_service = request.trusted_service();
  as.now = ctx.now;
  return as;
}

absl::StatusOr<Decision> ExplanationsService::Foresee(const CallContext& as, const Method& method,
                                                      const keyvault::AccessQuestion& question,
                                                      absl::Status* refusal) const {
  LAZULI_ASSIGN_OR_RETURN(const keyvault::AccessDecision access,
                          parts_.access_control->Decide(as, question));
  *refusal = RefusalOf(access, as);
  // In the order of KeyVaultAuthorizer, and then of the operation.
  if (refusal->ok() || !keyvault::IsAtEntry(access.verdict)) {
    if (absl::Status uri = CheckUri(method, question); !uri.ok()) *refusal = std::move(uri);
  }
  if (refusal->ok()) *refusal = parts_.access_control->CheckState(as, question);
  if (refusal->ok()) return Describe(access, as);
  std::optional<Decision> decision = DecisionOf(*refusal);
  return decision.has_value() ? *std::move(decision) : DecisionByError(*refusal);
}

absl::Status ExplanationsService::ExplainQuestion(const CallContext& ctx,
                                                  const v1::ExplainRequest& request,
                                                  v1::Explanation* response) const {
  if (request.operation().empty() || request.vault().empty()) {
    return InvalidInputError(request.operation().empty() ? "operation" : "vault",
                             "give a request id, or a principal, an operation and a vault.");
  }
  const Method* const method = FindOperation(request.operation());
  if (method == nullptr) return UnknownVaultOperationError(request.operation());
  LAZULI_ASSIGN_OR_RETURN(keyvault::AccessQuestion question, QuestionOf(*method));
  if (!request.name().empty() && !NamesObject(*method, question.kind)) {
    return InvalidInputError("name", "the operation is about no single object.");
  }
  if (!request.version().empty() && !NamesVersion(*method, question.kind)) {
    return InvalidInputError("version", "the operation is about no single version.");
  }
  LAZULI_ASSIGN_OR_RETURN(const CallContext as, ContextOf(ctx, request));
  question.vault_name = request.vault();
  question.object_name = request.name();
  question.object_version = request.version();
  absl::Status refusal;
  LAZULI_ASSIGN_OR_RETURN(const Decision decision, Foresee(as, *method, question, &refusal));
  Fill(decision, response);
  if (!refusal.ok()) FillError(refusal, response);
  v1::ExplainedCall& call = *response->mutable_call();
  call.set_operation(method->name);
  FillCaller(as.caller, &call);
  FillOrigin({.client_address = as.client_address,
              .subnet_id = as.subnet_id,
              .private_endpoint = as.private_endpoint,
              .trusted_service = as.trusted_service},
             &call);
  *call.mutable_time() = ToProto(as.now);
  AddTarget("vault_name", request.vault(), &call);
  AddTarget("name", request.name(), &call);
  AddTarget("version", request.version(), &call);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
