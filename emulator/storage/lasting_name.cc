#include "emulator/storage/lasting_name.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace lazuli::emulator {

void MakeNameLast(const std::string& path) {
  // "folder/" and "folder" have the same name.
  const std::filesystem::path full = std::filesystem::absolute(path).lexically_normal();
  const std::filesystem::path named = full.has_filename() ? full : full.parent_path();
  const int folder = ::open(named.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

}  // namespace lazuli::emulator
