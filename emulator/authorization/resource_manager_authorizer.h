// File: emulator/authorization/resource_manager_authorizer.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_RESOURCE_MANAGER_AUTHORIZER_H_
#define LAZULI_EMULATOR_AUTHORIZATION_RESOURCE_MANAGER_AUTHORIZER_H_

#include "emulator/arm/resource_directory.h"
#include "emulator/arm/role_evaluator.h"
#include "emulator/dispatch/gatekeeper.h"

namespace lazuli::emulator {

// Management calls: the subscription must exist and be of the caller's tenant, a role must allow
// the action at the method's scope, and the resource group must exist, in this order. Sets
// `subscription_tenant_id`, and holds the group for as long as the call runs. Thread safe.
class ResourceManagerAuthorizer final : public Authorizer {
 public:
  // Both outlive this.
  ResourceManagerAuthorizer(ResourceDirectory* resources, const RoleEvaluator* roles)
      : resources_(resources), roles_(roles) {}

  absl::Status Authorize(const Method& method, const google::protobuf::Message& request,
                         CallContext* ctx) const override;

 private:
  ResourceDirectory* const resources_;
  const RoleEvaluator* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_RESOURCE_MANAGER_AUTHORIZER_H_
