#include "emulator/grpc/call_metadata.h"

#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace lazuli::emulator {

std::string AddressOfPeer(absl::string_view peer) {
  if (absl::ConsumePrefix(&peer, "ipv4:")) return std::string(peer.substr(0, peer.rfind(':')));
  if (absl::ConsumePrefix(&peer, "ipv6:")) {
    std::string address(peer.substr(0, peer.rfind(':')));
    return absl::StrReplaceAll(address, {{"%5B", ""}, {"%5D", ""}, {"[", ""}, {"]", ""}});
  }
  return "";
}

CallArrival ArrivalOf(const grpc::CallbackServerContext& context) {
  CallArrival arrival;
  const auto& metadata = context.client_metadata();
  if (auto it = metadata.find("authorization"); it != metadata.end()) {
    arrival.authorization.assign(it->second.data(), it->second.size());
  }
  arrival.client_address = AddressOfPeer(context.peer());
  arrival.deadline = absl::FromChrono(context.deadline());
  // gRPC's callback server has at least two threads that poll.
  arrival.may_linger = true;
  return arrival;
}

}  // namespace lazuli::emulator
