// What the state of an object has to do with what may be done with it.

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/decision.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "keyvault/access_control.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_rules.h"
#include "keyvault/key_version.h"
#include "keyvault/object_kind.h"
#include "keyvault/object_lifecycle.h"
#include "keyvault/object_traits.h"
#include "keyvault/permission.h"
#include "keyvault/secret_version.h"
#include "keyvault/vault.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kWaitForEnd = "advance the clock until it is done";

// The objects that permissions of the kind are for, if a vault holds such.
ObjectKind ObjectKindOf(PermissionKind kind) {
  switch (kind) {
    case PermissionKind::kKeys:
      return ObjectKind::kKey;
    case PermissionKind::kSecrets:
      return ObjectKind::kSecret;
    case PermissionKind::kCertificates:
      return ObjectKind::kCertificate;
  }
  return ObjectKind::kKey;
}

// What a version itself has to say, which exists: of a kind that says nothing below, nothing.
template <typename Version>
absl::Status CheckVersion(const Version&, Permission, absl::Time) {
  return absl::OkStatus();
}

absl::Status CheckVersion(const KeyVersion& version, Permission wanted, absl::Time now) {
  if (wanted == Permission::kRelease) return CheckKeyVersionRelease(version);
  const std::optional<KeyOperation> use = KeyOperationOf(PermissionName(wanted));
  return use.has_value() ? CheckKeyVersionUse(version, *use, now) : absl::OkStatus();
}

absl::Status CheckVersion(const SecretVersion& version, Permission wanted, absl::Time) {
  return wanted == Permission::kGet ? CheckSecretShown(version) : absl::OkStatus();
}

// What the lifecycle is asked by an operation that is not about one version; nullopt: by any other.
std::optional<ObjectRequest> RequestOf(const AccessQuestion& question, Permission wanted) {
  switch (wanted) {
    case Permission::kCreate:
    case Permission::kImport:
      return ObjectRequest::kCreate;
    case Permission::kSet:
      if (question.is_update) return std::nullopt;
      return ObjectRequest::kCreate;
    case Permission::kDelete:
      return ObjectRequest::kDelete;
    case Permission::kBackup:
      return ObjectRequest::kUse;
    case Permission::kRecover:
      return ObjectRequest::kRecover;
    case Permission::kPurge:
      return ObjectRequest::kPurge;
    default:
      if (question.is_about_deleted) return ObjectRequest::kGetDeleted;
      return std::nullopt;
  }
}

template <typename Traits>
absl::Status CheckObject(const Vault& vault, const AccessQuestion& question, Permission wanted,
                         absl::Time now) {
  // Versions are listed of what is not there as well, and a backup says its name itself.
  if (wanted == Permission::kList || wanted == Permission::kRestore) return absl::OkStatus();
  if (const std::optional<ObjectRequest> request = RequestOf(question, wanted)) {
    return vault.CheckRequest<Traits>(question.object_name, *request);
  }
  LAZULI_ASSIGN_OR_RETURN(const VersionPtr<Traits> version,
                          vault.Find<Traits>(question.object_name, question.object_version));
  return CheckVersion(*version, wanted, now);
}

// Whether an error of operations on objects of the kind comes from the state of the name.
bool IsByState(ObjectKind kind, const ErrorInfo& error) {
  return error.code == absl::StrCat(ObjectKindTitle(kind), "NotFound") ||
         error.inner_code == "ObjectIsDeletedButRecoverable" ||
         error.inner_code == "ObjectIsBeingDeleted" ||
         error.inner_code == "ObjectIsBeingRecovered" ||
         error.inner_code == "RequestNotAllowedOnNonDeletedObject";
}

