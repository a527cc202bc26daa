// File: batch/state_scope.h
//
// How much of what is to be stored is asked for.
#ifndef LAZULI_BATCH_STATE_SCOPE_H_
#define LAZULI_BATCH_STATE_SCOPE_H_

namespace lazuli::batch {

enum class StateScope {
  kAll,
  kChanged,  // since it was asked for last
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_STATE_SCOPE_H_
