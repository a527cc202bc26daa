#include "emulator/storage/data_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/storage/errors.h"
#include "emulator/storage/lasting_name.h"

namespace lazuli::emulator {

namespace {

constexpr char kLockName[] = "lock";
constexpr char kDatabaseName[] = "lazuli.db";

// Whether a directory may be ours: nothing lies in it but what we put there, or what a file system
// does.
absl::StatusOr<bool> IsOurs(const std::string& path) {
  std::error_code error;
  std::filesystem::directory_iterator entries(path, error);
  if (error) return DataDirectoryUnusableError(path, error.message());
  bool has_others = false;
  for (const std::filesystem::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    // With a database of ours, whatever else lies there is its owner's business.
    if (name == kDatabaseName) return true;
    if (name != kLockName && name != "lost+found") has_others = true;
  }
  return !has_others;
}

pid_t ReadPid(int lock) {
  char text[32] = {};
  const ssize_t size = ::pread(lock, text, sizeof(text) - 1, 0);
  pid_t pid = 0;
  if (size <= 0 || !absl::SimpleAtoi(absl::StripAsciiWhitespace(text), &pid)) return 0;
  return pid;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) {
    MakeNameLast(path);
  } else if (errno != EEXIST) {
    return DataDirectoryUnusableError(path, SystemError(errno));
  }
  LAZULI_ASSIGN_OR_RETURN(const bool is_ours, IsOurs(path));
  if (!is_ours) return ForeignDataDirectoryError(path);
  if (::chmod(path.c_str(), S_IRWXU) != 0) {
    return DataDirectoryUnusableError(path, SystemError(errno));
  }
  const std::string lock_path = absl::StrCat(path, "/", kLockName);
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return DataDirectoryUnusableError(path, SystemError(errno));
  std::unique_ptr<DataDirectory> directory(new DataDirectory(path, lock));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return DataDirectoryInUseError(path, ReadPid(lock));
    return DataDirectoryUnusableError(path, SystemError(errno));
  }
  const std::string pid = absl::StrCat(::getpid(), "\n");
  if (::ftruncate(lock, 0) != 0 ||
      ::pwrite(lock, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return DataDirectoryUnusableError(path, SystemError(errno));
  }
  return directory;
}

DataDirectory::~DataDirectory() { ::close(lock_); }

}  // namespace lazuli::emulator
