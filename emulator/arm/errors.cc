// File: emulator/arm/errors.cc
#include "emulator/arm/errors.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "emulator/arm/limits.h"

namespace lazuli::emulator {
namespace {

ErrorInfo Info(absl::string_view code, int http_status, absl::string_view target = "") {
  ErrorInfo info;
  info.code = std::string(code);
  info.http_status = http_status;
  info.target = std::string(target);
  return info;
}

absl::Status BadRequest(absl::string_view code, absl::string_view target,
                        absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, message, Info(code, 400, target));
}

absl::Status NotFound(absl::string_view code, absl::string_view message) {
  return MakeError(absl::StatusCode::kNotFound, message, Info(code, 404));
}

absl::Status Conflict(absl::string_view code, absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, message, Info(code, 409));
}

}  // namespace

absl::Status InvalidResourceIdError(absl::string_view id, absl::string_view reason) {
  return BadRequest(
      "InvalidResourceId", "",
      absl::StrCat("The resource id '", Excerpt(id), "' is not valid: ", reason, "."));
}

absl::Status InvalidFilterError(absl::string_view filter, absl::string_view reason) {
  return BadRequest("InvalidFilterInQueryString", "$filter",
                    absl::StrCat("Invalid $filter '", Excerpt(filter),
                                 "' specified in the query string: ", reason));
}

absl::Status InvalidSkipTokenError() {
  return BadRequest("InvalidSkipToken", "$skiptoken",
                    "The skip token is none that a list of this service has answered.");
}

absl::Status ProviderNotFoundError(absl::string_view provider) {
  return NotFound("InvalidResourceNamespace",
                  absl::StrCat("The resource namespace '", Excerpt(provider), "' is invalid."));
}

absl::Status InvalidSubscriptionIdError(absl::string_view subscription) {
  return BadRequest("InvalidSubscriptionId", "subscriptionId",
                    absl::StrCat("The provided subscription identifier '", Excerpt(subscription),
                                 "' is malformed or invalid."));
}

absl::Status SubscriptionNotFoundError(absl::string_view subscription) {
  return NotFound("SubscriptionNotFound",
                  absl::StrCat("The subscription '", subscription, "' could not be found."));
}

absl::Status SubscriptionTenantMismatchError(absl::string_view subscription,
                                             absl::string_view tenant_id) {
  return Conflict("SubscriptionTenantMismatch",
                  absl::StrCat("The subscription '", subscription, "' belongs to the tenant '",
                               tenant_id, "' and cannot be moved to another."));
}

absl::Status WrongTenantError(const Caller& caller, absl::string_view subscription_tenant_id) {
  return MakeError(
      absl::StatusCode::kUnauthenticated,
      absl::StrCat("The access token is from the wrong issuer '", caller.issuer,
                   "'. It must match the tenant 'https://sts.windows.net/", subscription_tenant_id,
                   "/' associated with this subscription. Please use the authority (URL) "
                   "'https://login.windows.net/",
                   subscription_tenant_id, "' to get the token."),
      Info("InvalidAuthenticationTokenTenant", 401));
}

absl::Status InvalidResourceGroupNameError(absl::string_view name, absl::string_view reason) {
  return BadRequest(
      "InvalidResourceGroup", "resourceGroupName",
      absl::StrCat("The provided resource group name '", Excerpt(name), "' ", reason, "."));
}

absl::Status ResourceGroupNotFoundError(absl::string_view group) {
  return NotFound("ResourceGroupNotFound",
                  absl::StrCat("Resource group '", Excerpt(group), "' could not be found."));
}

absl::Status LocationRequiredError() {
  return BadRequest("LocationRequired", "location",
                    "The location property is required for this definition.");
}

absl::Status InvalidLocationError(absl::string_view location, absl::string_view resource_type) {
  if (resource_type.empty()) {
    return BadRequest("LocationNotAvailableForResourceGroup", "location",
                      absl::StrCat("The provided location '", Excerpt(location),
                                   "' is not available for resource group."));
  }
  return BadRequest("LocationNotAvailableForResourceType", "location",
                    absl::StrCat("The provided location '", Excerpt(location),
                                 "' is not available for resource type '", resource_type, "'."));
}

absl::Status ResourceGroupLocationChangedError(absl::string_view requested,
                                               absl::string_view existing) {
  return Conflict(
      "InvalidResourceGroupLocation",
      absl::StrCat("Invalid resource group location '", requested,
                   "'. The Resource group already exists in location '", existing, "'."));
}

absl::Status ResourceGroupNotEmptyError(absl::string_view group,
                                        const std::vector<std::string>& resource_ids) {
  ErrorInfo info = Info("ResourceGroupDeletionBlocked", 409);
  for (const std::string& id : resource_ids) {
    info.details.push_back({.code = "Resource", .message = id});
  }
  return MakeError(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat("Deletion of resource group '", group, "' failed as it still holds ",
                   resource_ids.size(), " resources, which have to be deleted first."),
      info);
}

absl::Status ResourceGroupInUseError(absl::string_view group) {
  ErrorInfo info = Info("ResourceGroupBeingDeleted", 409);
  info.retry_after = absl::Seconds(1);
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   absl::StrCat("The resource group '", group,
                                "' cannot be deleted while a call works in it, nor can a call work "
                                "in it while it is being deleted. Try again."),
                   info);
}

