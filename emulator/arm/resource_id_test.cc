#include "emulator/arm/resource_id.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using Kind = ResourceId::Kind;

constexpr char kVault[] = "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V";

TEST(ResourceIdTest, TakesIdsApart) {
  struct Case {
    const char* text;
    Kind kind;
    const char* subscription;
    const char* group;
    const char* provider;
    const char* type;
    const char* name;
  };
  const Case cases[] = {
      {"/", Kind::kRoot, "", "", "", "", ""},
      {"/subscriptions/S", Kind::kSubscription, "S", "", "", "", "S"},
      {"/subscriptions/S/resourceGroups/G", Kind::kResourceGroup, "S", "G", "", "", "G"},
      {kVault, Kind::kResource, "S", "G", "Microsoft.KeyVault", "Microsoft.KeyVault/vaults", "V"},
      {"/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V/keys/K",
       Kind::kResource, "S", "G", "Microsoft.KeyVault", "Microsoft.KeyVault/vaults/keys", "K"},
      {"/subscriptions/S/providers/Microsoft.X/things/T", Kind::kResource, "S", "", "Microsoft.X",
       "Microsoft.X/things", "T"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId id, ResourceId::Parse(c.text));
    EXPECT_EQ(id.kind(), c.kind);
    EXPECT_EQ(id.subscription(), c.subscription);
    EXPECT_EQ(id.resource_group(), c.group);
    EXPECT_EQ(id.provider(), c.provider);
    EXPECT_EQ(id.type(), c.type);
    EXPECT_EQ(id.name(), c.name);
    EXPECT_EQ(id.text(), c.text);
    EXPECT_EQ(id.key(), absl::AsciiStrToLower(c.text));
  }
}

TEST(ResourceIdTest, ForgivesSlashesAndLetterCase) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId id, ResourceId::Parse(kVault));
  for (const std::string& text : {absl::StrCat(kVault, "/"), std::string(kVault).substr(1),
                                  absl::AsciiStrToUpper(kVault), absl::AsciiStrToLower(kVault)}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId other, ResourceId::Parse(text));
    EXPECT_EQ(other, id) << text;
  }
  LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId fixed,
                              ResourceId::Parse("/SUBSCRIPTIONS/S/resourcegroups/G"));
  EXPECT_EQ(fixed.text(), "/subscriptions/S/resourceGroups/G");
  for (const char* text : {"", "/", "//"}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId root, ResourceId::Parse(text));
    EXPECT_EQ(root, ResourceId()) << text;
  }
}

TEST(ResourceIdTest, RefusesWhatIsNoId) {
  for (const std::string& text : {
           std::string("x"),
           std::string("/subscriptions"),
           std::string("/subscriptions/"),
           std::string("/subscriptions//"),
           std::string("/subscriptions/S//"),
           std::string("/resourceGroups/G"),
           std::string("/subscriptions/S/resourceGroups"),
           std::string("/subscriptions/S/resourceGroups/G/x"),
           std::string("/subscriptions/S/x/y"),
           std::string("/subscriptions/S/providers/P"),
           std::string("/subscriptions/S/providers/P/t"),
           std::string("/subscriptions/S/providers/P/t/n/u"),
           std::string("/subscriptions/S/resourceGroups/G/providers/P//n"),
           std::string("/subscriptions/S\n/resourceGroups/G"),
           absl::StrCat("/subscriptions/", std::string(3000, 's')),
       }) {
    EXPECT_THAT(ResourceId::Parse(text), ErrorCodeIs("InvalidResourceId")) << text;
  }
}

TEST(ResourceIdTest, IsMadeFromParts) {
  EXPECT_EQ(ResourceId::Subscription("S").text(), "/subscriptions/S");
  EXPECT_EQ(ResourceId::ResourceGroup("S", "G").text(), "/subscriptions/S/resourceGroups/G");
  LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId parsed, ResourceId::Parse(kVault));
  const ResourceId made = ResourceId::Resource("S", "G", "Microsoft.KeyVault/vaults", "V");
  EXPECT_EQ(made, parsed);
  EXPECT_EQ(made.provider(), parsed.provider());
  EXPECT_EQ(made.type(), parsed.type());
  EXPECT_EQ(made.name(), parsed.name());
}

TEST(ResourceIdTest, KnowsTheTopLevelResource) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId key,
                              ResourceId::Parse(absl::StrCat(kVault, "/keys/K/versions/1")));
  EXPECT_EQ(key.TopLevel().text(), kVault);
  EXPECT_EQ(key.TopLevel().type(), "Microsoft.KeyVault/vaults");
  EXPECT_EQ(key.TopLevel().name(), "V");
  EXPECT_EQ(key.TopLevel().TopLevel(), key.TopLevel());
  EXPECT_EQ(ResourceId().TopLevel(), ResourceId());
  EXPECT_EQ(ResourceId::ResourceGroup("S", "G").TopLevel(), ResourceId::ResourceGroup("S", "G"));
}

TEST(ResourceIdTest, ContainsWholeSegmentsBelow) {
  struct Case {
    const char* outer;
    const char* inner;
    bool contains;
  };
  const Case cases[] = {
      {"/", "/", true},
      {"/", kVault, true},
      {"/subscriptions/s", "/subscriptions/S", true},
      {"/subscriptions/s", kVault, true},
      {"/subscriptions/s", "/", false},
      {"/subscriptions/s", "/subscriptions/S2", false},
      {"/subscriptions/s/resourceGroups/g", kVault, true},
      {"/subscriptions/s/resourceGroups/g", "/subscriptions/s", false},
      {"/subscriptions/s/resourceGroups/g", "/subscriptions/s/resourceGroups/g2", false},
      {"/subscriptions/s/resourceGroups/g2", "/subscriptions/s/resourceGroups/g", false},
      {kVault, "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V/keys/K",
       true},
      {kVault, "/subscriptions/S/resourceGroups/G/providers/Microsoft.KeyVault/vaults/V2", false},
      {kVault, "/subscriptions/S/resourceGroups/G/providers/Microsoft.Batch/batchAccounts/V",
       false},
  };
  for (const Case& c : cases) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId outer, ResourceId::Parse(c.outer));
    LAZULI_ASSERT_OK_AND_ASSIGN(const ResourceId inner, ResourceId::Parse(c.inner));
    EXPECT_EQ(outer.Contains(inner), c.contains) << c.outer << " and " << c.inner;
  }
}

}  // namespace
}  // namespace lazuli::emulator
