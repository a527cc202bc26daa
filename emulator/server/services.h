// File: emulator/server/services.h
//
// Which function serves which method: the whole table.
#ifndef LAZULI_EMULATOR_SERVER_SERVICES_H_
#define LAZULI_EMULATOR_SERVER_SERVICES_H_

#include "batch/service/accounts_service.h"
#include "batch/service/batch_provider_service.h"
#include "batch/service/catalog_service.h"
#include "batch/service/jobs_service.h"
#include "batch/service/pools_service.h"
#include "batch/service/tasks_service.h"
#include "emulator/arm/identities_service.h"
#include "emulator/arm/locations_service.h"
#include "emulator/arm/managed_hsms_service.h"
#include "emulator/arm/providers_service.h"
#include "emulator/arm/resource_groups_service.h"
#include "emulator/arm/resources_service.h"
#include "emulator/arm/role_assignments_service.h"
#include "emulator/arm/subscriptions_service.h"
#include "emulator/arm/tenants_service.h"
#include "emulator/chaos/chaos_service.h"
#include "emulator/control/emulator_service.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/faults/faults_service.h"
#include "emulator/identity/directory_service.h"
#include "emulator/identity/tokens_service.h"
#include "emulator/sandboxes/sandboxes_service.h"
#include "emulator/storage/state_service.h"
#include "emulator/templates/templates_service.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/service/vault_provider_service.h"
#include "keyvault/service/vaults_service.h"

namespace lazuli::emulator {

// All services of the process; not owned.
struct Services {
  TokensService* tokens = nullptr;
  DirectoryService* directory = nullptr;
  SubscriptionsService* subscriptions = nullptr;
  ResourceGroupsService* resource_groups = nullptr;
  IdentitiesService* identities = nullptr;
  RoleAssignmentsService* role_assignments = nullptr;
  keyvault::VaultsService* vaults = nullptr;
  keyvault::KeysService* keys = nullptr;
  batch::AccountsService* accounts = nullptr;
  batch::PoolsService* pools = nullptr;
  batch::JobsService* jobs = nullptr;
  batch::TasksService* tasks = nullptr;
  EmulatorService* emulator = nullptr;
  const TenantsService* tenants = nullptr;
  const LocationsService* locations = nullptr;
  const ProvidersService* providers = nullptr;
  const ResourcesService* resources = nullptr;
  const ManagedHsmsService* managed_hsms = nullptr;
  const keyvault::VaultProviderService* vault_provider = nullptr;
  const batch::BatchProviderService* batch_provider = nullptr;
  batch::CatalogService* batch_catalog = nullptr;
  ChaosService* chaos = nullptr;
  FaultsService* faults = nullptr;
  const TemplatesService* templates = nullptr;
  SandboxesService* sandboxes = nullptr;
  StateService* state = nullptr;
};

// Registers every method. Registry::Complete() tells whether none was forgotten.
void RegisterServices(const Services& services, MethodRegistry* registry);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_SERVICES_H_
