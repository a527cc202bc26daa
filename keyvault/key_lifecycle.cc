#include "keyvault/key_lifecycle.h"

#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

absl::Status CheckCreate(KeyState state, absl::string_view name) {
  switch (state) {
    case KeyState::kAbsent:
    case KeyState::kLive:
      return absl::OkStatus();
    case KeyState::kDeleting:
      return KeyBeingDeletedOnCreateError(name);
    case KeyState::kDeleted:
      return KeyDeletedButRecoverableError(name);
    case KeyState::kRecovering:
      return KeyBeingRecoveredError(name);
  }
  return absl::OkStatus();
}

absl::Status CheckRecover(KeyState state, absl::string_view name) {
  switch (state) {
    case KeyState::kAbsent:
      // The service answers with the text for live keys here.
      return KeyNotFoundError(name, "");
    case KeyState::kLive:
      return KeyNotDeletedError(name);
    case KeyState::kDeleting:
      return KeyBeingDeletedError(name);
    case KeyState::kDeleted:
      return absl::OkStatus();
    case KeyState::kRecovering:
      return KeyBeingRecoveredError(name);
  }
  return absl::OkStatus();
}

absl::Status CheckPurge(KeyState state, absl::string_view name) {
  switch (state) {
    case KeyState::kAbsent:
    case KeyState::kLive:
      return DeletedKeyNotFoundError(name);
    case KeyState::kDeleting:
      return KeyBeingDeletedError(name);
    case KeyState::kDeleted:
      return absl::OkStatus();
    case KeyState::kRecovering:
      return KeyBeingRecoveredError(name);
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view KeyStateName(KeyState state) {
  switch (state) {
    case KeyState::kAbsent:
      return "";
    case KeyState::kLive:
      return "Live";
    case KeyState::kDeleting:
      return "Deleting";
    case KeyState::kDeleted:
      return "Deleted";
    case KeyState::kRecovering:
      return "Recovering";
  }
  return "";
}

absl::Status CheckKeyRequest(KeyState state, KeyRequest request, absl::string_view name) {
  switch (request) {
    case KeyRequest::kUse:
    case KeyRequest::kDelete:
      return state == KeyState::kLive ? absl::OkStatus() : KeyNotFoundError(name, "");
    case KeyRequest::kCreate:
      return CheckCreate(state, name);
    case KeyRequest::kGetDeleted:
      return state == KeyState::kDeleted ? absl::OkStatus() : DeletedKeyNotFoundError(name);
    case KeyRequest::kRecover:
      return CheckRecover(state, name);
    case KeyRequest::kPurge:
      return CheckPurge(state, name);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
