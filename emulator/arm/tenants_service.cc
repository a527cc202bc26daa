// File: emulator/arm/tenants_service.cc
#include "emulator/arm/tenants_service.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::emulator {

absl::Status TenantsService::ListTenantDescriptions(
    const CallContext& context, const v1::Empty&,
    v1::ListTenantDescriptionsResponse* response) const {
  for (const Tenant& tenant : directory_->ListTenants()) {
    if (!absl::EqualsIgnoreCase(tenant.tenant_id, context.caller.tenant_id)) continue;
    v1::TenantDescription* const description = response->add_value();
    description->set_id(absl::StrCat("/tenants/", tenant.tenant_id));
    description->set_tenant_id(tenant.tenant_id);
    description->set_tenant_category("Home");
    description->set_display_name(tenant.display_name);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
