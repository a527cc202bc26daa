#include "emulator/cli/temporary_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <system_error>

#include "absl/status/status.h"

namespace lazuli::emulator {

absl::StatusOr<std::string> MakeTemporaryFolder() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string folder = (parent / "lazuli-run-XXXXXX").string();
  if (error || mkdtemp(folder.data()) == nullptr) {
    return absl::UnavailableError("cannot make a temporary folder");
  }
  return folder;
}

void RemoveFolder(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace lazuli::emulator
