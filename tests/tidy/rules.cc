#include "tests/tidy/rules.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"

namespace lazuli::tidy {
namespace {

constexpr size_t kMaxLines = 600;

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Whether `word` stands in `text` by itself and not as a part of a longer one.
bool HasWord(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool starts = at == 0 || !IsWordCharacter(word.front()) || !IsWordCharacter(text[at - 1]);
    const bool ends =
        end == text.size() || !IsWordCharacter(word.back()) || !IsWordCharacter(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

bool IsAtOneOf(const std::string& path, const std::vector<Home>& homes) {
  return std::any_of(homes.begin(), homes.end(),
                     [&path](const Home& home) { return IsIn(path, home); });
}

std::vector<Located> Numbered(const std::vector<std::string>& lines) {
  std::vector<Located> numbered;
  for (size_t i = 0; i < lines.size(); ++i) numbered.push_back({i + 1, lines[i]});
  return numbered;
}

std::vector<Located> Searched(const SourceFile& file, Where where) {
  switch (where) {
    case Where::kCode:
      return Numbered(file.code);
    case Where::kInclude:
      return file.includes;
    case Where::kLiteral:
      return file.literals;
    case Where::kEverywhere:
      return Numbered(file.lines);
  }
  return {};
}

bool Matches(const std::string& text, const std::string& word, Where where) {
  return where == Where::kInclude || where == Where::kLiteral ? absl::StartsWith(text, word)
                                                              : HasWord(text, word);
}

// The folder that the arrows speak of: the first of the path, and for the server its own.
std::string FolderOf(const std::string& path) {
  if (absl::StartsWith(path, "emulator/server/")) return "emulator/server";
  return path.substr(0, path.find('/'));
}

// What each folder's files may include, besides the folder itself.
const std::map<std::string, std::set<std::string>>& Arrows() {
  static const auto* const arrows = new std::map<std::string, std::set<std::string>>{
      {"proto", {}},
      {"base", {}},
      {"keyvault", {"proto", "base"}},
      {"batch", {"proto", "base"}},
      {"emulator", {"proto", "base", "keyvault", "batch"}},
      {"emulator/server", {"proto", "base", "keyvault", "batch", "emulator"}},
      {"fixtures", {"proto", "base", "emulator", "emulator/server", "tests"}},
      {"tests", {"proto", "base", "keyvault", "batch", "emulator", "emulator/server"}},
      {"bench", {"proto", "base", "keyvault", "batch", "emulator", "emulator/server"}},
  };
  return *arrows;
}

// Files that may know the server although their folder may not.
const std::vector<Home>& ServerFronts() {
  static const auto* const fronts = new std::vector<Home>{
      {"emulator/cli/", "the command line starts the server"},
      {"emulator/client/", "it starts the server as a process and reads what it says when ready"},
      {"emulator/main.cc", "the program's entry"},
  };
  return *fronts;
}

void CheckArrows(const SourceFile& file, std::vector<Finding>* findings) {
  const auto& arrows = Arrows();
  const std::string from = FolderOf(file.path);
  const auto allowed = arrows.find(from);
  if (allowed == arrows.end()) return;
  const bool is_front = IsAtOneOf(file.path, ServerFronts());
  for (const Located& included : file.includes) {
    const std::string to = FolderOf(included.text);
    if (to == from || arrows.count(to) == 0 || allowed->second.count(to) > 0) continue;
    if (is_front && to == "emulator/server") continue;
    findings->push_back({file.path, included.line, "arrow", from + " must not know " + to});
  }
}

void CheckLength(const SourceFile& file, std::vector<Finding>* findings) {
  // Prose, lists of targets and what a tool wrote are no code.
  for (const char* ending : {".md", "BUILD.bazel", "package-lock.json"}) {
    if (absl::EndsWith(file.path, ending)) return;
  }
  if (file.lines.size() > kMaxLines) {
    findings->push_back(
        {file.path, kMaxLines, "length", std::to_string(file.lines.size()) + " lines"});
  }
}

void CheckGuard(const SourceFile& file, std::vector<Finding>* findings) {
  if (!file.IsHeader()) return;
  std::string guard = "LAZULI_";
  for (char c : file.path) {
    guard +=
        IsWordCharacter(c) ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : '_';
  }
  guard += '_';
  const auto opens = std::find(file.lines.begin(), file.lines.end(), "#ifndef " + guard);
  const bool defined = opens != file.lines.end() && opens + 1 != file.lines.end() &&
                       *(opens + 1) == "#define " + guard;
  if (!defined || file.lines.back() != "#endif  // " + guard) {
    findings->push_back({file.path, 1, "include guard", "it should be " + guard});
  }
}

}  // namespace

std::string Finding::ToString() const {
  return path + ":" + std::to_string(line) + ": " + rule + ": " + what;
}

bool IsIn(const std::string& path, const Home& home) {
  if (home.path.back() == '/') return absl::StartsWith(path, home.path);
  if (home.path.back() != '.') return path == home.path;
  const std::string stem = home.path.substr(0, home.path.size() - 1);
  return path == stem + ".h" || path == stem + ".cc" || path == stem + "_test.cc";
}

std::vector<Finding> CheckBan(const SourceFile& file, const Ban& ban) {
  std::vector<Finding> findings;
  for (const Located& piece : Searched(file, ban.where)) {
    for (const std::string& word : ban.words) {
      if (Matches(piece.text, word, ban.where)) {
        findings.push_back({file.path, piece.line, ban.rule, word + ": " + ban.reason});
      }
    }
  }
  return findings;
}

std::vector<Finding> Check(const SourceFile& file) {
  std::vector<Finding> findings;
  for (const Ban& ban : Bans()) {
    if (IsAtOneOf(file.path, ban.homes)) continue;
    const std::vector<Finding> found = CheckBan(file, ban);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  CheckArrows(file, &findings);
  CheckLength(file, &findings);
  CheckGuard(file, &findings);
  return findings;
}

}  // namespace lazuli::tidy
