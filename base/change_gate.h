// File: base/change_gate.h
//
// Keeps changes whole. Whoever changes state does it inside of a Change; whoever wants to see a
// state that no change is half-way through (to store it) waits for Quiet.
#ifndef LAZULI_BASE_CHANGE_GATE_H_
#define LAZULI_BASE_CHANGE_GATE_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"

namespace lazuli {

// Thread safe. Taken before every other lock: neither a Change nor a Quiet begins while a lock is
// held that is taken inside of one.
class ChangeGate {
 public:
  ChangeGate() = default;
  ChangeGate(const ChangeGate&) = delete;
  ChangeGate& operator=(const ChangeGate&) = delete;

  // `on_changed` is called after each Change in which something was noted (see NoteChange), on its
  // thread, without the gate. To be set before the first Change begins.
  void SetObserver(std::function<void()> on_changed) { on_changed_ = std::move(on_changed); }

  // What this thread changes while one lives belongs together: it is stored as a whole or not at
  // all. One inside of another joins it. A null gate: nothing to keep whole.
  class Change {
   public:
    explicit Change(ChangeGate* gate);
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

   private:
    friend class ChangeGate;
    ChangeGate* const gate_;
    Change* const outer_;            // this thread's innermost one when this began
    const uint64_t changes_before_;  // ChangesOfThisThread() when this began
    bool joined_;                    // an outer one holds the gate
    bool paused_ = false;
  };

  // Steps out of this thread's Change, if it is in one, for something that takes long, and back in
  // at its end. What was changed before may be stored without what comes after. Not while a lock
  // is held.
  class Pause {
   public:
    explicit Pause(ChangeGate* gate);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    Change* holder_ = nullptr;
  };

  // While one lives no change is under way. Not inside of a Change.
  class Quiet {
   public:
    explicit Quiet(ChangeGate* gate);
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

   private:
    ChangeGate* const gate_;
  };

  // Called by every holder of state that is stored, for each change that it makes (see ChangeSet in
  // base/change_set.h).
  static void NoteChange();
  // How often this thread called NoteChange: another number after a call than before it means that
  // the call changed something that is to be stored.
  static uint64_t ChangesOfThisThread();

 private:
  // The Change of this thread that holds this gate, or null.
  Change* HolderOfThisThread() const;
  void Enter() ABSL_LOCKS_EXCLUDED(mu_);
  void Leave() ABSL_LOCKS_EXCLUDED(mu_);

  std::function<void()> on_changed_;
  Mutex mu_;
  CondVar moved_;
  int changing_ ABSL_GUARDED_BY(mu_) = 0;
  // Those that wait for quiet or have it. New changes wait for them, so that they come to their
  // turn.
  int quiet_wanted_ ABSL_GUARDED_BY(mu_) = 0;
  bool quiet_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_CHANGE_GATE_H_
