// File: base/change_set.h
//
// Which objects changed since they were last stored.
#ifndef LAZULI_BASE_CHANGE_SET_H_
#define LAZULI_BASE_CHANGE_SET_H_

#include <set>
#include <utility>

#include "base/change_gate.h"

namespace lazuli {

// Guarded by the lock of whoever holds the objects. Keeps nothing until it is told to, so that a
// process that stores nothing pays nothing.
template <typename Key>
class ChangeSet {
 public:
  // Notes from now on.
  void Start() { started_ = true; }
  bool started() const { return started_; }

  // To be called under the same lock as the change, whether the object came, changed or went.
  void Mark(const Key& key) {
    if (!started_) return;
    ChangeGate::NoteChange();
    keys_.insert(key);
  }

  // What was marked since the last call, in order.
  std::set<Key> Take() { return std::exchange(keys_, {}); }

 private:
  bool started_ = false;
  std::set<Key> keys_;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_CHANGE_SET_H_
