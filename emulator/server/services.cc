#include "emulator/server/services.h"

#include "absl/strings/str_cat.h"

namespace lazuli::emulator {

namespace {

void RegisterIdentity(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Tokens/IssueToken", &services->tokens, &TokensService::IssueToken);
  registry->Add("lazuli.v1.Directory/CreateTenant", &services->directory,
                &DirectoryService::CreateTenant);
  registry->Add("lazuli.v1.Directory/ListTenants", &services->directory,
                &DirectoryService::ListTenants);
  registry->Add("lazuli.v1.Directory/CreateServicePrincipal", &services->directory,
                &DirectoryService::CreateServicePrincipal);
  registry->Add("lazuli.v1.Directory/GetPrincipal", &services->directory,
                &DirectoryService::GetPrincipal);
  registry->Add("lazuli.v1.Directory/ListPrincipals", &services->directory,
                &DirectoryService::ListPrincipals);
  registry->Add("lazuli.v1.Directory/DeleteServicePrincipal", &services->directory,
                &DirectoryService::DeleteServicePrincipal);
  registry->Add("lazuli.v1.Directory/AddKeyCredential", &services->directory,
                &DirectoryService::AddKeyCredential);
  registry->Add("lazuli.v1.Directory/RemoveKeyCredential", &services->directory,
                &DirectoryService::RemoveKeyCredential);
  registry->Add("lazuli.v1.Directory/IssueTokenFor", &services->directory,
                &DirectoryService::IssueTokenFor);
}

void RegisterResourceManager(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Subscriptions/CreateSubscription", &services->subscriptions,
                &SubscriptionsService::CreateSubscription);
  registry->Add("lazuli.v1.Subscriptions/GetSubscription", &services->subscriptions,
                &SubscriptionsService::GetSubscription);
  registry->Add("lazuli.v1.Subscriptions/ListSubscriptions", &services->subscriptions,
                &SubscriptionsService::ListSubscriptions);
  registry->Add("lazuli.v1.ResourceGroups/CreateOrUpdateResourceGroup", &services->resource_groups,
                &ResourceGroupsService::CreateOrUpdateResourceGroup);
  registry->Add("lazuli.v1.ResourceGroups/GetResourceGroup", &services->resource_groups,
                &ResourceGroupsService::GetResourceGroup);
  registry->Add("lazuli.v1.ResourceGroups/ListResourceGroups", &services->resource_groups,
                &ResourceGroupsService::ListResourceGroups);
  registry->Add("lazuli.v1.ResourceGroups/DeleteResourceGroup", &services->resource_groups,
                &ResourceGroupsService::DeleteResourceGroup);
  registry->Add("lazuli.v1.UserAssignedIdentities/CreateOrUpdateIdentity", &services->identities,
                &IdentitiesService::CreateOrUpdateIdentity);
  registry->Add("lazuli.v1.UserAssignedIdentities/GetIdentity", &services->identities,
                &IdentitiesService::GetIdentity);
  registry->Add("lazuli.v1.UserAssignedIdentities/ListIdentities", &services->identities,
                &IdentitiesService::ListIdentities);
  registry->Add("lazuli.v1.UserAssignedIdentities/DeleteIdentity", &services->identities,
                &IdentitiesService::DeleteIdentity);
  registry->Add("lazuli.v1.RoleAssignments/CreateRoleAssignment", &services->role_assignments,
                &RoleAssignmentsService::CreateRoleAssignment);
  registry->Add("lazuli.v1.RoleAssignments/GetRoleAssignment", &services->role_assignments,
                &RoleAssignmentsService::GetRoleAssignment);
  registry->Add("lazuli.v1.RoleAssignments/ListRoleAssignments", &services->role_assignments,
                &RoleAssignmentsService::ListRoleAssignments);
  registry->Add("lazuli.v1.RoleAssignments/DeleteRoleAssignment", &services->role_assignments,
                &RoleAssignmentsService::DeleteRoleAssignment);
  registry->Add("lazuli.v1.RoleAssignments/ListRoleDefinitions", &services->role_assignments,
                &RoleAssignmentsService::ListRoleDefinitions);
  registry->Add("lazuli.v1.RoleAssignments/GetRoleDefinition", &services->role_assignments,
                &RoleAssignmentsService::GetRoleDefinition);
  registry->Add("lazuli.v1.UserAssignedIdentities/UpdateIdentity", &services->identities,
                &IdentitiesService::UpdateIdentity);
  registry->Add("lazuli.v1.UserAssignedIdentities/ListIdentitiesBySubscription",
                &services->identities, &IdentitiesService::ListIdentitiesBySubscription);
  registry->Add("lazuli.v1.ResourceGroups/UpdateResourceGroup", &services->resource_groups,
                &ResourceGroupsService::UpdateResourceGroup);
  registry->Add("lazuli.v1.ResourceGroups/CheckResourceGroupExistence", &services->resource_groups,
                &ResourceGroupsService::CheckResourceGroupExistence);
}

// What Resource Manager has beside resources.
void RegisterProviders(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Tenants/ListTenantDescriptions", &services->tenants,
                &TenantsService::ListTenantDescriptions);
  registry->Add("lazuli.v1.Locations/ListLocations", &services->locations,
                &LocationsService::ListLocations);
  registry->Add("lazuli.v1.Providers/ListProviders", &services->providers,
                &ProvidersService::ListProviders);
  registry->Add("lazuli.v1.Providers/GetProvider", &services->providers,
                &ProvidersService::GetProvider);
  registry->Add("lazuli.v1.Providers/RegisterProvider", &services->providers,
                &ProvidersService::RegisterProvider);
  registry->Add("lazuli.v1.Providers/ListTenantProviders", &services->providers,
                &ProvidersService::ListTenantProviders);
  registry->Add("lazuli.v1.Providers/GetTenantProvider", &services->providers,
                &ProvidersService::GetTenantProvider);
  registry->Add("lazuli.v1.Resources/ListResources", &services->resources,
                &ResourcesService::ListResources);
  registry->Add("lazuli.v1.Resources/ListResourcesByResourceGroup", &services->resources,
                &ResourcesService::ListResourcesByResourceGroup);
  using batch::BatchProviderService;
  registry->Add("lazuli.v1.BatchProvider/ListBatchOperations", &services->batch_provider,
                &BatchProviderService::ListBatchOperations);
  registry->Add("lazuli.v1.BatchProvider/GetBatchQuotas", &services->batch_provider,
                &BatchProviderService::GetBatchQuotas);
  registry->Add("lazuli.v1.BatchProvider/ListSupportedVirtualMachineSkus",
                &services->batch_provider, &BatchProviderService::ListSupportedVirtualMachineSkus);
  registry->Add("lazuli.v1.BatchProvider/ListSupportedCloudServiceSkus", &services->batch_provider,
                &BatchProviderService::ListSupportedCloudServiceSkus);
  registry->Add("lazuli.v1.BatchAccountResources/ListOutboundNetworkDependenciesEndpoints",
                &services->batch_provider,
                &BatchProviderService::ListOutboundNetworkDependenciesEndpoints);
  registry->Add("lazuli.v1.BatchAccountResources/ListBatchPrivateLinkResources",
                &services->batch_provider, &BatchProviderService::ListBatchPrivateLinkResources);
  registry->Add("lazuli.v1.BatchAccountResources/ListBatchPrivateEndpointConnections",
                &services->batch_provider,
                &BatchProviderService::ListBatchPrivateEndpointConnections);
  registry->Add("lazuli.v1.BatchAccountResources/ListApplications", &services->batch_provider,
                &BatchProviderService::ListApplications);
  registry->Add("lazuli.v1.BatchAccountResources/ListCertificates", &services->batch_provider,
                &BatchProviderService::ListCertificates);
  for (const char* name : {"CreateApplication", "CreateCertificate", "ListManagementPools",
                           "GetManagementPool", "CreateManagementPool", "UpdateManagementPool",
                           "DeleteManagementPool", "SynchronizeAutoStorageKeys"}) {
    registry->AddNotEmulated(absl::StrCat("lazuli.v1.BatchAccountResources/", name));
  }
}

