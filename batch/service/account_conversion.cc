#include "batch/service/account_conversion.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "batch/errors.h"
#include "batch/key_identifier.h"
#include "batch/limits.h"

namespace lazuli::batch {
namespace {

constexpr char kResourceType[] = "Microsoft.Batch/batchAccounts";
constexpr char kPoolAllocationMode[] = "BatchService";
constexpr char kPublicNetworkAccess[] = "Enabled";
constexpr char kKeySourcePath[] = "properties.encryption.keySource";
constexpr char kKeyVaultPath[] = "properties.encryption.keyVaultProperties";
constexpr char kKeyIdentifierPath[] = "properties.encryption.keyVaultProperties.keyIdentifier";
constexpr char kAuthenticationModesPath[] = "properties.allowedAuthenticationModes";

struct AuthenticationModeName {
  AuthenticationMode mode;
  absl::string_view name;
};
// In Azure's order.
constexpr AuthenticationModeName kAuthenticationModes[] = {
    {AuthenticationMode::kSharedKey, "SharedKey"},
    {AuthenticationMode::kAad, "AAD"},
    {AuthenticationMode::kTaskAuthenticationToken, "TaskAuthenticationToken"},
};

// A setting of which one value is emulated, some are known, and others do not exist.
absl::Status CheckSetting(absl::string_view path, absl::string_view value,
                          absl::string_view emulated,
                          std::initializer_list<absl::string_view> known) {
  if (absl::EqualsIgnoreCase(value, emulated)) return absl::OkStatus();
  for (const absl::string_view each : known) {
    if (absl::EqualsIgnoreCase(value, each)) return NotEmulatedError(path);
  }
  return InvalidPropertyValueError(path, value, "The value is not known.");
}

absl::Status CheckPublicNetworkAccess(absl::string_view value) {
  return CheckSetting("properties.publicNetworkAccess", value, kPublicNetworkAccess,
                      {"Disabled", "SecuredByPerimeter"});
}

// Nothing narrows who may reach an account or its nodes, so that only saying just that is taken.
absl::Status CheckNetworkProfile(const v1::BatchNetworkProfile& profile) {
  const auto check = [](absl::string_view path, const v1::EndpointAccessProfile& access) {
    if (!access.has_default_action()) return absl::OkStatus();
    return CheckSetting(path, access.default_action(), "Allow", {"Deny"});
  };
  LAZULI_RETURN_IF_ERROR(
      check("properties.networkProfile.accountAccess.defaultAction", profile.account_access()));
  return check("properties.networkProfile.nodeManagementAccess.defaultAction",
               profile.node_management_access());
}

std::map<std::string, std::string> ToTags(const v1::Tags& tags) {
  return {tags.values().begin(), tags.values().end()};
}

absl::StatusOr<IdentitySpec> ToIdentity(const v1::BatchAccountIdentity& identity) {
  IdentitySpec spec;
  switch (identity.type()) {
    case v1::RESOURCE_IDENTITY_TYPE_NONE:
      spec.type = IdentityType::kNone;
      break;
    case v1::RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED:
      spec.type = IdentityType::kSystemAssigned;
      break;
    case v1::RESOURCE_IDENTITY_TYPE_USER_ASSIGNED:
      spec.type = IdentityType::kUserAssigned;
      break;
    default:
      return MissingRequiredPropertyError("identity.type");
  }
  for (const auto& [resource_id, value] : identity.user_assigned_identities()) {
    spec.user_assigned_ids.push_back(resource_id);
  }
  // The map has no order of its own.
  std::sort(spec.user_assigned_ids.begin(), spec.user_assigned_ids.end());
  return spec;
}

// nullopt for an empty message, which asks for nothing.
absl::StatusOr<std::optional<EncryptionSpec>> ToEncryption(
    const v1::EncryptionProperties& encryption) {
  const bool has_key = encryption.has_key_vault_properties();
  switch (encryption.key_source()) {
    case v1::KEY_SOURCE_MICROSOFT_BATCH:
      if (has_key) {
        return InvalidPropertyValueError(
            kKeySourcePath, "Microsoft.Batch",
            "Key vault properties go with the key source 'Microsoft.KeyVault' only.");
      }
      return EncryptionSpec();
    case v1::KEY_SOURCE_MICROSOFT_KEY_VAULT:
      break;
    default:
      if (has_key) return MissingRequiredPropertyError(kKeySourcePath);
      return std::nullopt;
  }
  if (!has_key) return MissingRequiredPropertyError(kKeyVaultPath);
  if (encryption.key_vault_properties().key_identifier().empty()) {
    return MissingRequiredPropertyError(kKeyIdentifierPath);
  }
  EncryptionSpec spec;
  LAZULI_ASSIGN_OR_RETURN(spec.customer_key,
                          KeyIdentifier::Parse(encryption.key_vault_properties().key_identifier()));
  return spec;
}

// In Azure's order, whatever the caller's.
absl::StatusOr<std::vector<AuthenticationMode>> ToAuthenticationModes(
    const v1::AuthenticationModes& modes) {
  for (const std::string& value : modes.values()) {
    const bool known = std::any_of(std::begin(kAuthenticationModes), std::end(kAuthenticationModes),
                                   [&](const AuthenticationModeName& each) {
                                     return absl::EqualsIgnoreCase(value, each.name);
                                   });
    if (!known) {
      return InvalidPropertyValueError(
          kAuthenticationModesPath, value,
          "The authentication modes are 'SharedKey', 'AAD' and 'TaskAuthenticationToken'.");
    }
  }
  std::vector<AuthenticationMode> result;
  for (const AuthenticationModeName& each : kAuthenticationModes) {
    if (std::any_of(modes.values().begin(), modes.values().end(), [&](const std::string& value) {
          return absl::EqualsIgnoreCase(value, each.name);
        })) {
      result.push_back(each.mode);
    }
  }
  if (result.empty()) {
    return InvalidPropertyValueError(kAuthenticationModesPath, "[]",
                                     "An account needs at least one authentication mode.");
  }
  return result;
}

void FromIdentity(const AccountIdentity& identity, v1::BatchAccountIdentity* result) {
  switch (identity.type) {
    case IdentityType::kNone:
      result->set_type(v1::RESOURCE_IDENTITY_TYPE_NONE);
      return;
    case IdentityType::kSystemAssigned:
      result->set_type(v1::RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED);
      result->set_principal_id(identity.identity.principal_id);
      result->set_tenant_id(identity.identity.tenant_id);
      return;
    case IdentityType::kUserAssigned: {
      result->set_type(v1::RESOURCE_IDENTITY_TYPE_USER_ASSIGNED);
      v1::UserAssignedIdentityValue& value =
          (*result->mutable_user_assigned_identities())[identity.identity.resource_id];
      value.set_principal_id(identity.identity.principal_id);
      value.set_client_id(identity.identity.client_id);
      return;
    }
  }
}

}  // namespace

absl::StatusOr<AccountSpec> ToAccountSpec(const v1::CreateBatchAccountRequest& request,
                                          absl::string_view tenant_id) {
  const v1::BatchAccountCreateParameters& parameters = request.parameters();
  const v1::BatchAccountCreateProperties& properties = parameters.properties();
  AccountSpec spec;
  spec.id =
      AccountId{request.subscription_id(), request.resource_group_name(), request.account_name()};
  spec.tenant_id = std::string(tenant_id);
  if (parameters.location().empty()) return MissingRequiredPropertyError("location");
  LAZULI_ASSIGN_OR_RETURN(spec.region, NormalizeRegion(parameters.location()));
  spec.tags = ToTags(parameters.tags());
  if (parameters.has_identity()) {
    LAZULI_ASSIGN_OR_RETURN(spec.identity, ToIdentity(parameters.identity()));
  }
  if (properties.has_pool_allocation_mode()) {
    LAZULI_RETURN_IF_ERROR(CheckSetting("properties.poolAllocationMode",
                                        properties.pool_allocation_mode(), kPoolAllocationMode,
                                        {"UserSubscription"}));
  }
  if (properties.has_public_network_access()) {
    LAZULI_RETURN_IF_ERROR(CheckPublicNetworkAccess(properties.public_network_access()));
  }
  LAZULI_RETURN_IF_ERROR(CheckNetworkProfile(properties.network_profile()));
  LAZULI_ASSIGN_OR_RETURN(std::optional<EncryptionSpec> encryption,
                          ToEncryption(properties.encryption()));
  if (encryption.has_value()) spec.encryption = *std::move(encryption);
  if (properties.has_allowed_authentication_modes()) {
    LAZULI_ASSIGN_OR_RETURN(spec.authentication_modes,
                            ToAuthenticationModes(properties.allowed_authentication_modes()));
  }
  return spec;
}

absl::StatusOr<AccountChange> ToAccountChange(const v1::BatchAccountUpdateParameters& parameters) {
  const v1::BatchAccountUpdateProperties& properties = parameters.properties();
  AccountChange change;
  if (parameters.has_tags()) {
    change.tags = ToTags(parameters.tags());
    LAZULI_RETURN_IF_ERROR(ValidateTags(*change.tags));
  }
  if (parameters.has_identity()) {
    LAZULI_ASSIGN_OR_RETURN(change.identity, ToIdentity(parameters.identity()));
  }
  if (properties.has_public_network_access()) {
    LAZULI_RETURN_IF_ERROR(CheckPublicNetworkAccess(properties.public_network_access()));
  }
  LAZULI_RETURN_IF_ERROR(CheckNetworkProfile(properties.network_profile()));
  LAZULI_ASSIGN_OR_RETURN(change.encryption, ToEncryption(properties.encryption()));
  if (properties.has_allowed_authentication_modes()) {
    LAZULI_ASSIGN_OR_RETURN(change.authentication_modes,
                            ToAuthenticationModes(properties.allowed_authentication_modes()));
  }
  return change;
}

void FromAccountView(const AccountView& view, v1::BatchAccount* account) {
  account->Clear();
  account->set_id(view.id.ArmId());
  account->set_name(view.id.name);
  account->set_type(kResourceType);
  account->set_location(view.region);
  account->mutable_tags()->insert(view.tags.begin(), view.tags.end());
  v1::BatchAccountProperties& properties = *account->mutable_properties();
  properties.set_account_endpoint(view.endpoint);
  properties.set_node_management_endpoint(view.node_management_endpoint);
  // Whatever became of its key: Azure's schema has no field for that.
  properties.set_provisioning_state("Succeeded");
  properties.set_dedicated_core_quota(limits::batch::kDedicatedCoreQuota);
  properties.set_dedicated_core_quota_per_vm_family_enforced(false);
  properties.set_low_priority_core_quota(limits::batch::kLowPriorityCoreQuota);
  properties.set_pool_quota(view.pool_quota);
  properties.set_active_job_and_job_schedule_quota(view.active_job_quota);
  properties.set_pool_allocation_mode(kPoolAllocationMode);
  properties.set_public_network_access(kPublicNetworkAccess);
  v1::EncryptionProperties& encryption = *properties.mutable_encryption();
  encryption.set_key_source(v1::KEY_SOURCE_MICROSOFT_BATCH);
  if (view.encryption.customer_key.has_value()) {
    encryption.set_key_source(v1::KEY_SOURCE_MICROSOFT_KEY_VAULT);
    encryption.mutable_key_vault_properties()->set_key_identifier(
        view.encryption.customer_key->text);
  }
  for (const AuthenticationModeName& each : kAuthenticationModes) {
    if (std::find(view.authentication_modes.begin(), view.authentication_modes.end(), each.mode) !=
        view.authentication_modes.end()) {
      properties.add_allowed_authentication_modes(std::string(each.name));
    }
  }
  FromIdentity(view.identity, account->mutable_identity());
}

}  // namespace lazuli::batch
