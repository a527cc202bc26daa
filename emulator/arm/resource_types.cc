// File: emulator/arm/resource_types.cc
#include "emulator/arm/resource_types.h"

#include "absl/strings/match.h"

namespace lazuli::emulator {
namespace {

using ApiVersions = std::vector<absl::string_view>;

ApiVersions Authorization() {
  return {"2022-04-01", "2020-04-01-preview", "2018-01-01-preview", "2015-07-01"};
}

ApiVersions Batch() {
  return {"2024-02-01", "2023-11-01", "2023-05-01", "2022-10-01", "2022-06-01", "2022-01-01",
          "2021-06-01", "2021-01-01", "2020-09-01", "2020-05-01", "2020-03-01"};
}

ApiVersions KeyVault() {
  return {"2023-07-01", "2023-02-01", "2022-11-01", "2022-07-01", "2021-10-01",
          "2019-09-01", "2018-02-14", "2016-10-01", "2015-06-01"};
}

ApiVersions ManagedIdentity() {
  return {"2024-11-30", "2023-01-31", "2022-01-31-preview", "2021-09-30-preview", "2018-11-30"};
}

ApiVersions Resources() {
  return {"2022-09-01", "2021-04-01", "2021-01-01", "2020-10-01", "2020-06-01", "2019-10-01"};
}

std::vector<ResourceProviderInfo> MakeProviders() {
  return {
      {.name = "Microsoft.Authorization",
       .registration_free = true,
       .types = {{"roleAssignments", Authorization()}, {"roleDefinitions", Authorization()}}},
      {.name = "Microsoft.Batch",
       .types = {{"batchAccounts", Batch(), true, true},
                 {"batchAccounts/pools", Batch(), true},
                 {"operations", Batch()},
                 {"locations", Batch()},
                 {"locations/quotas", Batch(), true},
                 {"locations/checkNameAvailability", Batch(), true},
                 {"locations/accountOperationResults", Batch(), true},
                 {"locations/virtualMachineSkus", Batch(), true},
                 {"locations/cloudServiceSkus", Batch(), true}}},
      {.name = "Microsoft.KeyVault",
       .types = {{"vaults", KeyVault(), true, true},
                 {"vaults/accessPolicies", KeyVault(), true},
                 {"vaults/keys", KeyVault(), true},
                 {"vaults/keys/versions", KeyVault(), true},
                 {"vaults/privateEndpointConnections", KeyVault(), true},
                 {"operations", KeyVault()},
                 {"checkNameAvailability", KeyVault()},
                 {"deletedVaults", KeyVault()},
                 {"locations", KeyVault()},
                 {"locations/deletedVaults", KeyVault(), true},
                 {"locations/operationResults", KeyVault(), true},
                 {"managedHSMs", KeyVault(), true, true},
                 {"managedHSMs/privateEndpointConnections", KeyVault(), true},
                 {"deletedManagedHSMs", KeyVault()},
                 {"locations/deletedManagedHSMs", KeyVault(), true},
                 {"checkMhsmNameAvailability", KeyVault()}}},
      {.name = "Microsoft.ManagedIdentity",
       .types = {{"userAssignedIdentities", ManagedIdentity(), true, true},
                 {"operations", ManagedIdentity()}}},
      {.name = "Microsoft.Resources",
       .registration_free = true,
       .types = {{"tenants", Resources()},
                 {"locations", Resources()},
                 {"providers", Resources()},
                 {"resources", Resources()},
                 {"subscriptions", Resources()},
                 {"subscriptions/resources", Resources()},
                 {"subscriptions/providers", Resources()},
                 {"subscriptions/locations", Resources()},
                 {"resourceGroups", Resources(), true, true},
                 {"subscriptions/resourceGroups", Resources(), true, true}}},
  };
}

}  // namespace

absl::Span<const ResourceProviderInfo> ResourceProviders() {
  static const auto* const providers = new std::vector<ResourceProviderInfo>(MakeProviders());
  return *providers;
}

const ResourceProviderInfo* FindResourceProvider(absl::string_view name) {
  for (const ResourceProviderInfo& provider : ResourceProviders()) {
    if (absl::EqualsIgnoreCase(provider.name, name)) return &provider;
  }
  return nullptr;
}

}  // namespace lazuli::emulator
