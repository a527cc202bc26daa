#include "base/mutex.h"

#if defined(__SANITIZE_THREAD__)
#define LAZULI_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LAZULI_TSAN 1
#endif
#endif

#ifdef LAZULI_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace lazuli {
namespace {

// What ThreadSanitizer must be told, because it cannot see into the library. Nothing without it.
#ifdef LAZULI_TSAN
void TsanCreate(void* mu) { __tsan_mutex_create(mu, __tsan_mutex_not_static); }
void TsanDestroy(void* mu) { __tsan_mutex_destroy(mu, __tsan_mutex_not_static); }
void TsanPreLock(void* mu) { __tsan_mutex_pre_lock(mu, 0); }
void TsanPostLock(void* mu) { __tsan_mutex_post_lock(mu, 0, 0); }
void TsanPreUnlock(void* mu) { __tsan_mutex_pre_unlock(mu, 0); }
void TsanPostUnlock(void* mu) { __tsan_mutex_post_unlock(mu, 0); }
#else
inline void TsanCreate(void*) {}
inline void TsanDestroy(void*) {}
inline void TsanPreLock(void*) {}
inline void TsanPostLock(void*) {}
inline void TsanPreUnlock(void*) {}
inline void TsanPostUnlock(void*) {}
#endif

}  // namespace

Mutex::Mutex() { TsanCreate(this); }

Mutex::~Mutex() { TsanDestroy(this); }

void Mutex::Lock() {
  TsanPreLock(this);
  mu_.Lock();
  TsanPostLock(this);
}

void Mutex::Unlock() {
  TsanPreUnlock(this);
  mu_.Unlock();
  TsanPostUnlock(this);
}

void Mutex::AssertHeld() const { mu_.AssertHeld(); }

void CondVar::Wait(Mutex* mu) {
  // The library unlocks and locks inside of its wait: to ThreadSanitizer the mutex is let go before
  // and taken after.
  TsanPreUnlock(mu);
  TsanPostUnlock(mu);
  cv_.Wait(&mu->mu_);
  TsanPreLock(mu);
  TsanPostLock(mu);
}

bool CondVar::WaitWithTimeout(Mutex* mu, absl::Duration timeout) {
  TsanPreUnlock(mu);
  TsanPostUnlock(mu);
  const bool timed_out = cv_.WaitWithTimeout(&mu->mu_, timeout);
  TsanPreLock(mu);
  TsanPostLock(mu);
  return timed_out;
}

void CondVar::Signal() { cv_.Signal(); }

void CondVar::SignalAll() { cv_.SignalAll(); }

}  // namespace lazuli
