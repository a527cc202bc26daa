// File: emulator/sandboxes/sandbox_records.h
#ifndef LAZULI_EMULATOR_SANDBOXES_SANDBOX_RECORDS_H_
#define LAZULI_EMULATOR_SANDBOXES_SANDBOX_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "emulator/sandboxes/sandboxes.h"

namespace lazuli::emulator {

// Which tenants are sandboxes, as records. To be restored before vaults and accounts are looked up
// by name.
class SandboxRecords final : public RecordSource {
 public:
  // Outlives this.
  explicit SandboxRecords(Sandboxes* sandboxes) : sandboxes_(sandboxes) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  void WriteCounter(RecordWriter* writer) const;

  Sandboxes* const sandboxes_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SANDBOXES_SANDBOX_RECORDS_H_
