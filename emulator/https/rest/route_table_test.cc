#include "emulator/https/rest/route_table.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/call_context.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "proto/sandboxes.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

struct Services {
  template <typename Request, typename Response>
  absl::Status Serve(const CallContext&, const Request&, Response*) {
    return absl::OkStatus();
  }
};

class RouteTableTest : public ::testing::Test {
 protected:
  RouteTableTest() {
    Add<v1::CreateKeyRequest, v1::KeyBundle>("Keys/CreateKey");
    Add<v1::ImportKeyRequest, v1::KeyBundle>("Keys/ImportKey");
    Add<v1::GetKeyRequest, v1::KeyBundle>("Keys/GetKey");
    Add<v1::GetKeysRequest, v1::KeyListResult>("Keys/GetKeys");
    Add<v1::GetKeyVersionsRequest, v1::KeyListResult>("Keys/GetKeyVersions");
    Add<v1::KeySignParameters, v1::KeyOperationResult>("Keys/Sign");
    Add<v1::KeyNameRequest, v1::Empty>("Keys/PurgeDeletedKey");
    Add<v1::VaultRequest, v1::Vault>("Vaults/GetVault");
    Add<v1::CreateOrUpdateVaultRequest, v1::Vault>("Vaults/CreateOrUpdateVault");
    Add<v1::ListVaultsBySubscriptionRequest, v1::ListVaultsResponse>(
        "Vaults/ListVaultsBySubscription");
    Add<v1::RoleAssignmentRequest, v1::RoleAssignment>("RoleAssignments/GetRoleAssignment");
    Add<v1::ListRoleAssignmentsRequest, v1::ListRoleAssignmentsResponse>(
        "RoleAssignments/ListRoleAssignments");
    Add<v1::CreateSandboxRequest, v1::CreateSandboxResponse>("Sandboxes/CreateSandbox");
    Add<v1::Empty, v1::ListSandboxesResponse>("Sandboxes/ResetAllSandboxes");
    Add<v1::SandboxRequest, v1::Sandbox>("Sandboxes/ResetSandbox");
    Add<v1::SandboxRequest, v1::Sandbox>("Sandboxes/GetSandbox");
  }

  template <typename Request, typename Response>
  void Add(const std::string& name) {
    registry_.Add(absl::StrCat("lazuli.v1.", name), &services_,
                  &Services::Serve<Request, Response>);
  }

  static std::vector<std::string> Split(const std::string& path) {
    return absl::StrSplit(path, '/', absl::SkipEmpty());
  }

  // "Keys/Sign key_name=k", or "405 GET, PUT", or "404".
  static std::string Describe(const RouteTable::Match& match) {
    if (match.route == nullptr) {
      return match.allowed_verbs.empty() ? "404" : absl::StrCat("405 ", match.allowed_verbs);
    }
    std::string text = match.route->method->name.substr(std::string("lazuli.v1.").size());
    for (const auto& [field, value] : match.values) {
      absl::StrAppend(&text, " ", field->name(), "=", value);
    }
    return text;
  }

  Services services_;
  MethodRegistry registry_;
};

