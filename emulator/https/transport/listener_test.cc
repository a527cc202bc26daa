#include "emulator/https/transport/listener.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "emulator/https/transport/unique_fd.h"
#include "gtest/gtest.h"

namespace lazuli::emulator::transport {
namespace {

TEST(ListenerTest, TakesAnyFreePort) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Listeners listeners, Listen("127.0.0.1:0"));
  EXPECT_EQ(listeners.sockets.size(), 1u);
  EXPECT_GT(listeners.port, 0);
}

TEST(ListenerTest, HasOnePortForBothFamiliesOfLocalhost) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Listeners listeners, Listen("localhost:0"));
  EXPECT_GE(listeners.sockets.size(), 1u);
  const absl::StatusOr<Listeners> again = Listen(absl::StrCat("localhost:", listeners.port));
  EXPECT_THAT(again.status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ListenerTest, SaysWhatCannotBeHad) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Listeners first, Listen("127.0.0.1:0"));
  const std::string taken = absl::StrCat("127.0.0.1:", first.port);
  EXPECT_THAT(Listen(taken).status(),
              StatusIs(absl::StatusCode::kUnavailable, testing::HasSubstr(taken)));
  // TEST-NET-1 (RFC 5737) is no machine's address.
  EXPECT_THAT(Listen("192.0.2.1:0").status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ListenerTest, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "localhost", ":", ":1", "localhost:", "localhost:x",
                              "localhost:65536", "localhost:123456", "localhost:-1"}) {
    EXPECT_THAT(Listen(address).status(), ErrorCodeIs("InvalidInput")) << address;
  }
}

TEST(ListenerTest, HasNoConnectionThatNobodyMade) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const Listeners listeners, Listen("127.0.0.1:0"));
  std::string client;
  bool is_exhausted = true;
  EXPECT_FALSE(Accept(listeners.sockets.front().get(), &client, &is_exhausted).is_open());
  EXPECT_FALSE(is_exhausted);
}

}  // namespace
}  // namespace lazuli::emulator::transport
