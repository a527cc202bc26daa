#include "keyvault/firewall.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lazuli::keyvault {
namespace {

// A decimal number of at most three digits, without a leading zero, up to `max`; taken off `text`.
std::optional<uint32_t> ConsumeNumber(absl::string_view* text, uint32_t max) {
  size_t length = 0;
  uint32_t value = 0;
  while (length < text->size() && length < 3 && absl::ascii_isdigit((*text)[length])) {
    value = value * 10 + static_cast<uint32_t>((*text)[length] - '0');
    ++length;
  }
  if (length == 0 || value > max || (length > 1 && text->front() == '0')) return std::nullopt;
  text->remove_prefix(length);
  return value;
}

std::optional<uint32_t> ConsumeIpv4(absl::string_view* text) {
  uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0 && !absl::ConsumePrefix(text, ".")) return std::nullopt;
    const std::optional<uint32_t> part = ConsumeNumber(text, 255);
    if (!part.has_value()) return std::nullopt;
    address = address << 8 | *part;
  }
  return address;
}

// The address without what a dual-stack socket puts before it: ::ffff:1.2.3.4.
absl::string_view Ipv4Text(absl::string_view text) {
  constexpr absl::string_view kMapped = "::ffff:";
  if (absl::StartsWithIgnoreCase(text, kMapped)) text.remove_prefix(kMapped.size());
  return text;
}

// The IPv4 address of a client.
std::optional<uint32_t> ParseClientAddress(absl::string_view text) {
  text = Ipv4Text(text);
  const std::optional<uint32_t> address = ConsumeIpv4(&text);
  return text.empty() ? address : std::nullopt;
}

std::optional<size_t> FindIpRule(const NetworkSettings& settings,
                                 absl::string_view client_address) {
  const std::optional<uint32_t> address = ParseClientAddress(client_address);
  if (!address.has_value()) return std::nullopt;
  for (size_t i = 0; i < settings.ip_rules.size(); ++i) {
    if (settings.ip_rules[i].Matches(*address)) return i;
  }
  return std::nullopt;
}

std::optional<size_t> FindVirtualNetworkRule(const NetworkSettings& settings,
                                             absl::string_view subnet_id) {
  if (subnet_id.empty()) return std::nullopt;
  for (size_t i = 0; i < settings.virtual_network_rules.size(); ++i) {
    if (absl::EqualsIgnoreCase(settings.virtual_network_rules[i].subnet_id, subnet_id)) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<IpRule> ParseIpRule(absl::string_view text) {
  IpRule rule;
  rule.text = std::string(text);
  const std::optional<uint32_t> address = ConsumeIpv4(&text);
  if (!address.has_value()) return std::nullopt;
  uint32_t bits = 32;
  if (absl::ConsumePrefix(&text, "/")) {
    const std::optional<uint32_t> prefix = ConsumeNumber(&text, 32);
    if (!prefix.has_value()) return std::nullopt;
    bits = *prefix;
  }
  if (!text.empty()) return std::nullopt;
  // A shift by 32 would be undefined.
  rule.mask = bits == 0 ? 0 : ~uint32_t{0} << (32 - bits);
  rule.network = *address & rule.mask;
  return rule;
}

NetworkDecision JudgeNetwork(const NetworkSettings& settings, const CallContext& context,
                             bool is_private_link) {
  using enum NetworkVerdict;
  if (context.trusted_service && settings.bypass_azure_services) {
    return {kAllowed, NetworkRule::kBypass};
  }
  if (is_private_link) return {kAllowed, NetworkRule::kPrivateLink};
  if (!settings.public_network_access) {
    return {kRefusedByConnection, NetworkRule::kPublicNetworkAccess};
  }
  if (settings.default_allow) return {kAllowed, NetworkRule::kDefaultAction};
  if (const std::optional<size_t> rule = FindIpRule(settings, context.client_address)) {
    return {kAllowed, NetworkRule::kIpRule, *rule};
  }
  if (const std::optional<size_t> rule = FindVirtualNetworkRule(settings, context.subnet_id)) {
    return {kAllowed, NetworkRule::kVirtualNetworkRule, *rule};
  }
  return {kRefusedByFirewall, NetworkRule::kDefaultAction};
}

void DescribeNetwork(const NetworkDecision& decision, const NetworkSettings& settings,
                     const CallContext& context, Decision* description) {
  const std::string address = context.client_address.empty() ? "(none)" : context.client_address;
  description->by = "network";
  description->AddFact("clientAddress", address);
  if (!context.subnet_id.empty()) description->AddFact("subnetId", context.subnet_id);
  switch (decision.rule) {
    case NetworkRule::kBypass:
      description->reason = "networkAcls.bypass lets trusted services pass";
      description->AddFact("networkRule", "bypass");
      break;
    case NetworkRule::kPrivateLink:
      description->reason = "the call came through an approved private endpoint";
      description->AddFact("networkRule", "privateEndpointConnections");
      break;
    case NetworkRule::kPublicNetworkAccess:
      description->reason =
          "publicNetworkAccess is Disabled, and the call is neither a trusted service's nor "
          "through "
          "an approved private endpoint";
      description->change = "set publicNetworkAccess to Enabled";
      description->AddFact("networkRule", "publicNetworkAccess");
      break;
    case NetworkRule::kIpRule: {
      const std::string rule = absl::StrCat("networkAcls.ipRules[", decision.index, "]");
      description->reason =
          absl::StrCat(rule, ", ", settings.ip_rules[decision.index].text, ", lets in ", address);
      description->AddFact("networkRule", rule);
      break;
    }
    case NetworkRule::kVirtualNetworkRule: {
      const std::string rule =
          absl::StrCat("networkAcls.virtualNetworkRules[", decision.index, "]");
      description->reason = absl::StrCat(rule, " lets in the subnet of the call");
      description->AddFact("networkRule", rule);
      break;
    }
    case NetworkRule::kDefaultAction:
      description->AddFact("networkRule", "networkAcls.defaultAction");
      if (decision.verdict == NetworkVerdict::kAllowed) {
        description->reason = "networkAcls.defaultAction is Allow";
        break;
      }
      description->reason = absl::StrCat(
          "networkAcls.defaultAction is Deny, and no rule lets in the address ", address);
      description->change =
          ParseClientAddress(context.client_address).has_value()
              ? absl::StrCat("add '", Ipv4Text(address), "' to networkAcls.ipRules")
              : "set networkAcls.defaultAction to Allow";
      break;
  }
}

}  // namespace lazuli::keyvault
