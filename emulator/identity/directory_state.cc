#include "emulator/identity/directory_state.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "emulator/identity/directory.h"

namespace lazuli::emulator {

void Directory::StartTracking() {
  MutexLock lock(&mu_);
  changed_tenants_.Start();
  changed_principals_.Start();
  changed_ordinals_.Start();
}

void Directory::ExportPrincipalLocked(const ObjectKey& object_id, DirectoryStateSink* sink) const {
  const auto found = principals_.find(object_id);
  PrincipalState state = found == principals_.end() ? PrincipalState() : found->second;
  if (object_id == kAdminObjectId) state.secret = ClientSecret();
  sink->OnPrincipal(object_id, state);
}

void Directory::ExportAll(DirectoryStateSink* sink) const {
  MutexLock lock(&mu_);
  for (const auto& [id, tenant] : tenants_) sink->OnTenant(id, &tenant);
  for (const ObjectKey& object_id : used_object_ids_) ExportPrincipalLocked(object_id, sink);
  for (const auto& [of, next] : ordinals_) sink->OnOrdinal(of.first, of.second, next);
}

void Directory::ExportChanges(DirectoryStateSink* sink) {
  MutexLock lock(&mu_);
  for (const std::string& id : changed_tenants_.Take()) {
    const auto found = tenants_.find(id);
    sink->OnTenant(id, found == tenants_.end() ? nullptr : &found->second);
  }
  for (const ObjectKey& id : changed_principals_.Take()) ExportPrincipalLocked(id, sink);
  for (const auto& of : changed_ordinals_.Take()) {
    sink->OnOrdinal(of.first, of.second, ordinals_.at(of));
  }
}

absl::Status Directory::RestoreTenant(const Tenant& tenant) {
  if (!IsGuid(tenant.tenant_id)) return absl::DataLossError("its id is no GUID");
  MutexLock lock(&mu_);
  tenants_[tenant.tenant_id] = tenant;
  return absl::OkStatus();
}

absl::Status Directory::RestorePrincipal(absl::string_view object_id, PrincipalState state) {
  const ObjectKey key(object_id);
  if (!IsGuid(key)) return absl::DataLossError("its id is no GUID");
  MutexLock lock(&mu_);
  // The administrator, made at start.
  if (const auto present = principals_.find(key); present != principals_.end()) {
    if (state.principal == nullptr) return absl::DataLossError("nobody may delete it");
    state.secret = present->second.secret;
    UnlinkLocked(key);
  }
  if (state.principal == nullptr) {
    used_object_ids_.insert(key);
    return absl::OkStatus();
  }
  const Principal& principal = *state.principal;
  if (principal.object_id != key) return absl::DataLossError("it is of another id");
  if (tenants_.count(principal.tenant_id) == 0) return absl::DataLossError("its tenant is missing");
  if (by_app_.count({principal.tenant_id, principal.app_id}) > 0) {
    return absl::DataLossError("another principal has its client id");
  }
  const bool is_managed = principal.type != PrincipalType::kServicePrincipal;
  if (is_managed == principal.resource_id.empty() ||
      by_resource_.count({principal.type, absl::AsciiStrToLower(principal.resource_id)}) > 0) {
    return absl::DataLossError("its resource is none, or another's");
  }
  InsertLocked(std::move(state));
  return absl::OkStatus();
}

absl::Status Directory::RestoreOrdinal(const std::string& parent, const std::string& kind,
                                       uint64_t next) {
  MutexLock lock(&mu_);
  ordinals_[{parent, kind}] = next;
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
