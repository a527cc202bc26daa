#include "emulator/grpc/call_sources.h"

#include "emulator/https/message/operator_rule.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(CallSourcesTest, AddressesComeWithoutTheirPorts) {
  CallSources sources(OperatorRule("token", {"lazuli"}));
  EXPECT_EQ(sources.AddressOf("ipv4:127.0.0.1:5000"), "127.0.0.1");
  EXPECT_EQ(sources.AddressOf("ipv6:[::1]:5000"), "::1");
  EXPECT_EQ(sources.AddressOf("ipv6:%5Bfe80::1%5D:5000"), "fe80::1");
  EXPECT_EQ(sources.AddressOf("unix:/tmp/x"), "");
  EXPECT_EQ(sources.AddressOf(""), "");
}

TEST(CallSourcesTest, AConnectionThatWasHandedOverIsItsClients) {
  CallSources sources(OperatorRule("token", {"lazuli"}));
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
  CallSources sources(OperatorRule("token", {"lazuli"}));
  sources.NoteAdopted(7, "192.168.1.5");
  sources.NoteAdopted(8, "::ffff:127.0.0.1");
  EXPECT_TRUE(sources.IsOperator("ipv4:127.0.0.1:5000", "127.0.0.1:5000", ""));
  EXPECT_TRUE(sources.IsOperator("unix:", "localhost", ""));
  EXPECT_TRUE(sources.IsOperator("fd:8", "localhost:8443", ""));
  // As over HTTPS: by a name that was added, or is not ours, one may come from anywhere.
  EXPECT_FALSE(sources.IsOperator("fd:8", "lazuli:8443", ""));
  EXPECT_FALSE(sources.IsOperator("fd:8", "attacker.example", ""));
  EXPECT_TRUE(sources.IsOperator("fd:8", "lazuli:8443", "token"));
  EXPECT_FALSE(sources.IsOperator("fd:7", "localhost", ""));
  EXPECT_FALSE(sources.IsOperator("fd:7", "localhost", "Token"));
  EXPECT_TRUE(sources.IsOperator("fd:7", "localhost", "token"));
  EXPECT_FALSE(sources.IsOperator("fd:99", "localhost", ""));
}

}  // namespace
}  // namespace lazuli::emulator
