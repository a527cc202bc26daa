// File: emulator/arm/role_assignment_records.h
//
// Role assignments as records.
#ifndef LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENT_RECORDS_H_
#define LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENT_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "emulator/arm/role_assignments.h"

namespace lazuli::emulator {

// To be restored after the directory, which has the principals. The records are all there is: what
// is given at start comes back only if it was not taken away.
class RoleAssignmentRecords final : public RecordSource {
 public:
  // `roles` outlives this.
  explicit RoleAssignmentRecords(RoleAssignments* roles) : roles_(roles) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  RoleAssignments* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_ASSIGNMENT_RECORDS_H_
