#include "batch/service/accounts_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "batch/account_fixture.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string PathOf(const absl::Status& status) {
  for (const ErrorDetail& detail : ErrorInfoOrDefault(status).details) {
    if (detail.code == "PropertyPath") return detail.message;
  }
  return "";
}

class AccountsServiceTest : public AccountFixture {
 protected:
  AccountsServiceTest() : service_(&registry()) {}

  template <typename Message>
  static Message Parse(const std::string& text) {
    Message message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return message;
  }
  static v1::CreateBatchAccountRequest Create(const std::string& parameters,
                                              const std::string& name = "account") {
    v1::CreateBatchAccountRequest request;
    request.set_subscription_id("sub");
    request.set_resource_group_name("group");
    request.set_account_name(name);
    *request.mutable_parameters() = Parse<v1::BatchAccountCreateParameters>(parameters);
    return request;
  }
  static v1::UpdateBatchAccountRequest Update(const std::string& parameters) {
    v1::UpdateBatchAccountRequest request;
    request.set_subscription_id("sub");
    request.set_resource_group_name("group");
    request.set_account_name("account");
    *request.mutable_parameters() = Parse<v1::BatchAccountUpdateParameters>(parameters);
    return request;
  }
  static v1::BatchAccountRequest Named(const std::string& name = "account") {
    v1::BatchAccountRequest request;
    request.set_subscription_id("sub");
    request.set_resource_group_name("group");
    request.set_account_name(name);
    return request;
  }
  absl::Status MakeWithKey() {
    return service_.CreateBatchAccount(Context(), Create(kWithKey), &account_message_);
  }
  void LoseKey() {
    keys.RemoveVault("vault");
    registry().ReevaluateKeyAccess({Spec().id.ArmId()}, now(), "vault deleted");
  }

  static constexpr char kWithKey[] = R"pb(
    location: "West US 2"
    identity {
      type: RESOURCE_IDENTITY_TYPE_USER_ASSIGNED
      user_assigned_identities { key: "/subscriptions/sub/identities/user" }
    }
    properties {
      encryption {
        key_source: KEY_SOURCE_MICROSOFT_KEY_VAULT
        key_vault_properties { key_identifier: "https://vault.vault.azure.net/keys/key" }
      }
    })pb";

  AccountsService service_;
  v1::BatchAccount account_message_;
};

TEST_F(AccountsServiceTest, DefaultsAreAzures) {
  v1::BatchAccount account;
  LAZULI_ASSERT_OK(
      service_.CreateBatchAccount(Context(), Create(R"pb(location: "West US 2")pb"), &account));
  EXPECT_EQ(
      account.id(),
      "/subscriptions/sub/resourceGroups/group/providers/Microsoft.Batch/batchAccounts/account");
  EXPECT_EQ(account.name(), "account");
  EXPECT_EQ(account.type(), "Microsoft.Batch/batchAccounts");
  EXPECT_EQ(account.location(), "westus2");
  EXPECT_EQ(account.identity().type(), v1::RESOURCE_IDENTITY_TYPE_NONE);
  EXPECT_FALSE(account.identity().has_principal_id());
  const v1::BatchAccountProperties& properties = account.properties();
  EXPECT_EQ(properties.account_endpoint(), "account.westus2.batch.azure.com");
  EXPECT_THAT(properties.node_management_endpoint(), HasSubstr(".westus2.service.batch.azure.com"));
  EXPECT_EQ(properties.provisioning_state(), "Succeeded");
  EXPECT_EQ(properties.pool_quota(), 100);
  EXPECT_EQ(properties.active_job_and_job_schedule_quota(), 300);
  EXPECT_EQ(properties.dedicated_core_quota(), 500);
  EXPECT_TRUE(properties.has_dedicated_core_quota_per_vm_family_enforced());
  EXPECT_FALSE(properties.dedicated_core_quota_per_vm_family_enforced());
  EXPECT_EQ(properties.pool_allocation_mode(), "BatchService");
  EXPECT_EQ(properties.public_network_access(), "Enabled");
  EXPECT_EQ(properties.encryption().key_source(), v1::KEY_SOURCE_MICROSOFT_BATCH);
  EXPECT_FALSE(properties.encryption().has_key_vault_properties());
  EXPECT_THAT(properties.allowed_authentication_modes(),
              ElementsAre("SharedKey", "AAD", "TaskAuthenticationToken"));
}

