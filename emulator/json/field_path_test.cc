#include "emulator/json/field_path.h"

#include <string>

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(FieldPathTest, JoinsSteps) {
  std::string path;
  AppendMember("properties", &path);
  AppendMember("accessPolicies", &path);
  AppendIndex(2, &path);
  AppendMember("tags", &path);
  AppendMapKey("a name", &path);
  EXPECT_EQ(path, "properties.accessPolicies[2].tags[\"a name\"]");
}

TEST(FieldPathTest, BoundsAndCleansWhatTheCallerNamed) {
  std::string path;
  AppendMember(std::string(64, 'x'), &path);
  EXPECT_EQ(path, std::string(64, 'x'));
  path.clear();
  AppendMember(std::string(63, 'x') + "\xC3\xA9", &path);
  EXPECT_EQ(path, std::string(63, 'x') + "...");
  path.clear();
  AppendMapKey(absl::string_view("a\n\0b\x7F", 5), &path);
  EXPECT_EQ(path, "[\"a??b?\"]");
}

}  // namespace
}  // namespace lazuli::emulator
