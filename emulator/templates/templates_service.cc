#include "emulator/templates/templates_service.h"

#include <string>

#include "base/status_macros.h"
#include "emulator/identity/well_known.h"
#include "emulator/templates/template_target.h"

namespace lazuli::emulator {

absl::Status TemplatesService::ApplyTemplate(const CallContext& ctx, const v1::Template& request,
                                             v1::ApplyTemplateResponse* response) const {
  TemplateTarget target;
  target.tenant_id = std::string(kDefaultTenantId);
  target.subscription_id = std::string(kDefaultSubscriptionId);
  target.maker = ctx.caller;
  LAZULI_ASSIGN_OR_RETURN(*response, applier_->Apply(target, request));
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
