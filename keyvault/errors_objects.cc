#include "absl/strings/str_cat.h"
#include "base/excerpt.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault {
namespace {

using make_error::BadParameter;
using make_error::Fail;

absl::Status NotFound(ObjectKind kind, absl::string_view message) {
  return Fail(absl::StatusCode::kNotFound, 404, absl::StrCat(ObjectKindTitle(kind), "NotFound"), "",
              message);
}

absl::Status Conflict(absl::StatusCode canonical, absl::string_view inner_code,
                      absl::string_view message) {
  return Fail(canonical, 409, "Conflict", inner_code, message);
}

}  // namespace

absl::Status ObjectNotFoundError(ObjectKind kind, absl::string_view name,
                                 absl::string_view version) {
  return NotFound(
      kind,
      absl::StrCat("A ", ObjectKindName(kind), " with (name/id) ", Excerpt(name),
                   version.empty() ? "" : "/", Excerpt(version),
                   " was not found in this key vault. If you recently deleted this ",
                   ObjectKindName(kind),
                   " you may be able to recover it using the correct recovery command. For help "
                   "resolving this issue, please see "
                   "https://go.microsoft.com/fwlink/?linkid=2125182"));
}

absl::Status DeletedObjectNotFoundError(ObjectKind kind, absl::string_view name) {
  return NotFound(kind,
                  absl::StrCat("Deleted ", ObjectKindTitle(kind), " not found: ", Excerpt(name)));
}

absl::Status ObjectBeingDeletedOnCreateError(ObjectKind kind, absl::string_view name) {
  return Conflict(absl::StatusCode::kAborted, "ObjectIsBeingDeleted",
                  absl::StrCat(ObjectKindTitle(kind), " ", name,
                               " is currently being deleted and cannot be re-created; retry "
                               "later."));
}

absl::Status ObjectBeingDeletedError(ObjectKind kind, absl::string_view name) {
  return Conflict(absl::StatusCode::kAborted, "ObjectIsBeingDeleted",
                  absl::StrCat(ObjectKindTitle(kind), " ", name, " is currently being deleted."));
}

absl::Status ObjectDeletedButRecoverableError(ObjectKind kind, absl::string_view name) {
  return Conflict(absl::StatusCode::kAlreadyExists, "ObjectIsDeletedButRecoverable",
                  absl::StrCat(ObjectKindTitle(kind), " ", name,
                               " is currently in a deleted but recoverable state, and its name "
                               "cannot be reused; in this state, the ",
                               ObjectKindName(kind), " can only be recovered or purged."));
}

absl::Status ObjectBeingRecoveredError(ObjectKind kind, absl::string_view name) {
  return Conflict(absl::StatusCode::kAborted, "ObjectIsBeingRecovered",
                  absl::StrCat(ObjectKindTitle(kind), " ", name,
                               " is currently being recovered; retry later."));
}

absl::Status ObjectRestoreConflictError(ObjectKind kind, absl::string_view id) {
  const absl::string_view what = ObjectKindName(kind);
  return Conflict(
      absl::StatusCode::kAlreadyExists, "",
      absl::StrCat("There was a conflict restoring the ", what, " '", id,
                   "'. This can happen if either: a second ", what,
                   " with the same name was created after the first ", what,
                   " was deleted; thus trying to restore a ", what,
                   " whose name is already in use. To fix this, rename the second ", what,
                   " to something else so that the restore works. The second probable cause of "
                   "this exception is when multiple operations are performed in parallel against "
                   "the ",
                   what, ". To avoid this error, perform operations against a ", what,
                   " in a sequential manner."));
}

absl::Status ObjectNotDeletedError(ObjectKind kind, absl::string_view name) {
  return Fail(absl::StatusCode::kFailedPrecondition, 400, "MethodNotAllowed",
              "RequestNotAllowedOnNonDeletedObject",
              absl::StrCat(ObjectKindTitle(kind), " exists already: ", name));
}

absl::Status ObjectPurgeProtectedError(const VaultLabel& vault) {
  return Fail(
      absl::StatusCode::kFailedPrecondition, 403, "Forbidden", "",
      absl::StrCat("Operation \"purge\" is not allowed because purge protection is enabled "
                   "for this vault. Key Vault service will automatically purge it after the "
                   "retention period has passed.\r\nVault: ",
                   vault.name, ";location=", vault.location));
}

absl::Status BackupTooLargeError(ObjectKind kind) {
  return BadParameter(
      absl::StrCat(ObjectKindName(kind), "_name"),
      absl::StrCat("The ", ObjectKindName(kind), " cannot be backed up: a backup holds at most ",
                   limits::keyvault::kMaxBackupVersions - 1, " past versions and ",
                   limits::keyvault::kMaxBackupBytes, " bytes."));
}

absl::Status InvalidObjectNameError(absl::string_view field, absl::string_view name) {
  return BadParameter(field,
                      absl::StrCat("The request URI contains an invalid name: ", Excerpt(name)));
}

absl::Status InvalidObjectVersionError(absl::string_view field, absl::string_view http_verb,
                                       absl::string_view version) {
  return BadParameter(field, absl::StrCat("Method ", http_verb, " does not allow operation '",
                                          Excerpt(version), "'"));
}

absl::Status BadObjectParameterError(absl::string_view field, absl::string_view reason) {
  return BadParameter(field, absl::StrCat("Property ", field, " has invalid value\r\n", reason));
}

}  // namespace lazuli::keyvault
