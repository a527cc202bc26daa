// File: keyvault/firewall.h
//
// Which callers a vault's network settings let in, before anything is asked about permissions.
#ifndef LAZULI_KEYVAULT_FIREWALL_H_
#define LAZULI_KEYVAULT_FIREWALL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/decision.h"

namespace lazuli::keyvault {

// One rule: an IPv4 address or a range in CIDR notation.
struct IpRule {
  std::string text;  // as written
  uint32_t network = 0;
  uint32_t mask = 0;

  bool Matches(uint32_t address) const { return (address & mask) == network; }
  friend bool operator==(const IpRule&, const IpRule&) = default;
};

// "10.1.2.3" or "10.1.0.0/16" (0 to 32 bits; the bits beyond them do not matter); nullopt for
// anything else.
std::optional<IpRule> ParseIpRule(absl::string_view text);

// One rule for the callers of a subnet.
struct VirtualNetworkRule {
  std::string subnet_id;  // an ARM id, in lower case as the service keeps it
  std::optional<bool> ignore_missing_endpoint;

  friend bool operator==(const VirtualNetworkRule&, const VirtualNetworkRule&) = default;
};

// networkAcls and publicNetworkAccess. The default lets everybody in.
struct NetworkSettings {
  bool public_network_access = true;
  bool default_allow = true;
  bool bypass_azure_services = true;
  std::vector<IpRule> ip_rules;
  std::vector<VirtualNetworkRule> virtual_network_rules;

  // networkAcls as the service sets them when nobody does.
  bool HasDefaultAcls() const {
    return default_allow && bypass_azure_services && ip_rules.empty() &&
           virtual_network_rules.empty();
  }
  friend bool operator==(const NetworkSettings&, const NetworkSettings&) = default;
};

enum class NetworkVerdict {
  kAllowed,
  kRefusedByFirewall,    // no rule lets the address in
  kRefusedByConnection,  // public network access is disabled
};

// What decided.
enum class NetworkRule {
  kBypass,
  kPrivateLink,
  kPublicNetworkAccess,
  kIpRule,
  kVirtualNetworkRule,
  kDefaultAction,
};

struct NetworkDecision {
  NetworkVerdict verdict = NetworkVerdict::kAllowed;
  NetworkRule rule = NetworkRule::kDefaultAction;
  size_t index = 0;  // of the IP or virtual network rule
};

// A trusted service passes while the bypass is on, whatever else is set; so does whoever comes
// through a private endpoint that the vault approved. Everybody else needs public network access
// and, unless the default action is Allow, a rule for the client's address or subnet; a call
// without an IPv4 address (IPv6, a Unix socket) matches no rule for addresses.
NetworkDecision JudgeNetwork(const NetworkSettings& settings, const CallContext& context,
                             bool is_private_link = false);

// Fills all of `description` but whether it is allowed.
void DescribeNetwork(const NetworkDecision& decision, const NetworkSettings& settings,
                     const CallContext& context, Decision* description);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_FIREWALL_H_