TEST_F(AccountsServiceTest, ShowsIdentityAndEncryption) {
  LAZULI_ASSERT_OK(MakeWithKey());
  const v1::BatchAccountIdentity& identity = account_message_.identity();
  EXPECT_EQ(identity.type(), v1::RESOURCE_IDENTITY_TYPE_USER_ASSIGNED);
  ASSERT_TRUE(identity.user_assigned_identities().contains(kIdentityId));
  EXPECT_EQ(identity.user_assigned_identities().at(kIdentityId).principal_id(), "user");
  EXPECT_EQ(identity.user_assigned_identities().at(kIdentityId).client_id(), "client-user");
  // Versionless, as it was given.
  EXPECT_EQ(account_message_.properties().encryption().key_vault_properties().key_identifier(),
            "https://vault.vault.azure.net/keys/key");
  v1::BatchAccount system;
  LAZULI_ASSERT_OK(service_.CreateBatchAccount(
      Context(),
      Create(R"pb(location: "westus2"
                  identity { type: RESOURCE_IDENTITY_TYPE_SYSTEM_ASSIGNED })pb",
             "system"),
      &system));
  EXPECT_EQ(system.identity().principal_id(), "system:" + system.id());
  EXPECT_EQ(system.identity().tenant_id(), "tenant");
}

TEST_F(AccountsServiceTest, RefusedInputNamesItsPath) {
  struct Case {
    std::string parameters;
    std::string code;
    std::string path;
  };
  const std::vector<Case> cases = {
      {"", "MissingRequiredProperty", "location"},
      {R"pb(location: "a/b")pb", "InvalidPropertyValue", "location"},
      {R"pb(location: "r"
            identity {})pb",
       "MissingRequiredProperty", "identity.type"},
      {R"pb(location: "r"
            identity { type: RESOURCE_IDENTITY_TYPE_USER_ASSIGNED })pb",
       "MissingIdentityIds", ""},
      {R"pb(location: "r"
            properties { pool_allocation_mode: "UserSubscription" })pb",
       "NotImplemented", ""},
      {R"pb(location: "r"
            properties { pool_allocation_mode: "x" })pb",
       "InvalidPropertyValue", "properties.poolAllocationMode"},
      {R"pb(location: "r"
            properties { public_network_access: "Disabled" })pb",
       "NotImplemented", ""},
      {R"pb(location: "r"
            properties { public_network_access: "" })pb",
       "InvalidPropertyValue", "properties.publicNetworkAccess"},
      {R"pb(location: "r"
            properties { network_profile { account_access { default_action: "deny" } } })pb",
       "NotImplemented", ""},
      {R"pb(location: "r"
            properties { network_profile { node_management_access { default_action: "x" } } })pb",
       "InvalidPropertyValue", "properties.networkProfile.nodeManagementAccess.defaultAction"},
      {R"pb(location: "r"
            properties { encryption { key_source: KEY_SOURCE_MICROSOFT_KEY_VAULT } })pb",
       "MissingRequiredProperty", "properties.encryption.keyVaultProperties"},
      {R"pb(location: "r"
            properties {
              encryption {
                key_source: KEY_SOURCE_MICROSOFT_KEY_VAULT
                key_vault_properties {}
              }
            })pb",
       "MissingRequiredProperty", "properties.encryption.keyVaultProperties.keyIdentifier"},
      {R"pb(location: "r"
            properties {
              encryption {
                key_source: KEY_SOURCE_MICROSOFT_KEY_VAULT
                key_vault_properties { key_identifier: "/subscriptions/x" }
              }
            })pb",
       "InvalidPropertyValue", "properties.encryption.keyVaultProperties.keyIdentifier"},
      {R"pb(location: "r"
            properties {
              encryption {
                key_source: KEY_SOURCE_MICROSOFT_BATCH
                key_vault_properties {}
              }
            })pb",
       "InvalidPropertyValue", "properties.encryption.keySource"},
      {R"pb(location: "r"
            properties { encryption { key_vault_properties {} } })pb",
       "MissingRequiredProperty", "properties.encryption.keySource"},
      {R"pb(location: "r"
            properties { allowed_authentication_modes {} })pb",
       "InvalidPropertyValue", "properties.allowedAuthenticationModes"},
      {R"pb(location: "r"
            properties { allowed_authentication_modes { values: "Basic" } })pb",
       "InvalidPropertyValue", "properties.allowedAuthenticationModes"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.parameters);
    v1::BatchAccount account;
    const absl::Status status =
        service_.CreateBatchAccount(Context(), Create(each.parameters), &account);
    EXPECT_THAT(status, ErrorCodeIs(each.code));
    EXPECT_EQ(PathOf(status), each.path);
    EXPECT_THAT(service_.GetBatchAccount(Context(), Named(), &account),
                ErrorCodeIs("ResourceNotFound"));
  }
  v1::BatchAccount account;
  EXPECT_THAT(
      service_.CreateBatchAccount(Context(), Create(R"pb(location: "r")pb", "Bad_Name"), &account),
      ErrorCodeIs("InvalidPropertyValue"));
}

