#include "emulator/https/control/control_callers.h"

#include <string>

#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

ControlCallers::ControlCallers(const ControlGuard* guard, const Directory* directory,
                               TokenVerifier* verifier)
    : guard_(guard), directory_(directory), verifier_(verifier) {}

absl::StatusOr<Caller> ControlCallers::WhoCalls(const HttpRequest& request) const {
  const std::string* authorization = request.headers.Find("authorization");
  if (authorization != nullptr && !guard_->BearsOperatorToken(request)) {
    LAZULI_ASSIGN_OR_RETURN(const absl::string_view token, BearerToken(*authorization));
    return verifier_->Verify(token, kAllAudiences);
  }
  const Principal::Ptr administrator = directory_->FindByAppId(kDefaultTenantId, kAdminAppId);
  if (administrator == nullptr) return InternalError("there is no administrator");
  Caller caller;
  caller.tenant_id = administrator->tenant_id;
  caller.object_id = administrator->object_id;
  caller.app_id = administrator->app_id;
  caller.name = administrator->display_name;
  return caller;
}

}  // namespace lazuli::emulator
