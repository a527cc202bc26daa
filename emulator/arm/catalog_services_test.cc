// What Resource Manager has beside resources: tenants, regions, providers, the list of all
// resources.
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "emulator/arm/locations_service.h"
#include "emulator/arm/providers_service.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/resources_service.h"
#include "emulator/arm/tenants_service.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/resource_providers.pb.h"
#include "proto/vault_resources.pb.h"

namespace lazuli::emulator {
namespace {

class CatalogServicesTest : public testing::Test {
 protected:
  void SetUp() override {
    context_.caller.tenant_id = std::string(kDefaultTenantId);
    for (const char* group : {"g", "h"}) {
      LAZULI_ASSERT_OK(resources_.CreateOrUpdateResourceGroup(sub_, group, "w", std::nullopt));
    }
    resources_.AddResources(
        [this](const std::string&, const std::string& group) {
          std::vector<ListedResource> listed;
          for (const auto& [type, name] : {std::pair("Microsoft.KeyVault/vaults", "kv1"),
                                           std::pair("Microsoft.Batch/batchAccounts", "batch1"),
                                           std::pair("Microsoft.KeyVault/vaults", "kv2")}) {
            if (!group.empty() && group != "g") continue;
            listed.push_back(
                {ResourceId::Resource(sub_, "g", type, name).text(), "westus2", {{"n", name}}});
          }
          return listed;
        },
        nullptr);
  }

  ManualClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events_{1000};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  ResourceDirectory resources_{&directory_, IdDeriver(1), &clock_, &events_};
  const std::string sub_{kDefaultSubscriptionId};
  CallContext context_;
};

TEST_F(CatalogServicesTest, ShowsTheCallersTenantOnly) {
  LAZULI_ASSERT_OK(directory_.CreateTenant("", "other"));
  const TenantsService service(&directory_);
  v1::ListTenantDescriptionsResponse list;
  LAZULI_ASSERT_OK(service.ListTenantDescriptions(context_, v1::Empty(), &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).id(), absl::StrCat("/tenants/", std::string(kDefaultTenantId)));
  EXPECT_EQ(list.value(0).tenant_id(), std::string(kDefaultTenantId));
}

TEST_F(CatalogServicesTest, ListsRegions) {
  v1::ListLocationsRequest request;
  request.set_subscription_id(sub_);
  v1::ListLocationsResponse list;
  LAZULI_ASSERT_OK(LocationsService().ListLocations(context_, request, &list));
  EXPECT_GT(list.value_size(), 40);
  std::set<std::string> names;
  for (const v1::Location& location : list.value()) {
    EXPECT_TRUE(names.insert(location.name()).second) << location.name();
    // What a client makes of a display name is the name.
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string name,
                                NormalizeLocation(location.display_name(), ""));
    EXPECT_EQ(name, location.name());
    EXPECT_FALSE(location.metadata().physical_location().empty()) << name;
  }
  EXPECT_TRUE(names.contains("westus2"));
}

TEST_F(CatalogServicesTest, ShowsProvidersAsRegistered) {
  const ProvidersService service;
  v1::ListProvidersRequest list_request;
  list_request.set_subscription_id(sub_);
  v1::ListProvidersResponse list;
  LAZULI_ASSERT_OK(service.ListProviders(context_, list_request, &list));
  EXPECT_EQ(list.value_size(), 5);
  v1::ProviderRequest request;
  request.set_subscription_id(sub_);
  request.set_resource_provider_namespace("microsoft.keyvault");
  v1::Provider got;
  LAZULI_ASSERT_OK(service.GetProvider(context_, request, &got));
  EXPECT_EQ(got.id(), absl::StrCat("/subscriptions/", sub_, "/providers/Microsoft.KeyVault"));
  EXPECT_EQ(got.registration_state(), "Registered");
  EXPECT_EQ(got.resource_types(0).resource_type(), "vaults");
  EXPECT_GT(got.resource_types(0).api_versions_size(), 3);
  EXPECT_GT(got.resource_types(0).locations_size(), 40);
  v1::Provider registered;
  LAZULI_ASSERT_OK(service.RegisterProvider(context_, request, &registered));
  EXPECT_EQ(registered.SerializeAsString(), got.SerializeAsString());
  request.set_resource_provider_namespace("Microsoft.Nothing");
  EXPECT_THAT(service.GetProvider(context_, request, &got),
              ErrorCodeIs("InvalidResourceNamespace"));

  list.Clear();
  LAZULI_ASSERT_OK(service.ListTenantProviders(context_, v1::Empty(), &list));
  EXPECT_EQ(list.value(0).id(), "/providers/Microsoft.Authorization");
  v1::TenantProviderRequest tenant_request;
  tenant_request.set_resource_provider_namespace("Microsoft.Batch");
  got.Clear();
  LAZULI_ASSERT_OK(service.GetTenantProvider(context_, tenant_request, &got));
  EXPECT_EQ(got.namespace_(), "Microsoft.Batch");
}

TEST_F(CatalogServicesTest, FindsAndPagesResources) {
  const ResourcesService service(&resources_);
  v1::ListResourcesRequest request;
  request.set_subscription_id(sub_);
  request.set_filter("resourceType eq 'Microsoft.KeyVault/vaults'");
  request.set_top(1);
  v1::ListResourcesResponse list;
  LAZULI_ASSERT_OK(service.ListResources(context_, request, &list));
  ASSERT_EQ(list.value_size(), 1);
  const v1::GenericResource& first = list.value(0);
  EXPECT_EQ(first.name(), "kv1");
  EXPECT_EQ(first.type(), "Microsoft.KeyVault/vaults");
  EXPECT_EQ(first.location(), "westus2");
  EXPECT_EQ(first.tags().at("n"), "kv1");
  EXPECT_FALSE(first.has_provisioning_state());
  ASSERT_TRUE(list.has_next_link());
  request.set_skip_token(list.next_link());
  request.set_expand("createdTime, provisioningState");
  list.Clear();
  LAZULI_ASSERT_OK(service.ListResources(context_, request, &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).name(), "kv2");
  EXPECT_EQ(list.value(0).provisioning_state(), "Succeeded");
  EXPECT_FALSE(list.has_next_link());

  v1::ListResourcesByResourceGroupRequest of_group;
  of_group.set_subscription_id(sub_);
  of_group.set_resource_group_name("g");
  list.Clear();
  LAZULI_ASSERT_OK(service.ListResourcesByResourceGroup(context_, of_group, &list));
  EXPECT_EQ(list.value_size(), 3);
  of_group.set_resource_group_name("h");
  list.Clear();
  LAZULI_ASSERT_OK(service.ListResourcesByResourceGroup(context_, of_group, &list));
  EXPECT_EQ(list.value_size(), 0);
  of_group.set_resource_group_name("none");
  EXPECT_THAT(service.ListResourcesByResourceGroup(context_, of_group, &list),
              ErrorCodeIs("ResourceGroupNotFound"));
}

}  // namespace
}  // namespace lazuli::emulator
