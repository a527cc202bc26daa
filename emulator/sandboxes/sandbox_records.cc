#include "emulator/sandboxes/sandbox_records.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "emulator/sandboxes/sandbox.h"
#include "emulator/sandboxes/sandbox_records.pb.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

constexpr char kTable[] = "sandbox";
constexpr char kCounterTable[] = "sandbox.counter";

std::string ToRecord(const Sandbox& sandbox) {
  storage::SandboxRecord record;
  record.set_tenant_id(sandbox.tenant_id);
  record.set_subscription_id(sandbox.subscription_id);
  record.set_resource_group(sandbox.resource_group);
  record.set_client_id(sandbox.client_id);
  record.set_object_id(sandbox.object_id);
  *record.mutable_created_at() = ToProto(sandbox.created_at);
  record.set_has_own_names(sandbox.has_own_names);
  return record.SerializeAsString();
}

Sandbox FromRecord(absl::string_view id, const storage::SandboxRecord& record) {
  return {.id = std::string(id),
          .tenant_id = record.tenant_id(),
          .subscription_id = record.subscription_id(),
          .resource_group = record.resource_group(),
          .client_id = record.client_id(),
          .object_id = record.object_id(),
          .created_at = FromProto(record.created_at()),
          .has_own_names = record.has_own_names()};
}

}  // namespace

void SandboxRecords::StartTracking() { sandboxes_->StartTracking(); }

void SandboxRecords::WriteChanges(RecordWriter* writer) {
  bool any = false;
  sandboxes_->TakeChanges(
      [&](const Sandbox& sandbox) {
        any = true;
        writer->Put(kTable, sandbox.id, ToRecord(sandbox));
      },
      [&](const std::string& id) {
        any = true;
        writer->Erase(kTable, id);
      });
  if (any) WriteCounter(writer);
}

void SandboxRecords::WriteAll(RecordWriter* writer) {
  for (const Sandbox& sandbox : sandboxes_->List()) {
    writer->Put(kTable, sandbox.id, ToRecord(sandbox));
  }
  WriteCounter(writer);
}

void SandboxRecords::WriteCounter(RecordWriter* writer) const {
  storage::SandboxCounterRecord record;
  record.set_made(sandboxes_->made());
  writer->Put(kCounterTable, "", record.SerializeAsString());
}

absl::Status SandboxRecords::Restore(const RecordReader& reader) {
  std::vector<Sandbox> sandboxes;
  LAZULI_RETURN_IF_ERROR(RestoreTable<storage::SandboxRecord>(
      reader, kTable, [&](absl::string_view key, const storage::SandboxRecord& record) {
        if (record.tenant_id().empty() || record.subscription_id().empty()) {
          return absl::DataLossError("it is no sandbox");
        }
        sandboxes.push_back(FromRecord(key, record));
        return absl::OkStatus();
      }));
  uint64_t made = 0;
  LAZULI_RETURN_IF_ERROR(RestoreTable<storage::SandboxCounterRecord>(
      reader, kCounterTable, [&](absl::string_view, const storage::SandboxCounterRecord& record) {
        made = record.made();
        return absl::OkStatus();
      }));
  sandboxes_->Restore(std::move(sandboxes), made);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
