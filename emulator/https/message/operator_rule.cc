#include "emulator/https/message/operator_rule.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "base/boringssl.h"
#include "emulator/https/message/host_name.h"

namespace lazuli::emulator {

bool IsLoopbackPeer(absl::string_view address) {
  absl::ConsumePrefix(&address, "::ffff:");
  return absl::StartsWith(address, "127.") || address == "::1";
}

OperatorRule::OperatorRule(std::string token, const std::vector<std::string>& allowed_hosts)
    : token_(std::move(token)) {
  for (const std::string& host : allowed_hosts) allowed_hosts_.insert(absl::AsciiStrToLower(host));
}

bool OperatorRule::IsAllowedHost(absl::string_view authority) const {
  return allowed_hosts_.count(ParseHostName(authority).host) > 0;
}

// A name that is not ours may be that of a page's host, which had it point here.
bool OperatorRule::IsAtHome(absl::string_view address, absl::string_view authority) const {
  return IsLoopbackPeer(address) && !IsAllowedHost(authority) &&
         ParseHostName(authority).kind != HostKind::kForeign;
}

bool OperatorRule::IsToken(absl::string_view shown) const {
  return !token_.empty() && shown.size() == token_.size() &&
         CRYPTO_memcmp(shown.data(), token_.data(), shown.size()) == 0;
}

}  // namespace lazuli::emulator
