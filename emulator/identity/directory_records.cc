#include "emulator/identity/directory_records.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"
#include "emulator/identity/client_secret.h"
#include "emulator/identity/directory_records.pb.h"
#include "emulator/identity/directory_state.h"
#include "emulator/identity/key_credential.h"
#include "emulator/identity/principal.h"

namespace lazuli::emulator {
namespace {

using storage::IdOrdinalRecord;
using storage::ObjectIdRecord;
using storage::TenantRecord;

constexpr char kTenantTable[] = "identity.tenant";
constexpr char kPrincipalTable[] = "identity.principal";
constexpr char kOrdinalTable[] = "identity.ordinal";

std::string OrdinalKey(const std::string& parent, const std::string& kind) {
  return absl::StrCat(kind, " ", parent);
}

class Writer final : public DirectoryStateSink {
 public:
  explicit Writer(RecordWriter* writer) : writer_(writer) {}

  void OnTenant(const std::string& tenant_id, const Tenant* tenant) override {
    if (tenant == nullptr) return writer_->Erase(kTenantTable, tenant_id);
    TenantRecord record;
    record.set_tenant_id(tenant_id);
    record.set_display_name(tenant->display_name);
    writer_->Put(kTenantTable, tenant_id, record.SerializeAsString());
  }

  void OnPrincipal(const std::string& object_id, const PrincipalState& state) override {
    ObjectIdRecord record;
    record.set_object_id(object_id);
    if (state.principal != nullptr) PutPrincipal(state, record.mutable_principal());
    writer_->Put(kPrincipalTable, object_id, record.SerializeAsString());
  }

  void OnOrdinal(const std::string& parent, const std::string& kind, uint64_t next) override {
    IdOrdinalRecord record;
    record.set_parent(parent);
    record.set_kind(kind);
    record.set_next(next);
    writer_->Put(kOrdinalTable, OrdinalKey(parent, kind), record.SerializeAsString());
  }

 private:
  static void PutPrincipal(const PrincipalState& state, ObjectIdRecord::Principal* record) {
    const Principal& principal = *state.principal;
    record->set_type(static_cast<int>(principal.type));
    record->set_tenant_id(principal.tenant_id);
    record->set_app_id(principal.app_id);
    record->set_display_name(principal.display_name);
    record->set_resource_id(principal.resource_id);
    record->set_secret_salt(state.secret.salt());
    record->set_secret_hash(state.secret.hash());
    for (const KeyCredential::Ptr& key : state.keys) {
      ObjectIdRecord::KeyCredential* const credential = record->add_keys();
      credential->set_is_certificate(key->is_certificate());
      credential->set_der(key->der());
    }
  }

  RecordWriter* const writer_;
};

absl::StatusOr<PrincipalState> PrincipalOf(const ObjectIdRecord& record) {
  PrincipalState state;
  if (!record.has_principal()) return state;
  const ObjectIdRecord::Principal& stored = record.principal();
  if (stored.type() < 0 || stored.type() > static_cast<int>(PrincipalType::kUserAssignedIdentity)) {
    return absl::DataLossError("it is of a type that this version of the emulator does not know");
  }
  Principal principal;
  principal.type = static_cast<PrincipalType>(stored.type());
  principal.tenant_id = stored.tenant_id();
  principal.object_id = record.object_id();
  principal.app_id = stored.app_id();
  principal.display_name = stored.display_name();
  principal.resource_id = stored.resource_id();
  state.principal = std::make_shared<const Principal>(std::move(principal));
  std::optional<ClientSecret> secret =
      ClientSecret::FromStored(stored.secret_salt(), stored.secret_hash());
  if (!secret.has_value()) return absl::DataLossError("its secret cannot be");
  state.secret = *std::move(secret);
  for (const ObjectIdRecord::KeyCredential& key : stored.keys()) {
    absl::StatusOr<KeyCredential::Ptr> credential =
        KeyCredential::FromDer(key.is_certificate(), key.der());
    if (!credential.ok()) return absl::DataLossError("it has a key credential that cannot be");
    state.keys.push_back(*std::move(credential));
  }
  return state;
}

absl::Status RestoreTenant(Directory* directory, absl::string_view key,
                           const TenantRecord& record) {
  if (record.tenant_id() != key) return absl::DataLossError("it is of another id");
  return directory->RestoreTenant(
      {.tenant_id = record.tenant_id(), .display_name = record.display_name()});
}

absl::Status RestorePrincipal(Directory* directory, absl::string_view key,
                              const ObjectIdRecord& record) {
  if (record.object_id() != key) return absl::DataLossError("it is of another id");
  LAZULI_ASSIGN_OR_RETURN(PrincipalState state, PrincipalOf(record));
  return directory->RestorePrincipal(record.object_id(), std::move(state));
}

absl::Status RestoreOrdinal(Directory* directory, absl::string_view key,
                            const IdOrdinalRecord& record) {
  if (OrdinalKey(record.parent(), record.kind()) != key) {
    return absl::DataLossError("it is of another name");
  }
  return directory->RestoreOrdinal(record.parent(), record.kind(), record.next());
}

}  // namespace

void DirectoryRecords::StartTracking() { directory_->StartTracking(); }

void DirectoryRecords::WriteChanges(RecordWriter* writer) {
  Writer records(writer);
  directory_->ExportChanges(&records);
}

void DirectoryRecords::WriteAll(RecordWriter* writer) {
  Writer records(writer);
  directory_->ExportAll(&records);
}

absl::Status DirectoryRecords::Restore(const RecordReader& reader) {
  LAZULI_RETURN_IF_ERROR(RestoreTable<TenantRecord>(
      reader, kTenantTable, [this](absl::string_view key, const TenantRecord& record) {
        return RestoreTenant(directory_, key, record);
      }));
  LAZULI_RETURN_IF_ERROR(RestoreTable<ObjectIdRecord>(
      reader, kPrincipalTable, [this](absl::string_view key, const ObjectIdRecord& record) {
        return RestorePrincipal(directory_, key, record);
      }));
  return RestoreTable<IdOrdinalRecord>(
      reader, kOrdinalTable, [this](absl::string_view key, const IdOrdinalRecord& record) {
        return RestoreOrdinal(directory_, key, record);
      });
}

}  // namespace lazuli::emulator
