// File: emulator/https/entra/sign_in_tenant.h
//
// What the first segment of a URL of the login host stands for.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_SIGN_IN_TENANT_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_SIGN_IN_TENANT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/principal.h"

namespace lazuli::emulator {

struct SignInTenant {
  // As it stands in the URL; URLs in answers repeat it.
  std::string segment;
  // The tenant; for a name that means no tenant in particular, the default one.
  std::string tenant_id;
  // common, organizations, consumers and adfs: whoever signs in there is looked for in every
  // tenant, the default one first.
  bool is_shared = false;
  // Active Directory Federation Services: a server has no tenants, and paths of its own.
  bool is_adfs = false;
};

// `segment` is a tenant id or one of the names above. Errors: SignInTenantNotFoundError.
absl::StatusOr<SignInTenant> FindSignInTenant(const Directory& directory,
                                              absl::string_view segment);

// The principal of that client id. Errors: UnknownApplicationError; for a shared name also when
// several tenants have one and the default tenant has none.
absl::StatusOr<Principal::Ptr> FindClient(const Directory& directory, const SignInTenant& tenant,
                                          absl::string_view client_id);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_SIGN_IN_TENANT_H_
