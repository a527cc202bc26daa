// File: emulator/arm/resource_directory_records.h
//
// Subscriptions and resource groups as records.
#ifndef LAZULI_EMULATOR_ARM_RESOURCE_DIRECTORY_RECORDS_H_
#define LAZULI_EMULATOR_ARM_RESOURCE_DIRECTORY_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "emulator/arm/resource_directory.h"

namespace lazuli::emulator {

// To be restored after the directory of tenants.
class ResourceDirectoryRecords final : public RecordSource {
 public:
  // `resources` outlives this.
  explicit ResourceDirectoryRecords(ResourceDirectory* resources) : resources_(resources) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  ResourceDirectory* const resources_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_RESOURCE_DIRECTORY_RECORDS_H_
