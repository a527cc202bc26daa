#include "emulator/authorization/batch_authorizer.h"

#include <memory>

#include "base/status_macros.h"
#include "batch/account.h"
#include "emulator/authorization/request_fields.h"

namespace lazuli::emulator {

absl::Status BatchAuthorizer::Authorize(const Method& method,
                                        const google::protobuf::Message& request,
                                        CallContext* ctx) const {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<batch::Account> account,
                          accounts_->Find(StringField(request, "account")));
  LAZULI_RETURN_IF_ERROR(resources_->CheckCallerTenant(ctx->caller, account->id().subscription_id));
  return roles_->Check(ctx->caller, account->arm_id(), method.rule.action(),
                       method.rule.data_action());
}

}  // namespace lazuli::emulator
