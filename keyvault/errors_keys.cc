#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

absl::Status Fail(absl::StatusCode canonical, int http_status, absl::string_view code,
                  absl::string_view inner_code, absl::string_view message,
                  absl::string_view target = "") {
  ErrorInfo info;
  info.code = std::string(code);
  info.inner_code = std::string(inner_code);
  info.http_status = http_status;
  info.target = std::string(target);
  return MakeError(canonical, message, info);
}

absl::Status NotFound(absl::string_view code, absl::string_view message) {
  return Fail(absl::StatusCode::kNotFound, 404, code, "", message);
}

absl::Status Conflict(absl::StatusCode canonical, absl::string_view inner_code,
                      absl::string_view message) {
  return Fail(canonical, 409, "Conflict", inner_code, message);
}

absl::Status Forbidden(absl::string_view inner_code, absl::string_view message) {
  return Fail(absl::StatusCode::kPermissionDenied, 403, "Forbidden", inner_code, message);
}

absl::Status BadParameter(absl::string_view target, absl::string_view message) {
  return Fail(absl::StatusCode::kInvalidArgument, 400, "BadParameter", "", message, target);
}

}  // namespace

absl::Status VaultNotFoundError(absl::string_view vault_name) {
  return NotFound("VaultNotFound", absl::StrCat("A key vault with the name '", Excerpt(vault_name),
                                                "' was not found, or it is deleted."));
}

absl::Status KeyNotFoundError(absl::string_view key_name, absl::string_view version) {
  return NotFound(
      "KeyNotFound",
      absl::StrCat("A key with (name/id) ", Excerpt(key_name), version.empty() ? "" : "/",
                   Excerpt(version),
                   " was not found in this key vault. If you recently deleted this key you may be "
                   "able to recover it using the correct recovery command. For help resolving this "
                   "issue, please see https://go.microsoft.com/fwlink/?linkid=2125182"));
}

absl::Status DeletedKeyNotFoundError(absl::string_view key_name) {
  return NotFound("KeyNotFound", absl::StrCat("Deleted Key not found: ", Excerpt(key_name)));
}

absl::Status KeyBeingDeletedOnCreateError(absl::string_view key_name) {
  return Conflict(absl::StatusCode::kAborted, "ObjectIsBeingDeleted",
                  absl::StrCat("Key ", key_name,
                               " is currently being deleted and cannot be re-created; retry "
                               "later."));
}

absl::Status KeyBeingDeletedError(absl::string_view key_name) {
  return Conflict(absl::StatusCode::kAborted, "ObjectIsBeingDeleted",
                  absl::StrCat("Key ", key_name, " is currently being deleted."));
}

absl::Status KeyDeletedButRecoverableError(absl::string_view key_name) {
  return Conflict(absl::StatusCode::kAlreadyExists, "ObjectIsDeletedButRecoverable",
                  absl::StrCat("Key ", key_name,
                               " is currently in a deleted but recoverable state, and its name "
                               "cannot be reused; in this state, the key can only be recovered or "
                               "purged."));
}

absl::Status KeyBeingRecoveredError(absl::string_view key_name) {
  return Conflict(absl::StatusCode::kAborted, "ObjectIsBeingRecovered",
                  absl::StrCat("Key ", key_name, " is currently being recovered; retry later."));
}

absl::Status KeyNotDeletedError(absl::string_view key_name) {
  return Fail(absl::StatusCode::kFailedPrecondition, 400, "MethodNotAllowed",
              "RequestNotAllowedOnNonDeletedObject",
              absl::StrCat("Key exists already: ", key_name));
}

absl::Status KeyPurgeProtectedError(const VaultLabel& vault) {
  return Fail(
      absl::StatusCode::kFailedPrecondition, 403, "Forbidden", "",
      absl::StrCat("Operation \"purge\" is not allowed because purge protection is enabled "
                   "for this vault. Key Vault service will automatically purge it after the "
                   "retention period has passed.\r\nVault: ",
                   vault.name, ";location=", vault.location));
}

absl::Status KeyDisabledError(KeyOperation operation) {
  return Forbidden("KeyDisabled", absl::StrCat("Operation ", KeyOperationName(operation),
                                               " is not allowed on a disabled key."));
}

