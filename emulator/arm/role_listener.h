// File: emulator/arm/role_listener.h
//
// How role assignments tell that somebody's access may have changed.
#ifndef LAZULI_EMULATOR_ARM_ROLE_LISTENER_H_
#define LAZULI_EMULATOR_ARM_ROLE_LISTENER_H_

#include <string>

namespace lazuli::emulator {

class RoleListener {
 public:
  virtual ~RoleListener() = default;

  // Called after the change is visible and with no lock held, on the thread of the call that made
  // it, which answers only when this returns. `scope` is the ARM id of the assignment. `cause` is
  // for the event log, e.g. "role assignment deleted".
  virtual void OnRolesChanged(const std::string& object_id, const std::string& scope,
                              const std::string& cause) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ROLE_LISTENER_H_
