// File: emulator/chaos/vault_causes.h
//
// Losing a key by what is done to the vault that holds it. See emulator/chaos/cause.h.
#ifndef LAZULI_EMULATOR_CHAOS_VAULT_CAUSES_H_
#define LAZULI_EMULATOR_CHAOS_VAULT_CAUSES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "base/call_context.h"
#include "emulator/chaos/cause.h"
#include "emulator/chaos/chaos_engines.h"

namespace lazuli::emulator {

// To be recovered.
absl::StatusOr<std::unique_ptr<TakenAway>> DeleteVault(const ChaosEngines& engines,
                                                       const CauseTarget& target,
                                                       const CallContext& context);
// The firewall lets nobody in who has no rule, trusted services included.
absl::StatusOr<std::unique_ptr<TakenAway>> CloseFirewall(const ChaosEngines& engines,
                                                         const CauseTarget& target,
                                                         const CallContext& context);
// The same for everybody.
absl::StatusOr<std::unique_ptr<TakenAway>> DisablePublicAccess(const ChaosEngines& engines,
                                                               const CauseTarget& target,
                                                               const CallContext& context);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_VAULT_CAUSES_H_
