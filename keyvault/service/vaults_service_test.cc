#include "keyvault/service/vaults_service.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/test_environment.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

class VaultsServiceTest : public testing::Test {
 protected:
  static v1::CreateOrUpdateVaultRequest CreateRequest(absl::string_view name = "kv1") {
    v1::CreateOrUpdateVaultRequest request = Addressed<v1::CreateOrUpdateVaultRequest>(name);
    v1::VaultCreateOrUpdateParameters* const parameters = request.mutable_parameters();
    parameters->set_location("West US 2");
    parameters->mutable_properties()->set_tenant_id(kTestTenant);
    parameters->mutable_properties()->mutable_sku()->set_name("Standard");
    parameters->mutable_properties()->mutable_access_policies();
    return request;
  }

  template <typename Request = v1::VaultRequest>
  static Request Addressed(absl::string_view name) {
    Request request;
    request.set_subscription_id(kTestSubscription);
    request.set_resource_group_name("rg");
    request.set_vault_name(std::string(name));
    return request;
  }

  static v1::DeletedVaultRequest DeletedRequest(absl::string_view name = "kv1") {
    v1::DeletedVaultRequest request;
    request.set_subscription_id(kTestSubscription);
    request.set_location(kTestLocation);
    request.set_vault_name(std::string(name));
    return request;
  }

  static void SetPolicy(v1::AccessPolicyEntry* entry, std::vector<std::string> keys) {
    entry->set_tenant_id(kTestTenant);
    entry->set_object_id(kTestObject);
    for (std::string& key : keys) entry->mutable_permissions()->add_keys(std::move(key));
  }

  absl::StatusOr<v1::Vault> Put(const v1::CreateOrUpdateVaultRequest& request) {
    v1::Vault vault;
    const absl::Status status = service_.CreateOrUpdateVault(env_.Context(), request, &vault);
    if (!status.ok()) return status;
    return vault;
  }
  absl::StatusOr<v1::Vault> Patch(const v1::UpdateVaultRequest& request) {
    v1::Vault vault;
    const absl::Status status = service_.UpdateVault(env_.Context(), request, &vault);
    if (!status.ok()) return status;
    return vault;
  }
  absl::StatusOr<v1::Vault> Get(absl::string_view name) {
    v1::Vault vault;
    const absl::Status status = service_.GetVault(env_.Context(), Addressed(name), &vault);
    if (!status.ok()) return status;
    return vault;
  }
  void Delete(absl::string_view name) {
    v1::Empty empty;
    LAZULI_ASSERT_OK(service_.DeleteVault(env_.Context(), Addressed(name), &empty));
  }

  TestEnvironment env_;
  VaultsService service_{&env_.registry()};
};

// Shows: Vaults/CreateOrUpdateVault, Vaults/GetVault
TEST_F(VaultsServiceTest, ANewVaultShowsWhatTheServiceShows) {
  const absl::StatusOr<v1::Vault> vault = Put(CreateRequest("My-Vault"));
  LAZULI_ASSERT_OK(vault);
  EXPECT_EQ(vault->id(), absl::StrCat("/subscriptions/", kTestSubscription,
                                      "/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/"
                                      "My-Vault"));
  EXPECT_EQ(vault->name(), "My-Vault");
  EXPECT_EQ(vault->type(), "Microsoft.KeyVault/vaults");
  EXPECT_EQ(vault->location(), "westus2");
  EXPECT_EQ(vault->tags_size(), 0);
  EXPECT_EQ(vault->system_data().created_by(), kTestApplication);
  EXPECT_EQ(vault->system_data().created_by_type(), "Application");
  EXPECT_EQ(vault->system_data().created_at().seconds(), absl::ToUnixSeconds(env_.now()));
  EXPECT_EQ(vault->system_data().created_at().nanos(), 250'000'000);
  const v1::VaultProperties& properties = vault->properties();
  EXPECT_EQ(properties.tenant_id(), kTestTenant);
  EXPECT_EQ(properties.sku().family(), "A");
  EXPECT_EQ(properties.sku().name(), "standard");
  EXPECT_TRUE(properties.has_access_policies());
  EXPECT_EQ(properties.vault_uri(), "https://my-vault.vault.azure.net/");
  EXPECT_TRUE(properties.has_enabled_for_deployment());
  EXPECT_FALSE(properties.has_enabled_for_disk_encryption());
  EXPECT_FALSE(properties.has_enabled_for_template_deployment());
  EXPECT_TRUE(properties.enable_soft_delete());
  EXPECT_EQ(properties.soft_delete_retention_in_days(), 90);
  EXPECT_FALSE(properties.has_enable_rbac_authorization());
  EXPECT_FALSE(properties.has_enable_purge_protection());
  EXPECT_FALSE(properties.has_create_mode());
  EXPECT_FALSE(properties.has_network_acls());
  EXPECT_EQ(properties.public_network_access(), "Enabled");
  EXPECT_EQ(properties.provisioning_state(), "Succeeded");
  EXPECT_EQ(Get("my-vault")->SerializeAsString(), vault->SerializeAsString());
}

