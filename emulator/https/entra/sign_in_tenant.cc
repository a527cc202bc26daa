#include "emulator/https/entra/sign_in_tenant.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

absl::StatusOr<SignInTenant> FindSignInTenant(const Directory& directory,
                                              absl::string_view segment) {
  SignInTenant tenant;
  tenant.segment = std::string(segment);
  tenant.is_adfs = absl::EqualsIgnoreCase(segment, "adfs");
  tenant.is_shared = tenant.is_adfs || absl::EqualsIgnoreCase(segment, "common") ||
                     absl::EqualsIgnoreCase(segment, "organizations") ||
                     absl::EqualsIgnoreCase(segment, "consumers");
  if (tenant.is_shared) {
    tenant.tenant_id = std::string(kDefaultTenantId);
    return tenant;
  }
  if (!directory.HasTenant(segment)) return SignInTenantNotFoundError(segment);
  tenant.tenant_id = absl::AsciiStrToLower(segment);
  return tenant;
}

absl::StatusOr<Principal::Ptr> FindClient(const Directory& directory, const SignInTenant& tenant,
                                          absl::string_view client_id) {
  Principal::Ptr client = directory.FindByAppId(tenant.tenant_id, client_id);
  if (client != nullptr) return client;
  if (tenant.is_shared) {
    for (const Tenant& other : directory.ListTenants()) {
      Principal::Ptr found = directory.FindByAppId(other.tenant_id, client_id);
      if (found == nullptr) continue;
      if (client != nullptr) return UnknownApplicationError(client_id, tenant.segment);
      client = std::move(found);
    }
  }
  if (client == nullptr) return UnknownApplicationError(client_id, tenant.segment);
  return client;
}

}  // namespace lazuli::emulator
