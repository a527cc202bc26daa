// File: base/call_context.h
//
// What every operation knows of the call that it serves.
#ifndef LAZULI_BASE_CALL_CONTEXT_H_
#define LAZULI_BASE_CALL_CONTEXT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"

namespace lazuli {

// Who calls: a principal of the directory, as its verified token says.
struct Caller {
  std::string tenant_id;  // tid
  std::string object_id;  // oid
  std::string app_id;     // appid
  std::string issuer;     // iss
  std::string name;       // display name, for messages and the audit record only
  // The ARM id of the Batch account whose shared key signed the call. Such a caller is no
  // principal: all of the above is empty, and it may do to this account's data whatever there is to
  // do.
  std::string shared_key_account_id;
};

// One call. Made once by the face or by a component of the emulator that calls in its own name.
struct CallContext {
  Caller caller;
  // The network address that the call came from, e.g. "127.0.0.1"; empty for one without (a Unix
  // socket, an in-process call).
  std::string client_address;
  // As an operator says, for networks that are not there: the subnet that the call came from, by
  // its ARM id, and the private endpoint that it came through, by its ARM id or its connection's
  // name.
  std::string subnet_id;
  std::string private_endpoint;
  // True for a service that a vault's firewall may let pass as a trusted one (bypass
  // AzureServices).
  bool trusted_service = false;
  std::string api_version;
  // Names the call in the audit record; empty when none is kept.
  std::string request_id;
  // Management calls: the tenant of the subscription that the call addresses, which exists by then.
  std::string subscription_tenant_id;
  // Within which the names of vaults and accounts that the call says are looked up. Opaque; empty:
  // the one that all share who have none of their own.
  std::string name_space;
  // Keeps what the call relies on (a resource group that it makes something in) from going away
  // meanwhile.
  std::shared_ptr<const void> hold;
  // Real time after which nobody waits for the answer.
  absl::Time deadline = absl::InfiniteFuture();
  // True when nobody waits for the answer any more, asked by work that takes long; empty: somebody
  // always does.
  std::function<bool()> is_cancelled;
  // The virtual time, read once.
  absl::Time now;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_CALL_CONTEXT_H_
