#include "emulator/https/message/operator_rule.h"

#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

TEST(OperatorRuleTest, TheOperatorIsAtHomeOrShowsTheToken) {
  const OperatorRule rule("token", {"Lazuli"});
  const struct {
    const char* address;
    const char* authority;
    const char* shown;
    bool allowed;
  } cases[] = {
      {"127.0.0.1", "localhost:8443", "", true},
      {"127.1.2.3", "127.0.0.1:5000", "", true},
      {"::1", "[::1]:5000", "", true},
      {"::ffff:127.0.0.1", "kv1.vault.azure.net", "", true},
      // An added name, behind which anybody may be, and one that is not ours.
      {"127.0.0.1", "lazuli:8443", "", false},
      {"127.0.0.1", "attacker.example", "", false},
      {"127.0.0.1", "lazuli:8443", "token", true},
      // Other machines.
      {"192.168.1.5", "localhost", "", false},
      {"", "localhost", "", false},
      {"::12", "localhost", "", false},
      {"192.168.1.5", "localhost", "Token", false},
      {"192.168.1.5", "localhost", "tokens", false},
      {"192.168.1.5", "localhost", "token", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(rule.Allows(c.address, c.authority, c.shown), c.allowed)
        << c.address << " " << c.authority << " " << c.shown;
  }
}

TEST(OperatorRuleTest, NoTokenIsEqualToTheEmptyOne) {
  EXPECT_FALSE(OperatorRule("", {}).Allows("192.168.1.5", "localhost", ""));
  EXPECT_FALSE(OperatorRule("", {}).IsToken(""));
}

}  // namespace
}  // namespace lazuli::emulator