absl::Status ResourceGroupQuotaError(absl::string_view subscription, size_t limit) {
  return Conflict("ResourceGroupQuotaExceeded",
                  absl::StrCat("The subscription '", subscription, "' has ", limit,
                               " resource groups already, which is the maximum."));
}

absl::Status ResourceNotFoundError(absl::string_view type, absl::string_view name,
                                   absl::string_view group) {
  return NotFound("ResourceNotFound", absl::StrCat("The Resource '", type, "/", Excerpt(name),
                                                   "' under resource group '", Excerpt(group),
                                                   "' was not found. For more details please go to "
                                                   "https://aka.ms/ARMResourceNotFoundFix"));
}

absl::Status InvalidResourceNameError(absl::string_view type, absl::string_view name,
                                      absl::string_view rule) {
  return BadRequest("InvalidResourceName", "resourceName",
                    absl::StrCat("The name '", Excerpt(name), "' of a resource of type '", type,
                                 "' is not valid. ", rule));
}

absl::Status ResourceLocationChangedError(absl::string_view name, absl::string_view requested,
                                          absl::string_view existing) {
  return Conflict("InvalidResourceLocation",
                  absl::StrCat("The resource '", name, "' already exists in location '", existing,
                               "'. A resource with the same name cannot be created in location '",
                               requested, "'. Please select a new resource name."));
}

absl::Status TooManyTagsError(size_t count) {
  return BadRequest("InvalidTagCount", "tags",
                    absl::StrCat("The number of tags ", count, " exceeds the maximum of ",
                                 limits::arm::kMaxTags, "."));
}

absl::Status InvalidTagError(absl::string_view name, absl::string_view reason) {
  return BadRequest("InvalidTag", "tags",
                    absl::StrCat("The tag '", Excerpt(name), "' is not valid: ", reason, "."));
}

absl::Status AuthorizationFailedError(const Caller& caller, absl::string_view action,
                                      absl::string_view scope,
                                      const std::vector<std::string>& considered) {
  ErrorInfo info = Info("AuthorizationFailed", 403);
  for (const std::string& line : considered) {
    info.details.push_back({.code = "RoleAssignment", .message = line});
  }
  return MakeError(
      absl::StatusCode::kPermissionDenied,
      absl::StrCat("The client '", caller.app_id, "' with object id '", caller.object_id,
                   "' does not have authorization to perform action '", action, "' over scope '",
                   Excerpt(scope),
                   "' or the scope is invalid. If access was recently granted, please refresh your "
                   "credentials. Looked at: ",
                   absl::StrJoin(considered, "; "), "."),
      info);
}

absl::Status RoleDefinitionNotFoundError(absl::string_view role_definition_id) {
  return NotFound("RoleDefinitionDoesNotExist",
                  absl::StrCat("The specified role definition with ID '",
                               Excerpt(role_definition_id), "' does not exist."));
}

absl::Status InvalidRoleAssignmentNameError(absl::string_view name) {
  return BadRequest("InvalidRoleAssignmentId", "roleAssignmentName",
                    absl::StrCat("The role assignment ID '", Excerpt(name),
                                 "' is not valid. The role assignment ID must be a GUID."));
}

absl::Status RolePrincipalNotFoundError(absl::string_view principal_id,
                                        absl::string_view tenant_id) {
  const std::string where =
      tenant_id.empty() ? "here" : absl::StrCat("in the directory ", tenant_id);
  return BadRequest("PrincipalNotFound", "properties.principalId",
                    absl::StrCat("Principal ", Excerpt(principal_id), " does not exist ", where,
                                 ". Check that you have the correct principal ID."));
}

absl::Status UnmatchedPrincipalTypeError(absl::string_view principal_id, absl::string_view actual,
                                         absl::string_view given) {
  return BadRequest(
      "UnmatchedPrincipalType", "properties.principalType",
      absl::StrCat("The PrincipalId '", principal_id, "' has type '", actual,
                   "', which is different from specified PrincipalType '", Excerpt(given), "'."));
}

absl::Status RoleAssignmentExistsError(absl::string_view name) {
  return MakeError(absl::StatusCode::kAlreadyExists,
                   absl::StrCat("The role assignment already exists. The ID of the existing role "
                                "assignment is ",
                                name, "."),
                   Info("RoleAssignmentExists", 409));
}

absl::Status RoleAssignmentUpdateError() {
  return Conflict("RoleAssignmentUpdateNotPermitted",
                  "Tenant ID, application ID, principal ID, role definition ID, and scope are not "
                  "allowed to be updated.");
}

absl::Status RoleAssignmentNotFoundError(absl::string_view name) {
  return NotFound("RoleAssignmentNotFound",
                  absl::StrCat("The role assignment '", Excerpt(name), "' is not found."));
}

absl::Status RoleAssignmentLimitError(size_t limit) {
  return Conflict("RoleAssignmentLimitExceeded",
                  absl::StrCat("The number of role assignments for this subscription would exceed "
                               "the maximum of ",
                               limit, "."));
}

}  // namespace lazuli::emulator