TEST_F(VaultsServiceTest, WhatTheCallerSetsIsShown) {
  v1::CreateOrUpdateVaultRequest request = CreateRequest();
  (*request.mutable_parameters()->mutable_tags()->mutable_values())["a"] = "1";
  v1::VaultProperties* const set = request.mutable_parameters()->mutable_properties();
  set->mutable_sku()->set_name("premium");
  SetPolicy(set->mutable_access_policies()->add_values(), {"Get", "all"});
  set->mutable_access_policies()->mutable_values(0)->mutable_permissions()->add_secrets("List");
  set->set_enabled_for_disk_encryption(true);
  set->set_enabled_for_template_deployment(false);
  set->set_soft_delete_retention_in_days(7);
  set->set_enable_rbac_authorization(false);
  set->set_enable_purge_protection(true);
  set->set_create_mode("Default");
  set->mutable_network_acls()->set_default_action("deny");
  set->mutable_network_acls()->add_ip_rules()->set_value("10.1.2.3/24");
  set->set_public_network_access("disabled");
  const absl::StatusOr<v1::Vault> vault = Put(request);
  LAZULI_ASSERT_OK(vault);
  EXPECT_EQ(vault->tags().at("a"), "1");
  const v1::VaultProperties& shown = vault->properties();
  EXPECT_EQ(shown.sku().name(), "premium");
  const v1::AccessPolicyEntry& policy = shown.access_policies().values(0);
  EXPECT_EQ(policy.object_id(), kTestObject);
  EXPECT_FALSE(policy.has_application_id());
  EXPECT_THAT(policy.permissions().keys(), ElementsAre("Get", "all"));
  EXPECT_THAT(policy.permissions().secrets(), ElementsAre("List"));
  EXPECT_TRUE(shown.enabled_for_disk_encryption());
  EXPECT_TRUE(shown.has_enabled_for_template_deployment());
  EXPECT_EQ(shown.soft_delete_retention_in_days(), 7);
  EXPECT_TRUE(shown.has_enable_rbac_authorization());
  EXPECT_TRUE(shown.enable_purge_protection());
  EXPECT_FALSE(shown.has_create_mode());
  EXPECT_EQ(shown.network_acls().bypass(), "AzureServices");
  EXPECT_EQ(shown.network_acls().default_action(), "Deny");
  EXPECT_EQ(shown.network_acls().ip_rules(0).value(), "10.1.2.3/24");
  EXPECT_EQ(shown.public_network_access(), "Disabled");
}

TEST_F(VaultsServiceTest, BadInputIsRefused) {
  v1::CreateOrUpdateVaultRequest request = CreateRequest();
  request.mutable_parameters()->mutable_properties()->set_create_mode("purge");
  EXPECT_THAT(Put(request), ErrorCodeIs("BadRequest"));
  request = CreateRequest();
  request.mutable_parameters()->mutable_properties()->set_enable_purge_protection(false);
  EXPECT_THAT(Put(request),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       testing::HasSubstr("\"enablePurgeProtection\" cannot be set to false")));
  request = CreateRequest();
  request.mutable_parameters()->mutable_properties()->set_tenant_id(kTestObject);
  EXPECT_THAT(Put(request), StatusIs(absl::StatusCode::kInvalidArgument,
                                     "An invalid value was provided for 'tenantId'."));
  EXPECT_THAT(Put(CreateRequest("a--b")), ErrorCodeIs("VaultNameNotValid"));
  EXPECT_THAT(Get("kv1"), ErrorCodeIs("ResourceNotFound"));
}

