#include "emulator/arm/role_assignment_records.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "emulator/arm/record_parts.h"
#include "emulator/arm/resource_id.h"
#include "emulator/arm/resource_records.pb.h"
#include "emulator/arm/role_definitions.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

using storage::RoleAssignmentRecord;

constexpr char kTable[] = "arm.role_assignment";

// No name holds a space.
std::string KeyOf(absl::string_view scope, absl::string_view name) {
  return absl::StrCat(scope, " ", name);
}

void Write(const std::string& scope, const std::string& name, const RoleAssignment* assignment,
           RecordWriter* writer) {
  if (assignment == nullptr) return writer->Erase(kTable, KeyOf(scope, name));
  RoleAssignmentRecord record;
  record.set_scope(assignment->scope.text());
  record.set_name(name);
  record.set_role_id(assignment->role->id);
  record.set_principal_id(assignment->principal_id);
  record.set_description(assignment->description);
  *record.mutable_created_on() = ToProto(assignment->created_on);
  *record.mutable_updated_on() = ToProto(assignment->updated_on);
  writer->Put(kTable, KeyOf(scope, name), record.SerializeAsString());
}

}  // namespace

void RoleAssignmentRecords::StartTracking() { roles_->StartTracking(); }

void RoleAssignmentRecords::WriteChanges(RecordWriter* writer) {
  roles_->ExportChanges(
      [writer](const auto& scope, const auto& name, const RoleAssignment* assignment) {
        Write(scope, name, assignment, writer);
      });
}

void RoleAssignmentRecords::WriteAll(RecordWriter* writer) {
  roles_->ExportAll(
      [writer](const auto& scope, const auto& name, const RoleAssignment* assignment) {
        Write(scope, name, assignment, writer);
      });
}

absl::Status RoleAssignmentRecords::Restore(const RecordReader& reader) {
  roles_->BeginRestore();
  return RestoreTable<RoleAssignmentRecord>(
      reader, kTable,
      [this](absl::string_view key, const RoleAssignmentRecord& record) -> absl::Status {
        RoleAssignment assignment;
        absl::StatusOr<ResourceId> scope = ResourceId::Parse(record.scope());
        if (!scope.ok()) return absl::DataLossError("its scope is none");
        assignment.scope = *std::move(scope);
        assignment.name = record.name();
        if (KeyOf(assignment.scope.key(), assignment.name) != key) return OtherNameError();
        assignment.role = FindRole(record.role_id());
        assignment.principal_id = record.principal_id();
        assignment.description = record.description();
        assignment.created_on = FromProto(record.created_on());
        assignment.updated_on = FromProto(record.updated_on());
        return roles_->Restore(std::move(assignment));
      });
}

}  // namespace lazuli::emulator
