// File: emulator/grpc/call_sources.h
//
// Where gRPC's calls come from: gRPC knows the peers of the connections that it accepted itself,
// but not those of connections that it was handed.
#ifndef LAZULI_EMULATOR_GRPC_CALL_SOURCES_H_
#define LAZULI_EMULATOR_GRPC_CALL_SOURCES_H_

#include <map>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "emulator/https/message/operator_rule.h"

namespace lazuli::emulator {

// Thread safe.
class CallSources {
 public:
  // `rule`: who may say where they come from (claimed_origin.h).
  explicit CallSources(OperatorRule rule) : rule_(std::move(rule)) {}

  // The connection that gRPC is about to be handed as `fd` is that of a client at the address. A
  // descriptor keeps its number while a call of its connection lives, so the last one counts.
  void NoteAdopted(int fd, std::string client_address) ABSL_LOCKS_EXCLUDED(mu_);

  // Of a peer as gRPC names it: "ipv4:127.0.0.1:5000" -> "127.0.0.1", "ipv6:%5B::1%5D:5000" ->
  // "::1", "fd:7" -> what was noted, "unix:..." -> "".
  std::string AddressOf(absl::string_view peer) const ABSL_LOCKS_EXCLUDED(mu_);

  // Whoever the rule allows, or has a Unix socket to call by. `authority`: as the call says it.
  bool IsOperator(absl::string_view peer, absl::string_view authority,
                  absl::string_view shown_token) const;

 private:
  const OperatorRule rule_;
  mutable Mutex mu_;
  std::map<int, std::string> adopted_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_CALL_SOURCES_H_
