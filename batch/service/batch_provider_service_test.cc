#include "batch/service/batch_provider_service.h"

#include <string>

#include "base/status_matchers.h"
#include "batch/account_fixture.h"
#include "batch/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

class BatchProviderServiceTest : public AccountFixture {
 protected:
  BatchProviderServiceTest() : service_(&registry()) {}

  static v1::BatchLocationRequest In(const std::string& location) {
    v1::BatchLocationRequest request;
    request.set_subscription_id("sub");
    request.set_location(location);
    return request;
  }
  v1::BatchAccountResourceRequest Of(const AccountId& id) {
    v1::BatchAccountResourceRequest request;
    request.set_subscription_id(id.subscription_id);
    request.set_resource_group_name(id.resource_group);
    request.set_account_name(id.name);
    return request;
  }

  BatchProviderService service_;
};

TEST_F(BatchProviderServiceTest, TellsWhatARegionOffers) {
  v1::OperationListResult operations;
  LAZULI_ASSERT_OK(service_.ListBatchOperations(Context(), v1::Empty(), &operations));
  EXPECT_EQ(operations.value(0).name(), "Microsoft.Batch/batchAccounts/read");

  v1::BatchLocationQuota quota;
  LAZULI_ASSERT_OK(service_.GetBatchQuotas(Context(), In("West US 2"), &quota));
  EXPECT_EQ(quota.account_quota(), static_cast<int>(limits::batch::kMaxAccountsPerRegion));

  v1::SupportedSkusResult skus;
  LAZULI_ASSERT_OK(service_.ListSupportedVirtualMachineSkus(Context(), In("westus2"), &skus));
  ASSERT_GT(skus.value_size(), 5);
  EXPECT_EQ(skus.value(0).name(), "Standard_A1_v2");
  EXPECT_GT(skus.value(0).capabilities_size(), 3);
  skus.Clear();
  LAZULI_ASSERT_OK(service_.ListSupportedCloudServiceSkus(Context(), In("westus2"), &skus));
  EXPECT_EQ(skus.value_size(), 0);
}

TEST_F(BatchProviderServiceTest, RefusesWhatIsNoRegion) {
  v1::BatchLocationQuota quota;
  EXPECT_THAT(service_.GetBatchQuotas(Context(), In("a/b"), &quota),
              ErrorCodeIs("InvalidPropertyValue"));
  v1::SupportedSkusResult skus;
  EXPECT_THAT(service_.ListSupportedVirtualMachineSkus(Context(), In("a/b"), &skus),
              ErrorCodeIs("InvalidPropertyValue"));
  EXPECT_THAT(service_.ListSupportedCloudServiceSkus(Context(), In("a/b"), &skus),
              ErrorCodeIs("InvalidPropertyValue"));
}

TEST_F(BatchProviderServiceTest, ListsWhatLiesBelowAnAccount) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::shared_ptr<Account> account,
                              registry().CreateAccount(Spec(), now()));
  const v1::BatchAccountResourceRequest request = Of(account->id());
  v1::OutboundEnvironmentEndpointCollection outbound;
  LAZULI_ASSERT_OK(
      service_.ListOutboundNetworkDependenciesEndpoints(Context(), request, &outbound));
  ASSERT_EQ(outbound.value_size(), 1);
  EXPECT_EQ(outbound.value(0).endpoints(0).domain_name(), account->Describe().endpoint);
  v1::PrivateLinkResourceListResult links;
  LAZULI_ASSERT_OK(service_.ListBatchPrivateLinkResources(Context(), request, &links));
  ASSERT_EQ(links.value_size(), 2);
  EXPECT_EQ(links.value(0).properties().group_id(), "batchAccount");
  v1::PrivateEndpointConnectionListResult connections;
  LAZULI_ASSERT_OK(service_.ListBatchPrivateEndpointConnections(Context(), request, &connections));
  EXPECT_EQ(connections.value_size(), 0);
  v1::BatchChildResourceListResult children;
  LAZULI_ASSERT_OK(service_.ListApplications(Context(), request, &children));
  LAZULI_ASSERT_OK(service_.ListCertificates(Context(), request, &children));
  EXPECT_EQ(children.value_size(), 0);
}

TEST_F(BatchProviderServiceTest, KnowsNothingOfAccountsThatDoNotExist) {
  const v1::BatchAccountResourceRequest request = Of(Spec().id);
  v1::OutboundEnvironmentEndpointCollection outbound;
  EXPECT_THAT(service_.ListOutboundNetworkDependenciesEndpoints(Context(), request, &outbound),
              ErrorCodeIs("ResourceNotFound"));
  v1::PrivateLinkResourceListResult links;
  EXPECT_THAT(service_.ListBatchPrivateLinkResources(Context(), request, &links),
              ErrorCodeIs("ResourceNotFound"));
  v1::PrivateEndpointConnectionListResult connections;
  EXPECT_THAT(service_.ListBatchPrivateEndpointConnections(Context(), request, &connections),
              ErrorCodeIs("ResourceNotFound"));
  v1::BatchChildResourceListResult children;
  EXPECT_THAT(service_.ListApplications(Context(), request, &children),
              ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(service_.ListCertificates(Context(), request, &children),
              ErrorCodeIs("ResourceNotFound"));
}

}  // namespace
}  // namespace lazuli::batch
