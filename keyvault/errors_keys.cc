#include <string>

#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "base/excerpt.h"
#include "keyvault/errors.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault {
namespace {

using make_error::BadParameter;
using make_error::Fail;
using make_error::Forbidden;

absl::Status NotFound(absl::string_view code, absl::string_view message) {
  return Fail(absl::StatusCode::kNotFound, 404, code, "", message);
}

}  // namespace

absl::Status VaultNotFoundError(absl::string_view vault_name) {
  return NotFound("VaultNotFound", absl::StrCat("A key vault with the name '", Excerpt(vault_name),
                                                "' was not found, or it is deleted."));
}

absl::Status KeyReleaseDisabledError() {
  return Forbidden("KeyDisabled", "Operation release is not allowed on a disabled key.");
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
  return WithDecision(
      Forbidden("", absl::StrCat("The key cannot be released: ", reason, ".")),
      {.by = "releasePolicy",
       .allowed = false,
       .reason = std::string(reason),
       .change = "release to an environment whose attestation fulfils the key's release policy",
       .facts = {}});
}

absl::Status KeyTypeNotSupportedError(absl::string_view kty) {
  return Fail(absl::StatusCode::kInvalidArgument, 400, "BadParameter", "KeyTypeNotSupported",
              absl::StrCat("Invalid kty value: ", kty), "kty");
}

absl::Status HardwareKeyOnStandardVaultError() {
  return BadParameter("kty", "Hardware key operation not allowed on standard vault");
}

absl::Status KeyNotAttestableError() {
  return BadParameter("key_name", "Key attestation is only supported for HSM-protected keys.");
}

absl::Status RandomBytesOnVaultError() {
  return BadParameter("", "Method POST does not allow operation 'rng'");
}

absl::Status RandomBytesCountError() {
  return BadParameter("count",
                      "GetRandomBytesRequest: count cannot be greater than 128 or less than 1");
}

absl::Status BadKeyParameterError(absl::string_view field, absl::string_view reason) {
  return BadObjectParameterError(field, reason);
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
