#include "emulator/server/ca_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli::emulator {

absl::StatusOr<std::unique_ptr<CaFile>> CaFile::Write(const std::string& path,
                                                      absl::string_view pem) {
  std::error_code failed;
  // Absolute, since it is told to processes that run elsewhere.
  const std::string whole = std::filesystem::absolute(path, failed).string();
  const std::string draft = absl::StrCat(whole, ".", getpid(), ".tmp");
  ::unlink(draft.c_str());
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                          S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  if (failed || file < 0) {
    return InvalidInputError("ca_file", absl::StrCat("cannot be written: ", path));
  }
  const bool written = ::write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size());
  ::close(file);
  if (!written || ::rename(draft.c_str(), whole.c_str()) != 0) {
    ::unlink(draft.c_str());
    return InvalidInputError("ca_file", absl::StrCat("cannot be written: ", path));
  }
  return std::unique_ptr<CaFile>(new CaFile(whole));
}

void CaFile::Remove() {
  if (is_there_) ::unlink(path_.c_str());
  is_there_ = false;
}

}  // namespace lazuli::emulator
