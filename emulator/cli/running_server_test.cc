#include "emulator/cli/running_server.h"

#include <unistd.h>

#include <fstream>
#include <string>

#include "base/status_matchers.h"
#include "emulator/server/ready_file.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(LoopbackAddressTest, IsWhereThisMachineReachesTheServer) {
  EXPECT_EQ(LoopbackAddress("https://localhost:8443"), "127.0.0.1:8443");
  EXPECT_EQ(LoopbackAddress("https://localhost:8443/"), "127.0.0.1:8443");
  EXPECT_EQ(LoopbackAddress("0.0.0.0:1"), "127.0.0.1:1");
  EXPECT_EQ(LoopbackAddress(":1"), "127.0.0.1:1");
  EXPECT_EQ(LoopbackAddress("[::]:1"), "[::1]:1");
  EXPECT_EQ(LoopbackAddress("[::1]:1"), "[::1]:1");
  EXPECT_EQ(LoopbackAddress("192.168.1.5:1"), "192.168.1.5:1");
}

TEST(RunningServerTest, AReadyFileTellsAllWithoutAskingTheServer) {
  const std::string ca_file = testing::TempDir() + "/ca.pem";
  std::ofstream(ca_file) << "a certificate";
  ReadyInfo ready;
  ready.grpc = "127.0.0.1:1";
  ready.pid = 4711;
  ready.https = "https://localhost:1";
  ready.ca_file = ca_file;
  ready.identity_secret = "a-secret";
  const std::string path = testing::TempDir() + "/ready.json";
  LAZULI_ASSERT_OK(WriteReadyFile(path, ready));
  const absl::StatusOr<RunningServer> server = FindRunningServer(path, "");
  LAZULI_ASSERT_OK(server);
  EXPECT_EQ(server->address, "127.0.0.1:1");
  EXPECT_EQ(server->ca_pem, "a certificate");
  EXPECT_EQ(server->identity_secret, "a-secret");
  EXPECT_EQ(server->id, "4711");
  EXPECT_EQ(server->ready_file.front(), '/');
}

TEST(RunningServerTest, AServerWithoutHttpsIsToldOf) {
  ReadyInfo ready;
  ready.grpc = "127.0.0.1:1";
  const std::string path = testing::TempDir() + "/grpc-only.json";
  LAZULI_ASSERT_OK(WriteReadyFile(path, ready));
  EXPECT_THAT(FindRunningServer(path, "").status(), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(RunningServerTest, NobodyThereIsAnError) {
  EXPECT_THAT(FindRunningServer("", "127.0.0.1:1").status(),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(FindRunningServer(testing::TempDir() + "/no such file", "").ok());
}

}  // namespace
}  // namespace lazuli::emulator
