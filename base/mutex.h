// File: base/mutex.h
//
// absl::Mutex with the annotations of clang's thread-safety analysis, and with hooks that let
// ThreadSanitizer see it although the library itself is not instrumented.
#ifndef LAZULI_BASE_MUTEX_H_
#define LAZULI_BASE_MUTEX_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace lazuli {

// Not reentrant. Thread safe by nature.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex();
  ~Mutex();
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION();
  void Unlock() ABSL_UNLOCK_FUNCTION();
  void AssertHeld() const ABSL_ASSERT_EXCLUSIVE_LOCK();

 private:
  friend class CondVar;
  absl::Mutex mu_;
};

// Holds `mu` for its own lifetime.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) { mu_->Lock(); }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mu_;
};

// Waits release and retake `mu`; spurious wake-ups happen, so wait in a loop.
class CondVar {
 public:
  void Wait(Mutex* mu) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // True if the (real) timeout passed.
  bool WaitWithTimeout(Mutex* mu, absl::Duration timeout) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Signal();
  void SignalAll();

 private:
  absl::CondVar cv_;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_MUTEX_H_
