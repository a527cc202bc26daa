#include "keyvault/vault_input.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/limits.h"

namespace lazuli::keyvault {
namespace {

constexpr char kTenant[] = "11111111-1111-1111-1111-111111111111";
constexpr char kAnn[] = "aaaaaaaa-0000-0000-0000-00000000000a";

CallContext Context(std::string api_version = "2023-07-01") {
  CallContext context;
  context.subscription_tenant_id = kTenant;
  context.api_version = std::move(api_version);
  return context;
}

VaultInput Enough() {
  VaultInput input;
  input.tenant_id = kTenant;
  input.sku_name = "standard";
  input.access_policies.emplace();
  return input;
}

AccessPolicy AnnMayGet() {
  AccessPolicy policy;
  policy.tenant_id = kTenant;
  policy.object_id = kAnn;
  policy.keys = {"get"};
  return policy;
}

VaultSettings New(const VaultInput& input) {
  absl::StatusOr<VaultSettings> settings = NewVaultSettings(Context(), input, true);
  EXPECT_TRUE(settings.ok()) << settings.status();
  return *std::move(settings);
}

struct Refusal {
  const char* target;
  std::function<void(VaultInput*)> spoil;
};

void ExpectTarget(const absl::Status& status, const std::string& target) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << target;
  EXPECT_THAT(status, ErrorCodeIs("BadRequest")) << target;
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  EXPECT_EQ(info.has_value() ? info->target : "none", target) << status;
}

TEST(VaultInputTest, ANewVaultGetsTheDefaults) {
  const VaultSettings settings = New(Enough());
  EXPECT_EQ(settings.tenant_id, kTenant);
  EXPECT_EQ(settings.sku, VaultSku::kStandard);
  EXPECT_TRUE(settings.soft_delete);
  EXPECT_EQ(settings.retention_days, 90);
  EXPECT_FALSE(settings.purge_protection);
  EXPECT_FALSE(settings.rbac_authorization.has_value());
  EXPECT_TRUE(settings.network.HasDefaultAcls());
  EXPECT_TRUE(settings.network.public_network_access);
  EXPECT_FALSE(settings.enabled_for_deployment);
  EXPECT_FALSE(settings.enabled_for_disk_encryption.has_value());
}

TEST(VaultInputTest, BadInputIsRefusedWithTheField) {
  const Refusal cases[] = {
      {"properties.tenantId", [](VaultInput* i) { i->tenant_id.reset(); }},
      {"properties.tenantId", [](VaultInput* i) { i->tenant_id = kAnn; }},
      {"properties.sku.name", [](VaultInput* i) { i->sku_name.reset(); }},
      {"properties.sku.family", [](VaultInput* i) { i->sku_family = "B"; }},
      {"properties.accessPolicies", [](VaultInput* i) { i->access_policies.reset(); }},
      {"properties.accessPolicies[0].objectId",
       [](VaultInput* i) {
         i->access_policies = {AnnMayGet()};
         i->access_policies->front().object_id = "x";
       }},
      {"properties.softDeleteRetentionInDays", [](VaultInput* i) { i->retention_days = 6; }},
      {"properties.softDeleteRetentionInDays", [](VaultInput* i) { i->retention_days = 91; }},
      {"properties.enablePurgeProtection", [](VaultInput* i) { i->purge_protection = false; }},
      {"properties.publicNetworkAccess", [](VaultInput* i) { i->public_network_access = "Off"; }},
      {"properties.networkAcls.bypass",
       [](VaultInput* i) { i->network_acls.emplace().bypass = "Azure"; }},
      {"properties.networkAcls.defaultAction",
       [](VaultInput* i) { i->network_acls.emplace().default_action = "Drop"; }},
      {"properties.networkAcls.ipRules[1].value",
       [](VaultInput* i) { i->network_acls.emplace().ip_rules = {"10.0.0.0/8", "::1"}; }},
      {"properties.networkAcls.ipRules",
       [](VaultInput* i) {
         i->network_acls.emplace().ip_rules.assign(limits::keyvault::kMaxIpRules + 1, "10.0.0.1");
       }},
  };
  for (const Refusal& c : cases) {
    VaultInput input = Enough();
    c.spoil(&input);
    ExpectTarget(NewVaultSettings(Context(), input, true).status(), c.target);
    ExpectTarget(ReplaceVaultSettings(Context(), New(Enough()), input).status(), c.target);
  }
}

TEST(VaultInputTest, ATierThatIsNoneIsNotSupported) {
  VaultInput input = Enough();
  input.sku_name = "basic";
  EXPECT_THAT(NewVaultSettings(Context(), input, true), ErrorCodeIs("SkuNotSupported"));
  EXPECT_THAT(PatchVaultSettings(Context(), New(Enough()), input), ErrorCodeIs("SkuNotSupported"));
}

TEST(VaultInputTest, SubnetsOfVirtualNetworkRulesAreKeptInLowerCase) {
  constexpr char kSubnet[] =
      "/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/virtualNetworks/V/subnets/A";
  VaultInput input = Enough();
  input.network_acls.emplace().virtual_network_rules = {{kSubnet, true}, {kSubnet, std::nullopt}};
  const VaultSettings settings = New(input);
  EXPECT_FALSE(settings.network.HasDefaultAcls());
  ASSERT_EQ(settings.network.virtual_network_rules.size(), 2u);
  EXPECT_EQ(settings.network.virtual_network_rules[0].subnet_id,
            "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/"
            "subnets/a");
  EXPECT_EQ(settings.network.virtual_network_rules[0].ignore_missing_endpoint, true);
  EXPECT_FALSE(settings.network.virtual_network_rules[1].ignore_missing_endpoint.has_value());

  input.network_acls->virtual_network_rules[1].subnet_id = "/subscriptions/s";
  ExpectTarget(NewVaultSettings(Context(), input, true).status(),
               "properties.networkAcls.virtualNetworkRules[1].id");
  input.network_acls->virtual_network_rules.assign(limits::keyvault::kMaxVirtualNetworkRules + 1,
                                                   {kSubnet, std::nullopt});
  ExpectTarget(NewVaultSettings(Context(), input, true).status(),
               "properties.networkAcls.virtualNetworkRules");
}

VaultInput EnoughForHsm() {
  VaultInput input;
  input.kind = VaultKind::kManagedHsm;
  input.tenant_id = kTenant;
  input.sku_family = "B";
  input.sku_name = "standard_b1";
  input.initial_admin_object_ids = {kAnn};
  return input;
}

TEST(VaultInputTest, AManagedHsmHasAdministratorsAndATierOfItsOwn) {
  VaultInput input = EnoughForHsm();
  input.purge_protection = false;  // as the examples of the service say it
  const VaultSettings settings = New(input);
  EXPECT_EQ(settings.kind(), VaultKind::kManagedHsm);
  EXPECT_EQ(settings.managed_hsm->sku_name, "Standard_B1");
  EXPECT_TRUE(settings.IsInitialAdmin("AAAAAAAA-0000-0000-0000-00000000000A"));
  EXPECT_FALSE(settings.IsInitialAdmin(kTenant));
  EXPECT_TRUE(settings.uses_rbac());
  EXPECT_TRUE(settings.soft_delete);
  EXPECT_EQ(settings.retention_days, 90);
  EXPECT_FALSE(settings.purge_protection);
  EXPECT_EQ(settings.sku, VaultSku::kPremium);
  // A PUT that says the same leaves all as it was.
  const absl::StatusOr<VaultSettings> replaced = ReplaceVaultSettings(Context(), settings, input);
  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_EQ(replaced->managed_hsm, settings.managed_hsm);
  EXPECT_EQ(replaced->sku, VaultSku::kPremium);
  EXPECT_FALSE(New(Enough()).IsInitialAdmin(kAnn));
}

TEST(VaultInputTest, BadInputOfAManagedHsmIsRefusedWithTheField) {
  const Refusal cases[] = {
      {"properties.tenantId", [](VaultInput* i) { i->tenant_id.reset(); }},
      {"sku.name", [](VaultInput* i) { i->sku_name.reset(); }},
      {"sku.family", [](VaultInput* i) { i->sku_family = "A"; }},
      {"properties.initialAdminObjectIds",
       [](VaultInput* i) { i->initial_admin_object_ids.reset(); }},
      {"properties.initialAdminObjectIds",
       [](VaultInput* i) { i->initial_admin_object_ids.emplace(); }},
      {"properties.initialAdminObjectIds[1]",
       [](VaultInput* i) { i->initial_admin_object_ids = {kAnn, "ann"}; }},
      {"properties.enableSoftDelete", [](VaultInput* i) { i->enable_soft_delete = false; }},
      {"properties.softDeleteRetentionInDays", [](VaultInput* i) { i->retention_days = 6; }},
  };
  for (const Refusal& c : cases) {
    VaultInput input = EnoughForHsm();
    c.spoil(&input);
    ExpectTarget(NewVaultSettings(Context(), input, true).status(), c.target);
  }
  VaultInput input = EnoughForHsm();
  input.sku_name = "premium";
  EXPECT_THAT(NewVaultSettings(Context(), input, true), ErrorCodeIs("SkuNotSupported"));
}

TEST(VaultInputTest, WhatAManagedHsmIsCreatedWithStays) {
  const VaultSettings old = New(EnoughForHsm());
  VaultInput input;
  input.kind = VaultKind::kManagedHsm;
  input.initial_admin_object_ids = {kTenant};
  ExpectTarget(PatchVaultSettings(Context(), old, input).status(),
               "properties.initialAdminObjectIds");
  input.initial_admin_object_ids.reset();
  input.sku_name = "Custom_B32";
  ExpectTarget(PatchVaultSettings(Context(), old, input).status(), "sku.name");
  input.sku_name.reset();
  input.purge_protection = true;
  const absl::StatusOr<VaultSettings> settings = PatchVaultSettings(Context(), old, input);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_TRUE(settings->purge_protection);
  input.purge_protection = false;
  ExpectTarget(PatchVaultSettings(Context(), *settings, input).status(),
               "properties.enablePurgeProtection");
}

TEST(VaultInputTest, SoftDeleteMayBeLeftOutOnlyWhereAllowed) {
  VaultInput input = Enough();
  input.enable_soft_delete = false;
  ExpectTarget(NewVaultSettings(Context(), input, false).status(), "properties.enableSoftDelete");
  const absl::StatusOr<VaultSettings> legacy = NewVaultSettings(Context(), input, true);
  ASSERT_TRUE(legacy.ok()) << legacy.status();
  EXPECT_FALSE(legacy->soft_delete);
  input.purge_protection = true;
  ExpectTarget(NewVaultSettings(Context(), input, true).status(),
               "properties.enablePurgeProtection");
}

TEST(VaultInputTest, RetentionBoundsAreInclusive) {
  for (const int days : {7, 90}) {
    VaultInput input = Enough();
    input.retention_days = days;
    EXPECT_EQ(New(input).retention_days, days);
  }
}

TEST(VaultInputTest, RolesAreTheDefaultSince2026) {
  const struct {
    const char* api_version;
    std::optional<bool> asked;
    std::optional<bool> expected;
  } cases[] = {
      {"", {}, {}},
      {"2025-05-01", {}, {}},
      {"2026-01-31-preview", {}, {}},
      {"2026-02-01", {}, true},
      {"2026-03-01-preview", {}, true},
      {"2026-02-01", false, false},
      {"2025-05-01", true, true},
  };
  for (const auto& c : cases) {
    VaultInput input = Enough();
    input.rbac_authorization = c.asked;
    const absl::StatusOr<VaultSettings> settings =
        NewVaultSettings(Context(c.api_version), input, false);
    ASSERT_TRUE(settings.ok()) << settings.status();
    EXPECT_EQ(settings->rbac_authorization, c.expected) << c.api_version;
  }
}

TEST(VaultInputTest, WithRolesPoliciesMayBeLeftOut) {
  VaultInput input = Enough();
  input.access_policies.reset();
  input.rbac_authorization = true;
  EXPECT_TRUE(New(input).uses_rbac());
}

// A vault on which everything was set.
VaultSettings Rich() {
  VaultInput input = Enough();
  input.sku_name = "premium";
  input.access_policies = {AnnMayGet()};
  input.network_acls.emplace().default_action = "Deny";
  input.public_network_access = "disabled";
  input.enabled_for_deployment = true;
  input.enabled_for_disk_encryption = true;
  input.enabled_for_template_deployment = false;
  input.retention_days = 30;
  input.rbac_authorization = true;
  input.purge_protection = true;
  return New(input);
}

TEST(VaultInputTest, PutResetsAllButWhatGoesOneWay) {
  const absl::StatusOr<VaultSettings> after = ReplaceVaultSettings(Context(), Rich(), Enough());
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->sku, VaultSku::kStandard);
  EXPECT_TRUE(after->access_policies.entries().empty());
  EXPECT_TRUE(after->network.HasDefaultAcls());
  EXPECT_TRUE(after->network.public_network_access);
  EXPECT_FALSE(after->enabled_for_deployment);
  EXPECT_FALSE(after->enabled_for_disk_encryption.has_value());
  EXPECT_TRUE(after->soft_delete);
  EXPECT_EQ(after->retention_days, 30);
  EXPECT_TRUE(after->purge_protection);
  EXPECT_TRUE(after->uses_rbac());
}

