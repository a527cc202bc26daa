// File: emulator/identity/directory.cc
#include "emulator/identity/directory.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/identity/errors.h"
#include "emulator/identity/limits.h"

namespace lazuli::emulator {
namespace {

// The last segment of an ARM id.
std::string LastName(absl::string_view resource_id) {
  const size_t slash = resource_id.rfind('/');
  return std::string(slash == absl::string_view::npos ? resource_id
                                                      : resource_id.substr(slash + 1));
}

absl::Status CheckGuid(absl::string_view field, absl::string_view value) {
  if (IsGuid(value)) return absl::OkStatus();
  return InvalidInputError(field, "It has to be a GUID.");
}

absl::Status CheckDisplayName(absl::string_view name, bool required) {
  if (required && name.empty()) return InvalidInputError("displayName", "It is required.");
  if (name.size() > limits::identity::kMaxDisplayNameBytes) {
    return InvalidInputError(
        "displayName",
        absl::StrCat("It has more than ", limits::identity::kMaxDisplayNameBytes, " bytes."));
  }
  return absl::OkStatus();
}

absl::Status CheckSpec(const ServicePrincipalSpec& spec) {
  LAZULI_RETURN_IF_ERROR(CheckDisplayName(spec.display_name, /*required=*/true));
  if (!spec.tenant_id.empty()) LAZULI_RETURN_IF_ERROR(CheckGuid("tenantId", spec.tenant_id));
  if (!spec.app_id.empty()) LAZULI_RETURN_IF_ERROR(CheckGuid("appId", spec.app_id));
  if (!spec.object_id.empty()) LAZULI_RETURN_IF_ERROR(CheckGuid("objectId", spec.object_id));
  if (spec.client_secret.size() > limits::identity::kMaxClientSecretBytes) {
    return InvalidInputError(
        "clientSecret",
        absl::StrCat("It has more than ", limits::identity::kMaxClientSecretBytes, " bytes."));
  }
  return absl::OkStatus();
}

std::string Describe(const Principal& principal) {
  return absl::StrCat(PrincipalTypeName(principal.type), " '", principal.display_name,
                      "', object id ", principal.object_id, ", tenant ", principal.tenant_id);
}

std::string EventResource(const Principal& principal) {
  return absl::StrCat("/tenants/", principal.tenant_id, "/principals/", principal.object_id);
}

batch::ManagedIdentity ToManagedIdentity(const Principal& principal) {
  return {.tenant_id = principal.tenant_id,
          .principal_id = principal.object_id,
          .client_id = principal.app_id,
          .resource_id = principal.resource_id};
}

}  // namespace

absl::string_view PrincipalTypeName(PrincipalType type) {
  switch (type) {
    case PrincipalType::kServicePrincipal:
      return "service principal";
    case PrincipalType::kSystemAssignedIdentity:
      return "system-assigned identity";
    case PrincipalType::kUserAssignedIdentity:
      return "user-assigned identity";
  }
  return "principal";
}

Directory::Directory(IdDeriver ids, const Clock* clock, EventLog* events,
                     absl::string_view admin_secret)
    : ids_(ids), clock_(clock), events_(events) {
  MutexLock lock(&mu_);
  const std::string tenant(kDefaultTenantId);
  tenants_[tenant] = {.tenant_id = tenant, .display_name = "Default"};
  Principal administrator{.type = PrincipalType::kServicePrincipal,
                          .tenant_id = tenant,
                          .object_id = std::string(kAdminObjectId),
                          .app_id = std::string(kAdminAppId),
                          .display_name = std::string(kAdminName),
                          .resource_id = ""};
  InsertLocked({.principal = std::make_shared<const Principal>(std::move(administrator)),
                .secret = ClientSecret(admin_secret)});
}

void Directory::AddListener(PrincipalListener* listener) {
  MutexLock lock(&mu_);
  listeners_.push_back(listener);
}

absl::StatusOr<Tenant> Directory::CreateTenant(absl::string_view tenant_id,
                                               absl::string_view display_name) {
  if (!tenant_id.empty()) LAZULI_RETURN_IF_ERROR(CheckGuid("tenantId", tenant_id));
  LAZULI_RETURN_IF_ERROR(CheckDisplayName(display_name, /*required=*/false));
  Tenant tenant{.tenant_id = absl::AsciiStrToLower(tenant_id),
                .display_name = std::string(display_name)};
  {
    MutexLock lock(&mu_);
    if (tenant.tenant_id.empty()) {
      do {
        tenant.tenant_id = NextIdLocked("", "tenant");
      } while (tenants_.count(tenant.tenant_id) > 0);
    }
    if (!tenants_.emplace(tenant.tenant_id, tenant).second) {
      return TenantExistsError(tenant.tenant_id);
    }
    changed_tenants_.Mark(tenant.tenant_id);
  }
  AppendEvent("tenant", absl::StrCat("/tenants/", tenant.tenant_id), "", "active",
              "tenant created");
  return tenant;
}

absl::Status Directory::DeleteTenant(absl::string_view tenant_id) {
  const std::string key = absl::AsciiStrToLower(tenant_id);
  if (absl::string_view(key) == kDefaultTenantId) {
    return PreconditionError("The default tenant cannot be deleted.");
  }
  {
    MutexLock lock(&mu_);
    const auto first = by_app_.lower_bound({key, ""});
    if (first != by_app_.end() && first->first.first == key) {
      return PreconditionError(absl::StrCat("The tenant '", key, "' still has principals."));
    }
    if (tenants_.erase(key) == 0) return absl::OkStatus();
    changed_tenants_.Mark(key);
  }
  AppendEvent("tenant", absl::StrCat("/tenants/", key), "active", "", "tenant deleted");
  return absl::OkStatus();
}

bool Directory::HasTenant(absl::string_view tenant_id) const {
  const std::string key = absl::AsciiStrToLower(tenant_id);
  MutexLock lock(&mu_);
  return tenants_.count(key) > 0;
}

std::vector<Tenant> Directory::ListTenants() const {
  MutexLock lock(&mu_);
  std::vector<Tenant> tenants;
  tenants.reserve(tenants_.size());
  for (const auto& [id, tenant] : tenants_) tenants.push_back(tenant);
  return tenants;
}

absl::StatusOr<CreatedServicePrincipal> Directory::CreateServicePrincipal(
    const ServicePrincipalSpec& spec) {
  LAZULI_RETURN_IF_ERROR(CheckSpec(spec));
  CreatedServicePrincipal created;
  created.client_secret =
      spec.client_secret.empty() ? ClientSecret::Generate() : spec.client_secret;
  const ClientSecret secret(created.client_secret);
  Principal principal{.type = PrincipalType::kServicePrincipal,
                      .tenant_id = absl::AsciiStrToLower(
                          spec.tenant_id.empty() ? std::string(kDefaultTenantId) : spec.tenant_id),
                      .object_id = absl::AsciiStrToLower(spec.object_id),
                      .app_id = absl::AsciiStrToLower(spec.app_id),
                      .display_name = spec.display_name,
                      .resource_id = ""};
  {
    MutexLock lock(&mu_);
    if (tenants_.count(principal.tenant_id) == 0) return TenantNotFoundError(principal.tenant_id);
    if (used_object_ids_.count(principal.object_id) > 0) {
      return PrincipalExistsError("objectId", principal.object_id);
    }
    if (by_app_.count({principal.tenant_id, principal.app_id}) > 0) {
      return PrincipalExistsError("appId", principal.app_id);
    }
    if (principal.object_id.empty()) {
      principal.object_id = NextIdLocked(principal.tenant_id, "servicePrincipal");
    }
    if (principal.app_id.empty()) {
      principal.app_id = NextIdLocked(principal.tenant_id, "application");
    }
    created.principal = std::make_shared<const Principal>(std::move(principal));
    InsertLocked({.principal = created.principal, .secret = secret});
  }
  AnnounceCreated(*created.principal);
  return created;
}

absl::Status Directory::DeleteServicePrincipal(absl::string_view object_id) {
  const std::string key = absl::AsciiStrToLower(object_id);
  Principal::Ptr principal;
  {
    MutexLock lock(&mu_);
    const auto found = principals_.find(key);
    if (found == principals_.end()) return PrincipalNotFoundError(object_id);
    if (found->second.principal->type != PrincipalType::kServicePrincipal) {
      return PreconditionError(
          "A managed identity is deleted with the resource that it belongs to.");
    }
    if (key == std::string(kAdminObjectId)) {
      return PreconditionError(
          "The administrator cannot be deleted: nobody could control the emulator any more.");
    }
    principal = RemoveLocked(key);
  }
  AnnounceDeleted(*principal);
  return absl::OkStatus();
}

absl::StatusOr<Principal::Ptr> Directory::Find(absl::string_view text,
                                               absl::string_view tenant_id) const {
  const std::string id = absl::AsciiStrToLower(text);
  const std::string tenant = absl::AsciiStrToLower(tenant_id);
  const std::string name(text);
  if (text.empty()) return PrincipalNotFoundError(text);
  // An id wins over a name that looks like it.
  std::vector<Principal::Ptr> by_app;
  std::vector<Principal::Ptr> by_name;
  {
    MutexLock lock(&mu_);
    const auto found = principals_.find(id);
    if (found != principals_.end() &&
        (tenant.empty() || found->second.principal->tenant_id == tenant)) {
      return found->second.principal;
    }
    for (const auto& [object_id, record] : principals_) {
      const Principal& principal = *record.principal;
      if (!tenant.empty() && principal.tenant_id != tenant) continue;
      if (principal.app_id == id) by_app.push_back(record.principal);
      if (principal.display_name == name) by_name.push_back(record.principal);
    }
  }
  const std::vector<Principal::Ptr>& found = by_app.empty() ? by_name : by_app;
  if (found.empty()) return PrincipalNotFoundError(text);
  if (found.size() > 1) {
    std::vector<std::string> candidates;
    for (const Principal::Ptr& principal : found) candidates.push_back(Describe(*principal));
    return AmbiguousPrincipalError(text, candidates);
  }
  return found.front();
}

Principal::Ptr Directory::FindByObjectId(absl::string_view object_id) const {
  const std::string key = absl::AsciiStrToLower(object_id);
  MutexLock lock(&mu_);
  const auto found = principals_.find(key);
  return found == principals_.end() ? nullptr : found->second.principal;
}

Principal::Ptr Directory::FindByAppId(absl::string_view tenant_id, absl::string_view app_id) const {
  const AppKey key(absl::AsciiStrToLower(tenant_id), absl::AsciiStrToLower(app_id));
  MutexLock lock(&mu_);
  const auto found = by_app_.find(key);
  return found == by_app_.end() ? nullptr : principals_.at(found->second).principal;
}

std::vector<Principal::Ptr> Directory::ListPrincipals(absl::string_view tenant_id) const {
  const std::string tenant = absl::AsciiStrToLower(tenant_id);
  std::map<std::pair<std::string, std::string>, Principal::Ptr> ordered;
  {
    MutexLock lock(&mu_);
    for (const auto& [object_id, record] : principals_) {
      const Principal::Ptr& principal = record.principal;
      if (!tenant.empty() && principal->tenant_id != tenant) continue;
      ordered.emplace(std::make_pair(principal->tenant_id, object_id), principal);
    }
  }
  std::vector<Principal::Ptr> principals;
  principals.reserve(ordered.size());
  for (auto& [key, principal] : ordered) principals.push_back(std::move(principal));
  return principals;
}

bool Directory::CheckSecret(absl::string_view object_id, absl::string_view secret) const {
  const std::string key = absl::AsciiStrToLower(object_id);
  ClientSecret expected;
  {
    MutexLock lock(&mu_);
    const auto found = principals_.find(key);
    if (found != principals_.end()) expected = found->second.secret;
  }
  return expected.Matches(secret);
}

absl::Status Directory::AddKeyCredential(absl::string_view object_id,
                                         KeyCredential::Ptr credential) {
  const std::string key = absl::AsciiStrToLower(object_id);
  const std::string thumbprint = credential->thumbprint();
  Principal::Ptr principal;
  {
    MutexLock lock(&mu_);
    const auto found = principals_.find(key);
    if (found == principals_.end()) return PrincipalNotFoundError(object_id);
    Record& record = found->second;
    if (record.principal->type != PrincipalType::kServicePrincipal) {
      return PreconditionError("A managed identity signs in without credentials.");
    }
    for (const KeyCredential::Ptr& other : record.keys) {
      if (other->thumbprint() == thumbprint) return KeyCredentialExistsError(thumbprint);
    }
    if (record.keys.size() >= limits::identity::kMaxKeyCredentials) {
      return PreconditionError(absl::StrCat("The principal has ", record.keys.size(),
                                            " key credentials, which is the most."));
    }
    record.keys.push_back(std::move(credential));
    changed_principals_.Mark(key);
    principal = record.principal;
  }
  AppendEvent("keyCredential", EventResource(*principal), "", "active",
              absl::StrCat("key credential ", thumbprint, " added"));
  return absl::OkStatus();
}

absl::Status Directory::RemoveKeyCredential(absl::string_view object_id,
                                            absl::string_view thumbprint) {
  const std::string key = absl::AsciiStrToLower(object_id);
  Principal::Ptr principal;
  {
    MutexLock lock(&mu_);
    const auto found = principals_.find(key);
    if (found == principals_.end()) return PrincipalNotFoundError(object_id);
    std::vector<KeyCredential::Ptr>& keys = found->second.keys;
    const auto gone = std::find_if(keys.begin(), keys.end(), [&](const KeyCredential::Ptr& one) {
      return absl::EqualsIgnoreCase(one->thumbprint(), thumbprint);
    });
    if (gone == keys.end()) return KeyCredentialNotFoundError(thumbprint);
    keys.erase(gone);
    changed_principals_.Mark(key);
    principal = found->second.principal;
  }
  AppendEvent("keyCredential", EventResource(*principal), "active", "",
              absl::StrCat("key credential ", thumbprint, " removed"));
  return absl::OkStatus();
}

std::vector<KeyCredential::Ptr> Directory::KeyCredentials(absl::string_view object_id) const {
  const std::string key = absl::AsciiStrToLower(object_id);
  MutexLock lock(&mu_);
  const auto found = principals_.find(key);
  return found == principals_.end() ? std::vector<KeyCredential::Ptr>() : found->second.keys;
}

absl::StatusOr<Principal::Ptr> Directory::CreateUserAssigned(absl::string_view resource_id,
                                                             absl::string_view tenant_id) {
  return CreateManagedIdentity(PrincipalType::kUserAssignedIdentity, resource_id, tenant_id);
}

bool Directory::DeleteUserAssigned(absl::string_view resource_id) {
  return DeleteManagedIdentity(PrincipalType::kUserAssignedIdentity, resource_id);
}

absl::StatusOr<batch::ManagedIdentity> Directory::CreateSystemAssigned(
    absl::string_view resource_id, absl::string_view tenant_id) {
  LAZULI_ASSIGN_OR_RETURN(
      const Principal::Ptr principal,
      CreateManagedIdentity(PrincipalType::kSystemAssignedIdentity, resource_id, tenant_id));
  return ToManagedIdentity(*principal);
}

void Directory::DeleteSystemAssigned(absl::string_view resource_id) {
  DeleteManagedIdentity(PrincipalType::kSystemAssignedIdentity, resource_id);
}

absl::StatusOr<batch::ManagedIdentity> Directory::FindUserAssigned(
    absl::string_view resource_id) const {
  const ResourceKey key(PrincipalType::kUserAssignedIdentity, absl::AsciiStrToLower(resource_id));
  MutexLock lock(&mu_);
  const auto found = by_resource_.find(key);
  if (found == by_resource_.end()) return IdentityNotFoundError(resource_id);
  return ToManagedIdentity(*principals_.at(found->second).principal);
}

absl::StatusOr<Principal::Ptr> Directory::CreateManagedIdentity(PrincipalType type,
                                                                absl::string_view resource_id,
                                                                absl::string_view tenant_id) {
  const ResourceKey key(type, absl::AsciiStrToLower(resource_id));
  const std::string kind = type == PrincipalType::kSystemAssignedIdentity ? "systemAssignedIdentity"
                                                                          : "userAssignedIdentity";
  Principal identity{.type = type,
                     .tenant_id = absl::AsciiStrToLower(tenant_id),
                     .object_id = "",
                     .app_id = "",
                     .display_name = LastName(resource_id),
                     .resource_id = std::string(resource_id)};
  Principal::Ptr principal;
  {
    MutexLock lock(&mu_);
    const auto found = by_resource_.find(key);
    if (found != by_resource_.end()) return principals_.at(found->second).principal;
    if (tenants_.count(identity.tenant_id) == 0) return TenantNotFoundError(tenant_id);
    identity.object_id = NextIdLocked(key.second, kind);
    identity.app_id = NextIdLocked(key.second, absl::StrCat(kind, ".client"));
    principal = std::make_shared<const Principal>(std::move(identity));
    InsertLocked({.principal = principal, .secret = ClientSecret()});
  }
  AnnounceCreated(*principal);
  return principal;
}

bool Directory::DeleteManagedIdentity(PrincipalType type, absl::string_view resource_id) {
  const ResourceKey key(type, absl::AsciiStrToLower(resource_id));
  Principal::Ptr principal;
  {
    MutexLock lock(&mu_);
    const auto found = by_resource_.find(key);
    if (found == by_resource_.end()) return false;
    principal = RemoveLocked(ObjectKey(found->second));
  }
  AnnounceDeleted(*principal);
  return true;
}

std::string Directory::NextIdLocked(const std::string& parent, const std::string& kind) {
  const std::pair<std::string, std::string> key(parent, kind);
  uint64_t& ordinal = ordinals_[key];
  changed_ordinals_.Mark(key);
  std::string id;
  do {
    id = ids_.Guid(parent, kind, ordinal++);
  } while (used_object_ids_.count(id) > 0);
  return id;
}

void Directory::InsertLocked(Record record) {
  const Principal& principal = *record.principal;
  const ObjectKey object_id = principal.object_id;
  changed_principals_.Mark(object_id);
  used_object_ids_.insert(object_id);
  by_app_[{principal.tenant_id, principal.app_id}] = object_id;
  if (!principal.resource_id.empty()) {
    by_resource_[{principal.type, absl::AsciiStrToLower(principal.resource_id)}] = object_id;
  }
  principals_[object_id] = std::move(record);
}

Principal::Ptr Directory::RemoveLocked(const ObjectKey& object_id) {
  Principal::Ptr principal = principals_.at(object_id).principal;
  changed_principals_.Mark(object_id);
  UnlinkLocked(object_id);
  deletion_epoch_.fetch_add(1, std::memory_order_acq_rel);
  return principal;
}

void Directory::UnlinkLocked(const ObjectKey& object_id) {
  const auto found = principals_.find(object_id);
  const Principal& principal = *found->second.principal;
  by_app_.erase({principal.tenant_id, principal.app_id});
  if (!principal.resource_id.empty()) {
    by_resource_.erase({principal.type, absl::AsciiStrToLower(principal.resource_id)});
  }
  principals_.erase(found);
}

void Directory::AppendEvent(const std::string& kind, std::string resource, std::string from,
                            std::string to, std::string cause) {
  Event event;
  event.time = clock_->Now();
  event.kind = kind;
  event.resource = std::move(resource);
  event.from = std::move(from);
  event.to = std::move(to);
  event.cause = std::move(cause);
  events_->Append(std::move(event));
}

void Directory::AnnounceCreated(const Principal& principal) {
  AppendEvent(
      "principal", EventResource(principal), "", "active",
      absl::StrCat(PrincipalTypeName(principal.type), " '", principal.display_name, "' created"));
}

void Directory::AnnounceDeleted(const Principal& principal) {
  const std::string cause =
      absl::StrCat(PrincipalTypeName(principal.type), " '", principal.display_name, "' deleted");
  AppendEvent("principal", EventResource(principal), "active", "", cause);
  std::vector<PrincipalListener*> listeners;
  {
    MutexLock lock(&mu_);
    listeners = listeners_;
  }
  for (PrincipalListener* listener : listeners) {
    listener->OnPrincipalDeleted(principal.object_id, cause);
  }
}

}  // namespace lazuli::emulator
