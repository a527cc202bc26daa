// File: emulator/storage/state_control.h
//
// A server's whole state as one thing, for the calls that treat it as one.
#ifndef LAZULI_EMULATOR_STORAGE_STATE_CONTROL_H_
#define LAZULI_EMULATOR_STORAGE_STATE_CONTROL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace lazuli::emulator {

// Thread safe. None is called from inside of a change.
class StateControl {
 public:
  virtual ~StateControl() = default;

  // The bytes of a snapshot (emulator/storage/snapshot.h).
  virtual absl::StatusOr<std::string> Save() = 0;
  // Puts the state of a snapshot in the place of the present one, also on disk, or changes nothing:
  // the errors of Snapshot::Parse, of a state that does not fit together (DATA_LOSS), and of
  // storing it (UNAVAILABLE). What is under way ends with the state that it began with.
  virtual absl::Status Load(std::string bytes) = 0;
  // The same with the state that the server was started with, had it begun with nothing.
  virtual absl::Status Reset() = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_STATE_CONTROL_H_