TEST_F(RouteTableTest, FindsTheMethodAndWhatThePathSays) {
  const auto table = RouteTable::Build(registry_);
  LAZULI_ASSERT_OK(table);
  constexpr v1::Plane kKeys = v1::PLANE_KEY_VAULT_DATA;
  constexpr v1::Plane kArm = v1::PLANE_RESOURCE_MANAGER;
  constexpr v1::Plane kControl = v1::PLANE_CONTROL;
  const struct {
    v1::Plane plane;
    const char* verb;
    const char* path;
    const char* match;
  } cases[] = {
      {kKeys, "GET", "/keys", "Keys/GetKeys"},
      {kKeys, "GET", "/keys/k", "Keys/GetKey key_name=k"},
      {kKeys, "GET", "/KEYS/K/V", "Keys/GetKey key_name=K key_version=V"},
      {kKeys, "GET", "/keys/k/versions", "Keys/GetKeyVersions key_name=k"},
      {kKeys, "GET", "/keys/versions", "Keys/GetKey key_name=versions"},
      {kKeys, "POST", "/keys/k/create", "Keys/CreateKey key_name=k"},
      {kKeys, "POST", "/keys/k/sign", "Keys/Sign key_name=k"},
      {kKeys, "POST", "/keys/k/v/SIGN", "Keys/Sign key_name=k key_version=v"},
      {kKeys, "PUT", "/keys/k", "Keys/ImportKey key_name=k"},
      {kKeys, "DELETE", "/deletedkeys/k", "Keys/PurgeDeletedKey key_name=k"},
      {kKeys, "DELETE", "/keys/k", "405 GET, PUT"},
      {kKeys, "GET", "/keys/k/v/sign", "405 POST"},
      {kKeys, "GET", "/nowhere", "404"},
      {kKeys, "GET", "", "404"},
      {kKeys, "GET", "/keys/a/b/c/d/e/f", "404"},
      {kArm, "GET", "/keys", "404"},
      {kArm, "GET", "/subscriptions/S/resourcegroups/G/Providers/microsoft.keyvault/VAULTS/V",
       "Vaults/GetVault subscription_id=S resource_group_name=G vault_name=V"},
      {kArm, "GET", "/subscriptions/s/providers/Microsoft.KeyVault/vaults",
       "Vaults/ListVaultsBySubscription subscription_id=s"},
      {kArm, "GET", "/providers/Microsoft.Authorization/roleAssignments/n",
       "RoleAssignments/GetRoleAssignment scope=/ role_assignment_name=n"},
      {kArm, "GET", "/subscriptions/s/providers/microsoft.authorization/roleassignments",
       "RoleAssignments/ListRoleAssignments scope=/subscriptions/s"},
      {kArm, "GET",
       "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/providers/"
       "Microsoft.Authorization/roleAssignments/n",
       "RoleAssignments/GetRoleAssignment scope=/subscriptions/s/resourceGroups/g/providers/"
       "Microsoft.KeyVault/vaults/v role_assignment_name=n"},
      // What a verb follows in its segment.
      {kControl, "GET", "/emulator/v1/sandboxes/a", "Sandboxes/GetSandbox sandbox_id=a"},
      {kControl, "POST", "/emulator/v1/sandboxes/a:reset", "Sandboxes/ResetSandbox sandbox_id=a"},
      {kControl, "POST", "/emulator/v1/sandboxes/a:b:RESET",
       "Sandboxes/ResetSandbox sandbox_id=a:b"},
      {kControl, "POST", "/emulator/v1/sandboxes/:reset", "405 GET"},
      {kControl, "POST", "/emulator/v1/sandboxes/a", "405 GET"},
      {kControl, "POST", "/emulator/v1/sandboxes:reset", "Sandboxes/ResetAllSandboxes"},
      {kControl, "POST", "/emulator/v1/sandboxes", "Sandboxes/CreateSandbox"},
      {kArm, "PATCH", "/providers/Microsoft.Authorization/roleAssignments/n", "405 GET"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Describe(table->Find(c.plane, c.verb, Split(c.path))), c.match)
        << c.verb << " " << c.path;
  }
}

TEST_F(RouteTableTest, ARouteKnowsWhereItsFieldsComeFrom) {
  const auto table = RouteTable::Build(registry_);
  LAZULI_ASSERT_OK(table);
  const Route* list = table->Find(v1::PLANE_KEY_VAULT_DATA, "GET", {"keys"}).route;
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list->host_field->name(), "vault_name");
  EXPECT_TRUE(list->query_fields.contains("maxresults"));
  EXPECT_TRUE(list->query_fields.contains("$skiptoken"));
  EXPECT_EQ(list->query_fields.size(), 2u);
  EXPECT_EQ(list->next_link_field->name(), "next_link");
  EXPECT_FALSE(list->is_empty);

  const Route* purge = table->Find(v1::PLANE_KEY_VAULT_DATA, "DELETE", {"deletedkeys", "k"}).route;
  ASSERT_NE(purge, nullptr);
  EXPECT_EQ(purge->status, 204);
  EXPECT_TRUE(purge->is_empty);

  const Route* create =
      table->Find(v1::PLANE_KEY_VAULT_DATA, "POST", {"keys", "k", "create"}).route;
  ASSERT_NE(create, nullptr);
  EXPECT_TRUE(create->is_whole_body);
  EXPECT_TRUE(create->query_fields.empty());

  const Route* put = table
                         ->Find(v1::PLANE_RESOURCE_MANAGER, "PUT",
                                Split("/subscriptions/s/resourceGroups/g/providers/"
                                      "Microsoft.KeyVault/vaults/v"))
                         .route;
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->body_field->name(), "parameters");
  EXPECT_EQ(put->host_field, nullptr);
}

}  // namespace
}  // namespace lazuli::emulator
