#include "emulator/storage/schema.h"

#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/storage/errors.h"
#include "emulator/storage/sqlite_handle.h"

namespace lazuli::emulator {

namespace {

// `record` holds the state, which a snapshot replaces as a whole; `process` what belongs to the
// directory rather than to the state. `digest` vouches for a row's other columns.
constexpr const char* kSteps[] = {
    "CREATE TABLE record (source TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
    " digest INTEGER NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;"
    "CREATE TABLE process (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL,"
    " digest INTEGER NOT NULL) WITHOUT ROWID;",
};

absl::Status ApplySteps(sqlite3* db, absl::Span<const char* const> steps, size_t done,
                        absl::string_view path) {
  LAZULI_RETURN_IF_ERROR(SqliteExecute(db, "BEGIN IMMEDIATE", path));
  for (size_t i = done; i < steps.size(); ++i) {
    LAZULI_RETURN_IF_ERROR(SqliteExecute(db, steps[i], path));
  }
  const std::string marks = absl::StrCat("PRAGMA application_id = ", kApplicationId,
                                         "; PRAGMA user_version = ", steps.size(), "; COMMIT;");
  return SqliteExecute(db, marks.c_str(), path);
}

}  // namespace

absl::Span<const char* const> SchemaSteps() { return kSteps; }

absl::StatusOr<int64_t> ReadVersion(sqlite3* db, int64_t newest_known, absl::string_view path) {
  LAZULI_ASSIGN_OR_RETURN(const int64_t application,
                          SqliteNumber(db, "PRAGMA application_id", path));
  LAZULI_ASSIGN_OR_RETURN(const int64_t version, SqliteNumber(db, "PRAGMA user_version", path));
  LAZULI_ASSIGN_OR_RETURN(const int64_t objects,
                          SqliteNumber(db, "SELECT count(*) FROM sqlite_master", path));
  const bool is_new = application == 0 && version == 0 && objects == 0;
  if (!is_new && application != kApplicationId) return ForeignDatabaseError(path);
  if (version > newest_known) return NewerDatabaseError(path, version, newest_known);
  // Ours always has a version.
  if (!is_new && version < 1) return CorruptDatabaseError(path, "it has no version");
  return version;
}

absl::Status BringUpToDate(sqlite3* db, int64_t version, absl::Span<const char* const> steps,
                           absl::string_view path) {
  if (version == static_cast<int64_t>(steps.size())) return absl::OkStatus();
  absl::Status applied = ApplySteps(db, steps, static_cast<size_t>(version), path);
  if (!applied.ok() && sqlite3_get_autocommit(db) == 0) {
    sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return applied;
}

}  // namespace lazuli::emulator