// What Microsoft.KeyVault has beside vaults.
void RegisterVaultResources(Services* services, MethodRegistry* registry) {
  using keyvault::ManagedHsmsService;
  using keyvault::VaultKeysService;
  using keyvault::VaultProviderService;
  auto* const hsms = &services->managed_hsms;
  registry->Add("lazuli.v1.ManagedHsms/CreateOrUpdateManagedHsm", hsms,
                &ManagedHsmsService::CreateOrUpdateManagedHsm);
  registry->Add("lazuli.v1.ManagedHsms/UpdateManagedHsm", hsms,
                &ManagedHsmsService::UpdateManagedHsm);
  registry->Add("lazuli.v1.ManagedHsms/GetManagedHsm", hsms, &ManagedHsmsService::GetManagedHsm);
  registry->Add("lazuli.v1.ManagedHsms/DeleteManagedHsm", hsms,
                &ManagedHsmsService::DeleteManagedHsm);
  registry->Add("lazuli.v1.ManagedHsms/ListManagedHsmsByResourceGroup", hsms,
                &ManagedHsmsService::ListManagedHsmsByResourceGroup);
  registry->Add("lazuli.v1.ManagedHsms/ListManagedHsms", hsms,
                &ManagedHsmsService::ListManagedHsms);
  registry->Add("lazuli.v1.ManagedHsms/ListDeletedManagedHsms", hsms,
                &ManagedHsmsService::ListDeletedManagedHsms);
  registry->Add("lazuli.v1.ManagedHsms/GetDeletedManagedHsm", hsms,
                &ManagedHsmsService::GetDeletedManagedHsm);
  registry->Add("lazuli.v1.ManagedHsms/PurgeDeletedManagedHsm", hsms,
                &ManagedHsmsService::PurgeDeletedManagedHsm);
  registry->Add("lazuli.v1.ManagedHsms/CheckManagedHsmNameAvailability", hsms,
                &ManagedHsmsService::CheckManagedHsmNameAvailability);
  registry->Add("lazuli.v1.ManagedHsms/ListManagedHsmRegions", hsms,
                &ManagedHsmsService::ListManagedHsmRegions);
  auto* const keys = &services->vault_keys;
  registry->Add("lazuli.v1.VaultKeys/CreateVaultKeyIfNotExist", keys,
                &VaultKeysService::CreateVaultKeyIfNotExist);
  registry->Add("lazuli.v1.VaultKeys/GetVaultKey", keys, &VaultKeysService::GetVaultKey);
  registry->Add("lazuli.v1.VaultKeys/ListVaultKeys", keys, &VaultKeysService::ListVaultKeys);
  registry->Add("lazuli.v1.VaultKeys/GetVaultKeyVersion", keys,
                &VaultKeysService::GetVaultKeyVersion);
  registry->Add("lazuli.v1.VaultKeys/ListVaultKeyVersions", keys,
                &VaultKeysService::ListVaultKeyVersions);
  auto* const provider = &services->vault_provider;
  registry->Add("lazuli.v1.VaultProvider/ListVaultOperations", provider,
                &VaultProviderService::ListVaultOperations);
  registry->Add("lazuli.v1.VaultProvider/ListVaultPrivateLinkResources", provider,
                &VaultProviderService::ListVaultPrivateLinkResources);
  registry->Add("lazuli.v1.VaultProvider/ListVaultPrivateEndpointConnections", provider,
                &VaultProviderService::ListVaultPrivateEndpointConnections);
  registry->Add("lazuli.v1.VaultProvider/GetVaultPrivateEndpointConnection", provider,
                &VaultProviderService::GetVaultPrivateEndpointConnection);
  registry->Add("lazuli.v1.VaultProvider/PutVaultPrivateEndpointConnection", provider,
                &VaultProviderService::PutVaultPrivateEndpointConnection);
  registry->Add("lazuli.v1.VaultProvider/DeleteVaultPrivateEndpointConnection", provider,
                &VaultProviderService::DeleteVaultPrivateEndpointConnection);
  registry->Add("lazuli.v1.VaultProvider/ListManagedHsmPrivateLinkResources", provider,
                &VaultProviderService::ListManagedHsmPrivateLinkResources);
  registry->Add("lazuli.v1.VaultProvider/ListManagedHsmPrivateEndpointConnections", provider,
                &VaultProviderService::ListManagedHsmPrivateEndpointConnections);
  registry->Add("lazuli.v1.VaultProvider/GetManagedHsmPrivateEndpointConnection", provider,
                &VaultProviderService::GetManagedHsmPrivateEndpointConnection);
  registry->Add("lazuli.v1.VaultProvider/PutManagedHsmPrivateEndpointConnection", provider,
                &VaultProviderService::PutManagedHsmPrivateEndpointConnection);
  registry->Add("lazuli.v1.VaultProvider/DeleteManagedHsmPrivateEndpointConnection", provider,
                &VaultProviderService::DeleteManagedHsmPrivateEndpointConnection);
}

