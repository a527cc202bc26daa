// File: emulator/identity/directory_records.h
//
// The directory as records.
#ifndef LAZULI_EMULATOR_IDENTITY_DIRECTORY_RECORDS_H_
#define LAZULI_EMULATOR_IDENTITY_DIRECTORY_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "emulator/identity/directory.h"

namespace lazuli::emulator {

// Secrets rest salted and hashed, as the directory has them; the administrator's does not rest at
// all. What is of the process alone is not kept: the deletion epoch, the listeners.
class DirectoryRecords final : public RecordSource {
 public:
  // `directory` outlives this.
  explicit DirectoryRecords(Directory* directory) : directory_(directory) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  Directory* const directory_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_DIRECTORY_RECORDS_H_
