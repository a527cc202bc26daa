#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/excerpt.h"
#include "keyvault/errors.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault {
namespace {

absl::Status Fail(absl::StatusCode canonical, int http_status, absl::string_view code,
                  absl::string_view message, absl::string_view target = "") {
  return make_error::Fail(canonical, http_status, code, "", message, target);
}

absl::Status BadRequest(absl::string_view target, absl::string_view message) {
  return Fail(absl::StatusCode::kInvalidArgument, 400, "BadRequest", message, target);
}

// "vault" or "managed HSM", for what Azure says of vaults and is not known of managed HSMs.
absl::string_view Noun(VaultKind kind) {
  return kind == VaultKind::kVault ? "vault" : "managed HSM";
}

// The service names properties without the object around them all.
absl::string_view Shown(absl::string_view path) { return absl::StripPrefix(path, "properties."); }

// The resource's own name. A vault that was asked for by the name of a managed HSM keeps it.
absl::string_view ShownName(const VaultAddress& address) {
  return address.kind == VaultKind::kVault ? absl::string_view(address.name)
                                           : ResourceName(address.name);
}

}  // namespace

absl::Status VaultNameInvalidError(absl::string_view name, VaultKind kind) {
  return Fail(
      absl::StatusCode::kInvalidArgument, 400, "VaultNameNotValid",
      absl::StrCat("The ", Noun(kind), " name '", Excerpt(name), "' is invalid. A ", Noun(kind),
                   "'s name must be between 3-24 alphanumeric "
                   "characters. The name must begin with a letter, end with a letter or "
                   "digit, and not contain consecutive hyphens. Follow this link for more "
                   "information: https://go.microsoft.com/fwlink/?linkid=2147742"),
      "vaultName");
}

absl::Status VaultAlreadyExistsError(absl::string_view name) {
  return Fail(
      absl::StatusCode::kAlreadyExists, 409, "VaultAlreadyExists",
      absl::StrCat("The vault name '", ResourceName(name),
                   "' is already in use. Vault names are globally unique so it is possible that "
                   "the name is already taken. If you are sure that the vault name was not taken "
                   "then it is possible that a vault with the same name was recently deleted but "
                   "not purged after being placed in a recoverable state. If the vault is in a "
                   "recoverable state then the vault will need to be purged before reusing the "
                   "name. For more information on soft delete and purging a vault follow this link "
                   "https://go.microsoft.com/fwlink/?linkid=2147740."));
}

absl::Status VaultDeletedConflictError() {
  return Fail(absl::StatusCode::kAlreadyExists, 409, "ConflictError",
              "A vault with the same name already exists in deleted state. You need to either "
              "recover or purge existing key vault. Follow this link "
              "https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft "
              "delete.");
}

absl::Status SoftDeletedVaultNotFoundError() {
  return Fail(absl::StatusCode::kFailedPrecondition, 400, "SoftDeletedVaultDoesNotExist",
              "A soft deleted vault with the given name does not exist. Ensure that the name for "
              "the vault that is being attempted to recover is in a recoverable state.");
}

absl::Status InvalidVaultLocationError(const VaultAddress& vault, absl::string_view present,
                                       absl::string_view wanted) {
  return Fail(absl::StatusCode::kFailedPrecondition, 409, "InvalidResourceLocation",
              absl::StrCat("The resource '", ShownName(vault), "' already exists in location '",
                           present, "' in resource group '", vault.resource_group,
                           "'. A resource with the same name cannot be created in location '",
                           wanted, "'. Please select a new resource name."),
              "location");
}

absl::Status VaultResourceNotFoundError(const VaultAddress& address) {
  return Fail(
      absl::StatusCode::kNotFound, 404, "ResourceNotFound",
      absl::StrCat("The Resource '", VaultResourceType(address.kind), "/",
                   Excerpt(ShownName(address)), "' under resource group '", address.resource_group,
                   "' was not found. For more details please go to "
                   "https://aka.ms/ARMResourceNotFoundFix"));
}

absl::Status PrivateEndpointConnectionNotFoundError(const VaultAddress& address,
                                                    absl::string_view name) {
  return Fail(absl::StatusCode::kNotFound, 404, "ResourceNotFound",
              absl::StrCat("The Resource '", VaultResourceType(address.kind), "/",
                           ShownName(address), "/privateEndpointConnections/", Excerpt(name),
                           "' under resource group '", address.resource_group,
                           "' was not found. For more details please go to "
                           "https://aka.ms/ARMResourceNotFoundFix"));
}

absl::Status DeletedVaultNotFoundError(absl::string_view name) {
  return Fail(absl::StatusCode::kNotFound, 404, "DeletedVaultNotFound",
              absl::StrCat("The specified deleted ", Noun(VaultKindOf(name)), " '",
                           Excerpt(ResourceName(name)), "' does not exist."));
}

absl::Status VaultPurgeProtectedError() {
  return Fail(absl::StatusCode::kFailedPrecondition, 405, "MethodNotAllowed",
              "Operation 'DeletedVaultPurge' is not allowed.");
}

absl::Status PurgeProtectionIrreversibleError() {
  return BadRequest("properties.enablePurgeProtection",
                    "The property \"enablePurgeProtection\" cannot be set to false. Enabling the "
                    "purge protection for a vault is an irreversible action.");
}

absl::Status SoftDeleteIrreversibleError() {
  return BadRequest("properties.enableSoftDelete",
                    "The property \"enableSoftDelete\" can be set to false only for creating new "
                    "vault. Enabling the 'soft delete' functionality is an irreversible action.");
}

absl::Status SkuNotSupportedError(absl::string_view path, absl::string_view sku) {
  return Fail(absl::StatusCode::kInvalidArgument, 400, "SkuNotSupported",
              absl::StrCat("The SKU '", Excerpt(sku), "' is not supported."), path);
}

absl::Status InvalidTenantError() {
  return BadRequest("properties.tenantId", "An invalid value was provided for 'tenantId'.");
}

absl::Status MissingVaultPropertyError(absl::string_view path) {
  return BadRequest(path, absl::StrCat("A value must be provided for '", Shown(path), "'."));
}

absl::Status InvalidVaultPropertyError(absl::string_view path, absl::string_view reason) {
  return BadRequest(
      path, absl::StrCat("An invalid value was provided for '", Shown(path), "'. ", reason));
}

}  // namespace lazuli::keyvault
