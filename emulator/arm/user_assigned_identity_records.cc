#include "emulator/arm/user_assigned_identity_records.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "emulator/arm/record_parts.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/resource_records.pb.h"

namespace lazuli::emulator {
namespace {

using storage::UserIdentityRecord;

constexpr char kTable[] = "arm.user_identity";

void Write(const std::string& key, const UserAssignedIdentity* identity, RecordWriter* writer) {
  if (identity == nullptr) return writer->Erase(kTable, key);
  UserIdentityRecord record;
  record.set_id(identity->id.text());
  record.set_location(identity->location);
  PutTags(identity->tags, &record);
  writer->Put(kTable, key, record.SerializeAsString());
}

}  // namespace

void UserAssignedIdentityRecords::StartTracking() { identities_->StartTracking(); }

void UserAssignedIdentityRecords::WriteChanges(RecordWriter* writer) {
  identities_->ExportChanges([writer](const auto& key, const UserAssignedIdentity* identity) {
    Write(key, identity, writer);
  });
}

void UserAssignedIdentityRecords::WriteAll(RecordWriter* writer) {
  identities_->ExportAll([writer](const auto& key, const UserAssignedIdentity* identity) {
    Write(key, identity, writer);
  });
}

absl::Status UserAssignedIdentityRecords::Restore(const RecordReader& reader) {
  return RestoreTable<UserIdentityRecord>(
      reader, kTable,
      [this](absl::string_view key, const UserIdentityRecord& record) -> absl::Status {
        UserAssignedIdentity identity;
        LAZULI_ASSIGN_OR_RETURN(identity.id, IdOf(record.id(), ResourceId::Kind::kResource));
        if (identity.id.key() != key) return OtherNameError();
        identity.location = record.location();
        identity.tags = TagsOf(record);
        return identities_->Restore(std::move(identity));
      });
}

}  // namespace lazuli::emulator
