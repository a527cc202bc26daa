#include "emulator/https/rest/challenge.h"

#include "emulator/https/message/host_name.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(ChallengeTest, NamesTheTenantAndTheResourceOfTheCallersHost) {
  EXPECT_EQ(VaultChallenge(ServiceNames(ParseHostName("kv.vault.azure.net")), "T"),
            "Bearer authorization=\"https://login.microsoftonline.com/T\", "
            "resource=\"https://vault.azure.net\"");
  EXPECT_EQ(VaultChallenge(ServiceNames(ParseHostName("kv.vault.localhost:8443")), "T"),
            "Bearer authorization=\"https://localhost:8443/T\", "
            "resource=\"https://vault.localhost:8443\"");
}

TEST(ChallengeTest, DescriptionsHoldNothingThatTakesTheHeaderApart) {
  EXPECT_EQ(ResourceManagerChallenge(ServiceNames(ParseHostName("management.azure.com")), "T",
                                     "a=\"b\", c\r\n\xC3\xA9"),
            "Bearer authorization_uri=\"https://login.microsoftonline.com/T\", "
            "error=\"invalid_token\", error_description=\"a  b   c    \"");
}

}  // namespace
}  // namespace lazuli::emulator
