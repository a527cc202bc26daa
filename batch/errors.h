// File: batch/errors.h
//
// The errors of Batch accounts, one factory each. All carry target "BatchAccount" and, as Batch's
// resource provider writes them, details whose codes are names: PropertyName, PropertyPath,
// PropertyValue, Reason. INVALID_ARGUMENT with HTTP status 400 unless said otherwise. Where the
// service's own code for a case is not public, the nearest of its documented ones is used. None
// carries key material, and none more than an excerpt of what a caller wrote.
#ifndef LAZULI_BATCH_ERRORS_H_
#define LAZULI_BATCH_ERRORS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli::batch {

// The account's access to its customer-managed key is lost, or came back and the restoration window
// is not over: `until` is then its end. AccountIsDisabled, PERMISSION_DENIED, 403: the only
// documented code that fits, and one that clients do not retry. `key_identifier` names the version
// that wraps the account's data key.
absl::Status AccountUnavailableError(absl::string_view reason, absl::string_view key_identifier,
                                     std::optional<absl::Time> until);

// A call to an account that does not exist. ResourceNotFound, NOT_FOUND, 404.
absl::Status AccountNotFoundError(absl::string_view account_name, absl::string_view resource_group);
// The same for a name or endpoint of the data plane.
absl::Status AccountEndpointNotFoundError(absl::string_view name_or_endpoint);
// A name of the data plane that several regions know: the caller must give the endpoint.
absl::Status AmbiguousAccountNameError(absl::string_view account_name);
// AccountAlreadyExists, ALREADY_EXISTS, 409. The name is in use in the region, by another resource.
absl::Status AccountNameInUseError(absl::string_view account_name, absl::string_view region);
// AccountAlreadyExists, ALREADY_EXISTS, 409. A creation that asks for something else than what the
// existing account is.
absl::Status AccountExistsDifferentlyError(absl::string_view account_name);
// InvalidResourceLocation, ALREADY_EXISTS, 409.
absl::Status AccountInOtherRegionError(absl::string_view account_name,
                                       absl::string_view resource_group,
                                       absl::string_view present_region,
                                       absl::string_view asked_region);
// SubscriptionQuotaExceeded, RESOURCE_EXHAUSTED, 409.
absl::Status AccountQuotaReachedError(size_t quota, absl::string_view region);

// MissingRequiredProperty. `path` as in "properties.encryption.keyVaultProperties"; its last part
// is the property's name.
absl::Status MissingRequiredPropertyError(absl::string_view path);
// InvalidPropertyValue.
absl::Status InvalidPropertyValueError(absl::string_view path, absl::string_view value,
                                       absl::string_view reason);
// InvalidPropertyValue of the path's {account_name}.
absl::Status InvalidAccountNameError(absl::string_view account_name);

// MissingIdentityIds: identity type UserAssigned without any identity.
absl::Status MissingIdentityIdsError();
// InvalidPropertyValue: more user-assigned identities than Batch takes.
absl::Status TooManyIdentitiesError(size_t count);
// InvalidPropertyValue: no such user-assigned identity.
absl::Status IdentityNotFoundError(absl::string_view resource_id);
// InvalidPropertyValue: the user-assigned identity belongs to another tenant.
absl::Status IdentityInOtherTenantError(absl::string_view resource_id);

// Preconditions of a customer-managed key, in the order in which they are looked at.

// OperationInvalidForCurrentState, FAILED_PRECONDITION, 409: only accounts created with an identity
// may use customer-managed keys.
absl::Status CustomerKeyOnExistingAccountError();
// InvalidPropertyValue: the account has no identity to act as.
absl::Status CustomerKeyNeedsIdentityError(absl::string_view key_identifier);
// InvalidPropertyValue: a system-assigned identity is made with the account and cannot have access
// to a key yet.
absl::Status SystemIdentityAtCreationError(absl::string_view key_identifier);
// InvalidPropertyValue: removing the identity while a customer-managed key is in use.
absl::Status IdentityInUseError(absl::string_view key_identifier);
// InvalidKeyVaultReference, one each.
absl::Status VaultNotFoundError(absl::string_view vault_name);
absl::Status VaultInOtherTenantError(absl::string_view vault_name);
absl::Status VaultWithoutSoftDeleteError(absl::string_view vault_name);
absl::Status VaultWithoutPurgeProtectionError(absl::string_view vault_name);
// InvalidKeyVaultReference: the vault refused the account's identity; inner code and reason are Key
// Vault's own.
absl::Status KeyVaultRefusedError(absl::string_view key_identifier, absl::string_view inner_code,
                                  absl::string_view reason);
// InvalidKeyVaultReference: the key is disabled, or outside of its time of validity.
absl::Status KeyIsDisabledError(absl::string_view key_identifier);
absl::Status KeyIsNotYetValidError(absl::string_view key_identifier, absl::Time not_before);
absl::Status KeyIsExpiredError(absl::string_view key_identifier, absl::Time expires);
// InvalidPropertyValue.
absl::Status KeyTypeNotSupportedError(absl::string_view key_identifier, absl::string_view key_type);
absl::Status KeySizeNotSupportedError(absl::string_view key_identifier, int bits);
absl::Status KeyOperationMissingError(absl::string_view key_identifier, absl::string_view key_op);
// InvalidKeyVaultReference: the key did not give back what it had wrapped.
absl::Status KeyUnwrapsWronglyError(absl::string_view key_identifier);

// A sealed record that does not open: another key, another record, or altered. InternalError,
// DATA_LOSS, 500.
absl::Status UnreadableRecordError();

// OperationInvalidForCurrentState, FAILED_PRECONDITION, 409: shared keys of an account whose
// allowedAuthenticationModes lack SharedKey.
absl::Status SharedKeyNotAllowedError();

// AuthenticationFailed, PERMISSION_DENIED, 403: a call of the data plane by a caller of a kind that
// the account's allowedAuthenticationModes lack. `mode` as in "SharedKey".
absl::Status AuthenticationModeNotAllowedError(absl::string_view mode);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ERRORS_H_
