#include "batch/errors.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/excerpt.h"
#include "base/iso8601.h"

namespace lazuli::batch {
namespace {

constexpr char kKeyIdentifierPath[] = "properties.encryption.keyVaultProperties.keyIdentifier";
constexpr char kIdentityTypePath[] = "identity.type";
constexpr char kIdentitiesPath[] = "identity.userAssignedIdentities";

absl::Status MakeAccountError(absl::StatusCode canonical, int http_status, absl::string_view code,
                              absl::string_view message, std::vector<ErrorDetail> details,
                              absl::string_view inner_code = "") {
  ErrorInfo info;
  info.code = std::string(code);
  info.inner_code = std::string(inner_code);
  info.http_status = http_status;
  info.target = "BatchAccount";
  info.details = std::move(details);
  return MakeError(canonical, message, info);
}

ErrorDetail Detail(absl::string_view name, absl::string_view value) {
  return ErrorDetail{std::string(name), std::string(value)};
}

// The last part of a path.
absl::string_view PropertyName(absl::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == absl::string_view::npos ? path : path.substr(dot + 1);
}

absl::Status KeyVaultReferenceError(absl::string_view reason, absl::string_view key_identifier = "",
                                    absl::string_view inner_code = "") {
  std::vector<ErrorDetail> details = {Detail("Reason", reason)};
  if (!key_identifier.empty()) details.push_back(Detail("KeyIdentifier", key_identifier));
  return MakeAccountError(absl::StatusCode::kInvalidArgument, 400, "InvalidKeyVaultReference",
                          "The specified Key Vault reference is invalid.", std::move(details),
                          inner_code);
}

absl::Status StateError(absl::string_view reason) {
  return MakeAccountError(
      absl::StatusCode::kFailedPrecondition, 409, "OperationInvalidForCurrentState",
      "The specified operation is not valid for the current state of the resource.",
      {Detail("Reason", reason)});
}

}  // namespace

absl::Status AccountUnavailableError(absl::string_view reason, absl::string_view key_identifier,
                                     std::optional<absl::Time> until) {
  std::vector<ErrorDetail> details = {Detail("Reason", reason),
                                      Detail("KeyIdentifier", key_identifier)};
  if (until.has_value()) details.push_back(Detail("RestoreTime", FormatIso8601Time(*until, 7)));
  return MakeAccountError(absl::StatusCode::kPermissionDenied, 403, "AccountIsDisabled",
                          "The specified account is disabled.", std::move(details));
}

absl::Status AccountNotFoundError(absl::string_view account_name,
                                  absl::string_view resource_group) {
  return MakeAccountError(
      absl::StatusCode::kNotFound, 404, "ResourceNotFound",
      absl::StrCat("The Resource 'Microsoft.Batch/batchAccounts/", Excerpt(account_name),
                   "' under resource group '", Excerpt(resource_group),
                   "' was not found. For more details please go to "
                   "https://aka.ms/ARMResourceNotFoundFix"),
      {});
}

absl::Status AccountEndpointNotFoundError(absl::string_view name_or_endpoint) {
  return MakeAccountError(
      absl::StatusCode::kNotFound, 404, "ResourceNotFound",
      absl::StrCat("There is no Batch account '", Excerpt(name_or_endpoint), "'."), {});
}

absl::Status AmbiguousAccountNameError(absl::string_view account_name) {
  return MakeAccountError(
      absl::StatusCode::kInvalidArgument, 400, "InvalidInput",
      absl::StrCat("Several regions have a Batch account '", Excerpt(account_name),
                   "': give its endpoint, NAME.REGION.batch.azure.com, instead of its name."),
      {Detail("PropertyName", "account")});
}

absl::Status AccountNameInUseError(absl::string_view account_name, absl::string_view region) {
  return MakeAccountError(absl::StatusCode::kAlreadyExists, 409, "AccountAlreadyExists",
                          absl::StrCat("An account named '", account_name, "' is already in use."),
                          {Detail("Reason", absl::StrCat("The name is in use in region '", region,
                                                         "', by another resource."))});
}

absl::Status AccountExistsDifferentlyError(absl::string_view account_name) {
  return MakeAccountError(
      absl::StatusCode::kAlreadyExists, 409, "AccountAlreadyExists",
      absl::StrCat("An account named '", account_name, "' is already in use."),
      {Detail("Reason",
              "The account exists with other settings. Existing accounts cannot be changed by "
              "creating them again; use update.")});
}

absl::Status AccountInOtherRegionError(absl::string_view account_name,
                                       absl::string_view resource_group,
                                       absl::string_view present_region,
                                       absl::string_view asked_region) {
  return MakeAccountError(
      absl::StatusCode::kAlreadyExists, 409, "InvalidResourceLocation",
      absl::StrCat("The resource '", account_name, "' already exists in location '", present_region,
                   "' in resource group '", Excerpt(resource_group),
                   "'. A resource with the same name cannot be created in location '", asked_region,
                   "'. Please select a new resource name."),
      {});
}

absl::Status AccountQuotaReachedError(size_t quota, absl::string_view region) {
  return MakeAccountError(absl::StatusCode::kResourceExhausted, 409, "SubscriptionQuotaExceeded",
                          absl::StrCat("The regional account quota of ", quota,
                                       " account(s) for the specified subscription has been "
                                       "reached."),
                          {Detail("Region", region)});
}

absl::Status MissingRequiredPropertyError(absl::string_view path) {
  return MakeAccountError(
      absl::StatusCode::kInvalidArgument, 400, "MissingRequiredProperty",
      "A required property was not specified in the request body.",
      {Detail("PropertyName", PropertyName(path)), Detail("PropertyPath", path)});
}

absl::Status InvalidPropertyValueError(absl::string_view path, absl::string_view value,
                                       absl::string_view reason) {
  return MakeAccountError(
      absl::StatusCode::kInvalidArgument, 400, "InvalidPropertyValue",
      "The value provided for one of the properties in the request body is invalid.",
      {Detail("PropertyName", PropertyName(path)), Detail("PropertyPath", path),
       Detail("PropertyValue", Excerpt(value)), Detail("Reason", reason)});
}

absl::Status InvalidAccountNameError(absl::string_view account_name) {
  return InvalidPropertyValueError(
      "account_name", account_name,
      "The account name must be 3 to 24 characters long, of lower-case letters and digits.");
}

absl::Status MissingIdentityIdsError() {
  return MakeAccountError(
      absl::StatusCode::kInvalidArgument, 400, "MissingIdentityIds",
      "The identity ids must not be null or empty for 'UserAssigned' identity type.", {});
}

absl::Status TooManyIdentitiesError(size_t count) {
  return InvalidPropertyValueError(
      kIdentitiesPath, absl::StrCat(count, " identities"),
      "A Batch account takes no more than one user-assigned managed identity.");
}

absl::Status IdentityNotFoundError(absl::string_view resource_id) {
  return InvalidPropertyValueError(kIdentitiesPath, resource_id,
                                   "The user-assigned managed identity does not exist.");
}

absl::Status IdentityInOtherTenantError(absl::string_view resource_id) {
  return InvalidPropertyValueError(
      kIdentitiesPath, resource_id,
      "The user-assigned managed identity belongs to another tenant than the account.");
}

absl::Status CustomerKeyOnExistingAccountError() {
  return StateError(
      "Customer-managed keys are supported for new accounts only: for accounts that were created "
      "with a managed identity.");
}

absl::Status CustomerKeyNeedsIdentityError(absl::string_view key_identifier) {
  return InvalidPropertyValueError(
      kKeyIdentifierPath, key_identifier,
      "A customer-managed key requires the account to have a managed identity.");
}

absl::Status SystemIdentityAtCreationError(absl::string_view key_identifier) {
  return InvalidPropertyValueError(
      kKeyIdentifierPath, key_identifier,
      "A system-assigned managed identity is made together with the account and cannot have "
      "access to the key yet: create the account without encryption, grant the identity access, "
      "then update the account; or use a user-assigned managed identity.");
}

absl::Status IdentityInUseError(absl::string_view key_identifier) {
  return InvalidPropertyValueError(
      kIdentityTypePath, "None",
      absl::StrCat("The account's managed identity cannot be removed while the account is "
                   "encrypted with the customer-managed key ",
                   key_identifier, "."));
}

absl::Status VaultNotFoundError(absl::string_view vault_name) {
  return KeyVaultReferenceError(
      absl::StrCat("VaultNotFound: the Key Vault '", vault_name, "' does not exist."));
}

absl::Status VaultInOtherTenantError(absl::string_view vault_name) {
  return KeyVaultReferenceError(
      absl::StrCat("The Key Vault '", vault_name,
                   "' is not in the same Azure Active Directory tenant as the Batch account."));
}

absl::Status VaultWithoutSoftDeleteError(absl::string_view vault_name) {
  return KeyVaultReferenceError(
      absl::StrCat("The Key Vault '", vault_name, "' does not have soft delete enabled."));
}

absl::Status VaultWithoutPurgeProtectionError(absl::string_view vault_name) {
  return KeyVaultReferenceError(
      absl::StrCat("The Key Vault '", vault_name, "' does not have purge protection enabled."));
}

absl::Status KeyVaultRefusedError(absl::string_view key_identifier, absl::string_view inner_code,
                                  absl::string_view reason) {
  return KeyVaultReferenceError(reason, key_identifier, inner_code);
}

absl::Status KeyIsDisabledError(absl::string_view key_identifier) {
  return KeyVaultReferenceError("KeyDisabled: the key is disabled.", key_identifier, "KeyDisabled");
}

absl::Status KeyIsNotYetValidError(absl::string_view key_identifier, absl::Time not_before) {
  return KeyVaultReferenceError(absl::StrCat("KeyNotYetValid: the key cannot be used before ",
                                             FormatIso8601Time(not_before, 0), "."),
                                key_identifier, "KeyNotYetValid");
}

absl::Status KeyIsExpiredError(absl::string_view key_identifier, absl::Time expires) {
  return KeyVaultReferenceError(
      absl::StrCat("KeyExpired: the key expired at ", FormatIso8601Time(expires, 0), "."),
      key_identifier, "KeyExpired");
}

absl::Status KeyTypeNotSupportedError(absl::string_view key_identifier,
                                      absl::string_view key_type) {
  return InvalidPropertyValueError(
      kKeyIdentifierPath, key_identifier,
      absl::StrCat("The key type '", key_type, "' is not supported; the key must be an RSA key."));
}

absl::Status KeySizeNotSupportedError(absl::string_view key_identifier, int bits) {
  return InvalidPropertyValueError(
      kKeyIdentifierPath, key_identifier,
      absl::StrCat("An RSA key of ", bits,
                   " bits is not supported; the key must have 2048, 3072 or 4096 bits."));
}

absl::Status KeyOperationMissingError(absl::string_view key_identifier, absl::string_view key_op) {
  return InvalidPropertyValueError(
      kKeyIdentifierPath, key_identifier,
      absl::StrCat("The key's permitted operations (key_ops) lack '", key_op, "'."));
}

absl::Status KeyUnwrapsWronglyError(absl::string_view key_identifier) {
  return KeyVaultReferenceError("The key did not unwrap what it had wrapped.", key_identifier);
}

absl::Status UnreadableRecordError() {
  return MakeAccountError(absl::StatusCode::kDataLoss, 500, "InternalError",
                          "A sealed record of the account cannot be opened.", {});
}

absl::Status SharedKeyNotAllowedError() {
  return StateError(
      "Shared keys cannot be listed or regenerated: the account's allowedAuthenticationModes do "
      "not include 'SharedKey'.");
}

absl::Status AuthenticationModeNotAllowedError(absl::string_view mode) {
  return MakeAccountError(absl::StatusCode::kPermissionDenied, 403, "AuthenticationFailed",
                          "Server failed to authenticate the request. Make sure the value of "
                          "Authorization header is formed correctly including the signature.",
                          {Detail("AuthenticationErrorDetail",
                                  absl::StrCat("The specified type of authentication ", mode,
                                               " is not allowed for this account."))});
}

}  // namespace lazuli::batch
