#include "keyvault/key_lifecycle.h"

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

TEST(KeyLifecycleTest, EveryRequestInEveryStateHasItsAnswer) {
  using enum KeyState;
  using enum KeyRequest;
  const struct {
    KeyRequest request;
    KeyState state;
    const char* answer;
  } cases[] = {
      {kUse, kAbsent, kLiveGone},
      {kUse, kLive, "OK"},
      {kUse, kDeleting, kLiveGone},
      {kUse, kDeleted, kLiveGone},
      {kUse, kRecovering, kLiveGone},
      {kDelete, kAbsent, kLiveGone},
      {kDelete, kLive, "OK"},
      {kDelete, kDeleting, kLiveGone},
      {kDelete, kDeleted, kLiveGone},
      {kDelete, kRecovering, kLiveGone},
      {kCreate, kAbsent, "OK"},
      {kCreate, kLive, "OK"},
      {kCreate, kDeleting, kBeingDeleted},
      {kCreate, kDeleted, kRecoverable},
      {kCreate, kRecovering, kBeingRecovered},
      {kGetDeleted, kAbsent, kDeletedGone},
      {kGetDeleted, kLive, kDeletedGone},
      {kGetDeleted, kDeleting, kDeletedGone},
      {kGetDeleted, kDeleted, "OK"},
      {kGetDeleted, kRecovering, kDeletedGone},
      {kRecover, kAbsent, kLiveGone},
      {kRecover, kLive, kNotDeleted},
      {kRecover, kDeleting, kBeingDeleted},
      {kRecover, kDeleted, "OK"},
      {kRecover, kRecovering, kBeingRecovered},
      {kPurge, kAbsent, kDeletedGone},
      {kPurge, kLive, kDeletedGone},
      {kPurge, kDeleting, kBeingDeleted},
      {kPurge, kDeleted, "OK"},
      {kPurge, kRecovering, kBeingRecovered},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Answer(CheckKeyRequest(c.state, c.request, "k")), c.answer)
        << KeyStateName(c.state) << " request " << static_cast<int>(c.request);
  }
}

TEST(KeyLifecycleTest, CreationDuringADeletionSaysToRetry) {
  EXPECT_EQ(CheckKeyRequest(KeyState::kDeleting, KeyRequest::kCreate, "k").message(),
            "Key k is currently being deleted and cannot be re-created; retry later.");
  EXPECT_EQ(CheckKeyRequest(KeyState::kDeleting, KeyRequest::kRecover, "k").message(),
            "Key k is currently being deleted.");
}

}  // namespace
}  // namespace lazuli::keyvault
