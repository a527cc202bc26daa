// File: emulator/authorization/control_authorizer.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_CONTROL_AUTHORIZER_H_
#define LAZULI_EMULATOR_AUTHORIZATION_CONTROL_AUTHORIZER_H_

#include "emulator/arm/role_evaluator.h"
#include "emulator/dispatch/gatekeeper.h"

namespace lazuli::emulator {

// The emulator's own control: for owners of the root scope. Thread safe.
class ControlAuthorizer final : public Authorizer {
 public:
  // `roles` outlives this.
  explicit ControlAuthorizer(const RoleEvaluator* roles) : roles_(roles) {}

  absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                         CallContext* ctx) const override;

 private:
  const RoleEvaluator* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_CONTROL_AUTHORIZER_H_
