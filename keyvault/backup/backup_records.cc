#include "keyvault/backup/backup_records.h"

#include <string>

#include "absl/strings/string_view.h"
#include "base/change_gate.h"
#include "base/secure_bytes.h"

namespace lazuli::keyvault {
namespace {

constexpr char kTable[] = "keyvault.backup";
// There is one record.
constexpr char kKey[] = "root";

}  // namespace

void BackupRecords::StartTracking() {
  if (!is_stored_) ChangeGate::NoteChange();
}

void BackupRecords::WriteChanges(RecordWriter* writer) {
  if (!is_stored_) WriteAll(writer);
}

void BackupRecords::WriteAll(RecordWriter* writer) {
  writer->Put(kTable, kKey, std::string(sealer_->root_key().view()));
  // A store begins with all records; a snapshot is taken of what the store has been given already.
  is_stored_ = true;
}

absl::Status BackupRecords::Restore(const RecordReader& reader) {
  return reader.ForEach(kTable, [this](absl::string_view key, absl::string_view value) {
    if (key != kKey || !sealer_->SetRootKey(SecureBytes(value))) {
      return UnreadableRecordError(kTable, key, "it is no key of backups");
    }
    is_stored_ = true;
    return absl::OkStatus();
  });
}

}  // namespace lazuli::keyvault
