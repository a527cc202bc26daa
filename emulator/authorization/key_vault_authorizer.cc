#include "emulator/authorization/key_vault_authorizer.h"

#include "emulator/authorization/request_fields.h"

namespace lazuli::emulator {

absl::Status KeyVaultAuthorizer::Authorize(const Method& method,
                                           const google::protobuf::Message& request,
                                           CallContext* ctx) const {
  return access_control_->AuthorizeKeyOperation(*ctx, StringField(request, "vault_name"),
                                                StringField(request, "key_name"),
                                                method.rule.permission(), method.rule.action());
}

}  // namespace lazuli::emulator
