// File: batch/change_flag.h
//
// Whether one object changed since it was last stored: a ChangeSet (base/change_set.h) of one.
#ifndef LAZULI_BATCH_CHANGE_FLAG_H_
#define LAZULI_BATCH_CHANGE_FLAG_H_

#include <utility>

#include "base/change_gate.h"

namespace lazuli::batch {

// Guarded by the lock of whoever holds the object. Notes nothing until it is told to.
class ChangeFlag {
 public:
  void Start() { started_ = true; }

  // To be called under the same lock as the change.
  void Mark() {
    if (!started_) return;
    ChangeGate::NoteChange();
    marked_ = true;
  }

  // Whether it was marked since the last call.
  bool Take() { return std::exchange(marked_, false); }

 private:
  bool started_ = false;
  bool marked_ = false;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_CHANGE_FLAG_H_
