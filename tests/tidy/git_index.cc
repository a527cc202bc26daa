#include "tests/tidy/git_index.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace lazuli::tidy {
namespace {

constexpr size_t kHeaderBytes = 12;
// Times, device, inode, mode, owner, size and hash, and then the flags.
constexpr size_t kBeforeFlags = 60;
constexpr uint16_t kExtended = 0x4000;

uint32_t Number(const std::string& content, size_t at, size_t bytes) {
  uint32_t number = 0;
  for (size_t i = 0; i < bytes; ++i) {
    number = (number << 8) | static_cast<unsigned char>(content[at + i]);
  }
  return number;
}

}  // namespace

std::optional<std::vector<std::string>> ReadGitIndex(const std::string& content) {
  if (content.size() < kHeaderBytes || !absl::StartsWith(content, "DIRC")) return std::nullopt;
  const uint32_t version = Number(content, 4, 4);
  if (version != 2 && version != 3) return std::nullopt;
  const uint32_t count = Number(content, 8, 4);
  std::vector<std::string> paths;
  size_t at = kHeaderBytes;
  for (uint32_t i = 0; i < count; ++i) {
    if (content.size() - at < kBeforeFlags + 4) return std::nullopt;
    const bool is_extended = (Number(content, at + kBeforeFlags, 2) & kExtended) != 0;
    const size_t begin = at + kBeforeFlags + (is_extended ? 4 : 2);
    const size_t end = content.find('\0', begin);
    if (end == std::string::npos) return std::nullopt;
    paths.push_back(content.substr(begin, end - begin));
    // An entry ends in one to eight NULs, at a multiple of eight from where it began.
    at += (end - at + 8) / 8 * 8;
    if (at > content.size()) return std::nullopt;
  }
  return paths;
}

bool IsCompiled(const std::string& path) {
  for (const char* ending : {".pyc", ".pyo", ".o", ".a", ".so", ".class"}) {
    if (absl::EndsWith(path, ending)) return true;
  }
  return absl::StrContains(absl::StrCat("/", path), "/__pycache__/");
}

}  // namespace lazuli::tidy
