// File: emulator/https/message/host_name.h
//
// Which of Azure's hosts a name stands for, in either way of naming: the real names, reached
// through the proxy, and names under localhost.
//
//   real                            local
//   kv1.vault.azure.net             kv1.vault.localhost:PORT
//   hsm1.managedhsm.azure.net       hsm1.managedhsm.localhost:PORT
//   acc.westus2.batch.azure.com     acc.westus2.batch.localhost:PORT
//   management.azure.com            localhost:PORT, 127.0.0.1:PORT, [::1]:PORT
//   login.microsoftonline.com       the same
//   graph.microsoft.com             the same
//   169.254.169.254                 the same
#ifndef LAZULI_EMULATOR_HTTPS_MESSAGE_HOST_NAME_H_
#define LAZULI_EMULATOR_HTTPS_MESSAGE_HOST_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

enum class HostKind {
  // A host that the emulator does not stand for.
  kForeign,
  kVault,
  kManagedHsm,
  kBatchAccount,
  kResourceManager,
  // login.microsoftonline.com and its older names, login.windows.net and sts.windows.net.
  kLogin,
  kGraph,
  // 169.254.169.254.
  kIdentityEndpoint,
  // localhost and its addresses: control, and whatever the path says of the four above.
  kLocal,
};

struct HostName {
  HostKind kind = HostKind::kForeign;
  // The vault's, the managed HSM's or the Batch account's name, in lower case.
  std::string name;
  // The Batch account's region.
  std::string region;
  // True for a name under localhost, whose answers carry names under localhost.
  bool is_local = false;
  // Without the port; an IPv6 address keeps its brackets.
  std::string host;
  // "8443"; empty when the authority has none.
  std::string port;
};

// Takes `authority` ("host" or "host:port", in any letter case) apart. Never fails: what cannot be
// read is foreign.
HostName ParseHostName(absl::string_view authority);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_MESSAGE_HOST_NAME_H_