void RegisterKeyVault(Services* services, MethodRegistry* registry) {
  using keyvault::KeysService;
  using keyvault::VaultsService;
  registry->Add("lazuli.v1.Vaults/CreateOrUpdateVault", &services->vaults,
                &VaultsService::CreateOrUpdateVault);
  registry->Add("lazuli.v1.Vaults/UpdateVault", &services->vaults, &VaultsService::UpdateVault);
  registry->Add("lazuli.v1.Vaults/GetVault", &services->vaults, &VaultsService::GetVault);
  registry->Add("lazuli.v1.Vaults/DeleteVault", &services->vaults, &VaultsService::DeleteVault);
  registry->Add("lazuli.v1.Vaults/ListVaultsByResourceGroup", &services->vaults,
                &VaultsService::ListVaultsByResourceGroup);
  registry->Add("lazuli.v1.Vaults/ListVaultsBySubscription", &services->vaults,
                &VaultsService::ListVaultsBySubscription);
  registry->Add("lazuli.v1.Vaults/UpdateAccessPolicy", &services->vaults,
                &VaultsService::UpdateAccessPolicy);
  registry->Add("lazuli.v1.Vaults/ListDeletedVaults", &services->vaults,
                &VaultsService::ListDeletedVaults);
  registry->Add("lazuli.v1.Vaults/GetDeletedVault", &services->vaults,
                &VaultsService::GetDeletedVault);
  registry->Add("lazuli.v1.Vaults/PurgeDeletedVault", &services->vaults,
                &VaultsService::PurgeDeletedVault);
  registry->Add("lazuli.v1.Vaults/CheckVaultNameAvailability", &services->vaults,
                &VaultsService::CheckVaultNameAvailability);
  registry->Add("lazuli.v1.Keys/CreateKey", &services->keys, &KeysService::CreateKey);
  registry->Add("lazuli.v1.Keys/ImportKey", &services->keys, &KeysService::ImportKey);
  registry->Add("lazuli.v1.Keys/GetKey", &services->keys, &KeysService::GetKey);
  registry->Add("lazuli.v1.Keys/UpdateKey", &services->keys, &KeysService::UpdateKey);
  registry->Add("lazuli.v1.Keys/DeleteKey", &services->keys, &KeysService::DeleteKey);
  registry->Add("lazuli.v1.Keys/GetKeys", &services->keys, &KeysService::GetKeys);
  registry->Add("lazuli.v1.Keys/GetKeyVersions", &services->keys, &KeysService::GetKeyVersions);
  registry->Add("lazuli.v1.Keys/GetDeletedKeys", &services->keys, &KeysService::GetDeletedKeys);
  registry->Add("lazuli.v1.Keys/GetDeletedKey", &services->keys, &KeysService::GetDeletedKey);
  registry->Add("lazuli.v1.Keys/RecoverDeletedKey", &services->keys,
                &KeysService::RecoverDeletedKey);
  registry->Add("lazuli.v1.Keys/PurgeDeletedKey", &services->keys, &KeysService::PurgeDeletedKey);
  registry->Add("lazuli.v1.Keys/RotateKey", &services->keys, &KeysService::RotateKey);
  registry->Add("lazuli.v1.Keys/GetKeyRotationPolicy", &services->keys,
                &KeysService::GetKeyRotationPolicy);
  registry->Add("lazuli.v1.Keys/UpdateKeyRotationPolicy", &services->keys,
                &KeysService::UpdateKeyRotationPolicy);
  registry->Add("lazuli.v1.Keys/Encrypt", &services->keys, &KeysService::Encrypt);
  registry->Add("lazuli.v1.Keys/Decrypt", &services->keys, &KeysService::Decrypt);
  registry->Add("lazuli.v1.Keys/WrapKey", &services->keys, &KeysService::WrapKey);
  registry->Add("lazuli.v1.Keys/UnwrapKey", &services->keys, &KeysService::UnwrapKey);
  registry->Add("lazuli.v1.Keys/Sign", &services->keys, &KeysService::Sign);
  registry->Add("lazuli.v1.Keys/Verify", &services->keys, &KeysService::Verify);
  registry->Add("lazuli.v1.Keys/GetKeyAttestation", &services->keys,
                &KeysService::GetKeyAttestation);
  registry->Add("lazuli.v1.Keys/GetRandomBytes", &services->keys, &KeysService::GetRandomBytes);
  registry->Add("lazuli.v1.Keys/BackupKey", &services->keys, &KeysService::BackupKey);
  registry->Add("lazuli.v1.Keys/RestoreKey", &services->keys, &KeysService::RestoreKey);
  registry->Add("lazuli.v1.Keys/ReleaseKey", &services->keys, &KeysService::ReleaseKey);
}

