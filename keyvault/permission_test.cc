#include "keyvault/permission.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

using ::testing::ElementsAre;

constexpr PermissionKind kKinds[] = {PermissionKind::kKeys, PermissionKind::kSecrets,
                                     PermissionKind::kCertificates};

Permission At(int i) { return static_cast<Permission>(i); }

std::vector<std::string> NamesOf(PermissionKind kind) {
  std::vector<std::string> names;
  for (const Permission permission : PermissionsOf(kind)) {
    names.emplace_back(PermissionName(permission));
  }
  return names;
}

TEST(PermissionTest, EachKindHasItsDocumentedVerbs) {
  EXPECT_THAT(
      NamesOf(PermissionKind::kKeys),
      ElementsAre("encrypt", "decrypt", "wrapKey", "unwrapKey", "sign", "verify", "get", "list",
                  "create", "update", "import", "delete", "backup", "restore", "recover", "purge",
                  "release", "rotate", "getrotationpolicy", "setrotationpolicy"));
  EXPECT_THAT(NamesOf(PermissionKind::kSecrets),
              ElementsAre("get", "list", "set", "delete", "backup", "restore", "recover", "purge"));
  EXPECT_THAT(NamesOf(PermissionKind::kCertificates),
              ElementsAre("get", "list", "create", "update", "import", "delete", "backup",
                          "restore", "recover", "purge", "managecontacts", "getissuers",
                          "listissuers", "setissuers", "deleteissuers", "manageissuers"));
}

TEST(PermissionTest, EachVerbGrantsItselfAloneInAnyCase) {
  for (const PermissionKind kind : kKinds) {
    for (const Permission permission : PermissionsOf(kind)) {
      const absl::string_view name = PermissionName(permission);
      for (const std::string& spelled :
           {std::string(name), absl::AsciiStrToUpper(name), absl::AsciiStrToLower(name)}) {
        EXPECT_EQ(ParsePermission(kind, spelled), permission) << spelled;
        PermissionSet set;
        EXPECT_TRUE(set.AddNamed(kind, spelled)) << spelled;
        for (int j = 0; j < kPermissionCount; ++j) {
          EXPECT_EQ(set.Has(At(j)), At(j) == permission) << spelled << " " << PermissionName(At(j));
        }
      }
    }
  }
}

TEST(PermissionTest, AllIsEverythingOfTheKindButPurge) {
  for (const PermissionKind kind : kKinds) {
    PermissionSet set;
    EXPECT_TRUE(set.AddNamed(kind, "All"));
    for (int i = 0; i < kPermissionCount; ++i) {
      EXPECT_EQ(set.Has(At(i)), IsPermissionOf(kind, At(i)) && At(i) != Permission::kPurge)
          << PermissionKindName(kind) << " " << PermissionName(At(i));
    }
    EXPECT_TRUE(set.AddNamed(kind, "purge"));
    EXPECT_TRUE(set.Has(Permission::kPurge));
  }
}

TEST(PermissionTest, OtherTextsAndVerbsOfOtherKindsGrantNothing) {
  for (const PermissionKind kind : kKinds) {
    for (const char* text : {"", "wrap", "wrapKey ", "keys/get", "*", "none"}) {
      PermissionSet set;
      EXPECT_FALSE(set.AddNamed(kind, text)) << text;
      EXPECT_TRUE(set.empty()) << text;
      EXPECT_EQ(ParsePermission(kind, text), std::nullopt) << text;
    }
    EXPECT_EQ(ParsePermission(kind, "all"), std::nullopt);
  }
  PermissionSet set;
  EXPECT_FALSE(set.AddNamed(PermissionKind::kSecrets, "create"));
  EXPECT_FALSE(set.AddNamed(PermissionKind::kCertificates, "set"));
  EXPECT_FALSE(set.AddNamed(PermissionKind::kKeys, "set"));
  EXPECT_FALSE(set.AddNamed(PermissionKind::kKeys, "getissuers"));
}

TEST(PermissionTest, WhoManagesIssuersMayLookAtThemAndDeleteThem) {
  PermissionSet set;
  set.AddNamed(PermissionKind::kCertificates, "manageissuers");
  for (int i = 0; i < kPermissionCount; ++i) {
    const Permission permission = At(i);
    const bool granted =
        permission == Permission::kManageIssuers || permission == Permission::kGetIssuers ||
        permission == Permission::kListIssuers || permission == Permission::kDeleteIssuers;
    EXPECT_EQ(set.Grants(permission), granted) << PermissionName(permission);
  }
  PermissionSet get;
  get.AddNamed(PermissionKind::kCertificates, "getissuers");
  EXPECT_TRUE(get.Grants(Permission::kGetIssuers));
  EXPECT_FALSE(get.Grants(Permission::kListIssuers));
}

TEST(PermissionTest, KindsAreReadInAnyCase) {
  for (const PermissionKind kind : kKinds) {
    EXPECT_EQ(ParsePermissionKind(absl::AsciiStrToUpper(PermissionKindName(kind))), kind);
  }
  EXPECT_EQ(ParsePermissionKind("storage"), std::nullopt);
  EXPECT_EQ(ParsePermissionKind(""), std::nullopt);
}

TEST(PermissionTest, TextNamesTheVerbs) {
  PermissionSet set;
  EXPECT_EQ(set.ToString(), "none");
  set.AddNamed(PermissionKind::kKeys, "list");
  set.AddNamed(PermissionKind::kKeys, "UNWRAPKEY");
  EXPECT_EQ(set.ToString(), "unwrapKey, list");
  PermissionSet other;
  other.AddNamed(PermissionKind::kKeys, "get");
  set.AddAll(other);
  EXPECT_EQ(set.ToString(), "unwrapKey, get, list");
}

}  // namespace
}  // namespace lazuli::keyvault
