#include "emulator/cli/client_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/cli/trust_store.h"

namespace lazuli::emulator {

namespace {

absl::Status CannotWrite(absl::string_view path) {
  return InvalidInputError("ready_file", absl::StrCat("its neighbour cannot be written: ", path));
}

// Atomically: somebody may read the one that is there.
absl::Status WriteWhole(const std::string& path, absl::string_view content) {
  const std::string draft = absl::StrCat(path, ".", getpid(), ".tmp");
  unlink(draft.c_str());
  const int file = open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return CannotWrite(path);
  const bool is_written =
      write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  close(file);
  if (!is_written || rename(draft.c_str(), path.c_str()) != 0) {
    unlink(draft.c_str());
    return CannotWrite(path);
  }
  return absl::OkStatus();
}

// Makes the folder, or takes the one that is there if it is ours alone.
absl::Status MakePrivate(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
  struct stat status;
  if (errno == EEXIST && lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
      status.st_uid == getuid() && (status.st_mode & 0022) == 0) {
    return absl::OkStatus();
  }
  return CannotWrite(path);
}

}  // namespace

absl::StatusOr<ClientFiles> WriteClientFiles(const std::string& prefix, absl::string_view ca_pem,
                                             absl::string_view server_id) {
  ClientFiles files;
  files.ca_file = absl::StrCat(prefix, ".ca.pem");
  files.trust_store = absl::StrCat(prefix, ".truststore.p12");
  files.azure_folder = absl::StrCat(prefix, ".azure-", server_id);
  LAZULI_ASSIGN_OR_RETURN(const std::string trust_store, MakeTrustStore(ca_pem));
  LAZULI_RETURN_IF_ERROR(WriteWhole(files.ca_file, ca_pem));
  LAZULI_RETURN_IF_ERROR(WriteWhole(files.trust_store, trust_store));
  LAZULI_RETURN_IF_ERROR(MakePrivate(files.azure_folder));
  return files;
}

absl::StatusOr<std::string> PrivateFolder(absl::string_view name) {
  const std::string path =
      (std::filesystem::temp_directory_path() / absl::StrCat("lazuli-", getuid(), "-", name))
          .string();
  LAZULI_RETURN_IF_ERROR(MakePrivate(path));
  return path;
}

}  // namespace lazuli::emulator