void RegisterSecrets(Services* services, MethodRegistry* registry) {
  using keyvault::SecretsService;
  registry->Add("lazuli.v1.Secrets/SetSecret", &services->secrets, &SecretsService::SetSecret);
  registry->Add("lazuli.v1.Secrets/GetSecret", &services->secrets, &SecretsService::GetSecret);
  registry->Add("lazuli.v1.Secrets/UpdateSecret", &services->secrets,
                &SecretsService::UpdateSecret);
  registry->Add("lazuli.v1.Secrets/DeleteSecret", &services->secrets,
                &SecretsService::DeleteSecret);
  registry->Add("lazuli.v1.Secrets/GetSecrets", &services->secrets, &SecretsService::GetSecrets);
  registry->Add("lazuli.v1.Secrets/GetSecretVersions", &services->secrets,
                &SecretsService::GetSecretVersions);
  registry->Add("lazuli.v1.Secrets/GetDeletedSecrets", &services->secrets,
                &SecretsService::GetDeletedSecrets);
  registry->Add("lazuli.v1.Secrets/GetDeletedSecret", &services->secrets,
                &SecretsService::GetDeletedSecret);
  registry->Add("lazuli.v1.Secrets/RecoverDeletedSecret", &services->secrets,
                &SecretsService::RecoverDeletedSecret);
  registry->Add("lazuli.v1.Secrets/PurgeDeletedSecret", &services->secrets,
                &SecretsService::PurgeDeletedSecret);
  registry->Add("lazuli.v1.Secrets/BackupSecret", &services->secrets,
                &SecretsService::BackupSecret);
  registry->Add("lazuli.v1.Secrets/RestoreSecret", &services->secrets,
                &SecretsService::RestoreSecret);
}

