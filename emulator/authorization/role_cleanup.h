// File: emulator/authorization/role_cleanup.h
#ifndef LAZULI_EMULATOR_AUTHORIZATION_ROLE_CLEANUP_H_
#define LAZULI_EMULATOR_AUTHORIZATION_ROLE_CLEANUP_H_

#include "emulator/arm/role_assignments.h"
#include "emulator/dispatch/gatekeeper.h"

namespace lazuli::emulator {

// Resource Manager deletes the role assignments at a resource with the resource. A vault that is
// recovered later does not get them back (Key Vault documentation, "Soft-delete"). Thread safe.
class RoleCleanup final : public CompletionListener {
 public:
  // `roles` outlives this.
  explicit RoleCleanup(RoleAssignments* roles) : roles_(roles) {}

  void OnSucceeded(const Method& method, const google::protobuf::Message& request) override;

 private:
  RoleAssignments* const roles_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_AUTHORIZATION_ROLE_CLEANUP_H_
