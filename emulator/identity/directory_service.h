// File: emulator/identity/directory_service.h
//
// The directory's own wire: lazuli.v1.Directory.
#ifndef LAZULI_EMULATOR_IDENTITY_DIRECTORY_SERVICE_H_
#define LAZULI_EMULATOR_IDENTITY_DIRECTORY_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/token_issuer.h"
#include "proto/common.pb.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {

// Thread safe. The pointers outlive the service. Whether the caller may is the dispatcher's
// business.
class DirectoryService {
 public:
  DirectoryService(Directory* directory, const TokenIssuer* issuer);

  absl::Status CreateTenant(const CallContext& context, const v1::CreateTenantRequest& request,
                            v1::Tenant* response);
  absl::Status ListTenants(const CallContext& context, const v1::Empty& request,
                           v1::ListTenantsResponse* response);
  absl::Status CreateServicePrincipal(const CallContext& context,
                                      const v1::CreateServicePrincipalRequest& request,
                                      v1::CreateServicePrincipalResponse* response);
  absl::Status GetPrincipal(const CallContext& context, const v1::GetPrincipalRequest& request,
                            v1::Principal* response);
  absl::Status ListPrincipals(const CallContext& context, const v1::ListPrincipalsRequest& request,
                              v1::ListPrincipalsResponse* response);
  absl::Status DeleteServicePrincipal(const CallContext& context,
                                      const v1::GetPrincipalRequest& request, v1::Empty* response);
  absl::Status AddKeyCredential(const CallContext& context,
                                const v1::AddKeyCredentialRequest& request,
                                v1::KeyCredential* response);
  absl::Status RemoveKeyCredential(const CallContext& context,
                                   const v1::RemoveKeyCredentialRequest& request,
                                   v1::Empty* response);
  absl::Status IssueTokenFor(const CallContext& context, const v1::IssueTokenForRequest& request,
                             v1::IssueTokenResponse* response);

 private:
  Directory* const directory_;
  const TokenIssuer* const issuer_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_DIRECTORY_SERVICE_H_
