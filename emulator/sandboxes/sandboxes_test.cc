#include "emulator/sandboxes/sandboxes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "base/status_matchers.h"
#include "base/timer_queue.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/role_assignments.h"
#include "emulator/arm/role_definitions.h"
#include "emulator/arm/user_assigned_identities.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/well_known.h"
#include "emulator/sandboxes/sandbox.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SandboxesTest : public ::testing::Test {
 protected:
  SandboxesTest() {
    resources_.AddResources(
        [this](const std::string& subscription, const std::string& group) {
          std::vector<ListedResource> listed;
          for (const auto& vault : vaults_.List(subscription, group, "", SIZE_MAX).items) {
            listed.push_back({vault->arm_id, vault->location, vault->tags});
          }
          return listed;
        },
        [this](const CallContext& ctx, const ResourceId& id) {
          return vaults_.Delete(ctx, {id.subscription(), id.resource_group(), id.name()});
        });
    directory_.AddListener(&roles_);
  }

  Sandboxes::Parts PartsOf(bool own_names) {
    Sandboxes::Parts parts;
    parts.directory = &directory_;
    parts.resources = &resources_;
    parts.roles = &roles_;
    parts.vaults = &vaults_;
    parts.ids = &ids_;
    parts.own_names = own_names;
    return parts;
  }

  CallContext Context() const {
    CallContext ctx;
    ctx.now = now_;
    return ctx;
  }

  void PutVault(const Sandbox& sandbox, const std::string& name) {
    CallContext ctx = Context();
    ctx.subscription_tenant_id = sandbox.tenant_id;
    keyvault::VaultInput input;
    input.tenant_id = sandbox.tenant_id;
    input.sku_family = "A";
    input.sku_name = "standard";
    input.purge_protection = true;
    input.access_policies = std::vector<keyvault::AccessPolicy>();
    LAZULI_EXPECT_OK(vaults_.CreateOrUpdate(
        ctx, {sandbox.subscription_id, sandbox.resource_group, name}, "westus2", input));
  }

  // Something of everything.
  void Furnish(const Sandbox& sandbox) {
    PutVault(sandbox, absl::StrCat(sandbox.id, "-live"));
    PutVault(sandbox, absl::StrCat(sandbox.id, "-gone"));
    LAZULI_EXPECT_OK(vaults_.Delete(Context(), {sandbox.subscription_id, sandbox.resource_group,
                                                absl::StrCat(sandbox.id, "-gone")}));
    LAZULI_EXPECT_OK(resources_.CreateOrUpdateResourceGroup(sandbox.subscription_id, "more",
                                                            "eastus", std::nullopt));
    LAZULI_EXPECT_OK(
        identities_.CreateOrUpdate(sandbox.subscription_id, "more", "id1", "eastus", std::nullopt));
    ServicePrincipalSpec spec;
    spec.tenant_id = sandbox.tenant_id;
    spec.display_name = "another";
    const auto principal = directory_.CreateServicePrincipal(spec);
    LAZULI_ASSERT_OK(principal);
    RoleAssignmentSpec role;
    role.role_definition_id = std::string(kReaderRoleId);
    role.principal_id = principal->principal->object_id;
    LAZULI_EXPECT_OK(roles_.Put(ResourceId::ResourceGroup(sandbox.subscription_id, "more"),
                                ids_.Guid(sandbox.id, "role", 0), role));
  }

  const absl::Time now_ = absl::FromUnixSeconds(1'767'225'600);
  const IdDeriver ids_{1};
  ManualClock clock_{now_};
  TimerQueue timers_;
  EventLog events_{1000};
  Directory directory_{ids_, &clock_, &events_};
  ResourceDirectory resources_{&directory_, ids_, &clock_, &events_};
  RoleAssignments roles_{&directory_, &resources_, ids_, &clock_, &events_};
  keyvault::crypto::CryptoEngine engine_;
  keyvault::VaultRegistry vaults_{{}, ids_, &timers_, &events_, &engine_};
  UserAssignedIdentities identities_{&directory_, &resources_, &roles_};
  Sandboxes sandboxes_{PartsOf(false)};
};