void RegisterCertificates(Services* services, MethodRegistry* registry) {
  using keyvault::CertificatesService;
  registry->Add("lazuli.v1.Certificates/CreateCertificate", &services->certificates,
                &CertificatesService::CreateCertificate);
  registry->Add("lazuli.v1.Certificates/ImportCertificate", &services->certificates,
                &CertificatesService::ImportCertificate);
  registry->Add("lazuli.v1.Certificates/GetCertificate", &services->certificates,
                &CertificatesService::GetCertificate);
  registry->Add("lazuli.v1.Certificates/UpdateCertificate", &services->certificates,
                &CertificatesService::UpdateCertificate);
  registry->Add("lazuli.v1.Certificates/DeleteCertificate", &services->certificates,
                &CertificatesService::DeleteCertificate);
  registry->Add("lazuli.v1.Certificates/GetCertificates", &services->certificates,
                &CertificatesService::GetCertificates);
  registry->Add("lazuli.v1.Certificates/GetCertificateVersions", &services->certificates,
                &CertificatesService::GetCertificateVersions);
  registry->Add("lazuli.v1.Certificates/GetCertificatePolicy", &services->certificates,
                &CertificatesService::GetCertificatePolicy);
  registry->Add("lazuli.v1.Certificates/UpdateCertificatePolicy", &services->certificates,
                &CertificatesService::UpdateCertificatePolicy);
  registry->Add("lazuli.v1.Certificates/GetCertificateOperation", &services->certificates,
                &CertificatesService::GetCertificateOperation);
  registry->Add("lazuli.v1.Certificates/UpdateCertificateOperation", &services->certificates,
                &CertificatesService::UpdateCertificateOperation);
  registry->Add("lazuli.v1.Certificates/DeleteCertificateOperation", &services->certificates,
                &CertificatesService::DeleteCertificateOperation);
  registry->Add("lazuli.v1.Certificates/MergeCertificate", &services->certificates,
                &CertificatesService::MergeCertificate);
  registry->Add("lazuli.v1.Certificates/GetDeletedCertificates", &services->certificates,
                &CertificatesService::GetDeletedCertificates);
  registry->Add("lazuli.v1.Certificates/GetDeletedCertificate", &services->certificates,
                &CertificatesService::GetDeletedCertificate);
  registry->Add("lazuli.v1.Certificates/RecoverDeletedCertificate", &services->certificates,
                &CertificatesService::RecoverDeletedCertificate);
  registry->Add("lazuli.v1.Certificates/PurgeDeletedCertificate", &services->certificates,
                &CertificatesService::PurgeDeletedCertificate);
  registry->Add("lazuli.v1.Certificates/GetCertificateContacts", &services->certificates,
                &CertificatesService::GetCertificateContacts);
  registry->Add("lazuli.v1.Certificates/SetCertificateContacts", &services->certificates,
                &CertificatesService::SetCertificateContacts);
  registry->Add("lazuli.v1.Certificates/DeleteCertificateContacts", &services->certificates,
                &CertificatesService::DeleteCertificateContacts);
  registry->Add("lazuli.v1.Certificates/GetCertificateIssuers", &services->certificates,
                &CertificatesService::GetCertificateIssuers);
  registry->Add("lazuli.v1.Certificates/GetCertificateIssuer", &services->certificates,
                &CertificatesService::GetCertificateIssuer);
  registry->Add("lazuli.v1.Certificates/SetCertificateIssuer", &services->certificates,
                &CertificatesService::SetCertificateIssuer);
  registry->Add("lazuli.v1.Certificates/UpdateCertificateIssuer", &services->certificates,
                &CertificatesService::UpdateCertificateIssuer);
  registry->Add("lazuli.v1.Certificates/DeleteCertificateIssuer", &services->certificates,
                &CertificatesService::DeleteCertificateIssuer);
  registry->Add("lazuli.v1.Certificates/BackupCertificate", &services->certificates,
                &CertificatesService::BackupCertificate);
  registry->Add("lazuli.v1.Certificates/RestoreCertificate", &services->certificates,
                &CertificatesService::RestoreCertificate);
}

