#include "emulator/templates/template_file.h"

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

std::string Write(const std::string& name, const std::string& text) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

TEST(TemplateFileTest, JsonHasTheNamesOfTheCalls) {
  const auto parsed = ReadTemplateFile(Write("t.json", R"({
    "vaults": [{"vaultName": "kv1", "parameters": {"location": "westus2",
        "properties": {"tenantId": "{tenantId}", "sku": {"family": "A", "name": "standard"},
                       "accessPolicies": [{"objectId": "app"}]}}}],
    "keys": [{"vaultName": "kv1", "keyName": "k", "kty": "RSA", "key_size": 2048}]
  })"));
  LAZULI_ASSERT_OK(parsed);
  EXPECT_EQ(parsed->vaults(0).vault_name(), "kv1");
  EXPECT_EQ(parsed->vaults(0).parameters().properties().access_policies().values(0).object_id(),
            "app");
  EXPECT_EQ(parsed->keys(0).key_size(), 2048);
}

TEST(TemplateFileTest, TextFormatIsKnownByTheFilesName) {
  const std::string text = "keys { vault_name: 'kv1' key_name: 'k' kty: JSON_WEB_KEY_TYPE_RSA }";
  for (const char* name : {"t.textproto", "t.txtpb"}) {
    const auto parsed = ReadTemplateFile(Write(name, text));
    LAZULI_ASSERT_OK(parsed);
    EXPECT_EQ(parsed->keys(0).key_name(), "k");
  }
  EXPECT_FALSE(ReadTemplateFile(Write("t.text", text)).ok());
}

TEST(TemplateFileTest, WhatIsUnknownIsRefusedWithItsLineAndName) {
  EXPECT_THAT(ParseTemplateJson("{\n\"keys\": [\n{\"vaultName\": \"kv1\",\n \"keyNam\": \"k\"}]}"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "line 4: 'keys[0].keyNam' is invalid: there is no such member"));
  EXPECT_THAT(
      ParseTemplateText("keys {\n  vault_name: 'kv1'\n  key_nam: 'k'\n}"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               ::testing::AllOf(::testing::StartsWith("line 3: "), ::testing::HasSubstr("key_nam"),
                                ::testing::HasSubstr("CreateKeyRequest"))));
  const std::string path = Write("bad.json", "{\n\n\"vault\": []}");
  EXPECT_THAT(ReadTemplateFile(path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr(absl::StrCat(path, ", line 3: 'vault'"))));
}

TEST(TemplateFileTest, AFileThatCannotBeReadIsNamed) {
  for (const std::string& path : {std::string("/nowhere/t.json"), Write("empty.json", ""),
                                  std::string(::testing::TempDir())}) {
    EXPECT_THAT(ReadTemplateFile(path),
                StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr(path)));
  }
}

}  // namespace
}  // namespace lazuli::emulator