TEST_F(SandboxesTest, ASandboxIsATenantWithAnOwner) {
  const auto created = sandboxes_.Create("", now_);
  LAZULI_ASSERT_OK(created);
  const Sandbox& sandbox = created->sandbox;
  EXPECT_EQ(sandbox.id, "sandbox-1");
  EXPECT_EQ(sandbox.created_at, now_);
  EXPECT_NE(sandbox.tenant_id, kDefaultTenantId);
  EXPECT_TRUE(directory_.HasTenant(sandbox.tenant_id));
  EXPECT_EQ(*resources_.TenantOf(sandbox.subscription_id), sandbox.tenant_id);
  LAZULI_EXPECT_OK(resources_.CheckResourceGroup(sandbox.subscription_id, sandbox.resource_group));
  EXPECT_EQ(directory_.FindByAppId(sandbox.tenant_id, sandbox.client_id)->object_id,
            sandbox.object_id);
  EXPECT_TRUE(directory_.CheckSecret(sandbox.object_id, created->client_secret));
  const auto roles = roles_.ListOf(sandbox.object_id);
  ASSERT_THAT(roles, SizeIs(1));
  EXPECT_EQ(roles[0]->role->id, std::string(kOwnerRoleId));
  EXPECT_EQ(roles[0]->scope.text(), absl::StrCat("/subscriptions/", sandbox.subscription_id));
  EXPECT_EQ(Sandboxes::OwnerOf(sandbox).object_id, sandbox.object_id);
  EXPECT_EQ(Sandboxes::OwnerOf(sandbox).tenant_id, sandbox.tenant_id);
}

TEST_F(SandboxesTest, NoTwoShareAnythingAndSecretsAreRandom) {
  const auto one = sandboxes_.Create("", now_);
  const auto other = sandboxes_.Create("", now_);
  EXPECT_NE(one->sandbox.id, other->sandbox.id);
  EXPECT_NE(one->sandbox.tenant_id, other->sandbox.tenant_id);
  EXPECT_NE(one->sandbox.subscription_id, other->sandbox.subscription_id);
  EXPECT_NE(one->sandbox.client_id, other->sandbox.client_id);
  EXPECT_NE(one->client_secret, other->client_secret);
  EXPECT_GE(one->client_secret.size(), 40u);
}

TEST_F(SandboxesTest, IdsAreChosenOrDerivedAndNeverTwice) {
  LAZULI_ASSERT_OK(sandboxes_.Create("sandbox-1", now_));
  EXPECT_THAT(sandboxes_.Create("sandbox-1", now_), ErrorCodeIs("SandboxExists"));
  EXPECT_EQ(sandboxes_.Create("", now_)->sandbox.id, "sandbox-2");
  LAZULI_EXPECT_OK(sandboxes_.Create("x", now_));
  for (const std::string& id : {std::string("A"), std::string("-a"), std::string("a-"),
                                std::string("a_b"), std::string("a/b"), std::string(41, 'a')}) {
    EXPECT_THAT(sandboxes_.Create(id, now_), ErrorCodeIs("InvalidInput")) << id;
  }
  EXPECT_THAT(sandboxes_.List(), SizeIs(3));
  EXPECT_THAT(sandboxes_.Get("y"), ErrorCodeIs("SandboxNotFound"));
}

TEST_F(SandboxesTest, ResettingEmptiesTheOneAndNoOther) {
  const Sandbox one = sandboxes_.Create("one", now_)->sandbox;
  const auto created = sandboxes_.Create("other", now_);
  const Sandbox other = created->sandbox;
  Furnish(one);
  Furnish(other);
  LAZULI_ASSERT_OK(sandboxes_.Reset(Context(), "one"));

  EXPECT_THAT(vaults_.List(one.subscription_id, "", "", 10).items, IsEmpty());
  EXPECT_THAT(vaults_.ListDeleted(one.subscription_id, "", 10).items, IsEmpty());
  LAZULI_EXPECT_OK(vaults_.CheckNameAvailable("one-gone"));
  const auto groups = resources_.ListResourceGroups(one.subscription_id);
  ASSERT_THAT(*groups, SizeIs(1));
  EXPECT_EQ(groups->front().id.resource_group(), one.resource_group);
  ASSERT_THAT(directory_.ListPrincipals(one.tenant_id), SizeIs(1));
  EXPECT_EQ(directory_.ListPrincipals(one.tenant_id)[0]->object_id, one.object_id);
  EXPECT_THAT(roles_.ListOf(one.object_id), SizeIs(1));

  EXPECT_THAT(vaults_.List(other.subscription_id, "", "", 10).items, SizeIs(1));
  EXPECT_THAT(vaults_.ListDeleted(other.subscription_id, "", 10).items, SizeIs(1));
  EXPECT_THAT(*resources_.ListResourceGroups(other.subscription_id), SizeIs(2));
  EXPECT_THAT(directory_.ListPrincipals(other.tenant_id), SizeIs(3));

  // As newly made: the same can be made again, and the secret still is good.
  Furnish(one);
  LAZULI_EXPECT_OK(sandboxes_.Reset(Context(), "other"));
  EXPECT_TRUE(directory_.CheckSecret(other.object_id, created->client_secret));
  EXPECT_THAT(sandboxes_.Reset(Context(), "none"), ErrorCodeIs("SandboxNotFound"));
}

