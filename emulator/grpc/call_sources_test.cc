#include "emulator/grpc/call_sources.h"

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(CallSourcesTest, AddressesComeWithoutTheirPorts) {
  CallSources sources("token");
  EXPECT_EQ(sources.AddressOf("ipv4:127.0.0.1:5000"), "127.0.0.1");
  EXPECT_EQ(sources.AddressOf("ipv6:[::1]:5000"), "::1");
  EXPECT_EQ(sources.AddressOf("ipv6:%5Bfe80::1%5D:5000"), "fe80::1");
  EXPECT_EQ(sources.AddressOf("unix:/tmp/x"), "");
  EXPECT_EQ(sources.AddressOf(""), "");
}

TEST(CallSourcesTest, AConnectionThatWasHandedOverIsItsClients) {
  CallSources sources("token");
  EXPECT_EQ(sources.AddressOf("fd:7"), "");
  sources.NoteAdopted(7, "192.168.1.5");
  sources.NoteAdopted(8, "::1");
  EXPECT_EQ(sources.AddressOf("fd:7"), "192.168.1.5");
  EXPECT_EQ(sources.AddressOf("fd:8"), "::1");
  // The number came again.
  sources.NoteAdopted(7, "10.0.0.1");
  EXPECT_EQ(sources.AddressOf("fd:7"), "10.0.0.1");
  EXPECT_EQ(sources.AddressOf("fd:x"), "");
}

TEST(CallSourcesTest, TheOperatorIsOnThisMachineOrShowsTheToken) {
  CallSources sources("token");
  sources.NoteAdopted(7, "192.168.1.5");
  sources.NoteAdopted(8, "::ffff:127.0.0.1");
  EXPECT_TRUE(sources.IsOperator("ipv4:127.0.0.1:5000", ""));
  EXPECT_TRUE(sources.IsOperator("unix:", ""));
  EXPECT_TRUE(sources.IsOperator("fd:8", ""));
  EXPECT_FALSE(sources.IsOperator("fd:7", ""));
  EXPECT_FALSE(sources.IsOperator("fd:7", "Token"));
  EXPECT_TRUE(sources.IsOperator("fd:7", "token"));
  EXPECT_FALSE(sources.IsOperator("fd:99", ""));
  EXPECT_FALSE(CallSources("").IsOperator("fd:7", ""));
}

}  // namespace
}  // namespace lazuli::emulator
