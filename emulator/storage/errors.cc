#include "emulator/storage/errors.h"

#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"

namespace lazuli::emulator {

namespace {

constexpr char kAnother[] = "name another one with --data_dir";

absl::Status Precondition(absl::string_view message) {
  ErrorInfo info;
  info.code = "DataDirectoryUnusable";
  info.http_status = 409;
  info.target = "data_dir";
  return MakeError(absl::StatusCode::kFailedPrecondition, message, info);
}

absl::Status InvalidSnapshot(absl::StatusCode code, absl::string_view message) {
  ErrorInfo info;
  info.code = "InvalidSnapshot";
  info.http_status = 400;
  info.target = "snapshot";
  return MakeError(code, message, info);
}

}  // namespace

absl::Status DataDirectoryInUseError(absl::string_view path, pid_t pid) {
  const std::string who = pid == 0 ? "another process" : absl::StrCat("process ", pid);
  return Precondition(absl::StrCat("The data directory ", path, " is in use by ", who,
                                   ": end it, or ", kAnother, "."));
}

absl::Status ForeignDataDirectoryError(absl::string_view path) {
  return Precondition(absl::StrCat("The directory ", path,
                                   " is not empty and holds no data of Lazuli: ", kAnother, "."));
}

absl::Status DataDirectoryUnusableError(absl::string_view path, absl::string_view why) {
  ErrorInfo info;
  info.code = "DataDirectoryUnusable";
  info.http_status = 403;
  info.target = "data_dir";
  return MakeError(absl::StatusCode::kPermissionDenied,
                   absl::StrCat("The data directory ", path, " cannot be used (", why,
                                "): make it writable for this user, or ", kAnother, "."),
                   info);
}

absl::Status ForeignDatabaseError(absl::string_view path) {
  return Precondition(absl::StrCat("The file ", path, " is no database of Lazuli: ", kAnother,
                                   ", or move the file away to begin with nothing."));
}

absl::Status NewerDatabaseError(absl::string_view path, int64_t version, int64_t newest_known) {
  return Precondition(absl::StrCat(
      "The database ", path, " has version ", version, ", and this Lazuli knows versions up to ",
      newest_known, ": use the Lazuli that wrote it or a newer one, or ", kAnother, "."));
}

absl::Status CorruptDatabaseError(absl::string_view path, absl::string_view what) {
  ErrorInfo info;
  info.code = "DataCorrupt";
  info.http_status = 500;
  info.target = "data_dir";
  return MakeError(absl::StatusCode::kDataLoss,
                   absl::StrCat("The database ", path, " is damaged (", what,
                                "): restore the data directory from a copy, start with a snapshot "
                                "in another directory, or move the file away to begin with "
                                "nothing."),
                   info);
}

absl::Status DatabaseFailedError(absl::string_view what, bool disk_is_full) {
  ErrorInfo info;
  info.code = disk_is_full ? "InsufficientStorage" : "StorageUnavailable";
  info.http_status = disk_is_full ? 507 : 503;
  info.retry_after = absl::Seconds(1);
  return MakeError(absl::StatusCode::kUnavailable, what, info);
}

absl::Status ChangeRefusedError(const absl::Status& cause) {
  return MakeError(absl::StatusCode::kUnavailable,
                   absl::StrCat("Changes cannot be stored now (", cause.message(),
                                "). Nothing was changed; reading works. Make room in the data "
                                "directory and try again."),
                   ErrorInfoOrDefault(cause));
}

absl::Status ChangeNotStoredError(const absl::Status& cause) {
  return MakeError(absl::StatusCode::kUnavailable,
                   absl::StrCat("The change was made but is not stored yet (", cause.message(),
                                "). It is stored as soon as there is room in the data directory, "
                                "and lost if the server ends before."),
                   ErrorInfoOrDefault(cause));
}

absl::Status NoSnapshotError(absl::string_view name) {
  return InvalidSnapshot(
      absl::StatusCode::kInvalidArgument,
      absl::StrCat("Not a snapshot of Lazuli: ", name,
                   ". Give what `lazuli snapshot save` or the snapshot:save call wrote."));
}

absl::Status TruncatedSnapshotError(absl::string_view name) {
  return InvalidSnapshot(
      absl::StatusCode::kInvalidArgument,
      absl::StrCat("The snapshot is cut off: ", name, ". Copy it again, or save a new one."));
}

absl::Status CorruptSnapshotError(absl::string_view name, absl::string_view what) {
  return InvalidSnapshot(absl::StatusCode::kDataLoss,
                         absl::StrCat("The snapshot is damaged (", what, "): ", name,
                                      ". Copy it again, or save a new one."));
}

absl::Status SnapshotVersionError(absl::string_view name, uint32_t version, uint32_t oldest_known,
                                  uint32_t newest_known) {
  return InvalidSnapshot(
      absl::StatusCode::kInvalidArgument,
      absl::StrCat("The snapshot has format ", version, ", and this Lazuli reads formats ",
                   oldest_known, " to ", newest_known, ": ", name,
                   version > newest_known ? ". Use the Lazuli that wrote it or a newer one."
                                          : ". Save a new one with this Lazuli."));
}

absl::Status SnapshotFileError(absl::string_view path, absl::string_view why) {
  return InvalidInputError("snapshot", absl::StrCat(path, ": ", why));
}

std::string SystemError(int error_number) {
  return absl::StrCat(std::generic_category().message(error_number), " (", error_number, ")");
}

}  // namespace lazuli::emulator