TEST_F(SandboxesTest, DeletingLeavesNothing) {
  const size_t tenants = directory_.ListTenants().size();
  const size_t principals = directory_.ListPrincipals().size();
  const Sandbox sandbox = sandboxes_.Create("one", now_)->sandbox;
  Furnish(sandbox);
  LAZULI_ASSERT_OK(sandboxes_.Delete(Context(), "one"));
  EXPECT_THAT(sandboxes_.List(), IsEmpty());
  EXPECT_EQ(directory_.ListTenants().size(), tenants);
  EXPECT_EQ(directory_.ListPrincipals().size(), principals);
  EXPECT_THAT(resources_.ListSubscriptions(), SizeIs(1));
  EXPECT_THAT(roles_.ListOf(sandbox.object_id), IsEmpty());
  // Nothing of the next is the same, for tokens may still be about.
  const Sandbox next = sandboxes_.Create("one", now_)->sandbox;
  EXPECT_NE(next.tenant_id, sandbox.tenant_id);
  EXPECT_NE(next.object_id, sandbox.object_id);
  EXPECT_NE(next.subscription_id, sandbox.subscription_id);
}

TEST_F(SandboxesTest, WhileACallWorksInItASandboxIsNotEmptied) {
  const Sandbox sandbox = sandboxes_.Create("one", now_)->sandbox;
  {
    const auto hold = resources_.HoldResourceGroup(sandbox.subscription_id, sandbox.resource_group);
    EXPECT_EQ(sandboxes_.Reset(Context(), "one").code(), absl::StatusCode::kFailedPrecondition);
    LAZULI_EXPECT_OK(sandboxes_.Get("one"));
  }
  LAZULI_EXPECT_OK(sandboxes_.Reset(Context(), "one"));
}

TEST_F(SandboxesTest, NamesAreSharedUnlessTheyAreTheSandboxesOwn) {
  const Sandbox shared = sandboxes_.Create("one", now_)->sandbox;
  EXPECT_EQ(sandboxes_.NameSpaceOf(shared.tenant_id), "");
  EXPECT_EQ(sandboxes_.NameSpaceOfSandbox("one"), "");
  EXPECT_EQ(sandboxes_.NameSpaceOfSandbox("none"), std::nullopt);

  Sandboxes own(PartsOf(true));
  const Sandbox one = own.Create("one", now_)->sandbox;
  const Sandbox other = own.Create("other", now_)->sandbox;
  EXPECT_NE(own.NameSpaceOf(one.tenant_id), "");
  EXPECT_NE(own.NameSpaceOf(one.tenant_id), own.NameSpaceOf(other.tenant_id));
  EXPECT_EQ(own.NameSpaceOfSandbox("one"), own.NameSpaceOf(one.tenant_id));
  EXPECT_EQ(own.NameSpaceOf(kDefaultTenantId), "");
}

TEST_F(SandboxesTest, ChangesAreToldOnce) {
  std::vector<std::string> told;
  const auto take = [&] {
    told.clear();
    sandboxes_.TakeChanges([&](const Sandbox& sandbox) { told.push_back(sandbox.id); },
                           [&](const std::string& id) { told.push_back(absl::StrCat("-", id)); });
    return told;
  };
  LAZULI_ASSERT_OK(sandboxes_.Create("before", now_));
  sandboxes_.StartTracking();
  LAZULI_ASSERT_OK(sandboxes_.Create("one", now_));
  EXPECT_THAT(take(), ElementsAre("one"));
  EXPECT_THAT(take(), IsEmpty());
  LAZULI_ASSERT_OK(sandboxes_.Delete(Context(), "before"));
  EXPECT_THAT(take(), ElementsAre("-before"));
}

TEST_F(SandboxesTest, WhatWasRestoredGoesOnAsBefore) {
  Sandboxes own(PartsOf(true));
  const Sandbox one = own.Create("", now_)->sandbox;
  Sandboxes restored(PartsOf(true));
  restored.Restore(own.List(), own.made());
  ASSERT_THAT(restored.List(), SizeIs(1));
  EXPECT_EQ(restored.Get("sandbox-1")->subscription_id, one.subscription_id);
  EXPECT_EQ(restored.NameSpaceOf(one.tenant_id), own.NameSpaceOf(one.tenant_id));
  EXPECT_EQ(restored.Create("", now_)->sandbox.id, "sandbox-2");
}

}  // namespace
}  // namespace lazuli::emulator