TEST(VaultInputTest, PutWithoutPoliciesKeepsThemWhereRolesDecide) {
  VaultInput input = Enough();
  input.access_policies.reset();
  const absl::StatusOr<VaultSettings> after = ReplaceVaultSettings(Context(), Rich(), input);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(after->access_policies.entries().size(), 1u);
}

TEST(VaultInputTest, PatchChangesOnlyWhatItSays) {
  VaultInput input;
  input.network_acls.emplace().ip_rules = {"10.0.0.0/8"};
  const absl::StatusOr<VaultSettings> after = PatchVaultSettings(Context(), Rich(), input);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_TRUE(after->network.default_allow);  // networkAcls is replaced as a whole
  EXPECT_EQ(after->network.ip_rules.size(), 1u);
  EXPECT_FALSE(after->network.public_network_access);
  EXPECT_EQ(after->sku, VaultSku::kPremium);
  EXPECT_EQ(after->access_policies.entries().size(), 1u);
  EXPECT_TRUE(after->enabled_for_deployment);
  EXPECT_EQ(after->enabled_for_template_deployment, false);

  const absl::StatusOr<VaultSettings> same = PatchVaultSettings(Context(), Rich(), {});
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_FALSE(AccessDiffers(*same, Rich()));
}

TEST(VaultInputTest, ProtectionGoesOneWay) {
  const Refusal cases[] = {
      {"properties.enableSoftDelete", [](VaultInput* i) { i->enable_soft_delete = false; }},
      {"properties.enablePurgeProtection", [](VaultInput* i) { i->purge_protection = false; }},
      {"properties.softDeleteRetentionInDays", [](VaultInput* i) { i->retention_days = 31; }},
  };
  for (const Refusal& c : cases) {
    VaultInput patch;
    c.spoil(&patch);
    ExpectTarget(PatchVaultSettings(Context(), Rich(), patch).status(), c.target);
    VaultInput put = Enough();
    c.spoil(&put);
    ExpectTarget(ReplaceVaultSettings(Context(), Rich(), put).status(), c.target);
  }
  VaultInput same;
  same.enable_soft_delete = true;
  same.purge_protection = true;
  same.retention_days = 30;
  LAZULI_EXPECT_OK(PatchVaultSettings(Context(), Rich(), same));
}