void RegisterBatch(Services* services, MethodRegistry* registry) {
  using batch::AccountsService;
  using batch::CatalogService;
  using batch::JobsService;
  using batch::PoolsService;
  using batch::TasksService;
  registry->Add("lazuli.v1.BatchAccounts/CreateBatchAccount", &services->accounts,
                &AccountsService::CreateBatchAccount);
  registry->Add("lazuli.v1.BatchAccounts/UpdateBatchAccount", &services->accounts,
                &AccountsService::UpdateBatchAccount);
  registry->Add("lazuli.v1.BatchAccounts/GetBatchAccount", &services->accounts,
                &AccountsService::GetBatchAccount);
  registry->Add("lazuli.v1.BatchAccounts/DeleteBatchAccount", &services->accounts,
                &AccountsService::DeleteBatchAccount);
  registry->Add("lazuli.v1.BatchAccounts/ListBatchAccounts", &services->accounts,
                &AccountsService::ListBatchAccounts);
  registry->Add("lazuli.v1.BatchAccounts/ListBatchAccountsByResourceGroup", &services->accounts,
                &AccountsService::ListBatchAccountsByResourceGroup);
  registry->Add("lazuli.v1.BatchAccounts/GetBatchAccountKeys", &services->accounts,
                &AccountsService::GetBatchAccountKeys);
  registry->Add("lazuli.v1.BatchAccounts/RegenerateBatchAccountKey", &services->accounts,
                &AccountsService::RegenerateBatchAccountKey);
  registry->Add("lazuli.v1.BatchAccounts/CheckBatchNameAvailability", &services->accounts,
                &AccountsService::CheckBatchNameAvailability);
  registry->Add("lazuli.v1.Pools/AddPool", &services->pools, &PoolsService::AddPool);
  registry->Add("lazuli.v1.Pools/ListPools", &services->pools, &PoolsService::ListPools);
  registry->Add("lazuli.v1.Pools/GetPool", &services->pools, &PoolsService::GetPool);
  registry->Add("lazuli.v1.Pools/PatchPool", &services->pools, &PoolsService::PatchPool);
  registry->Add("lazuli.v1.Pools/UpdatePoolProperties", &services->pools,
                &PoolsService::UpdatePoolProperties);
  registry->Add("lazuli.v1.Pools/DeletePool", &services->pools, &PoolsService::DeletePool);
  registry->Add("lazuli.v1.Pools/ResizePool", &services->pools, &PoolsService::ResizePool);
  registry->Add("lazuli.v1.Pools/StopPoolResize", &services->pools, &PoolsService::StopPoolResize);
  registry->Add("lazuli.v1.Pools/RemoveNodes", &services->pools, &PoolsService::RemoveNodes);
  registry->Add("lazuli.v1.Pools/ListComputeNodes", &services->pools,
                &PoolsService::ListComputeNodes);
  registry->Add("lazuli.v1.Pools/GetComputeNode", &services->pools, &PoolsService::GetComputeNode);
  registry->Add("lazuli.v1.Pools/RebootNode", &services->pools, &PoolsService::RebootNode);
  registry->Add("lazuli.v1.Pools/DisableNodeScheduling", &services->pools,
                &PoolsService::DisableNodeScheduling);
  registry->Add("lazuli.v1.Pools/EnableNodeScheduling", &services->pools,
                &PoolsService::EnableNodeScheduling);
  registry->Add("lazuli.v1.Jobs/AddJob", &services->jobs, &JobsService::AddJob);
  registry->Add("lazuli.v1.Jobs/ListJobs", &services->jobs, &JobsService::ListJobs);
  registry->Add("lazuli.v1.Jobs/GetJob", &services->jobs, &JobsService::GetJob);
  registry->Add("lazuli.v1.Jobs/PatchJob", &services->jobs, &JobsService::PatchJob);
  registry->Add("lazuli.v1.Jobs/UpdateJob", &services->jobs, &JobsService::UpdateJob);
  registry->Add("lazuli.v1.Jobs/DeleteJob", &services->jobs, &JobsService::DeleteJob);
  registry->Add("lazuli.v1.Jobs/DisableJob", &services->jobs, &JobsService::DisableJob);
  registry->Add("lazuli.v1.Jobs/EnableJob", &services->jobs, &JobsService::EnableJob);
  registry->Add("lazuli.v1.Jobs/TerminateJob", &services->jobs, &JobsService::TerminateJob);
  registry->Add("lazuli.v1.Jobs/GetTaskCounts", &services->jobs, &JobsService::GetTaskCounts);
  registry->Add("lazuli.v1.Tasks/AddTask", &services->tasks, &TasksService::AddTask);
  registry->Add("lazuli.v1.Tasks/AddTaskCollection", &services->tasks,
                &TasksService::AddTaskCollection);
  registry->Add("lazuli.v1.Tasks/ListTasks", &services->tasks, &TasksService::ListTasks);
  registry->Add("lazuli.v1.Tasks/GetTask", &services->tasks, &TasksService::GetTask);
  registry->Add("lazuli.v1.Tasks/UpdateTask", &services->tasks, &TasksService::UpdateTask);
  registry->Add("lazuli.v1.Tasks/DeleteTask", &services->tasks, &TasksService::DeleteTask);
  registry->Add("lazuli.v1.Tasks/TerminateTask", &services->tasks, &TasksService::TerminateTask);
  registry->Add("lazuli.v1.Tasks/ReactivateTask", &services->tasks, &TasksService::ReactivateTask);
  registry->Add("lazuli.v1.BatchCatalog/ListSupportedImages", &services->batch_catalog,
                &CatalogService::ListSupportedImages);
  registry->Add("lazuli.v1.BatchCatalog/ListPoolNodeCounts", &services->batch_catalog,
                &CatalogService::ListPoolNodeCounts);
  registry->Add("lazuli.v1.BatchCatalog/ListApplications", &services->batch_catalog,
                &CatalogService::ListApplications);
  registry->Add("lazuli.v1.BatchCatalog/GetApplication", &services->batch_catalog,
                &CatalogService::GetApplication);
  registry->Add("lazuli.v1.BatchCatalog/ListCertificates", &services->batch_catalog,
                &CatalogService::ListCertificates);
  registry->Add("lazuli.v1.BatchCatalog/ListJobSchedules", &services->batch_catalog,
                &CatalogService::ListJobSchedules);
}

