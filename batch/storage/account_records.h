// File: batch/storage/account_records.h
//
// Batch accounts and the work in them as records: one an account, pool, node, job and task, so that
// what changes one task writes one or two, however many there are.
#ifndef LAZULI_BATCH_STORAGE_ACCOUNT_RECORDS_H_
#define LAZULI_BATCH_STORAGE_ACCOUNT_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "batch/account_registry.h"

namespace lazuli::batch {

// What is sealed in memory stands sealed in the records. The data key stands there wrapped: by the
// customer's key, which lies in its vault, or else by the platform key beside it. Shared keys stand
// as they are, since an account must know its callers also without its data key: whoever keeps
// records keeps secrets.
//
// Restore asks nobody and leaves the accounts without their data keys; AccountRegistry::Resume then
// brings them to life.
class AccountRecords final : public RecordSource {
 public:
  // `registry` outlives this. Its accounts have the work of batch/account_workload.h.
  explicit AccountRecords(AccountRegistry* registry) : registry_(registry) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  AccountRegistry* const registry_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_STORAGE_ACCOUNT_RECORDS_H_
