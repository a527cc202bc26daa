// File: keyvault/errors.h
//
// The errors of vaults and keys, one factory each; those of cryptography are in
// keyvault/crypto/errors.h. Texts in which clients are known to search are Key Vault's own, taken
// from its documentation and from recorded traffic. Below: [HTTP status code / inner code].
#ifndef LAZULI_KEYVAULT_ERRORS_H_
#define LAZULI_KEYVAULT_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "keyvault/key_operation.h"
#include "keyvault/names.h"
#include "keyvault/object_kind.h"
#include "keyvault/permission.h"

namespace lazuli::keyvault {

// --- access (errors_access.cc). Canonical code PERMISSION_DENIED unless said otherwise. Each says
// who called, what was looked at, and what was missing.

// The caller's token is of another tenant than the vault. [401 Unauthorized], UNAUTHENTICATED.
absl::Status InvalidIssuerError(absl::string_view vault_tenant_id, const Caller& caller);
// No access policy names the caller. [403 Forbidden / AccessDenied]
absl::Status PolicyMissingError(const VaultLabel& vault, const Caller& caller, PermissionKind kind,
                                Permission permission);
// The caller's policies do not grant the verb. [403 Forbidden / ForbiddenByPolicy]
absl::Status PolicyVerbMissingError(const VaultLabel& vault, const Caller& caller,
                                    PermissionKind kind, Permission permission);
// No role assignment at or above `scope` gives the data action. [403 Forbidden / ForbiddenByRbac]
absl::Status RoleMissingError(const VaultLabel& vault, const Caller& caller,
                              absl::string_view scope, absl::string_view data_action);
// No network rule lets the address in. [403 Forbidden / ForbiddenByFirewall]
absl::Status FirewallError(const VaultLabel& vault, const CallContext& context);
// Public network access is disabled. [403 Forbidden / ForbiddenByConnection]
absl::Status ConnectionError(const VaultLabel& vault, const CallContext& context);

// More transactions than the vault or its subscription serves in a while; `reason` is the service's
// word for it. [429 Throttled], RESOURCE_EXHAUSTED
absl::Status ThrottledError(absl::string_view reason, absl::Duration retry_after);

// --- objects of every kind (errors_objects.cc)

// `version` may be empty. [404 KeyNotFound, SecretNotFound], NOT_FOUND; likewise the next.
absl::Status ObjectNotFoundError(ObjectKind kind, absl::string_view name,
                                 absl::string_view version);
absl::Status DeletedObjectNotFoundError(ObjectKind kind, absl::string_view name);
// [409 Conflict / ObjectIsBeingDeleted], ABORTED: a creation meets a deletion or purge under way.
absl::Status ObjectBeingDeletedOnCreateError(ObjectKind kind, absl::string_view name);
// Likewise a recovery or a purge.
absl::Status ObjectBeingDeletedError(ObjectKind kind, absl::string_view name);
// [409 Conflict / ObjectIsDeletedButRecoverable], ALREADY_EXISTS
absl::Status ObjectDeletedButRecoverableError(ObjectKind kind, absl::string_view name);
// [409 Conflict / ObjectIsBeingRecovered], ABORTED
absl::Status ObjectBeingRecoveredError(ObjectKind kind, absl::string_view name);
// The name of a backup is taken; `id`: of what would be restored. [409 Conflict], without an
// inner code, ALREADY_EXISTS
absl::Status ObjectRestoreConflictError(ObjectKind kind, absl::string_view id);
// A recovery meets a live object. [400 MethodNotAllowed / RequestNotAllowedOnNonDeletedObject],
// FAILED_PRECONDITION
absl::Status ObjectNotDeletedError(ObjectKind kind, absl::string_view name);
// [403 Forbidden], FAILED_PRECONDITION
absl::Status ObjectPurgeProtectedError(const VaultLabel& vault);
// What follows: [400 BadParameter], INVALID_ARGUMENT. `field`: of the request, e.g. "key_name".
// What a backup would hold is more than could be restored.
absl::Status BackupTooLargeError(ObjectKind kind);
absl::Status InvalidObjectNameError(absl::string_view field, absl::string_view name);
// A path segment where a version belongs that is none. `http_verb`: of the operation.
absl::Status InvalidObjectVersionError(absl::string_view field, absl::string_view http_verb,
                                       absl::string_view version);
// `field` is spelled as in JSON; `reason` says what is wrong without repeating its value.
absl::Status BadObjectParameterError(absl::string_view field, absl::string_view reason);

// --- keys (errors_keys.cc)

// [404 VaultNotFound], NOT_FOUND. Real vaults that do not exist have no host name to answer.
absl::Status VaultNotFoundError(absl::string_view vault_name);
// [403 Forbidden / KeyDisabled], PERMISSION_DENIED; likewise the next three.
absl::Status KeyDisabledError(KeyOperation operation);
absl::Status KeyReleaseDisabledError();
// [403 Forbidden / KeyNotYetValid]
absl::Status KeyNotYetValidError(KeyOperation operation);
// [403 Forbidden / KeyExpired]
absl::Status KeyExpiredError(KeyOperation operation);
// [403 Forbidden / KeyOperationForbidden]
absl::Status KeyOperationForbiddenError(KeyOperation operation);
// [403 Forbidden], without an inner code: the attestation does not fulfil the key's release policy,
// or cannot be trusted. `reason` says why.
absl::Status ReleaseRefusedError(absl::string_view reason);

// What follows: [400 BadParameter], INVALID_ARGUMENT.

// The inner code is KeyTypeNotSupported.
absl::Status KeyTypeNotSupportedError(absl::string_view kty);
absl::Status HardwareKeyOnStandardVaultError();
// The attestation of a software key.
absl::Status KeyNotAttestableError();
// Random bytes of what is no managed HSM, or in a number that is not offered.
absl::Status RandomBytesOnVaultError();
absl::Status RandomBytesCountError();
// `field` is spelled as in JSON; `reason` says what is wrong without repeating its value.
absl::Status BadKeyParameterError(absl::string_view field, absl::string_view reason);
// A backup of another kind, subscription or geography, or none at all.
absl::Status InvalidBackupError();
// The `target` of a release is no attestation: `reason` says why, of "it".
absl::Status InvalidAttestationError(absl::string_view reason);
// A release of a key that is not exportable.
absl::Status KeyNotExportableError();
// Secure key release, by the numbers of the service: 1001, 1003, 1004, 1005, 1006, 1016, 1020.
absl::Status ExportableNeedsPremiumError();
absl::Status ExportableFixedError();
absl::Status ExportableNeedsReleasePolicyError();
absl::Status ReleasePolicyNeedsExportableError();
absl::Status ExportableNeedsHardwareError();
absl::Status ReleasePolicyOfVersionError();
absl::Status ReleasePolicyImmutableError();

// --- secrets (errors_secrets.cc)

// [403 Forbidden / SecretDisabled], PERMISSION_DENIED
absl::Status SecretDisabledError();
// [400 BadParameter], INVALID_ARGUMENT
absl::Status SecretTooLongError(size_t limit);

// --- vaults (errors_vaults.cc)

// [400 VaultNameNotValid], INVALID_ARGUMENT
absl::Status VaultNameInvalidError(absl::string_view name, VaultKind kind = VaultKind::kVault);
// [409 VaultAlreadyExists], ALREADY_EXISTS
absl::Status VaultAlreadyExistsError(absl::string_view name);
// [409 ConflictError], ALREADY_EXISTS: a deleted vault of the same subscription has the name.
absl::Status VaultDeletedConflictError();
// [400 SoftDeletedVaultDoesNotExist], FAILED_PRECONDITION
absl::Status SoftDeletedVaultNotFoundError();
// [409 InvalidResourceLocation], FAILED_PRECONDITION
absl::Status InvalidVaultLocationError(const VaultAddress& vault, absl::string_view present,
                                       absl::string_view wanted);
// [404 ResourceNotFound], NOT_FOUND
absl::Status VaultResourceNotFoundError(const VaultAddress& address);
absl::Status PrivateEndpointConnectionNotFoundError(const VaultAddress& address,
                                                    absl::string_view name);
// [404 DeletedVaultNotFound], NOT_FOUND
absl::Status DeletedVaultNotFoundError(absl::string_view name);
// [405 MethodNotAllowed], FAILED_PRECONDITION
absl::Status VaultPurgeProtectedError();

// What follows: [400 BadRequest], INVALID_ARGUMENT.

absl::Status PurgeProtectionIrreversibleError();
absl::Status SoftDeleteIrreversibleError();
absl::Status InvalidTenantError();
// The code is SkuNotSupported.
absl::Status SkuNotSupportedError(absl::string_view path, absl::string_view sku);
// `path` from the body's root, e.g. "properties.sku.name"; its last segment stands in the message.
absl::Status MissingVaultPropertyError(absl::string_view path);
absl::Status InvalidVaultPropertyError(absl::string_view path, absl::string_view reason);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ERRORS_H_
