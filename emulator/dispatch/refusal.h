// File: emulator/dispatch/refusal.h
//
// What is kept of a call that was refused, for whoever asks why.
#ifndef LAZULI_EMULATOR_DISPATCH_REFUSAL_H_
#define LAZULI_EMULATOR_DISPATCH_REFUSAL_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "emulator/dispatch/claimed_origin.h"

namespace lazuli::emulator {

struct RefusedCall {
  std::string request_id;
  // "lazuli.v1.Keys/WrapKey", or "GET kv1.vault.azure.net" for what never became a call.
  std::string operation;
  Caller caller;
  // Where the operator says that it comes from, if anywhere.
  CallOrigin origin;
  absl::Time time;  // virtual
  // The fields of the request that name what it is about: {"vault_name", "kv1"}.
  std::vector<std::pair<std::string, std::string>> target;
  // With the decision that made it (base/decision.h), where one was attached.
  absl::Status status;
};

// Told of every refusal. Thread safe; must be quick.
class RefusalObserver {
 public:
  virtual ~RefusalObserver() = default;

  virtual void OnRefused(RefusedCall refusal) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_DISPATCH_REFUSAL_H_
