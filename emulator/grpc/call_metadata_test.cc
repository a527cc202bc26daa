#include "emulator/grpc/call_metadata.h"

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(CallMetadataTest, AddressesAreThoseOfThePeerWithoutItsPort) {
  EXPECT_EQ(AddressOfPeer("ipv4:127.0.0.1:5000"), "127.0.0.1");
  EXPECT_EQ(AddressOfPeer("ipv6:%5B::1%5D:5000"), "::1");
  EXPECT_EQ(AddressOfPeer("ipv6:[2001:db8::7]:5000"), "2001:db8::7");
  EXPECT_EQ(AddressOfPeer("unix:"), "");
  EXPECT_EQ(AddressOfPeer(""), "");
}

}  // namespace
}  // namespace lazuli::emulator
