// File: emulator/server/services.h
//
// The services of an emulator, and which function serves which method: the whole table.
#ifndef LAZULI_EMULATOR_SERVER_SERVICES_H_
#define LAZULI_EMULATOR_SERVER_SERVICES_H_

#include "base/change_gate.h"
#include "batch/account_registry.h"
#include "batch/service/accounts_service.h"
#include "batch/service/batch_provider_service.h"
#include "batch/service/catalog_service.h"
#include "batch/service/jobs_service.h"
#include "batch/service/pools_service.h"
#include "batch/service/tasks_service.h"
#include "emulator/arm/identities_service.h"
#include "emulator/arm/locations_service.h"
#include "emulator/arm/providers_service.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_groups_service.h"
#include "emulator/arm/resources_service.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_assignments_service.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/arm/subscriptions_service.h"
#include "emulator/arm/tenants_service.h"
#include "emulator/arm/user_assigned_identities.h"
#include "emulator/attestation/attestation_authority.h"
#include "emulator/attestation/attestations_service.h"
#include "emulator/chaos/chaos_service.h"
#include "emulator/control/emulator_service.h"
#include "emulator/control/throttling_service.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/explain/explanations_service.h"
#include "emulator/faults/fault_rules.h"
#include "emulator/faults/faults_service.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/directory_service.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/tokens_service.h"
#include "emulator/sandboxes/sandboxes.h"
#include "emulator/sandboxes/sandboxes_service.h"
#include "emulator/storage/state_control.h"
#include "emulator/storage/state_service.h"
#include "emulator/templates/template_applier.h"
#include "emulator/templates/templates_service.h"
#include "keyvault/access_control.h"
#include "keyvault/backup/backup_sealer.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/service/certificates_service.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/service/managed_hsms_service.h"
#include "keyvault/service/secrets_service.h"
#include "keyvault/service/vault_keys_service.h"
#include "keyvault/service/vault_provider_service.h"
#include "keyvault/service/vaults_service.h"
#include "keyvault/throttle.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {

// What services work with. Nothing is owned; all outlives the services.
struct ServiceParts {
  Directory* directory = nullptr;
  TokenIssuer* token_issuer = nullptr;
  ResourceDirectory* resources = nullptr;
  RoleAssignments* roles = nullptr;
  RoleEvaluator* role_evaluator = nullptr;
  UserAssignedIdentities* user_identities = nullptr;
  keyvault::VaultRegistry* vaults = nullptr;
  keyvault::AccessControl* access_control = nullptr;
  keyvault::crypto::CryptoEngine* crypto_engine = nullptr;
  keyvault::crypto::KeyPool* key_pool = nullptr;
  keyvault::BackupSealer* backup_sealer = nullptr;
  ChangeGate* change_gate = nullptr;
  batch::AccountRegistry* accounts = nullptr;
  AttestationAuthority* attestation_authority = nullptr;
  EmulatorService::Parts emulator;
  ChaosService* chaos = nullptr;
  FaultRules* fault_rules = nullptr;
  TemplateApplier* templates = nullptr;
  Sandboxes* sandboxes = nullptr;
  StateControl* state_control = nullptr;  // may be null
  ExplanationsService::Parts explanations;
  keyvault::Throttle* throttle = nullptr;
};

// All services of one emulator.
struct Services {
  explicit Services(const ServiceParts& parts);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  TokensService tokens;
  DirectoryService directory;
  SubscriptionsService subscriptions;
  ResourceGroupsService resource_groups;
  IdentitiesService identities;
  RoleAssignmentsService role_assignments;
  keyvault::VaultsService vaults;
  keyvault::KeysService keys;
  keyvault::VaultKeysService vault_keys;
  keyvault::ManagedHsmsService managed_hsms;
  keyvault::SecretsService secrets;
  keyvault::CertificatesService certificates;
  batch::AccountsService accounts;
  batch::PoolsService pools;
  batch::JobsService jobs;
  batch::TasksService tasks;
  EmulatorService emulator;
  const TenantsService tenants;
  const LocationsService locations{};
  const ProvidersService providers{};
  const ResourcesService resources;
  const keyvault::VaultProviderService vault_provider;
  const batch::BatchProviderService batch_provider;
  batch::CatalogService batch_catalog;
  ChaosService* const chaos;  // the part's own
  AttestationsService attestations;
  FaultsService faults;
  const TemplatesService templates;
  SandboxesService sandboxes;
  StateService state;
  const ExplanationsService explanations;
  const ThrottlingService throttling;
};

// Registers every method. Registry::Complete() tells whether none was forgotten.
void RegisterServices(Services* services, MethodRegistry* registry);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_SERVICES_H_
