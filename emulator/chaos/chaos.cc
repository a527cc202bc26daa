#include "emulator/chaos/chaos.h"

namespace lazuli::emulator {

Chaos::Chaos(const Parts& parts)
    : taker_(parts.engines, parts.events),
      delays_({.vaults = parts.engines.vaults,
               .roles = parts.role_propagation,
               .accounts = parts.engines.accounts,
               .events = parts.events},
              parts.delays),
      observer_(&taker_, parts.real_clock, parts.events),
      runner_({.taker = &taker_,
               .delays = &delays_,
               .faults = parts.faults,
               .observer = &observer_,
               .clock = parts.clock,
               .real_clock = parts.real_clock,
               .timers = parts.timers,
               .seed = parts.seed}),
      service_(&taker_, &runner_, &delays_) {}

}  // namespace lazuli::emulator
