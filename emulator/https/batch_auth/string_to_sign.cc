#include "emulator/https/batch_auth/string_to_sign.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/https/message/http_headers.h"

namespace lazuli::emulator {
namespace {

// The lines up to the length, and from behind it to the path.
std::string BeforeLength(const HttpRequest& request) {
  return absl::StrCat(request.method, "\n", request.headers.Get("Content-Encoding"), "\n",
                      request.headers.Get("Content-Language"), "\n");
}

std::string OcpHeaders(const HttpHeaders& headers) {
  absl::btree_map<std::string, std::string> values;
  for (const auto& [name, value] : headers.fields()) {
    if (!absl::StartsWithIgnoreCase(name, "ocp-") || value.empty()) continue;
    std::string& joined = values[absl::AsciiStrToLower(name)];
    absl::StrAppend(&joined, joined.empty() ? "" : ",", value);
  }
  std::string lines;
  for (const auto& [name, value] : values) absl::StrAppend(&lines, name, ":", value, "\n");
  return lines;
}

std::string AfterLength(const HttpRequest& request, const HttpTarget& target,
                        absl::string_view account) {
  std::string text;
  for (const char* name : {"Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match",
                           "If-None-Match", "If-Unmodified-Since", "Range"}) {
    absl::StrAppend(&text, request.headers.Get(name), "\n");
  }
  absl::StrAppend(&text, OcpHeaders(request.headers), "/", account, target.path);
  return text;
}

std::string DocumentedQuery(const HttpTarget& target) {
  absl::btree_map<std::string, std::string> values;
  for (const auto& [name, value] : target.query) {
    const auto [at, is_new] = values.try_emplace(absl::AsciiStrToLower(name), value);
    if (!is_new) absl::StrAppend(&at->second, ",", value);
  }
  std::string text;
  for (const auto& [name, value] : values) absl::StrAppend(&text, "\n", name, ":", value);
  return text;
}

std::string PythonQuery(const HttpTarget& target) {
  absl::btree_map<std::string, std::string> values;
  for (const auto& [name, value] : target.query) {
    if (!value.empty()) values.try_emplace(name, value);
  }
  std::string text;
  for (const auto& [name, value] : values) absl::StrAppend(&text, "\n", name, ":", value);
  return text;
}

}  // namespace

std::vector<std::string> StringsToSign(const HttpRequest& request, const HttpTarget& target,
                                       absl::string_view account) {
  const std::string before = BeforeLength(request);
  const std::string after = AfterLength(request, target, account);
  std::vector<std::string> lengths = {std::string(request.headers.Get("Content-Length"))};
  if (request.body.empty()) {
    lengths.push_back("");
    lengths.push_back("0");
  }
  std::vector<std::string> texts;
  for (const std::string& query : {DocumentedQuery(target), PythonQuery(target)}) {
    for (const std::string& length : lengths) {
      std::string text = absl::StrCat(before, length, "\n", after, query);
      if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
        texts.push_back(std::move(text));
      }
    }
  }
  return texts;
}

}  // namespace lazuli::emulator
