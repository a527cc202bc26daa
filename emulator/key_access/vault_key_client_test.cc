#include "emulator/key_access/vault_key_client.h"

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "base/timer_queue.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/vault.h"
#include "keyvault/vault_input.h"

namespace lazuli::emulator {
namespace {

using keyvault::KeyOperation;

constexpr char kAccountId[] = "/subscriptions/s/resourceGroups/g/providers/a/b/account";

// Nobody has a role.
class NoRoles final : public keyvault::RoleChecker {
 public:
  keyvault::RoleAnswer FindDataAction(const Caller&, absl::string_view,
                                      absl::string_view) const override {
    return {};
  }
  keyvault::RoleAdvice Advise(const Caller&, absl::string_view, absl::string_view) const override {
    return {};
  }
};

// A vault with one RSA key, and an identity with every permission that an account needs.
class VaultKeyClientTest : public ::testing::Test {
 protected:
  VaultKeyClientTest() {
    identity_ = *directory_.CreateSystemAssigned(kAccountId, kDefaultTenantId);
    keyvault::VaultInput input;
    input.tenant_id = std::string(kDefaultTenantId);
    input.sku_family = "A";
    input.sku_name = "standard";
    input.purge_protection = true;
    input.access_policies = std::vector<keyvault::AccessPolicy>();
    CallContext ctx;
    ctx.subscription_tenant_id = std::string(kDefaultTenantId);
    ctx.now = now_;
    EXPECT_TRUE(vaults_.CreateOrUpdate(ctx, address_, "westus2", input).ok());
    Grant({"get", "wrapKey", "unwrapKey"});
    keyvault::NewKeyVersion version;
    version.key_ops = {KeyOperation::kWrapKey, KeyOperation::kUnwrapKey};
    version.material = keyvault::crypto::TestRsaKey();
    const auto added = (*vaults_.FindLive("kv1"))->AddKeyVersion(now_, "k", version, "CreateKey");
    EXPECT_TRUE(added.ok());
    key_ = *batch::KeyIdentifier::Parse((*added)->kid);
  }

  void Grant(const std::vector<std::string>& permissions) {
    keyvault::AccessPolicy policy;
    policy.tenant_id = std::string(kDefaultTenantId);
    policy.object_id = identity_.principal_id;
    policy.keys = permissions;
    keyvault::VaultInput input;
    input.access_policies = {policy};
    CallContext ctx;
    ctx.subscription_tenant_id = std::string(kDefaultTenantId);
    ctx.now = now_;
    EXPECT_TRUE(vaults_.Update(ctx, address_, input).ok());
  }

  void UpdateKey(const keyvault::KeyVersionUpdate& update) {
    EXPECT_TRUE((*vaults_.FindLive("kv1"))->UpdateKey(now_, "k", "", update).ok());
  }

  const absl::Time now_ = absl::FromUnixSeconds(1'767'225'600);
  const keyvault::VaultAddress address_{"s", "g", "kv1"};
  ManualClock clock_{now_};
  TimerQueue timers_;
  EventLog events_{100};
  Directory directory_{IdDeriver(1), &clock_, &events_};
  keyvault::crypto::CryptoEngine engine_;
  keyvault::VaultRegistry vaults_{{}, IdDeriver(1), &timers_, &events_, &engine_};
  NoRoles roles_;
  keyvault::AccessControl access_control_{&vaults_, &roles_};
  VaultKeyClient client_{&directory_, &vaults_, &access_control_, &engine_};
  batch::ManagedIdentity identity_;
  batch::KeyIdentifier key_;
};

TEST_F(VaultKeyClientTest, DescribesTheVaultAndTheKey) {
  const auto vault = client_.DescribeVault(identity_, key_, now_);
  LAZULI_ASSERT_OK(vault);
  EXPECT_EQ(vault->tenant_id, kDefaultTenantId);
  EXPECT_TRUE(vault->soft_delete);
  EXPECT_TRUE(vault->purge_protection);
  const auto key = client_.GetKey(identity_, key_, now_);
  LAZULI_ASSERT_OK(key);
  EXPECT_EQ(key->kid, key_.text);
  EXPECT_EQ(key->key_type, "RSA");
  EXPECT_EQ(key->rsa_bits, 2048);
  EXPECT_EQ(key->key_ops, (std::vector<std::string>{"wrapKey", "unwrapKey"}));
}

TEST_F(VaultKeyClientTest, WrapsAndUnwraps) {
  const SecureBytes data_key(std::string(32, 'd'));
  const auto wrapped = client_.WrapKey(identity_, key_, data_key, now_);
  LAZULI_ASSERT_OK(wrapped);
  EXPECT_EQ(wrapped->kid, key_.text);
  EXPECT_EQ(wrapped->ciphertext.size(), 256u);
  const auto unwrapped = client_.UnwrapKey(identity_, *wrapped, now_);
  LAZULI_ASSERT_OK(unwrapped);
  EXPECT_EQ(unwrapped->view(), data_key.view());
}

TEST_F(VaultKeyClientTest, AccessIsRefusedByTheFirstOfTheThreeThatIsMissing) {
  LAZULI_EXPECT_OK(client_.CheckAccess(identity_, key_, now_));
  for (const std::string missing : {"get", "wrapKey", "unwrapKey"}) {
    std::vector<std::string> permissions;
    for (const std::string permission : {"get", "wrapKey", "unwrapKey"}) {
      if (permission != missing) permissions.push_back(permission);
    }
    Grant(permissions);
    const absl::Status refused = client_.CheckAccess(identity_, key_, now_);
    EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied) << missing;
    EXPECT_THAT(std::string(refused.message()), ::testing::HasSubstr(missing));
  }
}

TEST_F(VaultKeyClientTest, AccessIsRefusedAsTheOperationsWouldBe) {
  keyvault::KeyVersionUpdate disable;
  disable.enabled = false;
  UpdateKey(disable);
  EXPECT_THAT(client_.CheckAccess(identity_, key_, now_), InnerCodeIs("KeyDisabled"));
  LAZULI_EXPECT_OK(client_.GetKey(identity_, key_, now_));
  keyvault::KeyVersionUpdate enable;
  enable.enabled = true;
  enable.expires = now_ + absl::Hours(1);
  UpdateKey(enable);
  LAZULI_EXPECT_OK(client_.CheckAccess(identity_, key_, now_));
  EXPECT_THAT(client_.CheckAccess(identity_, key_, now_ + absl::Hours(1)),
              InnerCodeIs("KeyExpired"));
  keyvault::KeyVersionUpdate only_wrap;
  only_wrap.key_ops = {KeyOperation::kWrapKey};
  UpdateKey(only_wrap);
  EXPECT_THAT(client_.CheckAccess(identity_, key_, now_), InnerCodeIs("KeyOperationForbidden"));
}

TEST_F(VaultKeyClientTest, ADeletedIdentityHasNoAccessWhateverThePolicySays) {
  directory_.DeleteSystemAssigned(kAccountId);
  EXPECT_THAT(client_.CheckAccess(identity_, key_, now_), InnerCodeIs("IdentityNotFound"));
  EXPECT_THAT(client_.WrapKey(identity_, key_, SecureBytes(32), now_),
              InnerCodeIs("IdentityNotFound"));
}

}  // namespace
}  // namespace lazuli::emulator
