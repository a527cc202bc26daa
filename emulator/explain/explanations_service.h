// File: emulator/explain/explanations_service.h
//
// Explanations over control: lazuli.v1.Explanations.
#ifndef LAZULI_EMULATOR_EXPLAIN_EXPLANATIONS_SERVICE_H_
#define LAZULI_EMULATOR_EXPLAIN_EXPLANATIONS_SERVICE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "base/decision.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/explain/refusal_log.h"
#include "emulator/identity/directory.h"
#include "keyvault/access_control.h"
#include "proto/explain.pb.h"

namespace lazuli::emulator {

// Tells what the decisions of calls record, and has those of calls that did not take place made: it
// has no rule of its own. Thread safe.
class ExplanationsService {
 public:
  // All outlive the service.
  struct Parts {
    const RefusalLog* refusals = nullptr;
    const MethodRegistry* methods = nullptr;
    const Directory* directory = nullptr;
    const keyvault::AccessControl* access_control = nullptr;
    // As Dispatcher::Parts.
    std::function<std::string(const Caller&)> name_space_of;
  };

  explicit ExplanationsService(Parts parts);

  absl::Status Explain(const CallContext& ctx, const v1::ExplainRequest& request,
                       v1::Explanation* response) const;

 private:
  absl::Status ExplainRefusal(absl::string_view request_id, v1::Explanation* response) const;
  absl::Status ExplainQuestion(const CallContext& ctx, const v1::ExplainRequest& request,
                               v1::Explanation* response) const;
  const Method* FindOperation(absl::string_view name) const;
  // Of the call that the request asks about, at the instant of `ctx`.
  absl::StatusOr<CallContext> ContextOf(const CallContext& ctx,
                                        const v1::ExplainRequest& request) const;
  // What decides about the call; `*refusal` is what it would be refused with, or OK.
  absl::StatusOr<Decision> Foresee(const CallContext& as, const Method& method,
                                   const keyvault::AccessQuestion& question,
                                   absl::Status* refusal) const;

  const Parts parts_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_EXPLAIN_EXPLANATIONS_SERVICE_H_
