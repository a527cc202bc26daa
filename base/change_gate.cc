#include "base/change_gate.h"

namespace lazuli {

namespace {

// Innermost first, linked by `outer_`.
thread_local ChangeGate::Change* innermost = nullptr;
thread_local uint64_t changes = 0;

}  // namespace

ChangeGate::Change* ChangeGate::HolderOfThisThread() const {
  for (Change* change = innermost; change != nullptr; change = change->outer_) {
    if (change->gate_ == this && !change->joined_) return change;
  }
  return nullptr;
}

void ChangeGate::Enter() {
  MutexLock lock(&mu_);
  while (quiet_wanted_ > 0) moved_.Wait(&mu_);
  ++changing_;
}

void ChangeGate::Leave() {
  MutexLock lock(&mu_);
  if (--changing_ == 0 && quiet_wanted_ > 0) moved_.SignalAll();
}

void ChangeGate::NoteChange() { ++changes; }

uint64_t ChangeGate::ChangesOfThisThread() { return changes; }

ChangeGate::Change::Change(ChangeGate* gate)
    : gate_(gate), outer_(innermost), changes_before_(changes) {
  Change* holder = gate == nullptr ? nullptr : gate->HolderOfThisThread();
  joined_ = gate == nullptr || (holder != nullptr && !holder->paused_);
  if (!joined_) gate_->Enter();
  innermost = this;
}

ChangeGate::Change::~Change() {
  innermost = outer_;
  if (joined_) return;
  gate_->Leave();
  if (changes != changes_before_ && gate_->on_changed_) gate_->on_changed_();
}

ChangeGate::Pause::Pause(ChangeGate* gate) {
  Change* holder = gate == nullptr ? nullptr : gate->HolderOfThisThread();
  if (holder == nullptr || holder->paused_) return;
  holder_ = holder;
  holder_->paused_ = true;
  holder_->gate_->Leave();
}

ChangeGate::Pause::~Pause() {
  if (holder_ == nullptr) return;
  holder_->gate_->Enter();
  holder_->paused_ = false;
}

ChangeGate::Quiet::Quiet(ChangeGate* gate) : gate_(gate) {
  MutexLock lock(&gate_->mu_);
  ++gate_->quiet_wanted_;
  while (gate_->changing_ > 0 || gate_->quiet_) gate_->moved_.Wait(&gate_->mu_);
  gate_->quiet_ = true;
}

ChangeGate::Quiet::~Quiet() {
  MutexLock lock(&gate_->mu_);
  --gate_->quiet_wanted_;
  gate_->quiet_ = false;
  gate_->moved_.SignalAll();
}

}  // namespace lazuli