void RegisterControl(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Emulator/GetInfo", &services->emulator, &EmulatorService::GetInfo);
  registry->Add("lazuli.v1.Emulator/GetClock", &services->emulator, &EmulatorService::GetClock);
  registry->Add("lazuli.v1.Emulator/AdvanceClock", &services->emulator,
                &EmulatorService::AdvanceClock);
  registry->Add("lazuli.v1.Emulator/AdvanceClockToNextTimer", &services->emulator,
                &EmulatorService::AdvanceClockToNextTimer);
  registry->Add("lazuli.v1.Emulator/ListEvents", &services->emulator, &EmulatorService::ListEvents);
  registry->AddStream("lazuli.v1.Emulator/WatchEvents", &services->emulator,
                      &EmulatorService::WatchEvents);
  registry->Add("lazuli.v1.Emulator/GetKeyAccess", &services->emulator,
                &EmulatorService::GetKeyAccess);
  registry->Add("lazuli.v1.Emulator/ListQueuedTransitions", &services->emulator,
                &EmulatorService::ListQueuedTransitions);
  registry->Add("lazuli.v1.Emulator/DumpRecords", &services->emulator,
                &EmulatorService::DumpRecords);
}

void RegisterVaultControl(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Explanations/Explain", &services->explanations,
                &ExplanationsService::Explain);
  registry->Add("lazuli.v1.Throttling/GetThrottling", &services->throttling,
                &ThrottlingService::GetThrottling);
  registry->Add("lazuli.v1.Throttling/SetThrottling", &services->throttling,
                &ThrottlingService::SetThrottling);
}

void RegisterState(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.State/SaveSnapshot", &services->state, &StateService::SaveSnapshot);
  registry->Add("lazuli.v1.State/LoadSnapshot", &services->state, &StateService::LoadSnapshot);
  registry->Add("lazuli.v1.State/ResetState", &services->state, &StateService::ResetState);
}

void RegisterAttestations(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Attestations/IssueAttestation", &services->attestations,
                &AttestationsService::IssueAttestation);
  registry->Add("lazuli.v1.Attestations/GetAttestationKeys", &services->attestations,
                &AttestationsService::GetAttestationKeys);
}

void RegisterFaults(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Faults/CreateFaultRule", &services->faults,
                &FaultsService::CreateFaultRule);
  registry->Add("lazuli.v1.Faults/ListFaultRules", &services->faults,
                &FaultsService::ListFaultRules);
  registry->Add("lazuli.v1.Faults/GetFaultRule", &services->faults, &FaultsService::GetFaultRule);
  registry->Add("lazuli.v1.Faults/DeleteFaultRule", &services->faults,
                &FaultsService::DeleteFaultRule);
  registry->Add("lazuli.v1.Faults/DeleteAllFaultRules", &services->faults,
                &FaultsService::DeleteAllFaultRules);
}

