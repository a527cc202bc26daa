// File: emulator/chaos/key_causes.h
//
// Losing a key by what is done to the key itself. See emulator/chaos/cause.h.
#ifndef LAZULI_EMULATOR_CHAOS_KEY_CAUSES_H_
#define LAZULI_EMULATOR_CHAOS_KEY_CAUSES_H_

#include "base/call_context.h"
#include "emulator/chaos/cause.h"
#include "emulator/chaos/chaos_engines.h"

namespace lazuli::emulator {

// Every version of the key that is enabled.
TakeResult DisableKey(const ChaosEngines& engines, const CauseTarget& target,
                      const CallContext& context);
// The version in use alone, here and in the next four.
TakeResult DisableVersion(const ChaosEngines& engines, const CauseTarget& target,
                          const CallContext& context);
// "exp" goes to the last whole second.
TakeResult ExpireKey(const ChaosEngines& engines, const CauseTarget& target,
                     const CallContext& context);
// "nbf" goes a year ahead.
TakeResult PostponeKey(const ChaosEngines& engines, const CauseTarget& target,
                       const CallContext& context);
// Out of key_ops.
TakeResult ForbidWrapKey(const ChaosEngines& engines, const CauseTarget& target,
                         const CallContext& context);
TakeResult ForbidUnwrapKey(const ChaosEngines& engines, const CauseTarget& target,
                           const CallContext& context);
// To be recovered.
TakeResult DeleteKey(const ChaosEngines& engines, const CauseTarget& target,
                     const CallContext& context);
// Never to be recovered: purged at the end of its retention, or at once where the vault allows it.
TakeResult PurgeKey(const ChaosEngines& engines, const CauseTarget& target,
                    const CallContext& context);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_KEY_CAUSES_H_
