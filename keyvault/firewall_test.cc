#include "keyvault/firewall.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

TEST(FirewallTest, RulesAreAddressesOrRanges) {
  for (const char* text : {"0.0.0.0", "255.255.255.255", "10.1.2.3", "10.1.2.3/32", "10.0.0.0/8",
                           "10.1.2.3/16", "0.0.0.0/0"}) {
    const std::optional<IpRule> rule = ParseIpRule(text);
    ASSERT_TRUE(rule.has_value()) << text;
    EXPECT_EQ(rule->text, text);
  }
  for (const char* text :
       {"", "10.1.2", "10.1.2.3.4", "10.1.2.256", "10.1.2.3/33", "10.1.2.3/", "10.1.2.3/-1",
        "010.1.2.3", "10.1.2.3 ", " 10.1.2.3", "10.1..3", "::1", "2001:db8::/32", "localhost",
        "1000.1.2.3", "10.1.2.3/08", "10.1.2.3-10.1.2.9"}) {
    EXPECT_FALSE(ParseIpRule(text).has_value()) << text;
  }
}

TEST(FirewallTest, RangesMatchByTheirPrefix) {
  const struct {
    const char* rule;
    const char* client;
    bool matches;
  } cases[] = {
      {"10.1.2.3", "10.1.2.3", true},        {"10.1.2.3", "10.1.2.4", false},
      {"10.1.2.3/32", "10.1.2.3", true},     {"10.1.2.0/24", "10.1.2.0", true},
      {"10.1.2.0/24", "10.1.2.255", true},   {"10.1.2.0/24", "10.1.3.0", false},
      {"10.1.2.77/24", "10.1.2.3", true},    {"128.0.0.0/1", "255.1.1.1", true},
      {"128.0.0.0/1", "127.1.1.1", false},   {"0.0.0.0/0", "8.8.8.8", true},
      {"10.1.2.3", "::ffff:10.1.2.3", true}, {"10.1.2.3", "::FFFF:10.1.2.3", true},
      {"0.0.0.0/0", "::1", false},           {"0.0.0.0/0", "", false},
      {"0.0.0.0/0", "10.1.2.3:4444", false}, {"0.0.0.0/0", "unix", false},
  };
  for (const auto& c : cases) {
    NetworkSettings settings;
    settings.default_allow = false;
    settings.ip_rules.push_back(*ParseIpRule(c.rule));
    CallContext context;
    context.client_address = c.client;
    EXPECT_EQ(JudgeNetwork(settings, context).verdict == NetworkVerdict::kAllowed, c.matches)
        << c.rule << " " << c.client;
  }
}

TEST(FirewallTest, SettingsDecideInOrder) {
  using enum NetworkVerdict;
  const struct {
    bool public_access;
    bool default_allow;
    bool bypass;
    bool has_rule;
    bool trusted;
    NetworkVerdict verdict;
  } cases[] = {
      // Everybody, by default.
      {true, true, true, false, false, kAllowed},
      {true, true, false, false, true, kAllowed},
      // Deny: rules and the bypass let in.
      {true, false, true, false, false, kRefusedByFirewall},
      {true, false, true, true, false, kAllowed},
      {true, false, true, false, true, kAllowed},
      {true, false, false, false, true, kRefusedByFirewall},
      {true, false, false, true, true, kAllowed},
      // No public access: the bypass alone lets in.
      {false, true, true, false, false, kRefusedByConnection},
      {false, true, true, true, false, kRefusedByConnection},
      {false, false, true, true, false, kRefusedByConnection},
      {false, true, true, false, true, kAllowed},
      {false, false, true, false, true, kAllowed},
      {false, true, false, false, true, kRefusedByConnection},
  };
  int row = 0;
  for (const auto& c : cases) {
    NetworkSettings settings;
    settings.public_network_access = c.public_access;
    settings.default_allow = c.default_allow;
    settings.bypass_azure_services = c.bypass;
    if (c.has_rule) settings.ip_rules.push_back(*ParseIpRule("10.0.0.0/8"));
    CallContext context;
    context.client_address = "10.1.2.3";
    context.trusted_service = c.trusted;
    EXPECT_EQ(JudgeNetwork(settings, context).verdict, c.verdict) << "row " << row;
    ++row;
  }
}

TEST(FirewallTest, SubnetsAreComparedWithoutCase) {
  NetworkSettings settings;
  settings.default_allow = false;
  settings.virtual_network_rules = {{"/a", {}}, {"/subscriptions/s/subnets/one", {}}};
  CallContext context;
  EXPECT_EQ(JudgeNetwork(settings, context).verdict, NetworkVerdict::kRefusedByFirewall);
  context.subnet_id = "/subscriptions/S/subnets/Two";
  EXPECT_EQ(JudgeNetwork(settings, context).verdict, NetworkVerdict::kRefusedByFirewall);
  context.subnet_id = "/subscriptions/S/subnets/One";
  const NetworkDecision decision = JudgeNetwork(settings, context);
  EXPECT_EQ(decision.verdict, NetworkVerdict::kAllowed);
  EXPECT_EQ(decision.rule, NetworkRule::kVirtualNetworkRule);
  EXPECT_EQ(decision.index, 1u);
  settings.public_network_access = false;
  EXPECT_EQ(JudgeNetwork(settings, context).verdict, NetworkVerdict::kRefusedByConnection);
}

TEST(FirewallTest, AnApprovedPrivateEndpointPassesWhateverIsSet) {
  NetworkSettings settings;
  settings.default_allow = false;
  settings.bypass_azure_services = false;
  settings.public_network_access = false;
  const NetworkDecision decision = JudgeNetwork(settings, CallContext(), /*is_private_link=*/true);
  EXPECT_EQ(decision.verdict, NetworkVerdict::kAllowed);
  EXPECT_EQ(decision.rule, NetworkRule::kPrivateLink);
}

TEST(FirewallTest, TheChangeThatIsToldLetsTheCallerIn) {
  NetworkSettings settings;
  settings.default_allow = false;
  CallContext context;
  const auto describe = [&] {
    Decision description;
    DescribeNetwork(JudgeNetwork(settings, context), settings, context, &description);
    return description;
  };
  context.client_address = "::ffff:10.1.2.3";
  EXPECT_EQ(describe().change, "add '10.1.2.3' to networkAcls.ipRules");
  settings.ip_rules = {*ParseIpRule("192.168.0.0/16"), *ParseIpRule("10.1.2.3")};
  EXPECT_EQ(describe().change, "");
  EXPECT_EQ(describe().reason, "networkAcls.ipRules[1], 10.1.2.3, lets in ::ffff:10.1.2.3");
  context.client_address = "::1";
  EXPECT_EQ(describe().change, "set networkAcls.defaultAction to Allow");
  settings.public_network_access = false;
  EXPECT_EQ(describe().change, "set publicNetworkAccess to Enabled");
}

}  // namespace
}  // namespace lazuli::keyvault
