#include "emulator/authorization/resource_manager_authorizer.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "emulator/authorization/request_fields.h"

namespace lazuli::emulator {

namespace {

// Whether the call is about something inside a resource group, and not about the group itself.
bool IsInsideGroup(const Method& method, const google::protobuf::Message& request) {
  return HasStringField(request, "resource_group_name") &&
         absl::StrContains(method.rule.http(), "/resourceGroups/{resource_group_name}/providers/");
}

}  // namespace

absl::Status ResourceManagerAuthorizer::Authorize(const Method& method,
                                                  const google::protobuf::Message& request,
                                                  CallContext* ctx) const {
  if (method.rule.any_caller()) return absl::OkStatus();
  const std::string scope = method.scope.Expand(request);
  const absl::string_view subscription = StringField(request, "subscription_id");
  // What is decided at the root may be about a subscription that does not exist yet.
  if (!subscription.empty() && scope != "/") {
    LAZULI_RETURN_IF_ERROR(resources_->CheckCallerTenant(ctx->caller, subscription));
    LAZULI_ASSIGN_OR_RETURN(ctx->subscription_tenant_id, resources_->TenantOf(subscription));
  }
  LAZULI_RETURN_IF_ERROR(roles_->Check(ctx->caller, scope, method.rule.action(), false));
  if (IsInsideGroup(method, request)) {
    LAZULI_ASSIGN_OR_RETURN(
        GroupHold hold,
        resources_->HoldResourceGroup(subscription, StringField(request, "resource_group_name")));
    ctx->hold = std::make_shared<GroupHold>(std::move(hold));
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