// Shows: Vaults/UpdateVault
TEST_F(VaultsServiceTest, PatchKeepsWhatItDoesNotSay) {
  v1::CreateOrUpdateVaultRequest create = CreateRequest();
  (*create.mutable_parameters()->mutable_tags()->mutable_values())["a"] = "1";
  LAZULI_ASSERT_OK(Put(create));
  env_.AdvanceBy(absl::Hours(1));
  auto request = Addressed<v1::UpdateVaultRequest>("kv1");
  request.mutable_parameters()->mutable_properties()->set_enable_purge_protection(true);
  request.mutable_parameters()->mutable_properties()->mutable_sku()->set_name("premium");
  absl::StatusOr<v1::Vault> vault = Patch(request);
  LAZULI_ASSERT_OK(vault);
  EXPECT_TRUE(vault->properties().enable_purge_protection());
  EXPECT_EQ(vault->properties().sku().name(), "premium");
  EXPECT_EQ(vault->tags().at("a"), "1");
  EXPECT_EQ(vault->system_data().last_modified_at().seconds() -
                vault->system_data().created_at().seconds(),
            3600);
  request = Addressed<v1::UpdateVaultRequest>("kv1");
  request.mutable_parameters()->mutable_tags();
  vault = Patch(request);
  LAZULI_ASSERT_OK(vault);
  EXPECT_EQ(vault->tags_size(), 0);
  EXPECT_EQ(vault->properties().sku().name(), "premium");
}

// Shows: Vaults/UpdateAccessPolicy
TEST_F(VaultsServiceTest, AccessPoliciesAreChangedByKind) {
  LAZULI_ASSERT_OK(Put(CreateRequest()));
  auto request = Addressed<v1::UpdateAccessPolicyRequest>("kv1");
  request.set_operation_kind("Add");
  SetPolicy(
      request.mutable_parameters()->mutable_properties()->mutable_access_policies()->add_values(),
      {"get", "wrapKey"});
  v1::VaultAccessPolicyParameters response;
  LAZULI_ASSERT_OK(service_.UpdateAccessPolicy(env_.Context(), request, &response));
  EXPECT_EQ(response.id(),
            absl::StrCat(VaultArmId(TestEnvironment::Address("kv1")), "/accessPolicies/"));
  EXPECT_EQ(response.type(), "Microsoft.KeyVault/vaults/accessPolicies");
  EXPECT_THAT(response.properties().access_policies().values(0).permissions().keys(),
              ElementsAre("get", "wrapKey"));

  request.set_operation_kind("remove");
  response.Clear();
  LAZULI_ASSERT_OK(service_.UpdateAccessPolicy(env_.Context(), request, &response));
  EXPECT_EQ(response.properties().access_policies().values_size(), 0);
  EXPECT_EQ(Get("kv1")->properties().access_policies().values_size(), 0);

  request.set_operation_kind("set");
  EXPECT_THAT(service_.UpdateAccessPolicy(env_.Context(), request, &response),
              ErrorCodeIs("BadRequest"));
  request.set_operation_kind("replace");
  request.set_vault_name("kv2");
  EXPECT_THAT(service_.UpdateAccessPolicy(env_.Context(), request, &response),
              ErrorCodeIs("ResourceNotFound"));
}

