#include "emulator/storage/database.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "emulator/storage/errors.h"
#include "emulator/storage/schema.h"

namespace lazuli::emulator {

namespace {

// The longest record that is read: no honest one comes near.
constexpr int kMaxValueBytes = 64 << 20;

// The first eight bytes of a SHA-256 over a row: tells a changed row from what was written.
int64_t DigestOf(absl::string_view source, absl::string_view key, absl::string_view value) {
  const std::string digest =
      Sha256(absl::StrCat(source.size(), ":", key.size(), ":", source, key, value));
  uint64_t number = 0;
  for (int i = 0; i < 8; ++i) number = number << 8 | static_cast<uint8_t>(digest[i]);
  return static_cast<int64_t>(number);
}

// SQLite would make it readable by everybody.
absl::Status MakeFile(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return DataDirectoryUnusableError(path, SystemError(errno));
  const bool restricted = ::fchmod(file, S_IRUSR | S_IWUSR) == 0;
  const int error_number = errno;
  ::close(file);
  if (!restricted) return DataDirectoryUnusableError(path, SystemError(error_number));
  return absl::OkStatus();
}

int NotePages(void* pages, sqlite3*, const char*, int in_log) {
  *static_cast<int*>(pages) = in_log;
  return SQLITE_OK;
}

absl::Status CheckStructure(sqlite3* db, const std::string& path) {
  LAZULI_ASSIGN_OR_RETURN(SqliteStatement check,
                          SqliteStatement::Prepare(db, "PRAGMA quick_check(1)", path));
  LAZULI_ASSIGN_OR_RETURN(const bool has_row, check.Step());
  const absl::string_view result = has_row ? check.Bytes(0) : "it cannot be checked";
  return result == "ok" ? absl::OkStatus() : CorruptDatabaseError(path, result);
}

}  // namespace

absl::StatusOr<StorageSync> ParseStorageSync(absl::string_view text) {
  if (text == "full") return StorageSync::kFull;
  if (text == "normal") return StorageSync::kNormal;
  return InvalidInputError("sync", "must be full or normal");
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(DatabaseOptions options) {
  LAZULI_RETURN_IF_ERROR(MakeFile(options.path));
  std::unique_ptr<Database> database(new Database(std::move(options)));
  LAZULI_RETURN_IF_ERROR(database->Init());
  return database;
}

Database::~Database() {
  MutexLock lock(&mu_);
  // Before the database that they belong to.
  begin_.reset();
  commit_.reset();
  put_.reset();
  erase_.reset();
  db_.reset();
}

absl::Status Database::Init() {
  MutexLock lock(&mu_);
  sqlite3* db = nullptr;
  const int opened =
      sqlite3_open_v2(options_.path.c_str(), &db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  db_.reset(db);
  if (opened != SQLITE_OK) return SqliteError(db, opened, options_.path);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  // A file that somebody else prepared must not run anything of its own.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  LAZULI_ASSIGN_OR_RETURN(
      const int64_t version,
      ReadVersion(db, static_cast<int64_t>(SchemaSteps().size()), options_.path));
  // The directory's lock keeps others out; without them SQLite needs no shared memory. What rests
  // is read once, at the start: half a megabyte of pages is enough for what is written.
  LAZULI_RETURN_IF_ERROR(SqliteExecute(db,
                                       "PRAGMA locking_mode = EXCLUSIVE;"
                                       "PRAGMA cell_size_check = ON;"
                                       "PRAGMA cache_size = -512;"
                                       "PRAGMA journal_mode = WAL;"
                                       "PRAGMA wal_autocheckpoint = 0;",
                                       options_.path));
  LAZULI_RETURN_IF_ERROR(SqliteExecute(db,
                                       options_.sync == StorageSync::kFull
                                           ? "PRAGMA synchronous = FULL"
                                           : "PRAGMA synchronous = NORMAL",
                                       options_.path));
  sqlite3_wal_hook(db, NotePages, &log_pages_);
  LAZULI_RETURN_IF_ERROR(CheckStructure(db, options_.path));
  LAZULI_RETURN_IF_ERROR(BringUpToDate(db, version, SchemaSteps(), options_.path));
  return Prepare();
}

absl::Status Database::Prepare() {
  const auto prepare = [this](const char* sql, std::optional<SqliteStatement>* statement)
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(*statement, SqliteStatement::Prepare(db_.get(), sql, options_.path));
    return absl::OkStatus();
  };
  LAZULI_RETURN_IF_ERROR(prepare("BEGIN IMMEDIATE", &begin_));
  LAZULI_RETURN_IF_ERROR(prepare("COMMIT", &commit_));
  LAZULI_RETURN_IF_ERROR(prepare(
      "INSERT OR REPLACE INTO record (source, key, value, digest) VALUES (?, ?, ?, ?)", &put_));
  return prepare("DELETE FROM record WHERE source = ? AND key = ?", &erase_);
}

absl::Status Database::Step(absl::string_view step) const {
  return options_.on_step ? options_.on_step(step) : absl::OkStatus();
}

absl::StatusOr<bool> Database::IsEmpty() const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(
      const int64_t has_any,
      SqliteNumber(db_.get(), "SELECT EXISTS (SELECT 1 FROM record)", options_.path));
  return has_any == 0;
}

