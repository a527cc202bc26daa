// File: emulator/arm/errors.h
//
// The errors of Resource Manager, with Azure's codes and texts.
#ifndef LAZULI_EMULATOR_ARM_ERRORS_H_
#define LAZULI_EMULATOR_ARM_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/call_context.h"

namespace lazuli::emulator {

// INVALID_ARGUMENT, 400, code "InvalidResourceId".
absl::Status InvalidResourceIdError(absl::string_view id, absl::string_view reason);

// Lists.

// INVALID_ARGUMENT, 400, code "InvalidFilterInQueryString"; target "$filter".
absl::Status InvalidFilterError(absl::string_view filter, absl::string_view reason);
// INVALID_ARGUMENT, 400, code "InvalidSkipToken"; target "$skiptoken".
absl::Status InvalidSkipTokenError();
// NOT_FOUND, 404, code "InvalidResourceNamespace".
absl::Status ProviderNotFoundError(absl::string_view provider);

// Subscriptions.

// INVALID_ARGUMENT, 400, code "InvalidSubscriptionId".
absl::Status InvalidSubscriptionIdError(absl::string_view subscription);
// NOT_FOUND, 404, code "SubscriptionNotFound".
absl::Status SubscriptionNotFoundError(absl::string_view subscription);
// FAILED_PRECONDITION, 409, code "SubscriptionTenantMismatch": it belongs to another tenant
// already.
absl::Status SubscriptionTenantMismatchError(absl::string_view subscription,
                                             absl::string_view tenant_id);
// UNAUTHENTICATED, 401, code "InvalidAuthenticationTokenTenant": the caller is of another tenant
// than the subscription.
absl::Status WrongTenantError(const Caller& caller, absl::string_view subscription_tenant_id);

// Resource groups.

// INVALID_ARGUMENT, 400, code "InvalidResourceGroup".
absl::Status InvalidResourceGroupNameError(absl::string_view name, absl::string_view reason);
// NOT_FOUND, 404, code "ResourceGroupNotFound".
absl::Status ResourceGroupNotFoundError(absl::string_view group);
// INVALID_ARGUMENT, 400, code "LocationRequired".
absl::Status LocationRequiredError();
// INVALID_ARGUMENT, 400, code "LocationNotAvailableForResourceGroup" or, for other resources,
// "LocationNotAvailableForResourceType".
absl::Status InvalidLocationError(absl::string_view location, absl::string_view resource_type);
// FAILED_PRECONDITION, 409, code "InvalidResourceGroupLocation": a group never moves.
absl::Status ResourceGroupLocationChangedError(absl::string_view requested,
                                               absl::string_view existing);
// FAILED_PRECONDITION, 409, code "ResourceGroupDeletionBlocked"; the details name the resources.
absl::Status ResourceGroupNotEmptyError(absl::string_view group,
                                        const std::vector<std::string>& resource_ids);
// FAILED_PRECONDITION, 409, code "ResourceGroupBeingDeleted" or "ResourceGroupQuotaExceeded".
absl::Status ResourceGroupInUseError(absl::string_view group);
absl::Status ResourceGroupQuotaError(absl::string_view subscription, size_t limit);

// Resources.

// NOT_FOUND, 404, code "ResourceNotFound". `type`: "Microsoft.KeyVault/vaults".
absl::Status ResourceNotFoundError(absl::string_view type, absl::string_view name,
                                   absl::string_view group);
// INVALID_ARGUMENT, 400, code "InvalidResourceName".
absl::Status InvalidResourceNameError(absl::string_view type, absl::string_view name,
                                      absl::string_view rule);
// FAILED_PRECONDITION, 409, code "InvalidResourceLocation".
absl::Status ResourceLocationChangedError(absl::string_view name, absl::string_view requested,
                                          absl::string_view existing);
// INVALID_ARGUMENT, 400, code "InvalidTag..."; target "tags".
absl::Status TooManyTagsError(size_t count);
absl::Status InvalidTagError(absl::string_view name, absl::string_view reason);

// Roles.

// PERMISSION_DENIED, 403, code "AuthorizationFailed". `considered`: one line for each thing that
// was looked at, as details.
absl::Status AuthorizationFailedError(const Caller& caller, absl::string_view action,
                                      absl::string_view scope,
                                      const std::vector<std::string>& considered);
// NOT_FOUND, 404, code "RoleDefinitionDoesNotExist".
absl::Status RoleDefinitionNotFoundError(absl::string_view role_definition_id);
// INVALID_ARGUMENT, 400, code "InvalidRoleAssignmentId": the name is no GUID.
absl::Status InvalidRoleAssignmentNameError(absl::string_view name);
// INVALID_ARGUMENT, 400, code "PrincipalNotFound".
absl::Status RolePrincipalNotFoundError(absl::string_view principal_id,
                                        absl::string_view tenant_id);
// INVALID_ARGUMENT, 400, code "UnmatchedPrincipalType".
absl::Status UnmatchedPrincipalTypeError(absl::string_view principal_id, absl::string_view actual,
                                         absl::string_view given);
// ALREADY_EXISTS, 409, code "RoleAssignmentExists". `name` is that of the existing one.
absl::Status RoleAssignmentExistsError(absl::string_view name);
// FAILED_PRECONDITION, 409, code "RoleAssignmentUpdateNotPermitted".
absl::Status RoleAssignmentUpdateError();
// NOT_FOUND, 404, code "RoleAssignmentNotFound".
absl::Status RoleAssignmentNotFoundError(absl::string_view name);
// FAILED_PRECONDITION, 409, code "RoleAssignmentLimitExceeded".
absl::Status RoleAssignmentLimitError(size_t limit);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ERRORS_H_