// Shows: Vaults/DeleteVault, Vaults/GetDeletedVault, Vaults/CreateOrUpdateVault
TEST_F(VaultsServiceTest, ADeletedVaultIsShownAndRecoveredAsItWas) {
  v1::CreateOrUpdateVaultRequest create = CreateRequest();
  (*create.mutable_parameters()->mutable_tags()->mutable_values())["a"] = "1";
  SetPolicy(
      create.mutable_parameters()->mutable_properties()->mutable_access_policies()->add_values(),
      {"get"});
  create.mutable_parameters()->mutable_properties()->set_enable_purge_protection(true);
  const absl::StatusOr<v1::Vault> before = Put(create);
  LAZULI_ASSERT_OK(before);
  Delete("kv1");
  EXPECT_THAT(Get("kv1"), ErrorCodeIs("ResourceNotFound"));
  EXPECT_THAT(Put(create), ErrorCodeIs("ConflictError"));

  v1::DeletedVault deleted;
  LAZULI_ASSERT_OK(service_.GetDeletedVault(env_.Context(), DeletedRequest(), &deleted));
  EXPECT_EQ(deleted.id(), absl::StrCat("/subscriptions/", kTestSubscription,
                                       "/providers/Microsoft.KeyVault/locations/westus2/"
                                       "deletedVaults/kv1"));
  EXPECT_EQ(deleted.name(), "kv1");
  EXPECT_EQ(deleted.type(), "Microsoft.KeyVault/deletedVaults");
  EXPECT_EQ(deleted.properties().vault_id(), before->id());
  EXPECT_EQ(deleted.properties().location(), "westus2");
  EXPECT_EQ(deleted.properties().tags().at("a"), "1");
  EXPECT_TRUE(deleted.properties().purge_protection_enabled());
  EXPECT_EQ(deleted.properties().deletion_date().seconds(), absl::ToUnixSeconds(env_.now()));
  EXPECT_EQ(deleted.properties().deletion_date().nanos(), 0);
  EXPECT_EQ(deleted.properties().scheduled_purge_date().seconds() -
                deleted.properties().deletion_date().seconds(),
            90 * 86400);

  v1::Empty empty;
  EXPECT_THAT(service_.PurgeDeletedVault(env_.Context(), DeletedRequest(), &empty),
              ErrorCodeIs("MethodNotAllowed"));
  v1::CreateOrUpdateVaultRequest recover = CreateRequest();
  recover.mutable_parameters()->mutable_properties()->set_create_mode("RECOVER");
  recover.mutable_parameters()->mutable_properties()->mutable_sku()->set_name("premium");
  recover.mutable_parameters()->mutable_properties()->clear_access_policies();
  const absl::StatusOr<v1::Vault> after = Put(recover);
  LAZULI_ASSERT_OK(after);
  EXPECT_EQ(after->properties().SerializeAsString(), before->properties().SerializeAsString());
  EXPECT_EQ(after->tags().at("a"), "1");
  EXPECT_THAT(Put(recover), ErrorCodeIs("SoftDeletedVaultDoesNotExist"));
}

// Shows: Vaults/PurgeDeletedVault
TEST_F(VaultsServiceTest, APurgedVaultIsGone) {
  LAZULI_ASSERT_OK(Put(CreateRequest()));
  Delete("kv1");
  v1::DeletedVault deleted;
  LAZULI_ASSERT_OK(service_.GetDeletedVault(env_.Context(), DeletedRequest(), &deleted));
  EXPECT_FALSE(deleted.properties().has_purge_protection_enabled());
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_.PurgeDeletedVault(env_.Context(), DeletedRequest(), &empty));
  EXPECT_THAT(service_.GetDeletedVault(env_.Context(), DeletedRequest(), &deleted),
              ErrorCodeIs("DeletedVaultNotFound"));
  EXPECT_THAT(service_.PurgeDeletedVault(env_.Context(), DeletedRequest(), &empty),
              ErrorCodeIs("DeletedVaultNotFound"));
}

