// File: emulator/arm/user_assigned_identity_records.h
//
// User-assigned identities as records.
#ifndef LAZULI_EMULATOR_ARM_USER_ASSIGNED_IDENTITY_RECORDS_H_
#define LAZULI_EMULATOR_ARM_USER_ASSIGNED_IDENTITY_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "emulator/arm/user_assigned_identities.h"

namespace lazuli::emulator {

// To be restored after the directory, which has their principals, and the resource groups.
class UserAssignedIdentityRecords final : public RecordSource {
 public:
  // `identities` outlives this.
  explicit UserAssignedIdentityRecords(UserAssignedIdentities* identities)
      : identities_(identities) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  UserAssignedIdentities* const identities_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_USER_ASSIGNED_IDENTITY_RECORDS_H_