// After which change an object in that state would serve, as a live or as a deleted one.
std::string ChangeFrom(ObjectState state, bool serves_deleted, absl::string_view object) {
  switch (state) {
    case ObjectState::kAbsent:
      return absl::StrCat("create the ", object, serves_deleted ? ", and delete it" : "");
    case ObjectState::kLive:
      return serves_deleted ? absl::StrCat("delete the ", object)
                            : "leave the version out, for the latest";
    case ObjectState::kDeleting:
      return absl::StrCat(kWaitForEnd,
                          serves_deleted ? "" : absl::StrCat(", and recover the deleted ", object));
    case ObjectState::kDeleted:
      return absl::StrCat("recover the deleted ", object);
    case ObjectState::kRecovering:
      return absl::StrCat(kWaitForEnd, serves_deleted ? ", and delete it again" : "");
    case ObjectState::kPurging:
      return absl::StrCat(kWaitForEnd, ", and create the ", object, " anew",
                          serves_deleted ? ", and delete it" : "");
  }
  return "";
}

std::string ReasonOf(ObjectState state, const AccessQuestion& question, absl::string_view object) {
  switch (state) {
    case ObjectState::kAbsent:
      return absl::StrCat("there is no ", question.is_about_deleted ? "deleted " : "", object);
    case ObjectState::kLive:
      return question.is_about_deleted
                 ? absl::StrCat("the ", object, " is not deleted")
                 : absl::StrCat("the ", object, " has no version ", question.object_version);
    case ObjectState::kDeleting:
      return absl::StrCat("the ", object, " is being deleted");
    case ObjectState::kDeleted:
      return absl::StrCat("the ", object, " is deleted");
    case ObjectState::kRecovering:
      return absl::StrCat("the ", object, " is being recovered");
    case ObjectState::kPurging:
      return absl::StrCat("the ", object, " is being purged");
  }
  return "";
}

template <typename Traits>
Decision DescribeObject(const Vault& vault, const AccessQuestion& question) {
  const absl::string_view name = question.object_name;
  const ObjectState state = vault.FindState<Traits>(name);
  const std::string object = absl::StrCat(ObjectKindName(Traits::kKind), " ", name);
  const bool is_there = state != ObjectState::kAbsent;
  // That a version is missing is a matter of existence as well.
  const bool is_by_existence =
      !is_there || (state == ObjectState::kLive && !question.is_about_deleted);
  Decision description{.by = is_by_existence ? "existence" : "state",
                       .allowed = false,
                       .reason = ReasonOf(state, question, object),
                       .change = ChangeFrom(state, question.is_about_deleted, object),
                       .facts = {}};
  if (is_there) description.AddFact("state", ObjectStateName(state));
  if (const auto deleted = vault.FindDeleted<Traits>(name);
      deleted.ok() && deleted->scheduled_purge_date.has_value()) {
    description.AddFact("scheduledPurgeDate", InstantText(*deleted->scheduled_purge_date));
  }
  return description;
}

}  // namespace

absl::Status AccessControl::CheckState(const CallContext& context,
                                       const AccessQuestion& question) const {
  const std::optional<Permission> wanted = ParsePermission(question.kind, question.permission);
  if (!wanted.has_value() || question.object_name.empty()) return absl::OkStatus();
  LAZULI_ASSIGN_OR_RETURN(const VaultPtr vault,
                          registry_->FindLive(question.vault_name, context.name_space));
  absl::Status status;
  VisitObjectKind(ObjectKindOf(question.kind), [&]<typename Traits>() {
    status = CheckObject<Traits>(*vault, question, *wanted, context.now);
  });
  if (status.ok()) return status;
  const std::optional<Decision> decision = DescribeState(context, question, status);
  return decision.has_value() ? WithDecision(std::move(status), *decision) : status;
}

std::optional<Decision> AccessControl::DescribeState(const CallContext& context,
                                                     const AccessQuestion& question,
                                                     const absl::Status& refusal) const {
  if (std::optional<Decision> told = DecisionOf(refusal); told.has_value()) return told;
  if (question.object_name.empty()) return std::nullopt;
  if (!IsByState(ObjectKindOf(question.kind), ErrorInfoOrDefault(refusal))) return std::nullopt;
  const absl::StatusOr<VaultPtr> vault =
      registry_->FindLive(question.vault_name, context.name_space);
  if (!vault.ok()) return std::nullopt;
  std::optional<Decision> description;
  VisitObjectKind(ObjectKindOf(question.kind), [&]<typename Traits>() {
    description = DescribeObject<Traits>(**vault, question);
  });
  return description;
}

}  // namespace lazuli::keyvault