// Shows: Vaults/ListVaultsByResourceGroup, Vaults/ListVaultsBySubscription,
// Vaults/ListDeletedVaults
TEST_F(VaultsServiceTest, ListingsGoPageByPage) {
  for (const char* name : {"vault-c", "vault-a", "vault-b"}) {
    LAZULI_ASSERT_OK(Put(CreateRequest(name)));
  }
  v1::ListVaultsByResourceGroupRequest by_group;
  by_group.set_subscription_id(kTestSubscription);
  by_group.set_resource_group_name("RG");
  by_group.set_top(2);
  v1::ListVaultsResponse response;
  LAZULI_ASSERT_OK(service_.ListVaultsByResourceGroup(env_.Context(), by_group, &response));
  ASSERT_EQ(response.value_size(), 2);
  EXPECT_EQ(response.value(1).name(), "vault-b");
  by_group.set_skip_token(response.next_link());
  response.Clear();
  LAZULI_ASSERT_OK(service_.ListVaultsByResourceGroup(env_.Context(), by_group, &response));
  ASSERT_EQ(response.value_size(), 1);
  EXPECT_EQ(response.value(0).name(), "vault-c");
  EXPECT_FALSE(response.has_next_link());

  v1::ListVaultsBySubscriptionRequest by_subscription;
  by_subscription.set_subscription_id(kTestSubscription);
  response.Clear();
  LAZULI_ASSERT_OK(service_.ListVaultsBySubscription(env_.Context(), by_subscription, &response));
  EXPECT_EQ(response.value_size(), 3);

  Delete("vault-a");
  Delete("vault-b");
  by_subscription.set_top(1);
  v1::ListDeletedVaultsResponse deleted;
  LAZULI_ASSERT_OK(service_.ListDeletedVaults(env_.Context(), by_subscription, &deleted));
  ASSERT_EQ(deleted.value_size(), 1);
  EXPECT_EQ(deleted.value(0).name(), "vault-a");
  by_subscription.set_skip_token(deleted.next_link());
  deleted.Clear();
  LAZULI_ASSERT_OK(service_.ListDeletedVaults(env_.Context(), by_subscription, &deleted));
  ASSERT_EQ(deleted.value_size(), 1);
  EXPECT_EQ(deleted.value(0).name(), "vault-b");
  EXPECT_FALSE(deleted.has_next_link());
}

TEST_F(VaultsServiceTest, PageParametersAreChecked) {
  v1::ListVaultsBySubscriptionRequest request;
  request.set_subscription_id(kTestSubscription);
  v1::ListVaultsResponse response;
  request.set_top(0);
  EXPECT_THAT(service_.ListVaultsBySubscription(env_.Context(), request, &response),
              ErrorCodeIs("BadRequest"));
  request.set_top(1);
  request.set_skip_token("page2");
  const absl::Status status = service_.ListVaultsBySubscription(env_.Context(), request, &response);
  EXPECT_THAT(status, ErrorCodeIs("BadRequest"));
  EXPECT_EQ(GetErrorInfo(status)->target, "$skiptoken");
}

// Shows: Vaults/CheckVaultNameAvailability
TEST_F(VaultsServiceTest, NamesCanBeCheckedBeforehand) {
  LAZULI_ASSERT_OK(Put(CreateRequest()));
  LAZULI_ASSERT_OK(Put(CreateRequest("kv-deleted")));
  Delete("kv-deleted");
  const struct {
    const char* name;
    bool available;
    const char* reason;
    const char* message;
  } cases[] = {
      {"kv2", true, "", ""},
      {"KV1", false, "AlreadyExists", "The vault name 'KV1' is already in use."},
      {"kv-deleted", false, "AlreadyExists", "The vault name 'kv-deleted' is already in use."},
      {"1kv", false, "AccountNameInvalid", "The vault name '1kv' is invalid."},
  };
  for (const auto& c : cases) {
    v1::CheckVaultNameAvailabilityRequest request;
    request.set_subscription_id(kTestSubscription);
    request.mutable_parameters()->set_name(c.name);
    request.mutable_parameters()->set_type("Microsoft.KeyVault/vaults");
    v1::CheckNameAvailabilityResult result;
    LAZULI_ASSERT_OK(service_.CheckVaultNameAvailability(env_.Context(), request, &result));
    EXPECT_EQ(result.name_available(), c.available) << c.name;
    EXPECT_EQ(result.reason(), c.reason) << c.name;
    EXPECT_EQ(result.has_reason(), !c.available) << c.name;
    EXPECT_THAT(result.message(), testing::StartsWith(c.message)) << c.name;
  }
  v1::CheckVaultNameAvailabilityRequest request;
  request.mutable_parameters()->set_name("kv2");
  request.mutable_parameters()->set_type("Microsoft.Batch/batchAccounts");
  v1::CheckNameAvailabilityResult result;
  EXPECT_THAT(service_.CheckVaultNameAvailability(env_.Context(), request, &result),
              ErrorCodeIs("BadRequest"));
}

}  // namespace
}  // namespace lazuli::keyvault
