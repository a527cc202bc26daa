#include "keyvault/errors.h"

#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/permission.h"

namespace lazuli::keyvault {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const VaultLabel kVault = {"kv1", "westus2"};

CallContext Context() {
  CallContext context;
  context.caller = {.tenant_id = "T",
                    .object_id = "O",
                    .app_id = "A",
                    .issuer = "https://sts.windows.net/T/",
                    .name = "ann",
                    .shared_key_account_id = ""};
  context.client_address = "10.1.2.3";
  return context;
}

struct Expectation {
  absl::Status status;
  absl::StatusCode canonical;
  int http_status;
  const char* code;
  const char* inner_code;
  const char* target;
};

TEST(ErrorsTest, EachErrorHasItsCodes) {
  using enum absl::StatusCode;
  const Caller caller = Context().caller;
  const Expectation cases[] = {
      {InvalidIssuerError("T", caller), kUnauthenticated, 401, "Unauthorized", "", ""},
      {PolicyMissingError(kVault, caller, PermissionKind::kKeys, Permission::kGet),
       kPermissionDenied, 403, "Forbidden", "AccessDenied", ""},
      {PolicyVerbMissingError(kVault, caller, PermissionKind::kKeys, Permission::kGet),
       kPermissionDenied, 403, "Forbidden", "ForbiddenByPolicy", ""},
      {RoleMissingError(kVault, caller, "/s", "a"), kPermissionDenied, 403, "Forbidden",
       "ForbiddenByRbac", ""},
      {FirewallError(kVault, Context()), kPermissionDenied, 403, "Forbidden", "ForbiddenByFirewall",
       ""},
      {ConnectionError(kVault, Context()), kPermissionDenied, 403, "Forbidden",
       "ForbiddenByConnection", ""},
      {VaultNotFoundError("v"), kNotFound, 404, "VaultNotFound", "", ""},
      {ObjectNotFoundError(ObjectKind::kKey, "k", ""), kNotFound, 404, "KeyNotFound", "", ""},
      {DeletedObjectNotFoundError(ObjectKind::kKey, "k"), kNotFound, 404, "KeyNotFound", "", ""},
      {ObjectBeingDeletedOnCreateError(ObjectKind::kKey, "k"), kAborted, 409, "Conflict",
       "ObjectIsBeingDeleted", ""},
      {ObjectBeingDeletedError(ObjectKind::kKey, "k"), kAborted, 409, "Conflict",
       "ObjectIsBeingDeleted", ""},
      {ObjectDeletedButRecoverableError(ObjectKind::kKey, "k"), kAlreadyExists, 409, "Conflict",
       "ObjectIsDeletedButRecoverable", ""},
      {ObjectBeingRecoveredError(ObjectKind::kKey, "k"), kAborted, 409, "Conflict",
       "ObjectIsBeingRecovered", ""},
      {ObjectNotDeletedError(ObjectKind::kKey, "k"), kFailedPrecondition, 400, "MethodNotAllowed",
       "RequestNotAllowedOnNonDeletedObject", ""},
      {ObjectPurgeProtectedError(kVault), kFailedPrecondition, 403, "Forbidden", "", ""},
      {ObjectNotFoundError(ObjectKind::kSecret, "s", ""), kNotFound, 404, "SecretNotFound", "", ""},
      {ObjectRestoreConflictError(ObjectKind::kSecret, "id"), kAlreadyExists, 409, "Conflict", "",
       ""},
      {SecretDisabledError(), kPermissionDenied, 403, "Forbidden", "SecretDisabled", ""},
      {SecretTooLongError(9), kInvalidArgument, 400, "BadParameter", "", "value"},
      {KeyDisabledError(KeyOperation::kSign), kPermissionDenied, 403, "Forbidden", "KeyDisabled",
       ""},
      {KeyNotYetValidError(KeyOperation::kSign), kPermissionDenied, 403, "Forbidden",
       "KeyNotYetValid", ""},
      {KeyExpiredError(KeyOperation::kSign), kPermissionDenied, 403, "Forbidden", "KeyExpired", ""},
      {KeyOperationForbiddenError(KeyOperation::kSign), kPermissionDenied, 403, "Forbidden",
       "KeyOperationForbidden", ""},
      {KeyTypeNotSupportedError("oct"), kInvalidArgument, 400, "BadParameter",
       "KeyTypeNotSupported", "kty"},
      {HardwareKeyOnStandardVaultError(), kInvalidArgument, 400, "BadParameter", "", "kty"},
      {InvalidObjectNameError("key_name", "a_b"), kInvalidArgument, 400, "BadParameter", "",
       "key_name"},
      {InvalidObjectVersionError("key_version", "GET", "latest"), kInvalidArgument, 400,
       "BadParameter", "", "key_version"},
      {BadKeyParameterError("tags", "x"), kInvalidArgument, 400, "BadParameter", "", "tags"},
      {ExportableNeedsPremiumError(), kInvalidArgument, 400, "BadParameter", "",
       "attributes.exportable"},
      {ExportableNeedsReleasePolicyError(), kInvalidArgument, 400, "BadParameter", "",
       "attributes.exportable"},
      {ExportableFixedError(), kInvalidArgument, 400, "BadParameter", "", "attributes.exportable"},
      {VaultNameInvalidError("1"), kInvalidArgument, 400, "VaultNameNotValid", "", "vaultName"},
      {VaultAlreadyExistsError("v"), kAlreadyExists, 409, "VaultAlreadyExists", "", ""},
      {VaultDeletedConflictError(), kAlreadyExists, 409, "ConflictError", "", ""},
      {SoftDeletedVaultNotFoundError(), kFailedPrecondition, 400, "SoftDeletedVaultDoesNotExist",
       "", ""},
      {InvalidVaultLocationError({"s", "g", "v"}, "a", "b"), kFailedPrecondition, 409,
       "InvalidResourceLocation", "", "location"},
      {VaultResourceNotFoundError({"s", "g", "v"}), kNotFound, 404, "ResourceNotFound", "", ""},
      {DeletedVaultNotFoundError("v"), kNotFound, 404, "DeletedVaultNotFound", "", ""},
      {VaultPurgeProtectedError(), kFailedPrecondition, 405, "MethodNotAllowed", "", ""},
      {PurgeProtectionIrreversibleError(), kInvalidArgument, 400, "BadRequest", "",
       "properties.enablePurgeProtection"},
      {SoftDeleteIrreversibleError(), kInvalidArgument, 400, "BadRequest", "",
       "properties.enableSoftDelete"},
      {InvalidTenantError(), kInvalidArgument, 400, "BadRequest", "", "properties.tenantId"},
      {MissingVaultPropertyError("properties.sku"), kInvalidArgument, 400, "BadRequest", "",
       "properties.sku"},
      {InvalidVaultPropertyError("tags", "x"), kInvalidArgument, 400, "BadRequest", "", "tags"},
  };
  for (const Expectation& c : cases) {
    EXPECT_EQ(c.status.code(), c.canonical) << c.status;
    const std::optional<ErrorInfo> info = GetErrorInfo(c.status);
    ASSERT_TRUE(info.has_value()) << c.status;
    EXPECT_EQ(info->http_status, c.http_status) << c.status;
    EXPECT_EQ(info->code, c.code) << c.status;
    EXPECT_EQ(info->inner_code, c.inner_code) << c.status;
    EXPECT_EQ(info->target, c.target) << c.status;
  }
}

std::string Text(const absl::Status& status) { return std::string(status.message()); }

TEST(ErrorsTest, DenialsNameTheCallerAndWhatWasLookedAt) {
  const CallContext context = Context();
  EXPECT_EQ(Text(InvalidIssuerError("V", context.caller)),
            "AKV10032: Invalid issuer. Expected one of https://sts.windows.net/V/, found "
            "https://sts.windows.net/T/.");
  const std::string lacks =
      "The user, group or application 'appid=A;oid=O;iss=https://sts.windows.net/T/' does not have "
      "keys wrapKey permission on key vault 'kv1;location=westus2'. For help resolving this issue, "
      "please see https://go.microsoft.com/fwlink/?linkid=2125287";
  EXPECT_EQ(
      Text(PolicyMissingError(kVault, context.caller, PermissionKind::kKeys, Permission::kWrapKey)),
      lacks);
  EXPECT_EQ(Text(PolicyVerbMissingError(kVault, context.caller, PermissionKind::kKeys,
                                        Permission::kWrapKey)),
            lacks);
  EXPECT_THAT(Text(PolicyVerbMissingError(kVault, context.caller, PermissionKind::kSecrets,
                                          Permission::kGet)),
              HasSubstr("' does not have secrets get permission on key vault 'kv1;"));
  EXPECT_EQ(
      Text(RoleMissingError(kVault, context.caller, "/subscriptions/S/vaults/KV1/keys/k",
                            "Microsoft.KeyVault/vaults/keys/read")),
      "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny "
      "assignments or role definitions were changed recently, please observe propagation time.\r\n"
      "Caller: appid=A;oid=O;iss=https://sts.windows.net/T/\r\nAction: "
      "'Microsoft.KeyVault/vaults/keys/read'\r\nResource: '/subscriptions/s/vaults/kv1/keys/k'\r\n"
      "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: null \r\nVault: "
      "kv1;location=westus2\r\n");
  EXPECT_EQ(Text(FirewallError(kVault, context)),
            "Client address is not authorized and caller is not a trusted service.\r\nClient "
            "address: 10.1.2.3\r\nCaller: appid=A;oid=O;iss=https://sts.windows.net/T/\r\nVault: "
            "kv1;location=westus2");
  EXPECT_THAT(Text(ConnectionError(kVault, context)),
              StartsWith("Public network access is disabled and request is not from a trusted "
                         "service nor via an approved private link.\r\nCaller: appid=A;"));
}

TEST(ErrorsTest, KeyErrorsHaveTheServicesTexts) {
  EXPECT_EQ(Text(ObjectNotFoundError(ObjectKind::kKey, "k", "")),
            "A key with (name/id) k was not found in this key vault. If you recently deleted this "
            "key you may be able to recover it using the correct recovery command. For help "
            "resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182");
  EXPECT_THAT(Text(ObjectNotFoundError(ObjectKind::kKey, "k", "1f")),
              StartsWith("A key with (name/id) k/1f was not"));
  EXPECT_EQ(Text(ObjectDeletedButRecoverableError(ObjectKind::kKey, "k")),
            "Key k is currently in a deleted but recoverable state, and its name cannot be reused; "
            "in this state, the key can only be recovered or purged.");
  EXPECT_EQ(Text(ObjectPurgeProtectedError(kVault)),
            "Operation \"purge\" is not allowed because purge protection is enabled for this "
            "vault. Key Vault service will automatically purge it after the retention period has "
            "passed.\r\nVault: kv1;location=westus2");
  EXPECT_EQ(Text(KeyTypeNotSupportedError("oct")), "Invalid kty value: oct");
  EXPECT_EQ(Text(InvalidObjectNameError("key_name", "a_b")),
            "The request URI contains an invalid name: a_b");
  EXPECT_EQ(Text(InvalidObjectVersionError("key_version", "GET", "latest")),
            "Method GET does not allow operation 'latest'");
  EXPECT_EQ(Text(HardwareKeyOnStandardVaultError()),
            "Hardware key operation not allowed on standard vault");
}

TEST(ErrorsTest, VaultErrorsHaveTheServicesTexts) {
  EXPECT_EQ(Text(PurgeProtectionIrreversibleError()),
            "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge "
            "protection for a vault is an irreversible action.");
  EXPECT_EQ(Text(InvalidTenantError()), "An invalid value was provided for 'tenantId'.");
  EXPECT_EQ(Text(VaultPurgeProtectedError()), "Operation 'DeletedVaultPurge' is not allowed.");
  EXPECT_EQ(Text(VaultResourceNotFoundError({"s", "G", "X"})),
            "The Resource 'Microsoft.KeyVault/vaults/X' under resource group 'G' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix");
  EXPECT_THAT(Text(VaultNameInvalidError("1")),
              StartsWith("The vault name '1' is invalid. A vault's name must be between 3-24"));
  EXPECT_THAT(Text(VaultAlreadyExistsError("v")),
              StartsWith("The vault name 'v' is already in use. Vault names are globally unique"));
  EXPECT_EQ(Text(InvalidVaultPropertyError("properties.sku.name", "No.")),
            "An invalid value was provided for 'sku.name'. No.");
}

TEST(ErrorsTest, AbsurdlyLongNamesAreCut) {
  const std::string name(100'000, 'x');
  for (const absl::Status& status :
       {InvalidObjectNameError("key_name", name),
        InvalidObjectVersionError("key_version", "GET", name), VaultNotFoundError(name),
        VaultNameInvalidError(name), DeletedVaultNotFoundError(name),
        VaultResourceNotFoundError({"s", "g", name}),
        ObjectNotFoundError(ObjectKind::kKey, name, name),
        DeletedObjectNotFoundError(ObjectKind::kKey, name)}) {
    EXPECT_LT(status.message().size(), 1000u);
  }
}

}  // namespace
}  // namespace lazuli::keyvault
