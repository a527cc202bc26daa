#include "keyvault/object_lifecycle.h"

#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

absl::Status CheckCreate(ObjectKind kind, ObjectState state, absl::string_view name) {
  switch (state) {
    case ObjectState::kAbsent:
    case ObjectState::kLive:
      return absl::OkStatus();
    case ObjectState::kDeleting:
    case ObjectState::kPurging:
      return ObjectBeingDeletedOnCreateError(kind, name);
    case ObjectState::kDeleted:
      return ObjectDeletedButRecoverableError(kind, name);
    case ObjectState::kRecovering:
      return ObjectBeingRecoveredError(kind, name);
  }
  return absl::OkStatus();
}

absl::Status CheckRestore(ObjectKind kind, ObjectState state, absl::string_view name,
                          absl::string_view id) {
  switch (state) {
    case ObjectState::kAbsent:
      return absl::OkStatus();
    case ObjectState::kLive:
    case ObjectState::kDeleted:
      return ObjectRestoreConflictError(kind, id);
    case ObjectState::kDeleting:
    case ObjectState::kPurging:
    case ObjectState::kRecovering:
      return CheckCreate(kind, state, name);
  }
  return absl::OkStatus();
}

absl::Status CheckRecover(ObjectKind kind, ObjectState state, absl::string_view name) {
  switch (state) {
    case ObjectState::kAbsent:
      // The service answers with the text for live objects here.
      return ObjectNotFoundError(kind, name, "");
    case ObjectState::kLive:
      return ObjectNotDeletedError(kind, name);
    case ObjectState::kDeleting:
    case ObjectState::kPurging:
      return ObjectBeingDeletedError(kind, name);
    case ObjectState::kDeleted:
      return absl::OkStatus();
    case ObjectState::kRecovering:
      return ObjectBeingRecoveredError(kind, name);
  }
  return absl::OkStatus();
}

absl::Status CheckPurge(ObjectKind kind, ObjectState state, absl::string_view name) {
  switch (state) {
    case ObjectState::kAbsent:
    case ObjectState::kLive:
      return DeletedObjectNotFoundError(kind, name);
    case ObjectState::kDeleting:
    case ObjectState::kPurging:
      return ObjectBeingDeletedError(kind, name);
    case ObjectState::kDeleted:
      return absl::OkStatus();
    case ObjectState::kRecovering:
      return ObjectBeingRecoveredError(kind, name);
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view ObjectStateName(ObjectState state) {
  switch (state) {
    case ObjectState::kAbsent:
      return "";
    case ObjectState::kLive:
      return "Live";
    case ObjectState::kDeleting:
      return "Deleting";
    case ObjectState::kDeleted:
      return "Deleted";
    case ObjectState::kRecovering:
      return "Recovering";
    case ObjectState::kPurging:
      return "Purging";
  }
  return "";
}

absl::Status CheckObjectRequest(ObjectKind kind, ObjectState state, ObjectRequest request,
                                absl::string_view name, absl::string_view restored_id) {
  switch (request) {
    case ObjectRequest::kUse:
    case ObjectRequest::kDelete:
      return state == ObjectState::kLive ? absl::OkStatus() : ObjectNotFoundError(kind, name, "");
    case ObjectRequest::kCreate:
      return CheckCreate(kind, state, name);
    case ObjectRequest::kRestore:
      return CheckRestore(kind, state, name, restored_id);
    case ObjectRequest::kGetDeleted:
      return state == ObjectState::kDeleted ? absl::OkStatus()
                                            : DeletedObjectNotFoundError(kind, name);
    case ObjectRequest::kRecover:
      return CheckRecover(kind, state, name);
    case ObjectRequest::kPurge:
      return CheckPurge(kind, state, name);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
