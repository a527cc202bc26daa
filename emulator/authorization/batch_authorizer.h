// File: emulator/authorization/batch_authorizer.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_BATCH_AUTHORIZER_H_
#define LAZULI_EMULATOR_AUTHORIZATION_BATCH_AUTHORIZER_H_

#include "batch/account_registry.h"
#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/dispatch/gatekeeper.h"

namespace lazuli::emulator {

// The data plane of Batch: a role at the account must allow the action or data action. Whoever
// signed with the account's shared key may do everything, and nothing to another account. Thread
// safe.
class BatchAuthorizer final : public Authorizer {
 public:
  // All outlive this.
  BatchAuthorizer(const batch::AccountRegistry* accounts, const ResourceDirectory* resources,
                  const RoleEvaluator* roles)
      : accounts_(accounts), resources_(resources), roles_(roles) {}

  absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                         CallContext* ctx) const override;

 private:
  const batch::AccountRegistry* const accounts_;
  const ResourceDirectory* const resources_;
  const RoleEvaluator* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_BATCH_AUTHORIZER_H_
