#include "emulator/grpc/call_sources.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace lazuli::emulator {

void CallSources::NoteAdopted(int fd, std::string client_address) {
  MutexLock lock(&mu_);
  adopted_[fd] = std::move(client_address);
}

std::string CallSources::AddressOf(absl::string_view peer) const {
  if (absl::ConsumePrefix(&peer, "ipv4:")) return std::string(peer.substr(0, peer.rfind(':')));
  if (absl::ConsumePrefix(&peer, "ipv6:")) {
    const std::string address(peer.substr(0, peer.rfind(':')));
    return absl::StrReplaceAll(address, {{"%5B", ""}, {"%5D", ""}, {"[", ""}, {"]", ""}});
  }
  int fd = 0;
  if (!absl::ConsumePrefix(&peer, "fd:") || !absl::SimpleAtoi(peer, &fd)) return "";
  MutexLock lock(&mu_);
  const auto found = adopted_.find(fd);
  return found == adopted_.end() ? "" : found->second;
}

bool CallSources::IsOperator(absl::string_view peer, absl::string_view authority,
                             absl::string_view shown_token) const {
  return absl::StartsWith(peer, "unix:") || rule_.Allows(AddressOf(peer), authority, shown_token);
}

}  // namespace lazuli::emulator