TEST_F(AccountsServiceTest, AuthenticationModesKeepAzuresOrder) {
  v1::BatchAccount account;
  LAZULI_ASSERT_OK(service_.CreateBatchAccount(
      Context(), Create(R"pb(
        location: "westus2"
        properties { allowed_authentication_modes { values: "aad" values: "SharedKey" } })pb"),
      &account));
  EXPECT_THAT(account.properties().allowed_authentication_modes(), ElementsAre("SharedKey", "AAD"));
}

TEST_F(AccountsServiceTest, UpdateReplacesWhatIsGiven) {
  LAZULI_ASSERT_OK(MakeWithKey());
  v1::BatchAccount account;
  LAZULI_ASSERT_OK(service_.UpdateBatchAccount(
      Context(), Update(R"pb(tags { values { key: "a" value: "b" } })pb"), &account));
  EXPECT_EQ(account.tags().at("a"), "b");
  EXPECT_TRUE(account.properties().encryption().has_key_vault_properties());
  // As the command line sends it when it has nothing to say.
  LAZULI_ASSERT_OK(service_.UpdateBatchAccount(
      Context(), Update(R"pb(properties {
                               encryption {}
                               public_network_access: "Enabled"
                               network_profile {
                                 account_access { default_action: "Allow" }
                                 node_management_access {}
                               }
                             })pb"),
      &account));
  LAZULI_ASSERT_OK(service_.UpdateBatchAccount(
      Context(),
      Update(R"pb(properties { encryption { key_source: KEY_SOURCE_MICROSOFT_BATCH } })pb"),
      &account));
  EXPECT_FALSE(account.properties().encryption().has_key_vault_properties());
  EXPECT_EQ(account.tags().at("a"), "b");
  EXPECT_THAT(
      service_.UpdateBatchAccount(
          Context(), Update(R"pb(properties { public_network_access: "Disabled" })pb"), &account),
      ErrorCodeIs("NotImplemented"));
}

TEST_F(AccountsServiceTest, LostKeyLeavesReadingDeletingAndNames) {
  LAZULI_ASSERT_OK(MakeWithKey());
  LoseKey();
  v1::BatchAccount account;
  v1::BatchAccountKeys keys_message;
  const auto refused = ErrorCodeIs("AccountIsDisabled");
  EXPECT_THAT(service_.CreateBatchAccount(Context(), Create(kWithKey), &account), refused);
  EXPECT_THAT(service_.UpdateBatchAccount(Context(), Update(""), &account), refused);
  EXPECT_THAT(service_.GetBatchAccountKeys(Context(), Named(), &keys_message), refused);
  v1::RegenerateBatchAccountKeyRequest regenerate;
  regenerate.set_subscription_id("sub");
  regenerate.set_resource_group_name("group");
  regenerate.set_account_name("account");
  regenerate.mutable_parameters()->set_key_name("Primary");
  EXPECT_THAT(service_.RegenerateBatchAccountKey(Context(), regenerate, &keys_message), refused);
  LAZULI_EXPECT_OK(service_.GetBatchAccount(Context(), Named(), &account));
  EXPECT_EQ(account.properties().provisioning_state(), "Succeeded");
  EXPECT_EQ(account.properties().encryption().key_source(), v1::KEY_SOURCE_MICROSOFT_KEY_VAULT);
  v1::ListBatchAccountsResponse list;
  LAZULI_EXPECT_OK(service_.ListBatchAccounts(
      Context(), Parse<v1::ListBatchAccountsRequest>(R"pb(subscription_id: "sub")pb"), &list));
  EXPECT_THAT(list.value(), SizeIs(1));
  v1::Empty empty;
  LAZULI_EXPECT_OK(service_.DeleteBatchAccount(Context(), Named(), &empty));
  // Deleting what is not there is no error.
  LAZULI_EXPECT_OK(service_.DeleteBatchAccount(Context(), Named(), &empty));
  EXPECT_THAT(service_.GetBatchAccount(Context(), Named(), &account),
              ErrorCodeIs("ResourceNotFound"));
}

