// File: emulator/identity/directory_service.cc
#include "emulator/identity/directory_service.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/limits.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/token_messages.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

v1::PrincipalType ToProto(PrincipalType type) {
  switch (type) {
    case PrincipalType::kServicePrincipal:
      return v1::PRINCIPAL_TYPE_SERVICE_PRINCIPAL;
    case PrincipalType::kSystemAssignedIdentity:
      return v1::PRINCIPAL_TYPE_SYSTEM_ASSIGNED_IDENTITY;
    case PrincipalType::kUserAssignedIdentity:
      return v1::PRINCIPAL_TYPE_USER_ASSIGNED_IDENTITY;
  }
  return v1::PRINCIPAL_TYPE_UNSPECIFIED;
}

void Fill(const Tenant& tenant, v1::Tenant* message) {
  message->set_tenant_id(tenant.tenant_id);
  message->set_display_name(tenant.display_name);
}

void Fill(const Principal& principal, v1::Principal* message) {
  message->set_type(ToProto(principal.type));
  message->set_tenant_id(principal.tenant_id);
  message->set_object_id(principal.object_id);
  message->set_app_id(principal.app_id);
  message->set_display_name(principal.display_name);
  if (!principal.resource_id.empty()) message->set_resource_id(principal.resource_id);
}

// Finds by the two fields that several requests share.
absl::StatusOr<Principal::Ptr> FindRequired(const Directory& directory,
                                            const std::string& principal,
                                            const std::string& tenant_id) {
  if (principal.empty()) return InvalidInputError("principal", "It is required.");
  return directory.Find(principal, tenant_id);
}

}  // namespace

DirectoryService::DirectoryService(Directory* directory, const TokenIssuer* issuer)
    : directory_(directory), issuer_(issuer) {}

absl::Status DirectoryService::CreateTenant(const CallContext&,
                                            const v1::CreateTenantRequest& request,
                                            v1::Tenant* response) {
  LAZULI_ASSIGN_OR_RETURN(const Tenant tenant,
                          directory_->CreateTenant(request.tenant_id(), request.display_name()));
  Fill(tenant, response);
  return absl::OkStatus();
}

absl::Status DirectoryService::ListTenants(const CallContext&, const v1::Empty&,
                                           v1::ListTenantsResponse* response) {
  for (const Tenant& tenant : directory_->ListTenants()) Fill(tenant, response->add_value());
  return absl::OkStatus();
}

absl::Status DirectoryService::CreateServicePrincipal(
    const CallContext&, const v1::CreateServicePrincipalRequest& request,
    v1::CreateServicePrincipalResponse* response) {
  if (request.has_client_secret() && request.client_secret().empty()) {
    return InvalidInputError("clientSecret", "It must not be empty.");
  }
  LAZULI_ASSIGN_OR_RETURN(
      const CreatedServicePrincipal created,
      directory_->CreateServicePrincipal({.tenant_id = request.tenant_id(),
                                          .display_name = request.display_name(),
                                          .app_id = request.app_id(),
                                          .object_id = request.object_id(),
                                          .client_secret = request.client_secret()}));
  Fill(*created.principal, response->mutable_principal());
  response->set_client_secret(created.client_secret);
  return absl::OkStatus();
}

absl::Status DirectoryService::GetPrincipal(const CallContext&,
                                            const v1::GetPrincipalRequest& request,
                                            v1::Principal* response) {
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr principal,
                          FindRequired(*directory_, request.principal(), request.tenant_id()));
  Fill(*principal, response);
  return absl::OkStatus();
}

absl::Status DirectoryService::ListPrincipals(const CallContext&,
                                              const v1::ListPrincipalsRequest& request,
                                              v1::ListPrincipalsResponse* response) {
  if (request.has_tenant_id() && !directory_->HasTenant(request.tenant_id())) {
    return TenantNotFoundError(request.tenant_id());
  }
  for (const Principal::Ptr& principal : directory_->ListPrincipals(request.tenant_id())) {
    Fill(*principal, response->add_value());
  }
  return absl::OkStatus();
}

absl::Status DirectoryService::DeleteServicePrincipal(const CallContext&,
                                                      const v1::GetPrincipalRequest& request,
                                                      v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr principal,
                          FindRequired(*directory_, request.principal(), request.tenant_id()));
  return directory_->DeleteServicePrincipal(principal->object_id);
}

absl::Status DirectoryService::AddKeyCredential(const CallContext&,
                                                const v1::AddKeyCredentialRequest& request,
                                                v1::KeyCredential* response) {
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr principal,
                          FindRequired(*directory_, request.principal(), request.tenant_id()));
  LAZULI_ASSIGN_OR_RETURN(const KeyCredential::Ptr credential,
                          KeyCredential::Parse(request.certificate()));
  LAZULI_RETURN_IF_ERROR(directory_->AddKeyCredential(principal->object_id, credential));
  response->set_thumbprint(credential->thumbprint());
  if (credential->is_certificate()) {
    *response->mutable_not_before() = lazuli::ToProto(credential->not_before());
    *response->mutable_not_after() = lazuli::ToProto(credential->not_after());
  }
  return absl::OkStatus();
}

absl::Status DirectoryService::RemoveKeyCredential(const CallContext&,
                                                   const v1::RemoveKeyCredentialRequest& request,
                                                   v1::Empty*) {
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr principal,
                          FindRequired(*directory_, request.principal(), request.tenant_id()));
  return directory_->RemoveKeyCredential(principal->object_id, request.thumbprint());
}

absl::Status DirectoryService::IssueTokenFor(const CallContext&,
                                             const v1::IssueTokenForRequest& request,
                                             v1::IssueTokenResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const Principal::Ptr principal,
                          FindRequired(*directory_, request.principal(), request.tenant_id()));
  const std::string audience = AudienceOf(request.resource());
  if (audience.size() > limits::identity::kMaxAudienceBytes) {
    return InvalidInputError(
        "resource",
        absl::StrCat("It has more than ", limits::identity::kMaxAudienceBytes, " bytes."));
  }
  LAZULI_ASSIGN_OR_RETURN(const IssuedToken token, issuer_->Issue(*principal, audience));
  FillTokenResponse(token, response);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
