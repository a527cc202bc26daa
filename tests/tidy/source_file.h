#ifndef LAZULI_TESTS_TIDY_SOURCE_FILE_H_
#define LAZULI_TESTS_TIDY_SOURCE_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace lazuli::tidy {

// A piece of a file's text and the line it starts on, counted from 1.
struct Located {
  size_t line = 0;
  std::string text;
};

// One tracked file as the rules look at it.
struct SourceFile {
  // From the root of the tree, with slashes.
  std::string path;
  // As it stands, without line ends.
  std::vector<std::string> lines;

  // C++ only. The lines with comments taken out and literals emptied, so that a word in prose or in
  // a string is no use of it.
  std::vector<std::string> code;
  // C++ only. What stands between the quotes of string literals, escapes as written.
  std::vector<Located> literals;
  // C++ only. What stands between the quotes or brackets of include lines.
  std::vector<Located> includes;

  bool IsCpp() const;
  bool IsHeader() const;
};

// Splits `content` for the rules. Never fails: what is not C++ is cut into lines and no more.
SourceFile ParseSource(const std::string& path, const std::string& content);

}  // namespace lazuli::tidy

#endif  // LAZULI_TESTS_TIDY_SOURCE_FILE_H_