absl::Status Database::ForEach(
    absl::string_view table,
    absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit) const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(
      SqliteStatement select,
      SqliteStatement::Prepare(
          db_.get(), "SELECT key, value, digest FROM record WHERE source = ? ORDER BY key",
          options_.path));
  select.BindText(1, table);
  while (true) {
    LAZULI_ASSIGN_OR_RETURN(const bool has_row, select.Step());
    if (!has_row) return absl::OkStatus();
    const absl::string_view key = select.Bytes(0);
    const absl::string_view value = select.Bytes(1);
    if (DigestOf(table, key, value) != select.Number(2)) {
      return CorruptDatabaseError(options_.path,
                                  absl::StrCat("a record of ", table, " is not as written"));
    }
    LAZULI_RETURN_IF_ERROR(visit(key, value));
  }
}

absl::Status Database::Transact(absl::FunctionRef<absl::Status()> write) {
  MutexLock lock(&mu_);
  LAZULI_RETURN_IF_ERROR(Step("begin"));
  LAZULI_RETURN_IF_ERROR(begin_->Run());
  absl::Status status = write();
  if (status.ok()) status = Step("commit");
  if (status.ok()) status = commit_->Run();
  // Some failures have rolled back already.
  if (!status.ok() && sqlite3_get_autocommit(db_.get()) == 0) {
    sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  if (status.ok()) static_cast<void>(Step("committed"));
  return status;
}

absl::Status Database::WriteLocked(const RecordBatch& batch) {
  for (const auto& [table, records] : batch.tables()) {
    for (const auto& [key, value] : records) {
      SqliteStatement& statement = value.has_value() ? *put_ : *erase_;
      LAZULI_RETURN_IF_ERROR(Step(value.has_value() ? "put" : "erase"));
      statement.BindText(1, table);
      statement.BindBlob(2, key);
      if (value.has_value()) {
        statement.BindBlob(3, *value);
        statement.BindNumber(4, DigestOf(table, key, *value));
      }
      LAZULI_RETURN_IF_ERROR(statement.Run());
    }
  }
  return absl::OkStatus();
}

absl::Status Database::Write(const RecordBatch& batch) {
  return Transact([&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return WriteLocked(batch); });
}

absl::Status Database::ReplaceAll(const RecordBatch& batch) {
  return Transact([&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) -> absl::Status {
    LAZULI_RETURN_IF_ERROR(Step("erase"));
    LAZULI_RETURN_IF_ERROR(SqliteExecute(db_.get(), "DELETE FROM record", options_.path));
    return WriteLocked(batch);
  });
}

absl::StatusOr<std::optional<std::string>> Database::ReadProcessValue(
    absl::string_view name) const {
  MutexLock lock(&mu_);
  LAZULI_ASSIGN_OR_RETURN(
      SqliteStatement select,
      SqliteStatement::Prepare(db_.get(), "SELECT value, digest FROM process WHERE name = ?",
                               options_.path));
  select.BindText(1, name);
  LAZULI_ASSIGN_OR_RETURN(const bool has_row, select.Step());
  if (!has_row) return std::nullopt;
  const absl::string_view value = select.Bytes(0);
  if (DigestOf("", name, value) != select.Number(1)) {
    return CorruptDatabaseError(options_.path, absl::StrCat(name, " is not as written"));
  }
  return std::string(value);
}

absl::Status Database::WriteProcessValue(absl::string_view name, absl::string_view value) {
  return Transact([&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) -> absl::Status {
    LAZULI_ASSIGN_OR_RETURN(
        SqliteStatement put,
        SqliteStatement::Prepare(
            db_.get(), "INSERT OR REPLACE INTO process (name, value, digest) VALUES (?, ?, ?)",
            options_.path));
    LAZULI_RETURN_IF_ERROR(Step("put"));
    put.BindText(1, name);
    put.BindBlob(2, value);
    put.BindNumber(3, DigestOf("", name, value));
    return put.Run();
  });
}

void Database::CheckpointIfDue() {
  std::string failure;
  {
    MutexLock lock(&mu_);
    if (log_pages_ < next_checkpoint_ || !Step("checkpoint").ok()) return;
    const int code =
        sqlite3_wal_checkpoint_v2(db_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code == SQLITE_OK) {
      // Until the next commit says how long the log is then.
      log_pages_ = 0;
      next_checkpoint_ = kCheckpointPages;
      static_cast<void>(Step("checkpointed"));
      return;
    }
    failure = sqlite3_errmsg(db_.get());
    // Not with each commit from now on.
    next_checkpoint_ = log_pages_ + kCheckpointPages;
  }
  Log(LogLevel::kWarning, "checkpoint_failed", {{"why", failure}});
}

}  // namespace lazuli::emulator
