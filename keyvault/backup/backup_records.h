// File: keyvault/backup/backup_records.h
//
// The root key of backups as a record, so that a backup can be restored by another process that
// goes on with the state of this one.
#ifndef LAZULI_KEYVAULT_BACKUP_BACKUP_RECORDS_H_
#define LAZULI_KEYVAULT_BACKUP_BACKUP_RECORDS_H_

#include <atomic>

#include "absl/status/status.h"
#include "base/records.h"
#include "keyvault/backup/backup_sealer.h"

namespace lazuli::keyvault {

// The key stands in the record as it is: whoever keeps records keeps secrets. A state of before
// there were backups has none; the sealer's own is stored then, as a change that StartTracking
// notes: what is sealed is of no use to anybody without it.
class BackupRecords final : public RecordSource {
 public:
  // `sealer` outlives this.
  explicit BackupRecords(BackupSealer* sealer) : sealer_(sealer) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  BackupSealer* const sealer_;
  // The store holds the key.
  std::atomic<bool> is_stored_{false};
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_BACKUP_BACKUP_RECORDS_H_
