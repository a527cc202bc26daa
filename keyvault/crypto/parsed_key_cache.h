// File: keyvault/crypto/parsed_key_cache.h
//
// Keys rest as DER, which takes a millisecond to make ready for use; the few that are busy are kept
// ready here, 5.3 KB each.
#ifndef LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_CACHE_H_
#define LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/parsed_key.h"

namespace lazuli::keyvault::crypto {

// A bounded cache, least recently used first out. Thread safe; its lock is a leaf and is held
// neither while a key is parsed nor while it is used.
class ParsedKeyCache {
 public:
  static constexpr size_t kDefaultCapacity = 256;

  // Keeps at most `capacity` keys; 0 keeps none.
  explicit ParsedKeyCache(size_t capacity);

  ParsedKeyCache(const ParsedKeyCache&) = delete;
  ParsedKeyCache& operator=(const ParsedKeyCache&) = delete;

  // The parsed form of `material`; usable for as long as the caller holds it, evicted or not.
  // INTERNAL when it cannot be parsed, which no checked material can cause.
  absl::StatusOr<std::shared_ptr<const ParsedKey>> Get(const KeyMaterial& material);

  // Lets go of one key, e.g. when it is purged. Idempotent.
  void Forget(const KeyMaterial& material);

  size_t size() const;

  struct Counters {
    uint64_t hits = 0;
    uint64_t misses = 0;
    uint64_t evictions = 0;
  };
  Counters counters() const;

 private:
  using Entry = std::pair<uint64_t, std::shared_ptr<const ParsedKey>>;

  const size_t capacity_;
  mutable Mutex mu_;
  // Most recently used first.
  std::list<Entry> entries_ ABSL_GUARDED_BY(mu_);
  std::unordered_map<uint64_t, std::list<Entry>::iterator> by_id_ ABSL_GUARDED_BY(mu_);
  Counters counters_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_CACHE_H_
