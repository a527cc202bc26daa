// File: emulator/storage/sqlite_handle.h
//
// SQLite's objects, owned, and its errors as ours.
#ifndef LAZULI_EMULATOR_STORAGE_SQLITE_HANDLE_H_
#define LAZULI_EMULATOR_STORAGE_SQLITE_HANDLE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sqlite3.h"

namespace lazuli::emulator {

struct SqliteCloser {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using SqliteHandle = std::unique_ptr<sqlite3, SqliteCloser>;

// What the last call on `db`, which failed with `code`, comes to, of a file at `path`:
// ForeignDatabaseError, CorruptDatabaseError or DatabaseFailedError.
absl::Status SqliteError(sqlite3* db, int code, absl::string_view path);

// Runs statements that answer nothing.
absl::Status SqliteExecute(sqlite3* db, const char* sql, absl::string_view path);
// The one number that a query answers.
absl::StatusOr<int64_t> SqliteNumber(sqlite3* db, const char* sql, absl::string_view path);

// One prepared statement. Goes before its database. Not thread safe.
class SqliteStatement {
 public:
  static absl::StatusOr<SqliteStatement> Prepare(sqlite3* db, const char* sql,
                                                 absl::string_view path);

  // Parameters count from 1. The bytes must live until Step or Run.
  void BindText(int parameter, absl::string_view text);
  void BindBlob(int parameter, absl::string_view bytes);
  void BindNumber(int parameter, int64_t number);

  // Whether there is one more row.
  absl::StatusOr<bool> Step();
  // To the end, and ready for the next time.
  absl::Status Run();
  void Reset();

  // Of the row that Step came to; valid until the next Step. Columns count from 0.
  absl::string_view Bytes(int column) const;
  int64_t Number(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  SqliteStatement(sqlite3_stmt* statement, absl::string_view path)
      : statement_(statement), path_(path) {}

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  std::string path_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_SQLITE_HANDLE_H_
