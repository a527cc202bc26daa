// File: emulator/storage/journal.h
//
// Stores what changes as it changes: a change is answered once it rests on disk. Changes that come
// while one is written are written together (group commit).
#ifndef LAZULI_EMULATOR_STORAGE_JOURNAL_H_
#define LAZULI_EMULATOR_STORAGE_JOURNAL_H_

#include <atomic>
#include <cstdint>
#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "base/change_gate.h"
#include "base/mutex.h"
#include "base/records.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/storage/database.h"
#include "emulator/storage/record_batch.h"

namespace lazuli::emulator {

// One thread cuts what changed, between two changes, out of the sources and writes it as one
// transaction. While it cannot be written it is kept, new changes are refused before they are made,
// and each refused one, and each second, tries again. Thread safe.
class Journal final : public ChangeStore {
 public:
  // All outlive the journal, which becomes the gate's observer. Nothing may change yet; the sources
  // hold what is in the database, but for what they note as they begin to track.
  Journal(Database* database, ChangeGate* gate, std::vector<RecordSource*> sources);
  ~Journal() override;  // Stops.

  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Has the sources note what changes, writes what the database lacks already, and begins. Outside
  // of a change.
  void Start() ABSL_LOCKS_EXCLUDED(mu_);
  // Writes what is left to write and ends. Nothing may change any more. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  // ChangeRefusedError while changes cannot be written. Waits for one more try then, outside of
  // the change that it is called in.
  absl::Status Accepts() override ABSL_LOCKS_EXCLUDED(mu_);
  // ChangeNotStoredError when the writing failed.
  void WhenStored(absl::AnyInvocable<void(absl::Status)> done) override ABSL_LOCKS_EXCLUDED(mu_);

  // For whoever replaces everything that is stored. Pause returns once nothing is being written;
  // nothing is until Resume, and whoever waits goes on waiting. After Abandon nothing will ever be:
  // what waits, and what comes, is as good as stored, since it was replaced. Stop does not write
  // either.
  void Pause() ABSL_LOCKS_EXCLUDED(mu_);
  void Resume() ABSL_LOCKS_EXCLUDED(mu_);
  void Abandon() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Waiter {
    uint64_t change;  // stored once this one is
    absl::AnyInvocable<void(absl::Status)> done;
  };

  void NoteChanged() ABSL_LOCKS_EXCLUDED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for something to write; false at the end.
  bool WaitForWork() ABSL_LOCKS_EXCLUDED(mu_);
  // Takes what changed out of the sources and writes it.
  void WriteOnce() ABSL_LOCKS_EXCLUDED(mu_);
  // Everything up to change number `change` was tried.
  void Conclude(uint64_t change, uint64_t tries, const absl::Status& status)
      ABSL_LOCKS_EXCLUDED(mu_);

  Database* const database_;
  ChangeGate* const gate_;
  const std::vector<RecordSource*> sources_;
  // What failed to be written, together with what came since. The thread's own.
  RecordBatch batch_;
  // Mirrors failure_, so that nobody locks for it.
  std::atomic<bool> has_failed_{false};

  Mutex mu_;
  CondVar work_;                               // for the thread
  CondVar settled_;                            // for those that wait for the thread
  uint64_t changed_ ABSL_GUARDED_BY(mu_) = 0;  // changes so far
  uint64_t stored_ ABSL_GUARDED_BY(mu_) = 0;   // those that are written
  uint64_t tried_ ABSL_GUARDED_BY(mu_) = 0;    // those that were written or failed to be
  absl::Status failure_ ABSL_GUARDED_BY(mu_);  // of the last try
  uint64_t tries_wanted_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t tries_made_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool paused_ ABSL_GUARDED_BY(mu_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_JOURNAL_H_
