// File: keyvault/storage/vault_records.h
//
// Vaults and their objects as records: one for the name of a vault, one for the name of an object
// and one for each version, so that what changes one object writes one or two records, however many
// there are.
#ifndef LAZULI_KEYVAULT_STORAGE_VAULT_RECORDS_H_
#define LAZULI_KEYVAULT_STORAGE_VAULT_RECORDS_H_

#include "absl/status/status.h"
#include "base/records.h"
#include "keyvault/vault_registry.h"

namespace lazuli::keyvault {

// Private keys and secrets stand in the records as they are: whoever keeps records keeps secrets.
// What is of the process alone is not kept: the listener, who waits.
class VaultRecords final : public RecordSource {
 public:
  // `registry` outlives this.
  explicit VaultRecords(VaultRegistry* registry) : registry_(registry) {}

  void StartTracking() override;
  void WriteChanges(RecordWriter* writer) override;
  void WriteAll(RecordWriter* writer) override;
  absl::Status Restore(const RecordReader& reader) override;

 private:
  VaultRegistry* const registry_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_STORAGE_VAULT_RECORDS_H_
