#include "keyvault/access_policy.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kPath = "properties.accessPolicies";

bool SamePrincipal(const AccessPolicy& a, const AccessPolicy& b) {
  return absl::EqualsIgnoreCase(a.object_id, b.object_id) &&
         absl::EqualsIgnoreCase(a.application_id, b.application_id);
}

bool Names(const std::vector<std::string>& list, absl::string_view text) {
  return std::any_of(list.begin(), list.end(), [text](const std::string& entry) {
    return absl::EqualsIgnoreCase(entry, text);
  });
}

void Unite(const std::vector<std::string>& added, std::vector<std::string>* list) {
  for (const std::string& entry : added) {
    if (!Names(*list, entry)) list->push_back(entry);
  }
}

void Subtract(const std::vector<std::string>& removed, std::vector<std::string>* list) {
  std::erase_if(*list, [&removed](const std::string& entry) { return Names(removed, entry); });
}

void ApplyToEntry(AccessPolicyChange change, const AccessPolicy& given, AccessPolicy* entry) {
  for (auto list : {&AccessPolicy::keys, &AccessPolicy::secrets, &AccessPolicy::certificates,
                    &AccessPolicy::storage}) {
    switch (change) {
      case AccessPolicyChange::kAdd:
        Unite(given.*list, &(entry->*list));
        break;
      case AccessPolicyChange::kReplace:
        entry->*list = given.*list;
        break;
      case AccessPolicyChange::kRemove:
        Subtract(given.*list, &(entry->*list));
        break;
    }
  }
}

bool GrantsNothing(const AccessPolicy& entry) {
  return entry.keys.empty() && entry.secrets.empty() && entry.certificates.empty() &&
         entry.storage.empty();
}

using PermissionsByKind = std::array<PermissionSet, kPermissionKindCount>;

absl::Status AddPermissions(PermissionKind kind, const std::vector<std::string>& names,
                            absl::string_view path, PermissionsByKind* permissions) {
  PermissionSet& set = (*permissions)[static_cast<size_t>(kind)];
  for (size_t i = 0; i < names.size(); ++i) {
    if (set.AddNamed(kind, names[i])) continue;
    const absl::string_view kind_name = PermissionKindName(kind);
    return InvalidVaultPropertyError(absl::StrCat(path, ".permissions.", kind_name, "[", i, "]"),
                                     absl::StrCat("It is not a permission for ", kind_name, "."));
  }
  return absl::OkStatus();
}

absl::StatusOr<PermissionsByKind> CheckEntry(const AccessPolicy& entry, size_t position,
                                             absl::string_view vault_tenant_id) {
  const std::string path = absl::StrCat(kPath, "[", position, "]");
  if (!absl::EqualsIgnoreCase(entry.tenant_id, vault_tenant_id)) {
    return InvalidVaultPropertyError(absl::StrCat(path, ".tenantId"),
                                     "It must be the tenant of the vault.");
  }
  if (!IsGuid(entry.object_id)) {
    return InvalidVaultPropertyError(absl::StrCat(path, ".objectId"), "It must be a GUID.");
  }
  if (!entry.application_id.empty() && !IsGuid(entry.application_id)) {
    return InvalidVaultPropertyError(absl::StrCat(path, ".applicationId"), "It must be a GUID.");
  }
  PermissionsByKind permissions;
  LAZULI_RETURN_IF_ERROR(AddPermissions(PermissionKind::kKeys, entry.keys, path, &permissions));
  LAZULI_RETURN_IF_ERROR(
      AddPermissions(PermissionKind::kSecrets, entry.secrets, path, &permissions));
  LAZULI_RETURN_IF_ERROR(
      AddPermissions(PermissionKind::kCertificates, entry.certificates, path, &permissions));
  return permissions;
}

}  // namespace

std::optional<AccessPolicyChange> ParseAccessPolicyChange(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "add")) return AccessPolicyChange::kAdd;
  if (absl::EqualsIgnoreCase(text, "replace")) return AccessPolicyChange::kReplace;
  if (absl::EqualsIgnoreCase(text, "remove")) return AccessPolicyChange::kRemove;
  return std::nullopt;
}

