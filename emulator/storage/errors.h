// File: emulator/storage/errors.h
//
// The errors of what rests on disk. Each says what to do.
#ifndef LAZULI_EMULATOR_STORAGE_ERRORS_H_
#define LAZULI_EMULATOR_STORAGE_ERRORS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// --- the data directory. Code FAILED_PRECONDITION unless said otherwise.

// Another process has it; `pid` 0: which one is not known.
absl::Status DataDirectoryInUseError(absl::string_view path, pid_t pid);
// It holds files of somebody else.
absl::Status ForeignDataDirectoryError(absl::string_view path);
// It cannot be made, read or written. `why` as the system says it. PERMISSION_DENIED.
absl::Status DataDirectoryUnusableError(absl::string_view path, absl::string_view why);

// --- the database

// The file is none, or another program's.
absl::Status ForeignDatabaseError(absl::string_view path);
// A version of this program that is newer than this one wrote it.
absl::Status NewerDatabaseError(absl::string_view path, int64_t version, int64_t newest_known);
// What it says cannot be true. DATA_LOSS.
absl::Status CorruptDatabaseError(absl::string_view path, absl::string_view what);
// A step failed: `what` says it in the words of the library. `disk_is_full` or another reason.
// UNAVAILABLE; 507 InsufficientStorage or 503 StorageUnavailable.
absl::Status DatabaseFailedError(absl::string_view what, bool disk_is_full);

// --- what calls are told when the database cannot be written. UNAVAILABLE; the status and code of
// `cause`, which is a DatabaseFailedError.

// Nothing was changed.
absl::Status ChangeRefusedError(const absl::Status& cause);
// The change was made; it is stored as soon as that is possible, and lost if the process ends
// before.
absl::Status ChangeNotStoredError(const absl::Status& cause);

// --- snapshots. `name` says which: a path, or "the snapshot".

// INVALID_ARGUMENT, 400 InvalidSnapshot.
absl::Status NoSnapshotError(absl::string_view name);
// INVALID_ARGUMENT, 400 InvalidSnapshot.
absl::Status TruncatedSnapshotError(absl::string_view name);
// DATA_LOSS, 400 InvalidSnapshot.
absl::Status CorruptSnapshotError(absl::string_view name, absl::string_view what);
// INVALID_ARGUMENT, 400 InvalidSnapshot.
absl::Status SnapshotVersionError(absl::string_view name, uint32_t version, uint32_t oldest_known,
                                  uint32_t newest_known);
// A snapshot's file cannot be read or written. INVALID_ARGUMENT.
absl::Status SnapshotFileError(absl::string_view path, absl::string_view why);

// "No space left on device (28)" and the like.
std::string SystemError(int error_number);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_ERRORS_H_
