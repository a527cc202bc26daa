#include "emulator/cli/shell_format.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "boost/json/object.hpp"
#include "boost/json/serialize.hpp"

namespace lazuli::emulator {

namespace {

// Nothing is special between single quotes but the single quote itself.
std::string QuoteForBash(absl::string_view value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"'", "'\\''"}}), "'");
}

// The same, and PowerShell takes typographic quotes for plain ones; each is doubled.
std::string QuoteForPwsh(absl::string_view value) {
  return absl::StrCat("'",
                      absl::StrReplaceAll(value, {{"'", "''"},
                                                  {"\u2018", "\u2018\u2018"},
                                                  {"\u2019", "\u2019\u2019"},
                                                  {"\u201a", "\u201a\u201a"},
                                                  {"\u201b", "\u201b\u201b"}}),
                      "'");
}

std::string QuoteForDotenv(absl::string_view value) {
  constexpr absl::string_view kPlain = "_-./:@%+,=?&|*~[]";
  bool is_plain = true;
  bool fits_single_quotes = true;
  for (const char c : value) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        kPlain.find(c) == absl::string_view::npos) {
      is_plain = false;
    }
    if (c == '\'' || c == '\n' || c == '\r' || c == '\\') fits_single_quotes = false;
  }
  if (is_plain) return std::string(value);
  if (fits_single_quotes) return absl::StrCat("'", value, "'");
  return absl::StrCat(
      "\"",
      absl::StrReplaceAll(
          value, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\r", "\\r"}, {"$", "\\$"}}),
      "\"");
}

std::string FormatJson(const ClientEnvironment& environment) {
  boost::json::object object;
  for (const auto& [name, value] : environment.set) object[name] = value;
  for (const std::string& name : environment.unset) object[name] = nullptr;
  return absl::StrCat(boost::json::serialize(object), "\n");
}

}  // namespace

absl::StatusOr<Shell> ParseShell(absl::string_view text) {
  if (text == "bash") return Shell::kBash;
  if (text == "pwsh") return Shell::kPwsh;
  if (text == "json") return Shell::kJson;
  if (text == "dotenv") return Shell::kDotenv;
  return InvalidInputError("shell", "must be bash, pwsh, json or dotenv");
}

std::string FormatEnvironment(const ClientEnvironment& environment, Shell shell) {
  if (shell == Shell::kJson) return FormatJson(environment);
  std::string text;
  for (const std::string& name : environment.unset) {
    if (shell == Shell::kBash) absl::StrAppend(&text, "unset ", name, "\n");
    if (shell == Shell::kPwsh) {
      absl::StrAppend(&text, "Remove-Item Env:", name, " -ErrorAction SilentlyContinue\n");
    }
    if (shell == Shell::kDotenv) absl::StrAppend(&text, "# ", name, " must not be set\n");
  }
  for (const auto& [name, value] : environment.set) {
    if (shell == Shell::kBash) absl::StrAppend(&text, "export ", name, "=", QuoteForBash(value));
    if (shell == Shell::kPwsh) absl::StrAppend(&text, "$env:", name, " = ", QuoteForPwsh(value));
    if (shell == Shell::kDotenv) absl::StrAppend(&text, name, "=", QuoteForDotenv(value));
    text += '\n';
  }
  return text;
}

}  // namespace lazuli::emulator
