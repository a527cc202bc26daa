#include "keyvault/access_policy.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/limits.h"
#include "keyvault/permission.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

constexpr char kTenant[] = "11111111-1111-1111-1111-111111111111";
constexpr char kOtherTenant[] = "99999999-1111-1111-1111-111111111111";
constexpr char kAnn[] = "aaaaaaaa-0000-0000-0000-00000000000a";
constexpr char kBob[] = "aaaaaaaa-0000-0000-0000-00000000000b";
constexpr char kApp[] = "cccccccc-0000-0000-0000-000000000001";

AccessPolicy Entry(absl::string_view object_id, std::vector<std::string> keys,
                   absl::string_view application_id = "") {
  AccessPolicy entry;
  entry.tenant_id = kTenant;
  entry.object_id = std::string(object_id);
  entry.application_id = std::string(application_id);
  entry.keys = std::move(keys);
  return entry;
}

AccessPolicyTable Table(std::vector<AccessPolicy> entries) {
  absl::StatusOr<AccessPolicyTable> table = AccessPolicyTable::Create(std::move(entries), kTenant);
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

Caller CallerOf(absl::string_view object_id, absl::string_view app_id = "",
                absl::string_view tenant_id = kTenant) {
  Caller caller;
  caller.object_id = std::string(object_id);
  caller.app_id = std::string(app_id);
  caller.tenant_id = std::string(tenant_id);
  return caller;
}

// "not found", or what is granted.
std::string Granted(const AccessPolicyTable& table, const Caller& caller,
                    PermissionKind kind = PermissionKind::kKeys) {
  const AccessPolicyTable::Grant grant = table.Find(caller, kind, Permission::kGet);
  return grant.found ? grant.permissions.ToString() : "not found";
}

TEST(AccessPolicyTest, TheCallersEntriesGrantTogether) {
  const AccessPolicyTable table =
      Table({Entry(kBob, {"list"}), Entry(kAnn, {"GET"}), Entry(kAnn, {"wrapkey"}, kApp)});
  EXPECT_EQ(Granted(table, CallerOf(kAnn)), "get");
  EXPECT_EQ(Granted(table, CallerOf(kAnn, kApp)), "wrapKey, get");
  EXPECT_EQ(Granted(table, CallerOf(absl::AsciiStrToUpper(kAnn), absl::AsciiStrToUpper(kApp))),
            "wrapKey, get");
  EXPECT_EQ(Granted(table, CallerOf(kBob, kApp)), "list");
  EXPECT_EQ(Granted(table, CallerOf("aaaaaaaa-0000-0000-0000-00000000000c")), "not found");
  EXPECT_EQ(Granted(table, CallerOf(kAnn, kApp, kOtherTenant)), "not found");
  EXPECT_EQ(Granted(AccessPolicyTable(), CallerOf(kAnn)), "not found");
  EXPECT_EQ(Granted(Table({Entry(kAnn, {})}), CallerOf(kAnn)), "none");
}

TEST(AccessPolicyTest, EachKindHasPermissionsOfItsOwn) {
  AccessPolicy entry = Entry(kAnn, {"wrapKey"});
  entry.secrets = {"Get", "SET"};
  entry.certificates = {"all"};
  const AccessPolicyTable table = Table({entry});
  EXPECT_EQ(Granted(table, CallerOf(kAnn), PermissionKind::kKeys), "wrapKey");
  EXPECT_EQ(Granted(table, CallerOf(kAnn), PermissionKind::kSecrets), "get, set");
  EXPECT_EQ(Granted(table, CallerOf(kAnn), PermissionKind::kCertificates),
            "get, list, create, update, import, delete, backup, restore, recover, managecontacts, "
            "getissuers, listissuers, setissuers, deleteissuers, manageissuers");
  // Who has an entry is found for every kind.
  const AccessPolicyTable keys_alone = Table({Entry(kAnn, {"get"})});
  EXPECT_EQ(Granted(keys_alone, CallerOf(kAnn), PermissionKind::kSecrets), "none");
}

TEST(AccessPolicyTest, AGrantTellsTheEntryThatMadeIt) {
  const AccessPolicyTable table =
      Table({Entry(kBob, {"get"}), Entry(kAnn, {"list"}), Entry(kAnn, {"sign", "verify"}, kApp)});
  const Caller through = CallerOf(kAnn, kApp);
  const auto position = [&](Permission wanted) {
    return table.Find(through, PermissionKind::kKeys, wanted).position;
  };
  EXPECT_EQ(position(Permission::kList), 1u);
  EXPECT_EQ(position(Permission::kSign), 2u);
  // Nothing grants it: the caller's first.
  EXPECT_EQ(position(Permission::kGet), 1u);
}

TEST(AccessPolicyTest, EntriesKeepTheirOrderAndSpelling) {
  const AccessPolicyTable table = Table({Entry(kBob, {"Rotate", "ALL"}), Entry(kAnn, {"get"})});
  ASSERT_EQ(table.entries().size(), 2u);
  EXPECT_EQ(table.entries()[0].object_id, kBob);
  EXPECT_THAT(table.entries()[0].keys, ElementsAre("Rotate", "ALL"));
}

TEST(AccessPolicyTest, BadEntriesAreRefusedWithTheirPlace) {
  AccessPolicy foreign = Entry(kAnn, {});
  foreign.tenant_id = kOtherTenant;
  AccessPolicy bad_secret = Entry(kAnn, {});
  bad_secret.secrets = {"get", "set", "wrapKey"};
  AccessPolicy bad_certificate = Entry(kAnn, {});
  bad_certificate.certificates = {"fly"};
  const struct {
    std::vector<AccessPolicy> entries;
    const char* target;
  } cases[] = {
      {{Entry(kBob, {}), foreign}, "properties.accessPolicies[1].tenantId"},
      {{Entry("me", {})}, "properties.accessPolicies[0].objectId"},
      {{Entry("", {})}, "properties.accessPolicies[0].objectId"},
      {{Entry(kAnn, {}, "app")}, "properties.accessPolicies[0].applicationId"},
      {{Entry(kAnn, {"get", "wrap"})}, "properties.accessPolicies[0].permissions.keys[1]"},
      {{bad_secret}, "properties.accessPolicies[0].permissions.secrets[2]"},
      {{Entry(kBob, {}), bad_certificate},
       "properties.accessPolicies[1].permissions.certificates[0]"},
      {{Entry(kAnn, {}), Entry(kBob, {}), Entry(absl::AsciiStrToUpper(kAnn), {})},
       "properties.accessPolicies[2].objectId"},
      {{Entry(kAnn, {}, kApp), Entry(kAnn, {}), Entry(kAnn, {}, kApp)},
       "properties.accessPolicies[2].objectId"},
  };
  for (const auto& c : cases) {
    const absl::Status status = AccessPolicyTable::Create(c.entries, kTenant).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << c.target;
    EXPECT_THAT(status, ErrorCodeIs("BadRequest"));
    EXPECT_EQ(GetErrorInfo(status)->target, c.target);
  }
}

TEST(AccessPolicyTest, AVaultHasAtMost1024) {
  std::vector<AccessPolicy> entries;
  for (size_t i = 0; i < limits::keyvault::kMaxAccessPolicies; ++i) {
    entries.push_back(Entry(absl::StrFormat("aaaaaaaa-0000-0000-0000-%012d", i), {"get"}));
  }
  const AccessPolicyTable full = Table(entries);
  EXPECT_EQ(Granted(full, CallerOf("aaaaaaaa-0000-0000-0000-000000001023")), "get");
  EXPECT_THAT(full.Apply(AccessPolicyChange::kAdd, {Entry(kAnn, {"get"})}, kTenant).status(),
              ErrorCodeIs("BadRequest"));
  LAZULI_EXPECT_OK(full.Apply(AccessPolicyChange::kAdd, {entries[3]}, kTenant));
  entries.push_back(Entry(kAnn, {"get"}));
  const absl::Status status = AccessPolicyTable::Create(entries, kTenant).status();
  EXPECT_THAT(status, ErrorCodeIs("BadRequest"));
  EXPECT_EQ(GetErrorInfo(status)->target, "properties.accessPolicies");
}

struct ChangeCase {
  AccessPolicyChange change;
  std::vector<AccessPolicy> given;
  std::string ann;      // what Ann is granted afterwards
  std::string through;  // what Ann is granted through the application
  size_t entries;
};

TEST(AccessPolicyTest, ChangesMeetEntriesByObjectAndApplication) {
  const AccessPolicyTable before =
      Table({Entry(kAnn, {"get", "wrapKey"}), Entry(kAnn, {"sign"}, kApp)});
  const ChangeCase cases[] = {
      {AccessPolicyChange::kAdd,
       {Entry(kAnn, {"GET", "list"})},
       "wrapKey, get, list",
       "wrapKey, sign, get, list",
       2},
      {AccessPolicyChange::kAdd, {Entry(kBob, {"list"})}, "wrapKey, get", "wrapKey, sign, get", 3},
      {AccessPolicyChange::kReplace, {Entry(kAnn, {"list"})}, "list", "sign, list", 2},
      {AccessPolicyChange::kReplace,
       {Entry(kBob, {"list"})},
       "wrapKey, get",
       "wrapKey, sign, get",
       3},
      {AccessPolicyChange::kReplace, {Entry(kAnn, {}, kApp)}, "wrapKey, get", "wrapKey, get", 2},
      {AccessPolicyChange::kRemove, {Entry(kAnn, {"WRAPKEY"})}, "get", "sign, get", 2},
      {AccessPolicyChange::kRemove, {Entry(kAnn, {"get", "wrapKey"})}, "not found", "sign", 1},
      {AccessPolicyChange::kRemove,
       {Entry(kBob, {"get"})},
       "wrapKey, get",
       "wrapKey, sign, get",
       2},
  };
  int row = 0;
  for (const ChangeCase& c : cases) {
    const absl::StatusOr<AccessPolicyTable> after = before.Apply(c.change, c.given, kTenant);
    ASSERT_TRUE(after.ok()) << after.status();
    EXPECT_EQ(Granted(*after, CallerOf(kAnn)), c.ann) << "row " << row;
    EXPECT_EQ(Granted(*after, CallerOf(kAnn, kApp)), c.through) << "row " << row;
    EXPECT_EQ(after->entries().size(), c.entries) << "row " << row;
    ++row;
  }
}

TEST(AccessPolicyTest, RemovingKeepsOtherKindsOfPermissions) {
  AccessPolicy entry = Entry(kAnn, {"get"});
  entry.secrets = {"Set"};
  const absl::StatusOr<AccessPolicyTable> after =
      Table({entry}).Apply(AccessPolicyChange::kRemove, {Entry(kAnn, {"get"})}, kTenant);
  ASSERT_TRUE(after.ok()) << after.status();
  ASSERT_EQ(after->entries().size(), 1u);
  EXPECT_THAT(after->entries()[0].secrets, ElementsAre("Set"));
}

TEST(AccessPolicyTest, BadChangesAreRefused) {
  const AccessPolicyTable table = Table({Entry(kAnn, {"get"})});
  EXPECT_THAT(table.Apply(AccessPolicyChange::kAdd, {Entry(kAnn, {"fly"})}, kTenant).status(),
              ErrorCodeIs("BadRequest"));
  EXPECT_THAT(table
                  .Apply(AccessPolicyChange::kRemove, {Entry(kAnn, {"get"}), Entry(kAnn, {"list"})},
                         kTenant)
                  .status(),
              ErrorCodeIs("BadRequest"));
}

TEST(AccessPolicyTest, KindsOfChangeAreReadInAnyCase) {
  EXPECT_EQ(ParseAccessPolicyChange("Add"), AccessPolicyChange::kAdd);
  EXPECT_EQ(ParseAccessPolicyChange("replace"), AccessPolicyChange::kReplace);
  EXPECT_EQ(ParseAccessPolicyChange("REMOVE"), AccessPolicyChange::kRemove);
  EXPECT_EQ(ParseAccessPolicyChange("set"), std::nullopt);
}

}  // namespace
}  // namespace lazuli::keyvault