TEST_F(AccountsServiceTest, KeysAreListedAndRegenerated) {
  v1::BatchAccount account;
  LAZULI_ASSERT_OK(
      service_.CreateBatchAccount(Context(), Create(R"pb(location: "r")pb"), &account));
  v1::BatchAccountKeys first;
  LAZULI_ASSERT_OK(service_.GetBatchAccountKeys(Context(), Named(), &first));
  EXPECT_EQ(first.account_name(), "account");
  v1::RegenerateBatchAccountKeyRequest request;
  request.set_subscription_id("sub");
  request.set_resource_group_name("group");
  request.set_account_name("account");
  request.mutable_parameters()->set_key_name("secondary");
  v1::BatchAccountKeys second;
  LAZULI_ASSERT_OK(service_.RegenerateBatchAccountKey(Context(), request, &second));
  EXPECT_EQ(second.primary(), first.primary());
  EXPECT_NE(second.secondary(), first.secondary());
  request.mutable_parameters()->set_key_name("Third");
  EXPECT_THAT(service_.RegenerateBatchAccountKey(Context(), request, &second),
              ErrorCodeIs("InvalidPropertyValue"));
}

TEST_F(AccountsServiceTest, ListsByGroup) {
  v1::BatchAccount account;
  for (const char* const name : {"bbb", "aaa"}) {
    LAZULI_ASSERT_OK(
        service_.CreateBatchAccount(Context(), Create(R"pb(location: "r")pb", name), &account));
  }
  v1::ListBatchAccountsResponse list;
  LAZULI_EXPECT_OK(service_.ListBatchAccountsByResourceGroup(
      Context(),
      Parse<v1::ListBatchAccountsByResourceGroupRequest>(R"pb(subscription_id: "sub"
                                                              resource_group_name: "GROUP")pb"),
      &list));
  ASSERT_THAT(list.value(), SizeIs(2));
  EXPECT_EQ(list.value(0).name(), "aaa");
  list.Clear();
  LAZULI_EXPECT_OK(service_.ListBatchAccountsByResourceGroup(
      Context(),
      Parse<v1::ListBatchAccountsByResourceGroupRequest>(R"pb(subscription_id: "sub"
                                                              resource_group_name: "other")pb"),
      &list));
  EXPECT_THAT(list.value(), SizeIs(0));
}

TEST_F(AccountsServiceTest, NamesAreChecked) {
  v1::BatchAccount account;
  LAZULI_ASSERT_OK(
      service_.CreateBatchAccount(Context(), Create(R"pb(location: "westus2")pb"), &account));
  v1::CheckBatchNameAvailabilityRequest request;
  request.set_location("West US 2");
  request.mutable_parameters()->set_name("account");
  request.mutable_parameters()->set_type("Microsoft.Batch/batchAccounts");
  v1::CheckNameAvailabilityResult result;
  LAZULI_ASSERT_OK(service_.CheckBatchNameAvailability(Context(), request, &result));
  EXPECT_FALSE(result.name_available());
  EXPECT_EQ(result.reason(), "AlreadyExists");
  request.mutable_parameters()->set_name("other");
  result.Clear();
  LAZULI_ASSERT_OK(service_.CheckBatchNameAvailability(Context(), request, &result));
  EXPECT_TRUE(result.name_available());
  EXPECT_FALSE(result.has_reason());
  request.mutable_parameters()->set_type("Microsoft.Compute/x");
  EXPECT_THAT(service_.CheckBatchNameAvailability(Context(), request, &result),
              ErrorCodeIs("InvalidPropertyValue"));
}

}  // namespace
}  // namespace lazuli::batch
