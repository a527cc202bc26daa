#include "keyvault/service/managed_hsms_service.h"

#include <string>

#include "absl/status/status.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::EndsWith;

template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_subscription_id(kTestSubscription);
  request.set_resource_group_name("rg");
  request.set_hsm_name(name);
  return request;
}

v1::CreateOrUpdateManagedHsmRequest Creation(const std::string& name) {
  auto request = Named<v1::CreateOrUpdateManagedHsmRequest>(name);
  v1::ManagedHsmParameters* const parameters = request.mutable_parameters();
  parameters->set_location("West US 2");
  parameters->mutable_sku()->set_family("B");
  parameters->mutable_sku()->set_name("Standard_B1");
  (*parameters->mutable_tags()->mutable_values())["a"] = "1";
  parameters->mutable_properties()->set_tenant_id(kTestTenant);
  parameters->mutable_properties()->mutable_initial_admin_object_ids()->add_values(kTestObject);
  return request;
}

class ManagedHsmsServiceTest : public testing::Test {
 protected:
  absl::Status Create(const std::string& name) {
    v1::ManagedHsm hsm;
    return service_.CreateOrUpdateManagedHsm(env_.Context(), Creation(name), &hsm);
  }
  absl::Status Delete(const std::string& name) {
    v1::Empty empty;
    return service_.DeleteManagedHsm(env_.Context(), Named<v1::ManagedHsmRequest>(name), &empty);
  }
  static v1::DeletedManagedHsmRequest Deleted(const std::string& name) {
    v1::DeletedManagedHsmRequest request;
    request.set_subscription_id(kTestSubscription);
    request.set_location("WestUS2");
    request.set_hsm_name(name);
    return request;
  }

  TestEnvironment env_;
  ManagedHsmsService service_{&env_.registry()};
};

// Shows: ManagedHsms/CreateOrUpdateManagedHsm, ManagedHsms/GetManagedHsm,
// ManagedHsms/ListManagedHsmRegions
TEST_F(ManagedHsmsServiceTest, APoolIsShownAsAResource) {
  v1::ManagedHsm hsm;
  LAZULI_ASSERT_OK(service_.CreateOrUpdateManagedHsm(env_.Context(), Creation("hsm1"), &hsm));
  EXPECT_THAT(hsm.id(),
              EndsWith("/resourceGroups/rg/providers/Microsoft.KeyVault/managedHSMs/hsm1"));
  EXPECT_EQ(hsm.name(), "hsm1");
  EXPECT_EQ(hsm.type(), "Microsoft.KeyVault/managedHSMs");
  EXPECT_EQ(hsm.location(), "westus2");
  EXPECT_EQ(hsm.sku().family(), "B");
  EXPECT_EQ(hsm.sku().name(), "Standard_B1");
  EXPECT_EQ(hsm.tags().at("a"), "1");
  const v1::ManagedHsmProperties& properties = hsm.properties();
  EXPECT_EQ(properties.hsm_uri(), "https://hsm1.managedhsm.azure.net/");
  EXPECT_EQ(properties.initial_admin_object_ids().values(0), kTestObject);
  EXPECT_TRUE(properties.enable_soft_delete());
  EXPECT_EQ(properties.soft_delete_retention_in_days(), 90);
  EXPECT_EQ(properties.provisioning_state(), "Succeeded");
  EXPECT_EQ(properties.security_domain_properties().activation_status(), "Active");
  EXPECT_EQ(properties.network_acls().default_action(), "Allow");
  EXPECT_EQ(properties.public_network_access(), "Enabled");

  v1::ManagedHsm again;
  LAZULI_ASSERT_OK(
      service_.GetManagedHsm(env_.Context(), Named<v1::ManagedHsmRequest>("HSM1"), &again));
  EXPECT_EQ(again.SerializeAsString(), hsm.SerializeAsString());
  v1::ListManagedHsmRegionsResponse regions;
  LAZULI_ASSERT_OK(service_.ListManagedHsmRegions(env_.Context(),
                                                  Named<v1::ManagedHsmRequest>("hsm1"), &regions));
  ASSERT_EQ(regions.value_size(), 1);
  EXPECT_EQ(regions.value(0).name(), "westus2");
}

// Shows: ManagedHsms/UpdateManagedHsm
TEST_F(ManagedHsmsServiceTest, APatchChangesWhatItNames) {
  LAZULI_ASSERT_OK(Create("hsm1"));
  auto patch = Named<v1::UpdateManagedHsmRequest>("hsm1");
  patch.mutable_parameters()->mutable_properties()->set_public_network_access("Disabled");
  v1::ManagedHsm hsm;
  LAZULI_ASSERT_OK(service_.UpdateManagedHsm(env_.Context(), patch, &hsm));
  EXPECT_EQ(hsm.properties().public_network_access(), "Disabled");
  EXPECT_EQ(hsm.tags().at("a"), "1");
  EXPECT_EQ(hsm.sku().name(), "Standard_B1");
  EXPECT_THAT(
      service_.UpdateManagedHsm(env_.Context(), Named<v1::UpdateManagedHsmRequest>("other"), &hsm),
      ErrorCodeIs("ResourceNotFound"));
}

