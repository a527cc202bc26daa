// File: emulator/chaos/chaos.h
//
// All of chaos, made and tied together.
#ifndef LAZULI_EMULATOR_CHAOS_CHAOS_H_
#define LAZULI_EMULATOR_CHAOS_CHAOS_H_

#include <cstdint>

#include "base/clock.h"
#include "base/event_log.h"
#include "base/timer_queue.h"
#include "emulator/arm/role_propagation.h"
#include "emulator/chaos/chaos_engines.h"
#include "emulator/chaos/chaos_observer.h"
#include "emulator/chaos/chaos_runner.h"
#include "emulator/chaos/chaos_service.h"
#include "emulator/chaos/delays.h"
#include "emulator/chaos/key_taker.h"
#include "emulator/dispatch/gatekeeper.h"
#include "emulator/faults/fault_rules.h"

namespace lazuli::emulator {

// Thread safe.
class Chaos {
 public:
  struct Parts {
    ChaosEngines engines;
    RolePropagation* role_propagation = nullptr;
    FaultRules* faults = nullptr;
    const Clock* clock = nullptr;
    const Clock* real_clock = nullptr;
    TimerQueue* timers = nullptr;
    EventLog* events = nullptr;
    uint64_t seed = 0;
    // What the engines were made with.
    DelayValues delays;
  };

  // The parts outlive this, and no timer fires once it is destroyed.
  explicit Chaos(const Parts& parts);

  ChaosService* service() { return &service_; }
  // To be told of calls.
  CallObserver* call_observer() { return &runner_; }

 private:
  KeyTaker taker_;
  Delays delays_;
  ChaosObserver observer_;
  ChaosRunner runner_;
  ChaosService service_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CHAOS_H_
