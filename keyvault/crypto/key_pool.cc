#include "keyvault/crypto/key_pool.h"

#include <pthread.h>
#include <sched.h>

#include <utility>

#include "keyvault/crypto/errors.h"

namespace lazuli::keyvault::crypto {
namespace {

// Runs only when nothing else wants the processor. Where the system refuses, the thread just
// competes.
void BecomeIdle() {
  sched_param none{};
  static_cast<void>(pthread_setschedparam(pthread_self(), SCHED_IDLE, &none));
}

}  // namespace

KeyPool::KeyPool(size_t capacity) : capacity_(capacity) {}

KeyPool::~KeyPool() { Stop(); }

absl::StatusOr<KeyMaterial::Ptr> KeyPool::CreateRsa(int bits, uint64_t public_exponent,
                                                    const Interrupted& interrupted) {
  if (stopping_.load(std::memory_order_relaxed)) {
    return KeyGenerationInterruptedError();
  }
  if (bits == kDefaultRsaBits && public_exponent == kDefaultPublicExponent) {
    MutexLock lock(&mu_);
    StartLocked();
    if (!ready_.empty()) {
      KeyMaterial::Ptr key = std::move(ready_.front());
      ready_.pop_front();
      changed_.SignalAll();
      return key;
    }
  }
  return KeyMaterial::GenerateRsa(bits, public_exponent, [this, &interrupted] {
    return stopping_.load(std::memory_order_relaxed) || (interrupted && interrupted());
  });
}

void KeyPool::Warm() {
  MutexLock lock(&mu_);
  StartLocked();
  while (ready_.size() < capacity_ && !gave_up_ && !stopping_.load(std::memory_order_relaxed)) {
    changed_.Wait(&mu_);
  }
}

absl::StatusOr<KeyMaterial::Ptr> KeyPool::CreateLike(const KeyMaterial& like,
                                                     const Interrupted& interrupted) {
  if (like.type() == KeyType::kEc) return KeyMaterial::GenerateEc(like.curve());
  if (!like.is_rsa()) return KeyMaterial::GenerateSymmetric(like.symmetric_bits());
  uint64_t public_exponent = 0;
  for (const char byte : like.e()) {
    public_exponent = public_exponent << 8 | static_cast<unsigned char>(byte);
  }
  return CreateRsa(like.rsa_bits(), public_exponent, interrupted);
}

size_t KeyPool::size() const {
  MutexLock lock(&mu_);
  return ready_.size();
}

void KeyPool::Stop() {
  std::thread thread;
  {
    MutexLock lock(&mu_);
    stopping_.store(true, std::memory_order_relaxed);
    thread = std::move(thread_);
    changed_.SignalAll();
  }
  if (thread.joinable()) {
    thread.join();
  }
  MutexLock lock(&mu_);
  ready_.clear();
}

void KeyPool::StartLocked() {
  if (capacity_ > 0 && !thread_.joinable() && !stopping_.load(std::memory_order_relaxed)) {
    thread_ = std::thread([this] { Run(); });
  }
}

void KeyPool::Run() {
  BecomeIdle();
  const Interrupted stopping = [this] { return stopping_.load(std::memory_order_relaxed); };
  while (true) {
    {
      MutexLock lock(&mu_);
      while (ready_.size() >= capacity_ && !stopping()) {
        changed_.Wait(&mu_);
      }
    }
    if (stopping()) {
      return;
    }
    // Without the lock, which is held only to move a pointer: an idle thread that is pre-empted
    // while it holds a lock would keep others waiting.
    absl::StatusOr<KeyMaterial::Ptr> key =
        KeyMaterial::GenerateRsa(kDefaultRsaBits, kDefaultPublicExponent, stopping);
    if (!key.ok()) {
      // Interrupted; or memory ran out, which is for the callers to see: they make their keys
      // themselves.
      MutexLock lock(&mu_);
      gave_up_ = true;
      changed_.SignalAll();
      return;
    }
    MutexLock lock(&mu_);
    ready_.push_back(*std::move(key));
    changed_.SignalAll();
  }
}

}  // namespace lazuli::keyvault::crypto
