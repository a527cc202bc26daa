#include "emulator/templates/template_defaults.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "emulator/templates/template_target.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr char kVaultScope[] =
    "/subscriptions/S/resourceGroups/g/providers/Microsoft.KeyVault/vaults/";

TemplateTarget Target(const std::string& group) {
  TemplateTarget target;
  target.tenant_id = "T";
  target.subscription_id = "S";
  target.resource_group = group;
  return target;
}

v1::Template Filled(const TemplateTarget& target, const std::string& text) {
  v1::Template what;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &what)) << text;
  FillTemplate(target, &what);
  return what;
}

TEST(TemplateDefaultsTest, WhatIsLeftOutIsTheTargets) {
  const v1::Template what = Filled(Target("g"), R"pb(
    subscriptions { subscription_id: 'S2' }
    subscriptions { subscription_id: 'S3' tenant_id: 'T3' }
    resource_groups { resource_group_name: 'other' }
    service_principals { display_name: 'app' }
    vaults { vault_name: 'kv1' }
    vaults { vault_name: 'kv2' subscription_id: 'S2' resource_group_name: 'g2' }
    batch_accounts { account_name: 'acc1' })pb");
  EXPECT_EQ(what.subscriptions(0).tenant_id(), "T");
  EXPECT_EQ(what.subscriptions(1).tenant_id(), "T3");
  EXPECT_EQ(what.resource_groups(0).subscription_id(), "S");
  EXPECT_EQ(what.service_principals(0).tenant_id(), "T");
  EXPECT_EQ(what.vaults(0).subscription_id(), "S");
  EXPECT_EQ(what.vaults(0).resource_group_name(), "g");
  EXPECT_EQ(what.vaults(1).subscription_id(), "S2");
  EXPECT_EQ(what.vaults(1).resource_group_name(), "g2");
  EXPECT_EQ(what.batch_accounts(0).resource_group_name(), "g");
}

TEST(TemplateDefaultsTest, TheOnlyGroupOfATemplateGoesWithoutSaying) {
  EXPECT_EQ(Filled(Target(""), "resource_groups { resource_group_name: 'one' } vaults {}")
                .vaults(0)
                .resource_group_name(),
            "one");
  EXPECT_EQ(Filled(Target(""), R"pb(
              resource_groups { resource_group_name: 'one' }
              resource_groups { resource_group_name: 'two' }
              vaults {})pb")
                .vaults(0)
                .resource_group_name(),
            "");
}

TEST(TemplateDefaultsTest, PlaceholdersStandForTheTargetWhereverTheyAre) {
  const v1::Template what = Filled(Target("g"), R"pb(
    vaults {
      vault_name: 'kv1'
      parameters {
        tags { values { key: 'of {tenantId}' value: '{resourceGroupName}' } }
        properties {
          tenant_id: '{tenantId}'
          network_acls { ip_rules { value: '{unknown}' } }
        }
      }
    }
    batch_accounts {
      parameters {
        identity {
          user_assigned_identities {
            key: '/subscriptions/{subscriptionId}/x/id1'
            value {}
          }
        }
      }
    }
    tasks { value { command_line: 'echo {tenantId}' } })pb");
  const auto& vault = what.vaults(0).parameters();
  EXPECT_EQ(vault.properties().tenant_id(), "T");
  EXPECT_EQ(vault.tags().values().at("of T"), "g");
  EXPECT_EQ(vault.properties().network_acls().ip_rules(0).value(), "{unknown}");
  EXPECT_TRUE(what.batch_accounts(0).parameters().identity().user_assigned_identities().contains(
      "/subscriptions/S/x/id1"));
  EXPECT_EQ(what.tasks(0).value(0).command_line(), "echo {tenantId}");
}

TEST(TemplateDefaultsTest, NamesBecomeIds) {
  const v1::Template what = Filled(Target("g"), R"pb(
    vaults { vault_name: 'kv1' }
    batch_accounts {
      account_name: 'acc1'
      parameters {
        identity {
          user_assigned_identities {
            key: 'id1'
            value {}
          }
        }
      }
    }
    role_assignments {
      scope: 'KV1'
      parameters { properties { role_definition_id: 'key vault crypto service encryption user' } }
    }
    role_assignments { parameters { properties { role_definition_id: 'no such role' } } }
    role_assignments { scope: '/subscriptions/S' })pb");
  EXPECT_TRUE(what.batch_accounts(0).parameters().identity().user_assigned_identities().contains(
      "/subscriptions/S/resourceGroups/g/providers/Microsoft.ManagedIdentity/"
      "userAssignedIdentities/id1"));
  EXPECT_EQ(what.role_assignments(0).scope(), absl::StrCat(kVaultScope, "KV1"));
  EXPECT_EQ(what.role_assignments(0).parameters().properties().role_definition_id(),
            "/providers/Microsoft.Authorization/roleDefinitions/"
            "e147488a-f6f5-4113-8e2d-b22465e65bf6");
  EXPECT_EQ(what.role_assignments(1).scope(), "/subscriptions/S/resourceGroups/g");
  EXPECT_EQ(what.role_assignments(1).parameters().properties().role_definition_id(),
            "no such role");
  EXPECT_EQ(what.role_assignments(2).scope(), "/subscriptions/S");
}

}  // namespace
}  // namespace lazuli::emulator
