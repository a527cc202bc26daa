#include "emulator/sandboxes/sandboxes_service.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "emulator/sandboxes/sandbox.h"
#include "emulator/templates/template_target.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

template <typename Response>
void Fill(const Sandbox& sandbox, Response* response) {
  response->set_sandbox_id(sandbox.id);
  response->set_tenant_id(sandbox.tenant_id);
  response->set_subscription_id(sandbox.subscription_id);
  response->set_resource_group(sandbox.resource_group);
  response->set_client_id(sandbox.client_id);
  response->set_object_id(sandbox.object_id);
  *response->mutable_created_at() = ToProto(sandbox.created_at);
}

TemplateTarget TargetOf(const Sandbox& sandbox) {
  TemplateTarget target;
  target.tenant_id = sandbox.tenant_id;
  target.subscription_id = sandbox.subscription_id;
  target.resource_group = sandbox.resource_group;
  target.maker = Sandboxes::OwnerOf(sandbox);
  target.is_confined = true;
  return target;
}

}  // namespace

absl::Status SandboxesService::CreateSandbox(const CallContext& ctx,
                                             const v1::CreateSandboxRequest& request,
                                             v1::CreateSandboxResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const CreatedSandbox created,
                          sandboxes_->Create(request.sandbox_id(), ctx.now));
  if (request.has_template_()) {
    absl::StatusOr<v1::ApplyTemplateResponse> applied =
        templates_->Apply(TargetOf(created.sandbox), request.template_());
    if (!applied.ok()) {
      // What is wrong with the template matters more than what is left of the sandbox.
      if (absl::Status left = sandboxes_->Delete(ctx, created.sandbox.id); !left.ok()) {
        Log(LogLevel::kWarning, "sandbox_left",
            {{"sandbox", created.sandbox.id}, {"why", std::string(left.message())}});
      }
      return std::move(applied).status();
    }
    response->mutable_service_principals()->Swap(applied->mutable_service_principals());
  }
  Fill(created.sandbox, response);
  response->set_client_secret(created.client_secret);
  return absl::OkStatus();
}

absl::Status SandboxesService::ListSandboxes(const CallContext&, const v1::Empty&,
                                             v1::ListSandboxesResponse* response) {
  for (const Sandbox& sandbox : sandboxes_->List()) Fill(sandbox, response->add_value());
  return absl::OkStatus();
}

absl::Status SandboxesService::GetSandbox(const CallContext&, const v1::SandboxRequest& request,
                                          v1::Sandbox* response) {
  LAZULI_ASSIGN_OR_RETURN(const Sandbox sandbox, sandboxes_->Get(request.sandbox_id()));
  Fill(sandbox, response);
  return absl::OkStatus();
}

absl::Status SandboxesService::DeleteSandbox(const CallContext& ctx,
                                             const v1::SandboxRequest& request, v1::Empty*) {
  return sandboxes_->Delete(ctx, request.sandbox_id());
}

absl::Status SandboxesService::ResetSandbox(const CallContext& ctx,
                                            const v1::SandboxRequest& request,
                                            v1::Sandbox* response) {
  LAZULI_RETURN_IF_ERROR(sandboxes_->Reset(ctx, request.sandbox_id()));
  return GetSandbox(ctx, request, response);
}

absl::Status SandboxesService::ResetAllSandboxes(const CallContext& ctx, const v1::Empty& request,
                                                 v1::ListSandboxesResponse* response) {
  for (const Sandbox& sandbox : sandboxes_->List()) {
    const absl::Status reset = sandboxes_->Reset(ctx, sandbox.id);
    // One that was deleted meanwhile is empty enough.
    if (!reset.ok() && !absl::IsNotFound(reset)) return reset;
  }
  return ListSandboxes(ctx, request, response);
}

}  // namespace lazuli::emulator
