// File: keyvault/crypto/key_pool.h
//
// RSA keys made in advance: finding two primes takes 141 ms on average, which no caller should wait
// for.
#ifndef LAZULI_KEYVAULT_CRYPTO_KEY_POOL_H_
#define LAZULI_KEYVAULT_CRYPTO_KEY_POOL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// Makes RSA keys. Those of 2048 bits with the usual exponent come from a store that one thread of
// idle priority keeps full; it starts with the first creation, so that a process that creates no
// key pays nothing. Each key is handed out exactly once. Thread safe.
class KeyPool {
 public:
  static constexpr size_t kDefaultCapacity = 16;

  // Keeps up to `capacity` keys ready; 0: none, every key is made when asked for.
  explicit KeyPool(size_t capacity = kDefaultCapacity);
  ~KeyPool();  // Stops.

  KeyPool(const KeyPool&) = delete;
  KeyPool& operator=(const KeyPool&) = delete;

  // A key from the store, else one made now on this thread. `interrupted` as in
  // KeyMaterial::GenerateRsa, with its errors; after Stop always KeyGenerationInterruptedError.
  absl::StatusOr<KeyMaterial::Ptr> CreateRsa(int bits,
                                             uint64_t public_exponent = kDefaultPublicExponent,
                                             const Interrupted& interrupted = nullptr);

  // A key of the type, size or curve, and public exponent of `like`; RSA keys as CreateRsa makes
  // them.
  absl::StatusOr<KeyMaterial::Ptr> CreateLike(const KeyMaterial& like,
                                              const Interrupted& interrupted = nullptr);

  // Starts the thread if need be and returns when the store is full, or when the pool is stopped or
  // cannot go on.
  void Warm();

  // Keys in the store now.
  size_t size() const;
  size_t capacity() const { return capacity_; }

  // Ends the thread, and every generation that CreateRsa has under way, within milliseconds; the
  // keys left are wiped. Idempotent.
  void Stop();

 private:
  void StartLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Run();

  const size_t capacity_;
  // Outside the lock: read from inside key generation.
  std::atomic<bool> stopping_{false};
  mutable Mutex mu_;
  CondVar changed_;
  std::deque<KeyMaterial::Ptr> ready_ ABSL_GUARDED_BY(mu_);
  bool gave_up_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_KEY_POOL_H_
