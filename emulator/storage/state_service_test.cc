#include "emulator/storage/state_service.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/call_context.h"
#include "base/status_matchers.h"
#include "emulator/storage/state_control.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/common.pb.h"
#include "proto/state.pb.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FakeControl final : public StateControl {
 public:
  absl::StatusOr<std::string> Save() override { return "saved"; }
  absl::Status Load(std::string bytes) override {
    loaded.push_back(std::move(bytes));
    return absl::OkStatus();
  }
  absl::Status Reset() override {
    ++resets;
    return absl::OkStatus();
  }

  std::vector<std::string> loaded;
  int resets = 0;
};

class StateServiceTest : public ::testing::Test {
 protected:
  absl::Status Load(const std::string& part, int64_t offset, bool more) {
    v1::LoadSnapshotRequest request;
    request.set_snapshot(part);
    if (offset != 0) request.set_offset(offset);
    request.set_more(more);
    response_.Clear();
    return service_.LoadSnapshot(CallContext(), request, &response_);
  }

  FakeControl control_;
  StateService service_{&control_};
  v1::LoadSnapshotResponse response_;
};

TEST_F(StateServiceTest, SavesAndResets) {
  v1::SnapshotBytes bytes;
  LAZULI_ASSERT_OK(service_.SaveSnapshot(CallContext(), v1::Empty(), &bytes));
  EXPECT_EQ(bytes.snapshot(), "saved");
  v1::Empty empty;
  LAZULI_ASSERT_OK(service_.ResetState(CallContext(), v1::Empty(), &empty));
  EXPECT_EQ(control_.resets, 1);
}

TEST_F(StateServiceTest, ASnapshotComesWholeOrInParts) {
  LAZULI_ASSERT_OK(Load("whole", 0, false));
  LAZULI_ASSERT_OK(Load("one ", 0, true));
  EXPECT_EQ(response_.received(), 4);
  LAZULI_ASSERT_OK(Load("two ", 4, true));
  EXPECT_THAT(control_.loaded, ElementsAre("whole"));
  LAZULI_ASSERT_OK(Load("three", 8, false));
  EXPECT_THAT(control_.loaded, ElementsAre("whole", "one two three"));
}

TEST_F(StateServiceTest, APartThatDoesNotFollowIsRefusedAndAFirstOneBeginsAnew) {
  EXPECT_EQ(Load("late", 4, false).code(), absl::StatusCode::kInvalidArgument);
  LAZULI_ASSERT_OK(Load("given up", 0, true));
  EXPECT_EQ(Load("gap", 9, false).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(control_.loaded, IsEmpty());
  LAZULI_ASSERT_OK(Load("anew", 0, false));
  EXPECT_THAT(control_.loaded, ElementsAre("anew"));
}

TEST(StateServiceWithoutControlTest, RefusesEverything) {
  StateService service(nullptr);
  v1::SnapshotBytes bytes;
  EXPECT_EQ(service.SaveSnapshot(CallContext(), v1::Empty(), &bytes).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace lazuli::emulator