absl::Status KeyNotYetValidError(KeyOperation operation) {
  return Forbidden("KeyNotYetValid",
                   absl::StrCat("Operation ", KeyOperationName(operation),
                                " is not allowed on a key that is not yet valid."));
}

absl::Status KeyExpiredError(KeyOperation operation) {
  return Forbidden("KeyExpired", absl::StrCat("Operation ", KeyOperationName(operation),
                                              " is not allowed on an expired key."));
}

absl::Status KeyOperationForbiddenError(KeyOperation operation) {
  return Forbidden("KeyOperationForbidden", absl::StrCat("Operation ", KeyOperationName(operation),
                                                         " is not permitted on this key."));
}

absl::Status ReleaseRefusedError(absl::string_view reason) {
  return Forbidden("", absl::StrCat("The key cannot be released: ", reason, "."));
}

absl::Status KeyRestoreConflictError(absl::string_view kid) {
  return Conflict(
      absl::StatusCode::kAlreadyExists, "",
      absl::StrCat(
          "There was a conflict restoring the key '", kid,
          "'. This can happen if either: a second key with the same name was created after "
          "the first key was deleted; thus trying to restore a key whose name is already "
          "in use. To fix this, rename the second key to something else so that the "
          "restore works. The second probable cause of this exception is when multiple "
          "operations are performed in parallel against the key. To avoid this error, "
          "perform operations against a key in a sequential manner."));
}

absl::Status KeyTypeNotSupportedError(absl::string_view kty) {
  return Fail(absl::StatusCode::kInvalidArgument, 400, "BadParameter", "KeyTypeNotSupported",
              absl::StrCat("Invalid kty value: ", kty), "kty");
}

absl::Status HardwareKeyOnStandardVaultError() {
  return BadParameter("kty", "Hardware key operation not allowed on standard vault");
}

absl::Status InvalidKeyNameError(absl::string_view key_name) {
  return BadParameter(
      "key_name", absl::StrCat("The request URI contains an invalid name: ", Excerpt(key_name)));
}

absl::Status InvalidKeyVersionError(absl::string_view http_verb, absl::string_view version) {
  return BadParameter(
      "key_version",
      absl::StrCat("Method ", http_verb, " does not allow operation '", Excerpt(version), "'"));
}

absl::Status BadKeyParameterError(absl::string_view field, absl::string_view reason) {
  return BadParameter(field, absl::StrCat("Property ", field, " has invalid value\r\n", reason));
}

absl::Status InvalidBackupError() {
  return BadParameter("value",
                      "The backup is malformed, or it was made in another subscription or "
                      "geography, where alone it can be restored.");
}

absl::Status InvalidAttestationError(absl::string_view reason) {
  return BadParameter("target", absl::StrCat("The target is no attestation that a key can be "
                                             "released to: ",
                                             reason, "."));
}

absl::Status KeyNotExportableError() {
  return BadParameter("key_name", "The key is not exportable, and so it cannot be released.");
}

absl::Status ExportableNeedsPremiumError() {
  return BadParameter(
      "attributes.exportable",
      "AKV.SKR.1001: The exportable attribute is only supported with premium vaults "
      "and API version >= '7.3-preview'.");
}

absl::Status ExportableFixedError() {
  return BadParameter("attributes.exportable",
                      "AKV.SKR.1003: The exportable attribute of an existing key cannot be "
                      "changed.");
}

absl::Status ExportableNeedsReleasePolicyError() {
  return BadParameter("attributes.exportable",
                      "AKV.SKR.1004: Exportable keys must have release policy.");
}

absl::Status ReleasePolicyNeedsExportableError() {
  return BadParameter("release_policy",
                      "AKV.SKR.1005: Non-exportable keys must not have release policy.");
}

absl::Status ExportableNeedsHardwareError() {
  return BadParameter("attributes.exportable",
                      "AKV.SKR.1006: The exportable attribute is not supported with software keys; "
                      "the key type must be RSA-HSM or EC-HSM.");
}

absl::Status ReleasePolicyOfVersionError() {
  return BadParameter(
      "release_policy",
      "AKV.SKR.1016: The release policy can only be set on a key identifier without "
      "a version.");
}

absl::Status ReleasePolicyImmutableError() {
  return BadParameter("release_policy",
                      "AKV.SKR.1020: Immutable Key Release Policy cannot be modified.");
}

}  // namespace lazuli::keyvault
