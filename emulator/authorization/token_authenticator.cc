#include "emulator/authorization/token_authenticator.h"

#include "base/status_macros.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

absl::StatusOr<Caller> TokenAuthenticator::Authenticate(absl::string_view authorization) const {
  LAZULI_ASSIGN_OR_RETURN(const absl::string_view token, BearerToken(authorization));
  return verifier_->Verify(token, kAllAudiences);
}

}  // namespace lazuli::emulator
