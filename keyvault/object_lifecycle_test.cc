#include "keyvault/object_lifecycle.h"

#include <string>

#include "absl/status/status.h"
#include "base/error.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

// "OK", or HTTP status, code and inner code, and the first words of the message.
std::string Answer(const absl::Status& status) {
  if (status.ok()) return "OK";
  const ErrorInfo info = ErrorInfoOrDefault(status);
  std::string text = std::to_string(info.http_status) + " " + info.code;
  if (!info.inner_code.empty()) text += "/" + info.inner_code;
  return text + ": " + std::string(status.message().substr(0, 24));
}

constexpr char kLiveGone[] = "404 KeyNotFound: A key with (name/id) k w";
constexpr char kDeletedGone[] = "404 KeyNotFound: Deleted Key not found: k";
constexpr char kBeingDeleted[] = "409 Conflict/ObjectIsBeingDeleted: Key k is currently being";
constexpr char kBeingRecovered[] = "409 Conflict/ObjectIsBeingRecovered: Key k is currently being";
constexpr char kRecoverable[] =
    "409 Conflict/ObjectIsDeletedButRecoverable: Key k is currently in a ";
constexpr char kNotDeleted[] =
    "400 MethodNotAllowed/RequestNotAllowedOnNonDeletedObject: Key exists already: k";
constexpr char kRestoreConflict[] = "409 Conflict: There was a conflict res";

TEST(ObjectLifecycleTest, EveryRequestInEveryStateHasItsAnswer) {
  using enum ObjectState;
  using enum ObjectRequest;
  const struct {
    ObjectRequest request;
    ObjectState state;
    const char* answer;
  } cases[] = {
      {kUse, kAbsent, kLiveGone},
      {kUse, kLive, "OK"},
      {kUse, kDeleting, kLiveGone},
      {kUse, kDeleted, kLiveGone},
      {kUse, kRecovering, kLiveGone},
      {kUse, kPurging, kLiveGone},
      {kDelete, kAbsent, kLiveGone},
      {kDelete, kLive, "OK"},
      {kDelete, kDeleting, kLiveGone},
      {kDelete, kDeleted, kLiveGone},
      {kDelete, kRecovering, kLiveGone},
      {kDelete, kPurging, kLiveGone},
      {kCreate, kAbsent, "OK"},
      {kCreate, kLive, "OK"},
      {kCreate, kDeleting, kBeingDeleted},
      {kCreate, kDeleted, kRecoverable},
      {kCreate, kRecovering, kBeingRecovered},
      {kCreate, kPurging, kBeingDeleted},
      {kRestore, kAbsent, "OK"},
      {kRestore, kLive, kRestoreConflict},
      {kRestore, kDeleting, kBeingDeleted},
      {kRestore, kDeleted, kRestoreConflict},
      {kRestore, kRecovering, kBeingRecovered},
      {kRestore, kPurging, kBeingDeleted},
      {kGetDeleted, kAbsent, kDeletedGone},
      {kGetDeleted, kLive, kDeletedGone},
      {kGetDeleted, kDeleting, kDeletedGone},
      {kGetDeleted, kDeleted, "OK"},
      {kGetDeleted, kRecovering, kDeletedGone},
      {kGetDeleted, kPurging, kDeletedGone},
      {kRecover, kAbsent, kLiveGone},
      {kRecover, kLive, kNotDeleted},
      {kRecover, kDeleting, kBeingDeleted},
      {kRecover, kDeleted, "OK"},
      {kRecover, kRecovering, kBeingRecovered},
      {kRecover, kPurging, kBeingDeleted},
      {kPurge, kAbsent, kDeletedGone},
      {kPurge, kLive, kDeletedGone},
      {kPurge, kDeleting, kBeingDeleted},
      {kPurge, kDeleted, "OK"},
      {kPurge, kRecovering, kBeingRecovered},
      {kPurge, kPurging, kBeingDeleted},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Answer(CheckObjectRequest(ObjectKind::kKey, c.state, c.request, "k")), c.answer)
        << ObjectStateName(c.state) << " request " << static_cast<int>(c.request);
  }
}

TEST(ObjectLifecycleTest, CreationDuringADeletionSaysToRetry) {
  EXPECT_EQ(
      CheckObjectRequest(ObjectKind::kKey, ObjectState::kDeleting, ObjectRequest::kCreate, "k")
          .message(),
      "Key k is currently being deleted and cannot be re-created; retry later.");
  EXPECT_EQ(
      CheckObjectRequest(ObjectKind::kKey, ObjectState::kDeleting, ObjectRequest::kRecover, "k")
          .message(),
      "Key k is currently being deleted.");
}

TEST(ObjectLifecycleTest, AnswersNameTheKindOfTheObject) {
  const auto answer = [](ObjectState state, ObjectRequest request) {
    const absl::Status status = CheckObjectRequest(ObjectKind::kSecret, state, request, "s");
    return ErrorInfoOrDefault(status).code + ": " + std::string(status.message());
  };
  EXPECT_EQ(answer(ObjectState::kAbsent, ObjectRequest::kUse).substr(0, 60),
            "SecretNotFound: A secret with (name/id) s was not found in t");
  EXPECT_EQ(answer(ObjectState::kLive, ObjectRequest::kGetDeleted),
            "SecretNotFound: Deleted Secret not found: s");
  EXPECT_EQ(answer(ObjectState::kPurging, ObjectRequest::kCreate),
            "Conflict: Secret s is currently being deleted and cannot be re-created; retry later.");
  EXPECT_EQ(answer(ObjectState::kDeleted, ObjectRequest::kCreate),
            "Conflict: Secret s is currently in a deleted but recoverable state, and its name "
            "cannot be reused; in this state, the secret can only be recovered or purged.");
  EXPECT_EQ(answer(ObjectState::kLive, ObjectRequest::kRecover),
            "MethodNotAllowed: Secret exists already: s");
}

}  // namespace
}  // namespace lazuli::keyvault