absl::StatusOr<AccessPolicyTable> AccessPolicyTable::Create(std::vector<AccessPolicy> entries,
                                                            absl::string_view vault_tenant_id) {
  if (entries.size() > limits::keyvault::kMaxAccessPolicies) {
    return InvalidVaultPropertyError(
        kPath, absl::StrCat("A vault has at most ", limits::keyvault::kMaxAccessPolicies,
                            " access policies."));
  }
  AccessPolicyTable table;
  table.index_.reserve(entries.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    absl::StatusOr<PermissionsByKind> permissions = CheckEntry(entries[i], i, vault_tenant_id);
    if (!permissions.ok()) return std::move(permissions).status();
    table.index_.push_back(
        {absl::AsciiStrToLower(entries[i].object_id), static_cast<uint32_t>(i), *permissions});
  }
  std::sort(table.index_.begin(), table.index_.end(), [](const IndexEntry& a, const IndexEntry& b) {
    return std::tie(a.object_id, a.position) < std::tie(b.object_id, b.position);
  });
  // Entries of one object id lie side by side, and are few.
  for (size_t i = 1; i < table.index_.size(); ++i) {
    for (size_t j = i; j-- > 0 && table.index_[j].object_id == table.index_[i].object_id;) {
      if (SamePrincipal(entries[table.index_[i].position], entries[table.index_[j].position])) {
        return InvalidVaultPropertyError(
            absl::StrCat(kPath, "[", table.index_[i].position, "].objectId"),
            "Another entry names the same object and application.");
      }
    }
  }
  table.entries_ = std::move(entries);
  return table;
}

absl::StatusOr<AccessPolicyTable> AccessPolicyTable::Apply(
    AccessPolicyChange change, const std::vector<AccessPolicy>& entries,
    absl::string_view vault_tenant_id) const {
  // What is given must be a table by itself: errors then name its entries, not those of the result.
  const absl::StatusOr<AccessPolicyTable> given = Create(entries, vault_tenant_id);
  if (!given.ok()) return given.status();
  std::vector<AccessPolicy> result = entries_;
  for (const AccessPolicy& entry : entries) {
    const auto match = std::find_if(
        result.begin(), result.end(),
        [&entry](const AccessPolicy& present) { return SamePrincipal(present, entry); });
    if (match != result.end()) {
      ApplyToEntry(change, entry, &*match);
      if (change == AccessPolicyChange::kRemove && GrantsNothing(*match)) result.erase(match);
    } else if (change != AccessPolicyChange::kRemove) {
      result.push_back(entry);
    }
  }
  return Create(std::move(result), vault_tenant_id);
}

AccessPolicyTable::Grant AccessPolicyTable::Find(const Caller& caller, PermissionKind kind,
                                                 Permission wanted) const {
  Grant grant;
  const std::string object_id = absl::AsciiStrToLower(caller.object_id);
  auto entry = std::lower_bound(
      index_.begin(), index_.end(), object_id,
      [](const IndexEntry& a, const std::string& wanted) { return a.object_id < wanted; });
  for (; entry != index_.end() && entry->object_id == object_id; ++entry) {
    const AccessPolicy& policy = entries_[entry->position];
    if (!absl::EqualsIgnoreCase(policy.tenant_id, caller.tenant_id)) continue;
    if (!policy.application_id.empty() &&
        !absl::EqualsIgnoreCase(policy.application_id, caller.app_id)) {
      continue;
    }
    const PermissionSet granted = entry->permissions[static_cast<size_t>(kind)];
    const bool grants_first = granted.Grants(wanted) && !grant.permissions.Grants(wanted);
    if (!grant.found || grants_first) grant.position = entry->position;
    grant.found = true;
    grant.permissions.AddAll(granted);
  }
  return grant;
}

}  // namespace lazuli::keyvault
