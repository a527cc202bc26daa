// File: keyvault/firewall.h
//
// Which callers a vault's network settings let in, before anything is asked about permissions.
#ifndef LAZULI_KEYVAULT_FIREWALL_H_
#define LAZULI_KEYVAULT_FIREWALL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/call_context.h"

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

// networkAcls and publicNetworkAccess. The default lets everybody in.
struct NetworkSettings {
  bool public_network_access = true;
  bool default_allow = true;
  bool bypass_azure_services = true;
  std::vector<IpRule> ip_rules;

  // networkAcls as the service sets them when nobody does.
  bool HasDefaultAcls() const { return default_allow && bypass_azure_services && ip_rules.empty(); }
  friend bool operator==(const NetworkSettings&, const NetworkSettings&) = default;
};

enum class NetworkVerdict {
  kAllowed,
  kRefusedByFirewall,    // no rule lets the address in
  kRefusedByConnection,  // public network access is disabled
};

// A trusted service passes while the bypass is on, whatever else is set. Everybody else needs
// public network access and, unless the default action is Allow, a rule for the client's address; a
// call without an IPv4 address (IPv6, a Unix socket) matches no rule.
NetworkVerdict JudgeNetwork(const NetworkSettings& settings, const CallContext& context);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_FIREWALL_H_