void RegisterSandboxes(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Templates/ApplyTemplate", &services->templates,
                &TemplatesService::ApplyTemplate);
  registry->Add("lazuli.v1.Sandboxes/CreateSandbox", &services->sandboxes,
                &SandboxesService::CreateSandbox);
  registry->Add("lazuli.v1.Sandboxes/ListSandboxes", &services->sandboxes,
                &SandboxesService::ListSandboxes);
  registry->Add("lazuli.v1.Sandboxes/GetSandbox", &services->sandboxes,
                &SandboxesService::GetSandbox);
  registry->Add("lazuli.v1.Sandboxes/DeleteSandbox", &services->sandboxes,
                &SandboxesService::DeleteSandbox);
  registry->Add("lazuli.v1.Sandboxes/ResetSandbox", &services->sandboxes,
                &SandboxesService::ResetSandbox);
  registry->Add("lazuli.v1.Sandboxes/ResetAllSandboxes", &services->sandboxes,
                &SandboxesService::ResetAllSandboxes);
}

void RegisterChaos(Services* services, MethodRegistry* registry) {
  registry->Add("lazuli.v1.Chaos/RevokeAccess", services->chaos, &ChaosService::RevokeAccess);
  registry->Add("lazuli.v1.Chaos/RestoreAccess", services->chaos, &ChaosService::RestoreAccess);
  registry->Add("lazuli.v1.Chaos/ListCauses", services->chaos, &ChaosService::ListCauses);
  registry->Add("lazuli.v1.Chaos/StartChaos", services->chaos, &ChaosService::StartChaos);
  registry->Add("lazuli.v1.Chaos/GetChaos", services->chaos, &ChaosService::GetChaos);
  registry->Add("lazuli.v1.Chaos/StopChaos", services->chaos, &ChaosService::StopChaos);
  registry->Add("lazuli.v1.Chaos/GetChaosReport", services->chaos, &ChaosService::GetChaosReport);
  registry->Add("lazuli.v1.Chaos/ExportChaos", services->chaos, &ChaosService::ExportChaos);
  registry->Add("lazuli.v1.Chaos/SetDelays", services->chaos, &ChaosService::SetDelays);
}

}  // namespace

Services::Services(const ServiceParts& parts)
    : tokens(parts.directory, parts.token_issuer),
      directory(parts.directory, parts.token_issuer),
      subscriptions(parts.resources, parts.role_evaluator),
      resource_groups(parts.resources, parts.roles),
      identities(parts.user_identities),
      role_assignments(parts.roles, parts.role_evaluator),
      vaults(parts.vaults),
      keys(parts.vaults, parts.access_control, parts.crypto_engine, parts.key_pool,
           parts.change_gate, parts.backup_sealer, parts.attestation_authority),
      vault_keys(parts.vaults, &keys),
      managed_hsms(parts.vaults),
      secrets(parts.vaults, parts.backup_sealer),
      certificates(parts.vaults, parts.key_pool, parts.backup_sealer, parts.change_gate),
      accounts(parts.accounts),
      pools(parts.accounts),
      jobs(parts.accounts),
      tasks(parts.accounts),
      emulator(parts.emulator),
      tenants(parts.directory),
      resources(parts.resources),
      vault_provider(parts.vaults),
      batch_provider(parts.accounts),
      batch_catalog(parts.accounts),
      chaos(parts.chaos),
      attestations(parts.attestation_authority, parts.key_pool),
      faults(parts.fault_rules),
      templates(parts.templates),
      sandboxes(parts.sandboxes, parts.templates),
      state(parts.state_control),
      explanations(parts.explanations),
      throttling(parts.throttle) {}

void RegisterServices(Services* services, MethodRegistry* registry) {
  RegisterIdentity(services, registry);
  RegisterResourceManager(services, registry);
  RegisterProviders(services, registry);
  RegisterVaultResources(services, registry);
  RegisterKeyVault(services, registry);
  RegisterSecrets(services, registry);
  RegisterCertificates(services, registry);
  RegisterBatch(services, registry);
  RegisterControl(services, registry);
  RegisterChaos(services, registry);
  RegisterSandboxes(services, registry);
  RegisterAttestations(services, registry);
  RegisterFaults(services, registry);
  RegisterState(services, registry);
  RegisterVaultControl(services, registry);
}

}  // namespace lazuli::emulator
