#include "keyvault/service/vault_provider_service.h"

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

class VaultProviderServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    LAZULI_ASSERT_OK(env_.registry().CreateOrUpdate(env_.Context(), TestEnvironment::Address("kv1"),
                                                    kTestLocation, TestEnvironment::Input()));
  }

  static v1::VaultResourceRequest Request(const char* name) {
    v1::VaultResourceRequest request;
    request.set_subscription_id(kTestSubscription);
    request.set_resource_group_name("rg");
    request.set_vault_name(name);
    return request;
  }

  TestEnvironment env_;
  VaultProviderService service_{&env_.registry()};
};

// Shows: VaultProvider/ListVaultOperations
TEST_F(VaultProviderServiceTest, ListsOperations) {
  v1::OperationListResult list;
  LAZULI_ASSERT_OK(service_.ListVaultOperations(env_.Context(), v1::Empty(), &list));
  ASSERT_GT(list.value_size(), 10);
  EXPECT_EQ(list.value(0).name(), "Microsoft.KeyVault/vaults/read");
  EXPECT_FALSE(list.value(0).is_data_action());
  EXPECT_TRUE(list.value(list.value_size() - 1).is_data_action());
}

// Shows: VaultProvider/ListVaultPrivateLinkResources,
// VaultProvider/ListVaultPrivateEndpointConnections
TEST_F(VaultProviderServiceTest, ShowsThePrivateLinkOfAVaultAndNoConnections) {
  v1::PrivateLinkResourceListResult links;
  LAZULI_ASSERT_OK(service_.ListVaultPrivateLinkResources(env_.Context(), Request("KV1"), &links));
  ASSERT_EQ(links.value_size(), 1);
  EXPECT_EQ(links.value(0).properties().group_id(), "vault");
  v1::PrivateEndpointConnectionListResult connections;
  LAZULI_ASSERT_OK(
      service_.ListVaultPrivateEndpointConnections(env_.Context(), Request("kv1"), &connections));
  EXPECT_EQ(connections.value_size(), 0);
}

// Shows: VaultProvider/PutVaultPrivateEndpointConnection,
// VaultProvider/GetVaultPrivateEndpointConnection,
// VaultProvider/DeleteVaultPrivateEndpointConnection,
// VaultProvider/ListVaultPrivateEndpointConnections
TEST_F(VaultProviderServiceTest, ConnectionsAreResourcesOfTheirVault) {
  v1::PutVaultConnectionRequest put;
  put.set_subscription_id(kTestSubscription);
  put.set_resource_group_name("rg");
  put.set_vault_name("kv1");
  put.set_connection_name("pec1");
  v1::PrivateEndpointConnection::Properties* const properties =
      put.mutable_parameters()->mutable_properties();
  properties->mutable_private_endpoint()->set_id("/pe");
  properties->mutable_private_link_service_connection_state()->set_status("approved");
  v1::PrivateEndpointConnection connection;
  LAZULI_ASSERT_OK(service_.PutVaultPrivateEndpointConnection(env_.Context(), put, &connection));
  EXPECT_THAT(connection.id(),
              testing::EndsWith(
                  "/providers/Microsoft.KeyVault/vaults/kv1/privateEndpointConnections/pec1"));
  EXPECT_EQ(connection.type(), "Microsoft.KeyVault/vaults/privateEndpointConnections");
  EXPECT_EQ(connection.properties().private_endpoint().id(), "/pe");
  EXPECT_EQ(connection.properties().private_link_service_connection_state().status(), "Approved");
  EXPECT_EQ(connection.properties().provisioning_state(), "Succeeded");

  v1::PrivateEndpointConnectionListResult list;
  LAZULI_ASSERT_OK(
      service_.ListVaultPrivateEndpointConnections(env_.Context(), Request("kv1"), &list));
  ASSERT_EQ(list.value_size(), 1);
  EXPECT_EQ(list.value(0).SerializeAsString(), connection.SerializeAsString());

  v1::VaultConnectionRequest one;
  one.set_subscription_id(kTestSubscription);
  one.set_resource_group_name("rg");
  one.set_vault_name("kv1");
  one.set_connection_name("pec1");
  v1::PrivateEndpointConnection deleted;
  LAZULI_ASSERT_OK(service_.DeleteVaultPrivateEndpointConnection(env_.Context(), one, &deleted));
  EXPECT_EQ(deleted.properties().private_link_service_connection_state().status(), "Disconnected");
  LAZULI_EXPECT_OK(service_.DeleteVaultPrivateEndpointConnection(env_.Context(), one, &deleted));
  EXPECT_THAT(service_.GetVaultPrivateEndpointConnection(env_.Context(), one, &connection),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(VaultProviderServiceTest, KnowsNothingOfVaultsThatDoNotExist) {
  v1::PrivateLinkResourceListResult links;
  EXPECT_THAT(service_.ListVaultPrivateLinkResources(env_.Context(), Request("none"), &links),
              ErrorCodeIs("ResourceNotFound"));
  v1::PrivateEndpointConnectionListResult connections;
  EXPECT_THAT(
      service_.ListVaultPrivateEndpointConnections(env_.Context(), Request("none"), &connections),
      ErrorCodeIs("ResourceNotFound"));
}

}  // namespace
}  // namespace lazuli::keyvault
