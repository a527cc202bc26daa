#include "emulator/storage/sqlite_handle.h"

#include <errno.h>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/storage/errors.h"

namespace lazuli::emulator {

namespace {

// A file's limit counts as a full disk, too: both end when there is room.
bool IsFull(sqlite3* db, int code) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  const int error_number = sqlite3_system_errno(db);
  return (code & 0xff) == SQLITE_IOERR &&
         (error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG);
}

}  // namespace

absl::Status SqliteError(sqlite3* db, int code, absl::string_view path) {
  const absl::string_view what = db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db);
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return ForeignDatabaseError(path);
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    // What a schema that is not ours leads to.
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
      return CorruptDatabaseError(path, what);
    default:
      return DatabaseFailedError(absl::StrCat(path, ": ", what), db != nullptr && IsFull(db, code));
  }
}

absl::Status SqliteExecute(sqlite3* db, const char* sql, absl::string_view path) {
  const int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(db, code, path);
}

absl::StatusOr<int64_t> SqliteNumber(sqlite3* db, const char* sql, absl::string_view path) {
  LAZULI_ASSIGN_OR_RETURN(SqliteStatement statement, SqliteStatement::Prepare(db, sql, path));
  LAZULI_ASSIGN_OR_RETURN(const bool has_row, statement.Step());
  if (!has_row) return CorruptDatabaseError(path, absl::StrCat(sql, " answers nothing"));
  return statement.Number(0);
}

absl::StatusOr<SqliteStatement> SqliteStatement::Prepare(sqlite3* db, const char* sql,
                                                         absl::string_view path) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteError(db, code, path);
  return SqliteStatement(statement, path);
}

// A null pointer would bind NULL instead of nothing.
void SqliteStatement::BindText(int parameter, absl::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(), text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteStatement::BindBlob(int parameter, absl::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter, bytes.empty() ? "" : bytes.data(), bytes.size(),
                      SQLITE_STATIC);
}

void SqliteStatement::BindNumber(int parameter, int64_t number) {
  sqlite3_bind_int64(statement_.get(), parameter, number);
}

absl::StatusOr<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  absl::Status status = SqliteError(sqlite3_db_handle(statement_.get()), code, path_);
  sqlite3_reset(statement_.get());
  return status;
}

absl::Status SqliteStatement::Run() {
  const absl::StatusOr<bool> stepped = Step();
  Reset();
  return stepped.status();
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

absl::string_view SqliteStatement::Bytes(int column) const {
  // In this order: asking for the bytes may convert them.
  const void* const data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return data == nullptr ? absl::string_view()
                         : absl::string_view(static_cast<const char*>(data), size);
}

int64_t SqliteStatement::Number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

}  // namespace lazuli::emulator
