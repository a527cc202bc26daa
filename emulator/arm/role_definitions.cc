// File: emulator/arm/role_definitions.cc
#include "emulator/arm/role_definitions.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace lazuli::emulator {
namespace {

using Patterns = std::vector<absl::string_view>;

std::vector<ActionPattern> ToPatterns(const Patterns& texts) {
  std::vector<ActionPattern> patterns;
  for (const absl::string_view text : texts) patterns.emplace_back(text);
  return patterns;
}

struct Permissions {
  Patterns actions = {};
  Patterns not_actions = {};
  Patterns data_actions = {};
};

RoleDefinition Role(absl::string_view id, absl::string_view name, absl::string_view description,
                    const Permissions& permissions) {
  RoleDefinition role;
  role.id = std::string(id);
  role.name = std::string(name);
  role.description = std::string(description);
  role.actions = ToPatterns(permissions.actions);
  role.not_actions = ToPatterns(permissions.not_actions);
  role.data_actions = ToPatterns(permissions.data_actions);
  return role;
}

// What Key Vault's officers and readers may do besides their data actions.
Patterns VaultReading() {
  return {"Microsoft.Authorization/*/read",
          "Microsoft.Insights/alertRules/*",
          "Microsoft.Resources/deployments/*",
          "Microsoft.Resources/subscriptions/resourceGroups/read",
          "Microsoft.Support/*",
          "Microsoft.KeyVault/checkNameAvailability/read",
          "Microsoft.KeyVault/deletedVaults/read",
          "Microsoft.KeyVault/locations/*/read",
          "Microsoft.KeyVault/vaults/*/read",
          "Microsoft.KeyVault/operations/read"};
}

void AddGeneralRoles(std::vector<RoleDefinition>* roles) {
  roles->push_back(Role(kOwnerRoleId, "Owner",
                        "Grants full access to manage all resources, including the ability to "
                        "assign roles in Azure RBAC.",
                        {.actions = {"*"}}));
  roles->push_back(
      Role(kContributorRoleId, "Contributor",
           "Grants full access to manage all resources, but does not allow you to assign roles in "
           "Azure RBAC, manage assignments in Azure Blueprints, or share image galleries.",
           {.actions = {"*"},
            .not_actions = {"Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write",
                            "Microsoft.Authorization/elevateAccess/Action",
                            "Microsoft.Blueprint/blueprintAssignments/write",
                            "Microsoft.Blueprint/blueprintAssignments/delete",
                            "Microsoft.Compute/galleries/share/action",
                            "Microsoft.Purview/consents/write", "Microsoft.Purview/consents/delete",
                            "Microsoft.Resources/deploymentStacks/manageDenySetting/action"}}));
  roles->push_back(Role(kReaderRoleId, "Reader",
                        "View all resources, but does not allow you to make any changes.",
                        {.actions = {"*/read"}}));
  roles->push_back(
      Role("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator",
           "Lets you manage user access to Azure resources.",
           {.actions = {"*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"}}));
}

void AddIdentityRoles(std::vector<RoleDefinition>* roles) {
  roles->push_back(
      Role("e40ec5ca-96e0-45a2-b4ff-59039f2c2b59", "Managed Identity Contributor",
           "Create, Read, Update, and Delete User Assigned Identity",
           {.actions = {"Microsoft.ManagedIdentity/userAssignedIdentities/read",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/write",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/"
                        "federatedIdentityCredentials/read",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/"
                        "federatedIdentityCredentials/write",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/"
                        "federatedIdentityCredentials/delete",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/revokeTokens/action",
                        "Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*",
                        "Microsoft.Resources/subscriptions/resourceGroups/read",
                        "Microsoft.Resources/deployments/*", "Microsoft.Support/*"}}));
  roles->push_back(
      Role("f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator",
           "Read and Assign User Assigned Identity",
           {.actions = {"Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
                        "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
                        "Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*",
                        "Microsoft.Resources/subscriptions/resourceGroups/read",
                        "Microsoft.Resources/deployments/*", "Microsoft.Support/*"}}));
}

void AddKeyVaultDataRoles(std::vector<RoleDefinition>* roles) {
  roles->push_back(
      Role("00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator",
           "Perform all data plane operations on a key vault and all objects in it, including "
           "certificates, keys, and secrets. Cannot manage key vault resources or manage role "
           "assignments.",
           {.actions = VaultReading(), .data_actions = {"Microsoft.KeyVault/vaults/*"}}));
  roles->push_back(Role("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "Key Vault Crypto Officer",
                        "Perform any action on the keys of a key vault, except manage permissions.",
                        {.actions = VaultReading(),
                         .data_actions = {"Microsoft.KeyVault/vaults/keys/*",
                                          "Microsoft.KeyVault/vaults/keyrotationpolicies/*"}}));
  roles->push_back(Role("12338af0-0e69-4776-bea7-57ae8d297424", "Key Vault Crypto User",
                        "Perform cryptographic operations using keys.",
                        {.data_actions = {"Microsoft.KeyVault/vaults/keys/read",
                                          "Microsoft.KeyVault/vaults/keys/update/action",
                                          "Microsoft.KeyVault/vaults/keys/backup/action",
                                          "Microsoft.KeyVault/vaults/keys/encrypt/action",
                                          "Microsoft.KeyVault/vaults/keys/decrypt/action",
                                          "Microsoft.KeyVault/vaults/keys/wrap/action",
                                          "Microsoft.KeyVault/vaults/keys/unwrap/action",
                                          "Microsoft.KeyVault/vaults/keys/sign/action",
                                          "Microsoft.KeyVault/vaults/keys/verify/action"}}));
  roles->push_back(Role("e147488a-f6f5-4113-8e2d-b22465e65bf6",
                        "Key Vault Crypto Service Encryption User",
                        "Read metadata of keys and perform wrap/unwrap operations.",
                        {.actions = {"Microsoft.EventGrid/eventSubscriptions/write",
                                     "Microsoft.EventGrid/eventSubscriptions/read",
                                     "Microsoft.EventGrid/eventSubscriptions/delete"},
                         .data_actions = {"Microsoft.KeyVault/vaults/keys/read",
                                          "Microsoft.KeyVault/vaults/keys/wrap/action",
                                          "Microsoft.KeyVault/vaults/keys/unwrap/action"}}));
  roles->push_back(Role("08bbd89e-9f13-488c-ac41-acfcb10c90ab",
                        "Key Vault Crypto Service Release User", "Release keys.",
                        {.data_actions = {"Microsoft.KeyVault/vaults/keys/release/action"}}));
  roles->push_back(
      Role("21090545-7ca7-4776-b22c-e363652d74d2", "Key Vault Reader",
           "Read metadata of key vaults and its certificates, keys, and secrets. Cannot read "
           "sensitive values such as secret contents or key material.",
           {.actions = VaultReading(),
            .data_actions = {"Microsoft.KeyVault/vaults/*/read",
                             "Microsoft.KeyVault/vaults/secrets/readMetadata/action"}}));
}

void AddSecretAndCertificateRoles(std::vector<RoleDefinition>* roles) {
  roles->push_back(
      Role("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer",
           "Perform any action on the secrets of a key vault, except manage permissions.",
           {.actions = VaultReading(), .data_actions = {"Microsoft.KeyVault/vaults/secrets/*"}}));
  roles->push_back(Role(
      "4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User", "Read secret contents.",
      {.data_actions = {"Microsoft.KeyVault/vaults/secrets/getSecret/action",
                        "Microsoft.KeyVault/vaults/secrets/readMetadata/action"}}));
  roles->push_back(
      Role("a4417e6f-fecd-4de8-b567-7b0420556985", "Key Vault Certificates Officer",
           "Perform any action on the certificates of a key vault, except manage permissions.",
           {.actions = VaultReading(),
            .data_actions = {"Microsoft.KeyVault/vaults/certificatecas/*",
                             "Microsoft.KeyVault/vaults/certificates/*",
                             "Microsoft.KeyVault/vaults/certificatecontacts/write"}}));
  roles->push_back(Role("db79e9a7-68ee-4b58-9aeb-b90e7c24fcba", "Key Vault Certificate User",
                        "Read certificate contents.",
                        {.data_actions = {"Microsoft.KeyVault/vaults/certificates/read",
                                          "Microsoft.KeyVault/vaults/secrets/getSecret/action",
                                          "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
                                          "Microsoft.KeyVault/vaults/keys/read"}}));
}

void AddKeyVaultManagementRoles(std::vector<RoleDefinition>* roles) {
  roles->push_back(Role(
      "f25e0fa2-a7c8-4377-a976-54943a77a395", "Key Vault Contributor",
      "Lets you manage key vaults, but not access to them.",
      {.actions = {"Microsoft.Authorization/*/read", "Microsoft.Insights/alertRules/*",
                   "Microsoft.KeyVault/*", "Microsoft.Resources/deployments/*",
                   "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*"},
       .not_actions = {"Microsoft.KeyVault/locations/deletedVaults/purge/action",
                       "Microsoft.KeyVault/hsmPools/*", "Microsoft.KeyVault/managedHsms/*"}}));
  roles->push_back(Role(
      "a68e7c17-0ab2-4c09-9a58-125dae29748c", "Key Vault Purge Operator",
      "Allows permanent deletion of soft-deleted vaults.",
      {.actions = {"Microsoft.KeyVault/deletedVaults/read", "Microsoft.KeyVault/locations/*/read",
                   "Microsoft.KeyVault/locations/deletedVaults/purge/action"}}));
  roles->push_back(Role(
      "18500a29-7fe2-46b2-a342-b16a415e101d", "Managed HSM contributor",
      "Lets you manage managed HSM pools, but not access to them.",
      {.actions = {"Microsoft.KeyVault/managedHSMs/*", "Microsoft.KeyVault/deletedManagedHsms/read",
                   "Microsoft.KeyVault/locations/deletedManagedHsms/read",
                   "Microsoft.KeyVault/locations/deletedManagedHsms/purge/action",
                   "Microsoft.KeyVault/locations/managedHsmOperationResults/read"}}));
  RoleDefinition access_administrator = Role(
      "8b54135c-b56d-4d72-a534-26097cfdc8d8", "Key Vault Data Access Administrator",
      "Manage access to Azure Key Vault by adding or removing role assignments for the Key Vault "
      "Administrator, Key Vault Certificates Officer, Key Vault Crypto Officer, Key Vault Crypto "
      "Service Encryption User, Key Vault Crypto User, Key Vault Reader, Key Vault Secrets "
      "Officer, "
      "or Key Vault Secrets User roles.",
      {.actions = {"Microsoft.Authorization/roleAssignments/write",
                   "Microsoft.Authorization/roleAssignments/delete",
                   "Microsoft.Authorization/*/read", "Microsoft.Resources/deployments/*",
                   "Microsoft.Resources/subscriptions/resourceGroups/read",
                   "Microsoft.Resources/subscriptions/read",
                   "Microsoft.Management/managementGroups/read", "Microsoft.Support/*",
                   "Microsoft.KeyVault/vaults/*/read"}});
  access_administrator.assignable_roles = {
      "00482a5a-887f-4fb3-b363-3b7fe8e74483", "a4417e6f-fecd-4de8-b567-7b0420556985",
      "14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "e147488a-f6f5-4113-8e2d-b22465e65bf6",
      "12338af0-0e69-4776-bea7-57ae8d297424", "21090545-7ca7-4776-b22c-e363652d74d2",
      "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "4633458b-17de-408a-b874-0445c86b69e6"};
  roles->push_back(access_administrator);
}

// Azure documentation, "Role-based access control for Azure Batch service".
void AddBatchRoles(std::vector<RoleDefinition>* roles) {
  roles->push_back(
      Role("29fe4964-1e60-436b-bd3a-77fd4c178b3c", "Azure Batch Account Contributor",
           "Grants full access to manage all Batch resources, including Batch accounts, pools and "
           "jobs.",
           {.actions = {"Microsoft.Authorization/*/read", "Microsoft.Batch/batchAccounts/*",
                        "Microsoft.Insights/alertRules/*", "Microsoft.Resources/deployments/*",
                        "Microsoft.Resources/subscriptions/resourceGroups/read"},
            .data_actions = {"Microsoft.Batch/batchAccounts/*"}}));
  roles->push_back(Role(
      "11076f67-66f6-4be0-8f6b-f0609fd05cc9", "Azure Batch Account Reader",
      "Lets you view all resources including pools and jobs in the Batch account.",
      {.actions = {"Microsoft.Batch/batchAccounts/read", "Microsoft.Batch/batchAccounts/*/read",
                   "Microsoft.Resources/subscriptions/resourceGroups/read"},
       .data_actions = {"Microsoft.Batch/batchAccounts/*/read"}}));
  roles->push_back(
      Role("6aaa78f1-f7de-44ca-8722-c64a23943cae", "Azure Batch Data Contributor",
           "Grants permissions to manage Batch pools and jobs but not to modify accounts.",
           {.actions = {"Microsoft.Authorization/*/read", "Microsoft.Batch/batchAccounts/read",
                        "Microsoft.Batch/batchAccounts/applications/*",
                        "Microsoft.Batch/batchAccounts/certificates/*",
                        "Microsoft.Batch/batchAccounts/certificateOperationResults/*",
                        "Microsoft.Batch/batchAccounts/pools/*",
                        "Microsoft.Batch/batchAccounts/poolOperationResults/*",
                        "Microsoft.Batch/locations/*/read", "Microsoft.Insights/alertRules/*",
                        "Microsoft.Resources/deployments/*",
                        "Microsoft.Resources/subscriptions/resourceGroups/read"},
            .data_actions = {"Microsoft.Batch/batchAccounts/jobSchedules/*",
                             "Microsoft.Batch/batchAccounts/jobs/*"}}));
  roles->push_back(Role(
      "48e5e92e-a480-4e71-aa9c-2778f4c13781", "Azure Batch Job Submitter",
      "Lets you submit and manage jobs in the Batch account.",
      {.actions = {"Microsoft.Batch/batchAccounts/applications/read",
                   "Microsoft.Batch/batchAccounts/applications/versions/read",
                   "Microsoft.Batch/batchAccounts/pools/read", "Microsoft.Insights/alertRules/*",
                   "Microsoft.Resources/subscriptions/resourceGroups/read"},
       .data_actions = {"Microsoft.Batch/batchAccounts/jobSchedules/*",
                        "Microsoft.Batch/batchAccounts/jobs/*"}}));
}

std::vector<RoleDefinition> MakeRoles() {
  std::vector<RoleDefinition> roles;
  AddGeneralRoles(&roles);
  AddIdentityRoles(&roles);
  AddKeyVaultDataRoles(&roles);
  AddSecretAndCertificateRoles(&roles);
  AddKeyVaultManagementRoles(&roles);
  AddBatchRoles(&roles);
  return roles;
}

}  // namespace

std::string RoleDefinition::ArmId() const {
  return absl::StrCat("/providers/Microsoft.Authorization/roleDefinitions/", id);
}

absl::Span<const RoleDefinition> BuiltInRoles() {
  static const auto* const roles = new std::vector<RoleDefinition>(MakeRoles());
  return *roles;
}

const RoleDefinition* FindRole(absl::string_view id) {
  const size_t slash = id.rfind('/');
  if (slash != absl::string_view::npos) id = id.substr(slash + 1);
  const std::string key = absl::AsciiStrToLower(id);
  for (const RoleDefinition& role : BuiltInRoles()) {
    if (role.id == key) return &role;
  }
  return nullptr;
}

}  // namespace lazuli::emulator
