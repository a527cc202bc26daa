#include "tests/tidy/git_index.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace lazuli::tidy {
namespace {

std::string Header(char version, char count) {
  return std::string("DIRC\0\0\0", 7) + version + std::string(3, '\0') + count;
}

// An entry of a path, padded as git pads it.
std::string Entry(const std::string& path, bool is_extended = false) {
  std::string entry(60, 'x');
  entry += is_extended ? std::string("\x40\0\0\0", 4) : std::string("\0\0", 2);
  entry += path;
  const size_t size = (entry.size() + 8) / 8 * 8;
  entry.resize(size, '\0');
  return entry;
}

TEST(GitIndexTest, ThePathsAreReadWhateverTheirLength) {
  std::vector<std::string> paths;
  std::string entries;
  for (size_t length = 1; length <= 20; ++length) {
    paths.push_back(std::string(length, 'p'));
    entries += Entry(paths.back(), length % 3 == 0);
  }
  EXPECT_EQ(ReadGitIndex(Header(3, 20) + entries + "extensions and a hash"), paths);
  EXPECT_EQ(ReadGitIndex(Header(2, 1) + Entry("a/b.cc")), std::vector<std::string>{"a/b.cc"});
  EXPECT_EQ(ReadGitIndex(Header(2, 0)), std::vector<std::string>{});
}

TEST(GitIndexTest, NothingElseIsRead) {
  const std::string whole = Header(2, 1) + Entry("a/b.cc");
  for (const std::string& content :
       {std::string(), std::string("DIRC"), Header(4, 0), "X" + whole, Header(2, 2) + Entry("a"),
        whole.substr(0, 40), whole.substr(0, whole.size() - 4)}) {
    EXPECT_EQ(ReadGitIndex(content), std::nullopt) << content.size();
  }
}

TEST(IsCompiledTest, ByTheEndOfTheNameOrItsFolder) {
  for (const char* path : {"a.pyc", "a/b.pyo", "a/b.o", "a/b.so", "a/b.a", "a/B.class",
                           "__pycache__/x", "a/__pycache__/b.cpython-311.pyc"}) {
    EXPECT_TRUE(IsCompiled(path)) << path;
  }
  for (const char* path :
       {"a.py", "a/b.cc", "a/o", "a/pycache/b", "a/b.bazel", "a/my__pycache__"}) {
    EXPECT_FALSE(IsCompiled(path)) << path;
  }
}

}  // namespace
}  // namespace lazuli::tidy
