// File: emulator/sandboxes/sandbox.h
#ifndef LAZULI_EMULATOR_SANDBOXES_SANDBOX_H_
#define LAZULI_EMULATOR_SANDBOXES_SANDBOX_H_

#include <string>

#include "absl/time/time.h"

namespace lazuli::emulator {

// A tenant with one subscription, one resource group to begin with, and a service principal that is
// Owner of the subscription.
struct Sandbox {
  std::string id;
  std::string tenant_id;
  std::string subscription_id;
  std::string resource_group;
  std::string client_id;
  std::string object_id;
  absl::Time created_at;  // virtual
  // Names of vaults and accounts mean its own; else what all share.
  bool has_own_names = false;
};

struct CreatedSandbox {
  Sandbox sandbox;
  // Shown this once: the directory keeps its hash.
  std::string client_secret;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SANDBOXES_SANDBOX_H_
