#include "keyvault/firewall.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
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

// The IPv4 address of a client, also when a dual-stack socket tells it as ::ffff:1.2.3.4.
std::optional<uint32_t> ParseClientAddress(absl::string_view text) {
  constexpr absl::string_view kMapped = "::ffff:";
  if (absl::StartsWithIgnoreCase(text, kMapped)) text.remove_prefix(kMapped.size());
  const std::optional<uint32_t> address = ConsumeIpv4(&text);
  return text.empty() ? address : std::nullopt;
}

bool MatchesAnyRule(const NetworkSettings& settings, absl::string_view client_address) {
  const std::optional<uint32_t> address = ParseClientAddress(client_address);
  if (!address.has_value()) return false;
  for (const IpRule& rule : settings.ip_rules) {
    if (rule.Matches(*address)) return true;
  }
  return false;
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

NetworkVerdict JudgeNetwork(const NetworkSettings& settings, const CallContext& context) {
  if (context.trusted_service && settings.bypass_azure_services) return NetworkVerdict::kAllowed;
  if (!settings.public_network_access) return NetworkVerdict::kRefusedByConnection;
  if (settings.default_allow || MatchesAnyRule(settings, context.client_address)) {
    return NetworkVerdict::kAllowed;
  }
  return NetworkVerdict::kRefusedByFirewall;
}

}  // namespace lazuli::keyvault
