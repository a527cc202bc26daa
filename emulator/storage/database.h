// File: emulator/storage/database.h
//
// Records on disk: one SQLite database with a write-ahead log. A transaction is there as a whole
// once it was written, or not at all.
#ifndef LAZULI_EMULATOR_STORAGE_DATABASE_H_
#define LAZULI_EMULATOR_STORAGE_DATABASE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "base/records.h"
#include "emulator/storage/record_batch.h"
#include "emulator/storage/sqlite_handle.h"

namespace lazuli::emulator {

// What a written transaction survives.
enum class StorageSync {
  kFull,    // the end of the machine's power
  kNormal,  // the end of the process; at the end of power the last transactions may be gone
};

// "full" and "normal".
absl::StatusOr<StorageSync> ParseStorageSync(absl::string_view text);

// Called before each step that changes a file, with its name ("begin", "put", "erase", "commit",
// "checkpoint"), and after the last two ("committed", "checkpointed"). An error makes the step fail
// without being done. For tests of what happens between any two of them.
using StorageStepHook = std::function<absl::Status(absl::string_view step)>;

struct DatabaseOptions {
  std::string path;
  StorageSync sync = StorageSync::kFull;
  StorageStepHook on_step;  // may be empty
};

// Thread safe. One process's at a time, see DataDirectory.
class Database final : public RecordReader {
 public:
  // Makes the file, with mode 0600, if there is none; brings one of an older version up to date;
  // checks the structure of what there is. Errors: those of BringUpToDate and SqliteError.
  static absl::StatusOr<std::unique_ptr<Database>> Open(DatabaseOptions options);
  ~Database() override;

  // Whether no record was ever written.
  absl::StatusOr<bool> IsEmpty() const;

  // CorruptDatabaseError for a record that is not as it was written. `visit` must not come back to
  // the database.
  absl::Status ForEach(
      absl::string_view table,
      absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit)
      const override;

  // One transaction. DatabaseFailedError: nothing of it is written, and it may be tried again.
  absl::Status Write(const RecordBatch& batch);
  // The same, in the place of every record there is.
  absl::Status ReplaceAll(const RecordBatch& batch);

  // What belongs to the directory rather than to the state; ReplaceAll leaves it. nullopt: never
  // written.
  absl::StatusOr<std::optional<std::string>> ReadProcessValue(absl::string_view name) const;
  absl::Status WriteProcessValue(absl::string_view name, absl::string_view value);

  // Moves what the log has gathered into the database once that is worth it. To be called now and
  // then, when nobody waits. A failure harms nothing: the log goes on.
  void CheckpointIfDue();

 private:
  // 4 MB.
  static constexpr int kCheckpointPages = 1000;

  explicit Database(DatabaseOptions options) : options_(std::move(options)) {}

  absl::Status Init() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Prepare() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Runs `write` as one transaction.
  absl::Status Transact(absl::FunctionRef<absl::Status()> write) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status WriteLocked(const RecordBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status Step(absl::string_view step) const;

  const DatabaseOptions options_;
  mutable Mutex mu_;
  SqliteHandle db_ ABSL_GUARDED_BY(mu_);
  std::optional<SqliteStatement> begin_ ABSL_GUARDED_BY(mu_);
  std::optional<SqliteStatement> commit_ ABSL_GUARDED_BY(mu_);
  std::optional<SqliteStatement> put_ ABSL_GUARDED_BY(mu_);
  std::optional<SqliteStatement> erase_ ABSL_GUARDED_BY(mu_);
  // Pages in the log after the last commit; see sqlite3_wal_hook.
  int log_pages_ ABSL_GUARDED_BY(mu_) = 0;
  // The log is moved into the database when it is this long.
  int next_checkpoint_ ABSL_GUARDED_BY(mu_) = kCheckpointPages;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_DATABASE_H_
