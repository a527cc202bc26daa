#include "emulator/json/field_path.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "emulator/json/utf8.h"

namespace lazuli::emulator {
namespace {

constexpr size_t kMaxNameBytes = 64;

std::string Shown(absl::string_view name) {
  const absl::string_view clipped = ClipUtf8(name, kMaxNameBytes);
  std::string shown(clipped);
  for (char& c : shown) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = '?';
  }
  if (clipped.size() < name.size()) shown.append("...");
  return shown;
}

}  // namespace

void AppendMember(absl::string_view name, std::string* path) {
  absl::StrAppend(path, path->empty() ? "" : ".", Shown(name));
}

void AppendIndex(size_t index, std::string* path) { absl::StrAppend(path, "[", index, "]"); }

void AppendMapKey(absl::string_view key, std::string* path) {
  absl::StrAppend(path, "[\"", Shown(key), "\"]");
}

}  // namespace lazuli::emulator
