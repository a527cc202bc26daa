#include "keyvault/testing/version_numbers.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace lazuli::keyvault {
namespace {

std::string Object(absl::string_view vault, absl::string_view kind, absl::string_view name) {
  return absl::StrCat(vault, "/", kind, "/", name);
}

}  // namespace

void VersionNumbers::Learn(absl::string_view vault, absl::string_view kind, absl::string_view name,
                           absl::string_view version) {
  std::vector<std::string>& known = versions_[Object(vault, kind, name)];
  if (std::find(known.begin(), known.end(), version) == known.end()) known.emplace_back(version);
}

std::string VersionNumbers::IdOf(absl::string_view vault, absl::string_view kind,
                                 absl::string_view name, int number) const {
  const auto found = versions_.find(Object(vault, kind, name));
  if (found == versions_.end() || static_cast<size_t>(number) > found->second.size()) {
    return std::string(32, 'f');
  }
  return found->second[static_cast<size_t>(number) - 1];
}

int VersionNumbers::NumberOf(absl::string_view id) const {
  const std::vector<std::string> parts = absl::StrSplit(id, '/');
  if (parts.size() != 6) return -1;
  const auto found =
      versions_.find(Object(parts[2].substr(0, parts[2].find('.')), parts[3], parts[4]));
  if (found == versions_.end()) return -2;
  const std::vector<std::string>& versions = found->second;
  const auto version = std::find(versions.begin(), versions.end(), parts[5]);
  return version == versions.end() ? -3 : static_cast<int>(version - versions.begin()) + 1;
}

}  // namespace lazuli::keyvault
