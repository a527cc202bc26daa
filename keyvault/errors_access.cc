#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "keyvault/errors.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kPolicyHelp =
    "For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287";

using make_error::Fail;
using make_error::Forbidden;

std::string Describe(const Caller& caller) {
  return absl::StrCat("appid=", caller.app_id, ";oid=", caller.object_id, ";iss=", caller.issuer);
}

std::string Describe(const VaultLabel& vault) {
  return absl::StrCat(vault.name, ";location=", vault.location);
}

// The service's own text, which says the same whether the caller has a policy or not.
std::string LacksPermission(const VaultLabel& vault, const Caller& caller, PermissionKind kind,
                            Permission permission) {
  return absl::StrCat("The user, group or application '", Describe(caller), "' does not have ",
                      PermissionKindName(kind), " ", PermissionName(permission),
                      " permission on key vault '", Describe(vault), "'. ", kPolicyHelp);
}

}  // namespace

absl::Status InvalidIssuerError(absl::string_view vault_tenant_id, const Caller& caller) {
  return Fail(absl::StatusCode::kUnauthenticated, 401, "Unauthorized", "",
              absl::StrCat("AKV10032: Invalid issuer. Expected one of https://sts.windows.net/",
                           vault_tenant_id, "/, found ", caller.issuer, "."));
}

absl::Status PolicyMissingError(const VaultLabel& vault, const Caller& caller, PermissionKind kind,
                                Permission permission) {
  return Forbidden("AccessDenied", LacksPermission(vault, caller, kind, permission));
}

absl::Status PolicyVerbMissingError(const VaultLabel& vault, const Caller& caller,
                                    PermissionKind kind, Permission permission) {
  return Forbidden("ForbiddenByPolicy", LacksPermission(vault, caller, kind, permission));
}

absl::Status RoleMissingError(const VaultLabel& vault, const Caller& caller,
                              absl::string_view scope, absl::string_view data_action) {
  return Forbidden(
      "ForbiddenByRbac",
      absl::StrCat(
          "Caller is not authorized to perform action on resource.\r\nIf role assignments, "
          "deny assignments or role definitions were changed recently, please observe "
          "propagation time.\r\nCaller: ",
          Describe(caller), "\r\nAction: '", data_action, "'\r\nResource: '",
          absl::AsciiStrToLower(scope),
          "'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null "
          "\r\nVault: ",
          Describe(vault), "\r\n"));
}

absl::Status FirewallError(const VaultLabel& vault, const CallContext& context) {
  const absl::string_view address =
      context.client_address.empty() ? absl::string_view("(none)") : context.client_address;
  return Forbidden(
      "ForbiddenByFirewall",
      absl::StrCat("Client address is not authorized and caller is not a trusted service.\r\n"
                   "Client address: ",
                   address, "\r\nCaller: ", Describe(context.caller),
                   "\r\nVault: ", Describe(vault)));
}

absl::Status ConnectionError(const VaultLabel& vault, const CallContext& context) {
  return Forbidden(
      "ForbiddenByConnection",
      absl::StrCat(
          "Public network access is disabled and request is not from a trusted service nor "
          "via an approved private link.\r\nCaller: ",
          Describe(context.caller), "\r\nVault: ", Describe(vault)));
}

absl::Status ThrottledError(absl::string_view reason, absl::Duration retry_after) {
  ErrorInfo info;
  info.code = "Throttled";
  info.http_status = 429;
  info.retry_after = retry_after;
  return MakeError(
      absl::StatusCode::kResourceExhausted,
      absl::StrCat("Request was not processed because too many requests were received. Reason: ",
                   reason),
      info);
}

}  // namespace lazuli::keyvault
