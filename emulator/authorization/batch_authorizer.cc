#include "emulator/authorization/batch_authorizer.h"

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/account_spec.h"
#include "emulator/arm/errors.h"
#include "emulator/authorization/request_fields.h"

namespace lazuli::emulator {

absl::Status BatchAuthorizer::Authorize(const Method& method,
                                        const google::protobuf::Message& request,
                                        CallContext* ctx) const {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<batch::Account> account,
                          accounts_->Find(StringField(request, "account"), ctx->name_space));
  if (const std::string& signed_for = ctx->caller.shared_key_account_id; !signed_for.empty()) {
    // The signature was by a key of that account, and says nothing about any other.
    if (absl::EqualsIgnoreCase(signed_for, account->arm_id())) return absl::OkStatus();
    return AuthorizationFailedError(ctx->caller, method.rule.action(), account->arm_id(),
                                    {"the call was signed with the shared key of another account"});
  }
  LAZULI_RETURN_IF_ERROR(account->CheckAuthenticationMode(batch::AuthenticationMode::kAad));
  LAZULI_RETURN_IF_ERROR(resources_->CheckCallerTenant(ctx->caller, account->id().subscription_id));
  return roles_->Check(ctx->caller, account->arm_id(), method.rule.action(),
                       method.rule.data_action());
}

}  // namespace lazuli::emulator
