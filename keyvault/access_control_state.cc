// What the state of an object has to do with what may be done with it.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "keyvault/access_control.h"
#include "keyvault/errors.h"
#include "keyvault/key_operation.h"
#include "keyvault/permission.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

// What a deleted key lies in.
void DescribeDeleted(const DeletedKey& deleted, absl::string_view name, Decision* description) {
  description->by = "state";
  description->reason = absl::StrCat("the key ", name, " is deleted");
  description->AddFact("state", "Deleted");
  if (deleted.scheduled_purge_date.has_value()) {
    description->AddFact("scheduledPurgeDate", TimeText(*deleted.scheduled_purge_date));
  }
}

}  // namespace

absl::Status AccessControl::CheckState(const CallContext& context,
                                       const AccessQuestion& question) const {
  if (question.kind != PermissionKind::kKeys || question.object_name.empty()) {
    return absl::OkStatus();
  }
  const std::optional<Permission> wanted = ParsePermission(question.kind, question.permission);
  if (!wanted.has_value()) return absl::OkStatus();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(question.vault_name, context.name_space));
  if (const std::optional<KeyOperation> use = KeyOperationOf(question.permission)) {
    return CheckKeyUse(context, question.vault_name, question.object_name, question.object_version,
                       *use);
  }
  switch (*wanted) {
    case Permission::kCreate:
    case Permission::kImport:
      return vault->CheckCreatable(question.object_name);
    case Permission::kRecover:
    case Permission::kPurge:
      LAZULI_RETURN_IF_ERROR(vault->FindDeletedKey(question.object_name).status());
      if (*wanted == Permission::kPurge && vault->record()->settings.purge_protection) {
        return ObjectPurgeProtectedError(vault->record()->label());
      }
      return absl::OkStatus();
    case Permission::kList:
    case Permission::kRestore:
      return absl::OkStatus();
    default:
      return question.is_about_deleted
                 ? vault->FindDeletedKey(question.object_name).status()
                 : vault->FindKey(question.object_name, question.object_version).status();
  }
}

std::optional<Decision> AccessControl::DescribeState(const CallContext& context,
                                                     const AccessQuestion& question,
                                                     const absl::Status& refusal) const {
  if (std::optional<Decision> told = DecisionOf(refusal); told.has_value()) return told;
  if (question.kind != PermissionKind::kKeys || question.object_name.empty()) return std::nullopt;
  const absl::StatusOr<VaultPtr> vault =
      registry_->FindLive(question.vault_name, context.name_space);
  if (!vault.ok()) return std::nullopt;
  const absl::string_view name = question.object_name;
  const ErrorInfo info = ErrorInfoOrDefault(refusal);
  const absl::StatusOr<DeletedKey> deleted = (*vault)->FindDeletedKey(name);
  Decision description;
  if (info.code == "KeyNotFound" || info.inner_code == "ObjectIsDeletedButRecoverable") {
    if (deleted.ok()) {
      DescribeDeleted(*deleted, name, &description);
      description.change = absl::StrCat("recover the deleted key ", name);
      return description;
    }
    description.by = "existence";
    const bool has_version = !question.object_version.empty() && (*vault)->FindKey(name, "").ok();
    description.reason =
        has_version ? absl::StrCat("the key ", name, " has no version ", question.object_version)
                    : absl::StrCat("there is no ", question.is_about_deleted ? "deleted " : "",
                                   "key ", name);
    description.change = question.is_about_deleted ? absl::StrCat("delete the key ", name)
                         : has_version             ? "leave the version out, for the latest"
                                                   : absl::StrCat("create the key ", name);
    return description;
  }
  if (info.inner_code == "ObjectIsBeingDeleted" || info.inner_code == "ObjectIsBeingRecovered") {
    description.by = "state";
    description.reason = std::string(refusal.message());
    description.change = "advance the clock until it is done";
    return description;
  }
  if (question.permission == "purge" && deleted.ok() && info.http_status == 403) {
    DescribeDeleted(*deleted, name, &description);
    description.by = "purgeProtection";
    description.reason = "enablePurgeProtection of the vault is true";
    if (deleted->scheduled_purge_date.has_value()) {
      description.change =
          absl::StrCat("advance the clock to ", TimeText(*deleted->scheduled_purge_date),
                       ", when the key is purged by itself");
    }
    return description;
  }
  return std::nullopt;
}

}  // namespace lazuli::keyvault