// Shows: ManagedHsms/ListManagedHsmsByResourceGroup, ManagedHsms/ListManagedHsms
TEST_F(ManagedHsmsServiceTest, PoolsAreListedPageByPageWithoutVaults) {
  env_.CreateVault("kv1");
  for (const char* name : {"hsm1", "hsm2", "hsm3"}) LAZULI_ASSERT_OK(Create(name));
  v1::ListManagedHsmsRequest request;
  request.set_subscription_id(kTestSubscription);
  request.set_top(2);
  v1::ListManagedHsmsResponse page;
  LAZULI_ASSERT_OK(service_.ListManagedHsms(env_.Context(), request, &page));
  ASSERT_EQ(page.value_size(), 2);
  EXPECT_EQ(page.value(1).name(), "hsm2");
  request.set_skip_token(page.next_link());
  v1::ListManagedHsmsResponse rest;
  LAZULI_ASSERT_OK(service_.ListManagedHsms(env_.Context(), request, &rest));
  ASSERT_EQ(rest.value_size(), 1);
  EXPECT_EQ(rest.value(0).name(), "hsm3");
  EXPECT_FALSE(rest.has_next_link());
  v1::ListManagedHsmsByResourceGroupRequest elsewhere;
  elsewhere.set_subscription_id(kTestSubscription);
  elsewhere.set_resource_group_name("other");
  v1::ListManagedHsmsResponse none;
  LAZULI_ASSERT_OK(service_.ListManagedHsmsByResourceGroup(env_.Context(), elsewhere, &none));
  EXPECT_EQ(none.value_size(), 0);
}

// Shows: ManagedHsms/DeleteManagedHsm, ManagedHsms/GetDeletedManagedHsm,
// ManagedHsms/PurgeDeletedManagedHsm
TEST_F(ManagedHsmsServiceTest, ADeletedPoolIsShownRecoveredAndPurged) {
  LAZULI_ASSERT_OK(Create("hsm1"));
  LAZULI_ASSERT_OK(Delete("hsm1"));
  LAZULI_EXPECT_OK(Delete("hsm1"));
  v1::DeletedManagedHsm deleted;
  LAZULI_ASSERT_OK(service_.GetDeletedManagedHsm(env_.Context(), Deleted("hsm1"), &deleted));
  EXPECT_THAT(deleted.id(), EndsWith("/locations/westus2/deletedManagedHSMs/hsm1"));
  EXPECT_EQ(deleted.type(), "Microsoft.KeyVault/deletedManagedHSMs");
  EXPECT_THAT(deleted.properties().mhsm_id(), EndsWith("/managedHSMs/hsm1"));
  EXPECT_FALSE(deleted.properties().has_purge_protection_enabled());

  // Whatever else the body says does not count.
  auto recovery = Creation("hsm1");
  recovery.mutable_parameters()->mutable_properties()->set_create_mode("Recover");
  recovery.mutable_parameters()->mutable_sku()->set_name("Custom_B32");
  v1::ManagedHsm hsm;
  LAZULI_ASSERT_OK(service_.CreateOrUpdateManagedHsm(env_.Context(), recovery, &hsm));
  EXPECT_EQ(hsm.sku().name(), "Standard_B1");
  EXPECT_THAT(service_.CreateOrUpdateManagedHsm(env_.Context(), recovery, &hsm),
              ErrorCodeIs("SoftDeletedVaultDoesNotExist"));

  LAZULI_ASSERT_OK(Delete("hsm1"));
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_.PurgeDeletedManagedHsm(env_.Context(), Deleted("hsm1"), &empty));
  EXPECT_THAT(service_.PurgeDeletedManagedHsm(env_.Context(), Deleted("hsm1"), &empty),
              ErrorCodeIs("DeletedVaultNotFound"));
}

TEST_F(ManagedHsmsServiceTest, AProtectedPoolIsNotPurged) {
  auto creation = Creation("hsm1");
  creation.mutable_parameters()->mutable_properties()->set_enable_purge_protection(true);
  v1::ManagedHsm hsm;
  LAZULI_ASSERT_OK(service_.CreateOrUpdateManagedHsm(env_.Context(), creation, &hsm));
  LAZULI_ASSERT_OK(Delete("hsm1"));
  v1::Empty empty;
  EXPECT_THAT(service_.PurgeDeletedManagedHsm(env_.Context(), Deleted("hsm1"), &empty),
              ErrorCodeIs("MethodNotAllowed"));
}

// Shows: ManagedHsms/CheckManagedHsmNameAvailability
TEST_F(ManagedHsmsServiceTest, NamesOfPoolsAreApartFromThoseOfVaults) {
  env_.CreateVault("same");
  v1::CheckManagedHsmNameAvailabilityRequest request;
  request.set_subscription_id(kTestSubscription);
  const auto check = [&](const char* name) {
    request.mutable_parameters()->set_name(name);
    v1::CheckNameAvailabilityResult result;
    LAZULI_EXPECT_OK(service_.CheckManagedHsmNameAvailability(env_.Context(), request, &result));
    return result.name_available() ? std::string("available") : result.reason();
  };
  EXPECT_EQ(check("same"), "available");
  LAZULI_ASSERT_OK(Create("same"));
  EXPECT_EQ(check("SAME"), "AlreadyExists");
  EXPECT_EQ(check("a"), "AccountNameInvalid");
  EXPECT_EQ(check("same.managedhsm"), "AccountNameInvalid");
}

}  // namespace
}  // namespace lazuli::keyvault