TEST(VaultInputTest, ALegacyVaultCanBeProtectedLater) {
  VaultInput legacy = Enough();
  legacy.enable_soft_delete = false;
  VaultInput patch;
  patch.purge_protection = true;
  ExpectTarget(PatchVaultSettings(Context(), New(legacy), patch).status(),
               "properties.enablePurgeProtection");
  patch.enable_soft_delete = true;
  patch.retention_days = 10;
  const absl::StatusOr<VaultSettings> after = PatchVaultSettings(Context(), New(legacy), patch);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_TRUE(after->soft_delete && after->purge_protection);
  EXPECT_EQ(after->retention_days, 10);
}

TEST(VaultInputTest, OnlyWhatDecidesAboutAccessCounts) {
  const struct {
    const char* what;
    bool differs;
    std::function<void(VaultSettings*)> change;
  } cases[] = {
      {"nothing", false, [](VaultSettings*) {}},
      {"sku", false, [](VaultSettings* s) { s->sku = VaultSku::kStandard; }},
      {"deployment", false, [](VaultSettings* s) { s->enabled_for_deployment = false; }},
      {"policies", true, [](VaultSettings* s) { s->access_policies = {}; }},
      {"roles", true, [](VaultSettings* s) { s->rbac_authorization = false; }},
      {"default action", true, [](VaultSettings* s) { s->network.default_allow = true; }},
      {"bypass", true, [](VaultSettings* s) { s->network.bypass_azure_services = false; }},
      {"public", true, [](VaultSettings* s) { s->network.public_network_access = true; }},
      {"rules", true, [](VaultSettings* s) { s->network.ip_rules = {*ParseIpRule("1.1.1.1")}; }},
  };
  for (const auto& c : cases) {
    VaultSettings changed = Rich();
    c.change(&changed);
    EXPECT_EQ(AccessDiffers(changed, Rich()), c.differs) << c.what;
  }
}

TEST(VaultInputTest, TagsAreBounded) {
  TagMap tags;
  for (size_t i = 0; i < limits::keyvault::kMaxVaultTags; ++i) tags[absl::StrCat("t", i)] = "";
  LAZULI_EXPECT_OK(CheckVaultTags(tags));
  tags["one more"] = "";
  EXPECT_THAT(CheckVaultTags(tags), ErrorCodeIs("BadRequest"));
  LAZULI_EXPECT_OK(CheckVaultTags({{std::string(512, 'n'), std::string(256, 'v')}}));
  EXPECT_THAT(CheckVaultTags({{std::string(513, 'n'), ""}}), ErrorCodeIs("BadRequest"));
  EXPECT_THAT(CheckVaultTags({{"n", std::string(257, 'v')}}), ErrorCodeIs("BadRequest"));
  EXPECT_THAT(CheckVaultTags({{"", "v"}}), ErrorCodeIs("BadRequest"));
}

}  // namespace
}  // namespace lazuli::keyvault
