#include "tests/tidy/source_file.h"

#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"

namespace lazuli::tidy {
namespace {

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (char c : text) {
    if (c == '\n') {
      lines.push_back(std::move(line));
      line.clear();
    } else {
      line += c;
    }
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

// Reads C++ text once, character by character, into code and literals.
class Scanner {
 public:
  explicit Scanner(const std::string& text) : text_(text) {}

  void Run() {
    while (at_ < text_.size()) {
      if (Looking("//")) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (Looking("/*")) {
        SkipTo("*/");
      } else if (Looking("R\"") && !InWord()) {
        RawLiteral();
      } else if (text_[at_] == '"') {
        QuotedLiteral('"');
      } else if (text_[at_] == '\'' && !InWord()) {
        QuotedLiteral('\'');
      } else {
        Keep(text_[at_++]);
      }
    }
  }

  const std::string& code() const { return code_; }
  std::vector<Located> TakeLiterals() { return std::move(literals_); }

 private:
  bool Looking(const std::string& what) const { return text_.compare(at_, what.size(), what) == 0; }

  // Whether the character before belongs to a word: then a quote is a digit separator and an R part
  // of a name.
  bool InWord() const {
    return at_ > 0 &&
           (std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0 || text_[at_ - 1] == '_');
  }

  void Keep(char c) {
    code_ += c;
    if (c == '\n') ++line_;
  }

  // Leaves out everything up to and with `end`, save the line ends.
  void SkipTo(const std::string& end) {
    while (at_ < text_.size() && !Looking(end)) {
      if (text_[at_] == '\n') Keep('\n');
      ++at_;
    }
    at_ = at_ < text_.size() ? at_ + end.size() : at_;
  }

  void RawLiteral() {
    const size_t open = text_.find('(', at_);
    const std::string end = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    const size_t close = text_.find(end, open);
    literals_.push_back({line_, text_.substr(open + 1, close - open - 1)});
    code_ += "\"\"";
    SkipTo(end);
  }

  void QuotedLiteral(char quote) {
    Located literal{line_, ""};
    code_ += quote;
    for (++at_; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '\\') literal.text += text_[at_++];
      if (at_ < text_.size()) literal.text += text_[at_];
    }
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
    code_ += quote;
    if (quote == '"') literals_.push_back(std::move(literal));
  }

  const std::string& text_;
  size_t at_ = 0;
  size_t line_ = 1;
  std::string code_;
  std::vector<Located> literals_;
};

// What an include line names; empty if the line is none.
std::string IncludedPath(const std::string& line) {
  size_t at = line.find_first_not_of(" \t");
  if (at == std::string::npos || line[at] != '#') return "";
  at = line.find_first_not_of(" \t", at + 1);
  if (at == std::string::npos || line.compare(at, 7, "include") != 0) return "";
  const size_t open = line.find_first_of("<\"", at + 7);
  if (open == std::string::npos) return "";
  const size_t close = line.find(line[open] == '<' ? '>' : '"', open + 1);
  return close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

}  // namespace

bool SourceFile::IsHeader() const { return absl::EndsWith(path, ".h"); }

bool SourceFile::IsCpp() const { return IsHeader() || absl::EndsWith(path, ".cc"); }

SourceFile ParseSource(const std::string& path, const std::string& content) {
  SourceFile file;
  file.path = path;
  file.lines = SplitLines(content);
  if (!file.IsCpp()) return file;
  Scanner scanner(content);
  scanner.Run();
  file.code = SplitLines(scanner.code());
  file.literals = scanner.TakeLiterals();
  for (size_t i = 0; i < file.lines.size(); ++i) {
    std::string included = IncludedPath(file.lines[i]);
    if (!included.empty()) file.includes.push_back({i + 1, std::move(included)});
  }
  return file;
}

}  // namespace lazuli::tidy
