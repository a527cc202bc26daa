#include "tests/docs/shown_operations.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace lazuli {

namespace fs = std::filesystem;

namespace {

constexpr absl::string_view kMark = "// Shows: ";

// "KeysTest.Lives" of "TEST_F(KeysTest, Lives) {"; empty for a line that begins no test.
std::string TestName(absl::string_view line) {
  for (const absl::string_view macro : {"TEST(", "TEST_F(", "TEST_P("}) {
    if (!absl::ConsumePrefix(&line, macro)) continue;
    const std::pair<absl::string_view, absl::string_view> names =
        absl::StrSplit(line.substr(0, line.find(')')), absl::MaxSplits(',', 1));
    return absl::StrCat(absl::StripAsciiWhitespace(names.first), ".",
                        absl::StripAsciiWhitespace(names.second));
  }
  return "";
}

}  // namespace

void CollectShownOperations(const std::string& path, absl::string_view content,
                            ShownOperations* shown) {
  std::vector<std::string> operations;
  bool goes_on = false;
  for (absl::string_view line : absl::StrSplit(content, '\n')) {
    const std::string test = TestName(line);
    if (!test.empty()) {
      for (const std::string& operation : operations) (*shown)[operation].push_back({path, test});
    }
    const bool is_comment = absl::ConsumePrefix(&line, goes_on ? "//" : kMark);
    if (!is_comment) {
      // Other lines of the comment may stand between.
      if (!absl::StartsWith(line, "//")) operations.clear();
      goes_on = false;
      continue;
    }
    goes_on = absl::EndsWith(absl::StripAsciiWhitespace(line), ",");
    for (const absl::string_view name : absl::StrSplit(line, ',')) {
      const absl::string_view operation = absl::StripAsciiWhitespace(name);
      if (!operation.empty()) operations.emplace_back(operation);
    }
  }
}

ShownOperations ReadShownOperations(const std::string& root) {
  std::set<std::string> paths;
  for (const char* folder : {"keyvault", "emulator", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
      if (!absl::EndsWith(entry.path().filename().string(), "_test.cc")) continue;
      paths.insert(entry.path().lexically_relative(root).generic_string());
    }
  }
  ShownOperations shown;
  for (const std::string& path : paths) {
    std::ostringstream content;
    content << std::ifstream(fs::path(root) / path, std::ios::binary).rdbuf();
    CollectShownOperations(path, content.str(), &shown);
  }
  return shown;
}

}  // namespace lazuli
