// File: emulator/chaos/permission_causes.h
//
// Losing a key by what is done to the account's permissions. See emulator/chaos/cause.h.
#ifndef LAZULI_EMULATOR_CHAOS_PERMISSION_CAUSES_H_
#define LAZULI_EMULATOR_CHAOS_PERMISSION_CAUSES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "emulator/chaos/cause.h"
#include "emulator/chaos/chaos_engines.h"

namespace lazuli::emulator {

// Out of the identity's access policies; all else that they allow stays.
absl::StatusOr<std::unique_ptr<TakenAway>> TakeGetPermission(const ChaosEngines& engines,
                                                             const CauseTarget& target,
                                                             const CallContext& context);
absl::StatusOr<std::unique_ptr<TakenAway>> TakeWrapKeyPermission(const ChaosEngines& engines,
                                                                 const CauseTarget& target,
                                                                 const CallContext& context);
absl::StatusOr<std::unique_ptr<TakenAway>> TakeUnwrapKeyPermission(const ChaosEngines& engines,
                                                                   const CauseTarget& target,
                                                                   const CallContext& context);
// All access policies of the identity.
absl::StatusOr<std::unique_ptr<TakenAway>> RemovePolicies(const ChaosEngines& engines,
                                                          const CauseTarget& target,
                                                          const CallContext& context);
// The identity's role assignments that give it the key, in a vault that uses roles.
absl::StatusOr<std::unique_ptr<TakenAway>> RemoveRoles(const ChaosEngines& engines,
                                                       const CauseTarget& target,
                                                       const CallContext& context);
// The user-assigned identity, with its role assignments.
absl::StatusOr<std::unique_ptr<TakenAway>> DeleteIdentity(const ChaosEngines& engines,
                                                          const CauseTarget& target,
                                                          const CallContext& context);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_PERMISSION_CAUSES_H_
