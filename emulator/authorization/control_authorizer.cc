#include "emulator/authorization/control_authorizer.h"

#include "absl/strings/str_cat.h"
#include "emulator/arm/errors.h"

namespace lazuli::emulator {

absl::Status ControlAuthorizer::Authorize(const Method& method, const google::protobuf::Message&,
                                          CallContext* ctx) const {
  if (roles_->IsRootOwner(ctx->caller)) return absl::OkStatus();
  return AuthorizationFailedError(
      ctx->caller, absl::StrCat("Lazuli/", method.descriptor->name(), "/action"), "/",
      {"controlling the emulator takes the role Owner at the scope /"});
}

}  // namespace lazuli::emulator
