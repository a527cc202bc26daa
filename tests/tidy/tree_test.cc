// Holds every file of the work tree to the rules.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/tidy/git_index.h"
#include "tests/tidy/rules.h"
#include "tests/tidy/source_file.h"

namespace lazuli::tidy {
namespace {

namespace fs = std::filesystem;

// The work tree itself: the runner links the test's data to the files of the tree.
fs::path Root() {
  return fs::canonical(fs::path(std::getenv("TEST_SRCDIR")) / "lazuli" / "WORKSPACE").parent_path();
}

// What is no file of the project: git's and Bazel's own, editors', what set-up and packing write.
bool IsForeign(const std::string& name, bool is_folder) {
  if (name == ".bazelrc.local" || name == "compile_commands.json") return true;
  if (!is_folder) return name.rfind("bazel-", 0) == 0;
  return name == "dist" || (name[0] == '.' && name != ".ci" && name != ".dist");
}

std::string ReadAll(const fs::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

std::vector<SourceFile> ReadTree() {
  const fs::path root = Root();
  std::vector<SourceFile> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
       ++it) {
    const bool is_folder = it->is_directory() && !it->is_symlink();
    if (it->is_symlink() || IsForeign(it->path().filename().string(), is_folder)) {
      if (is_folder) it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file()) continue;
    const std::string content = ReadAll(it->path());
    // A file with a NUL is no text.
    if (content.find('\0') != std::string::npos) continue;
    files.push_back(ParseSource(it->path().lexically_relative(root).generic_string(), content));
  }
  return files;
}

TEST(TreeTest, TheTreeIsRead) {
  const std::vector<SourceFile> files = ReadTree();
  for (const char* path : {"WORKSPACE", "dev", ".ci/run", "tests/tidy/tree_test.cc", "base/clock.h",
                           ".dist/pack.py"}) {
    EXPECT_TRUE(std::any_of(files.begin(), files.end(), [path](const SourceFile& f) {
      return f.path == path;
    })) << path;
  }
}

TEST(TreeTest, NothingCompiledIsTracked) {
  const fs::path index = Root() / ".git" / "index";
  if (!fs::exists(index)) GTEST_SKIP() << "no clone: nothing says what is tracked";
  const std::optional<std::vector<std::string>> paths = ReadGitIndex(ReadAll(index));
  ASSERT_TRUE(paths.has_value()) << "an index of another version";
  EXPECT_NE(std::find(paths->begin(), paths->end(), "WORKSPACE"), paths->end());
  for (const std::string& path : *paths) {
    EXPECT_FALSE(IsCompiled(path)) << path << " was made of other files: git rm --cached it";
  }
}

TEST(TreeTest, EveryHomeOfABanIsNeeded) {
  const std::vector<SourceFile> files = ReadTree();
  for (const Ban& ban : Bans()) {
    for (const Home& home : ban.homes) {
      EXPECT_TRUE(std::any_of(files.begin(), files.end(),
                              [&](const SourceFile& file) {
                                return IsIn(file.path, home) && !CheckBan(file, ban).empty();
                              }))
          << ban.rule << " may stand at " << home.path << ", where nothing uses it";
    }
  }
}

TEST(TreeTest, EveryFileKeepsTheRules) {
  for (const SourceFile& file : ReadTree()) {
    for (const Finding& finding : Check(file)) ADD_FAILURE() << finding.ToString();
  }
}

}  // namespace
}  // namespace lazuli::tidy
