// File: emulator/chaos/permission_causes.h
//
// Losing a key by what is done to the account's permissions. See emulator/chaos/cause.h.
#ifndef LAZULI_EMULATOR_CHAOS_PERMISSION_CAUSES_H_
#define LAZULI_EMULATOR_CHAOS_PERMISSION_CAUSES_H_

#include "base/call_context.h"
#include "emulator/chaos/cause.h"
#include "emulator/chaos/chaos_engines.h"

namespace lazuli::emulator {

// Out of the identity's access policies; all else that they allow stays.
TakeResult TakeGetPermission(const ChaosEngines& engines, const CauseTarget& target,
                             const CallContext& context);
TakeResult TakeWrapKeyPermission(const ChaosEngines& engines, const CauseTarget& target,
                                 const CallContext& context);
TakeResult TakeUnwrapKeyPermission(const ChaosEngines& engines, const CauseTarget& target,
                                   const CallContext& context);
// All access policies of the identity.
TakeResult RemovePolicies(const ChaosEngines& engines, const CauseTarget& target,
                          const CallContext& context);
// The identity's role assignments that give it the key, in a vault that uses roles.
TakeResult RemoveRoles(const ChaosEngines& engines, const CauseTarget& target,
                       const CallContext& context);
// The user-assigned identity, with its role assignments.
TakeResult DeleteIdentity(const ChaosEngines& engines, const CauseTarget& target,
                          const CallContext& context);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_PERMISSION_CAUSES_H_
