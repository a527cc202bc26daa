// File: emulator/identity/token_cache.h
//
// Tokens that were verified, so that a client's next call costs a hash and a look-up.
#ifndef LAZULI_EMULATOR_IDENTITY_TOKEN_CACHE_H_
#define LAZULI_EMULATOR_IDENTITY_TOKEN_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/mutex.h"

namespace lazuli::emulator {

// What is remembered of a token. Immutable.
struct VerifiedToken {
  Caller caller;
  std::string audience;
  absl::Time not_before;
  absl::Time expires_at;
};

// A bounded cache, least recently used first out. Thread safe; its lock is a leaf.
class TokenCache {
 public:
  // SHA-256 of the token: the token itself is not kept.
  using Key = std::array<uint8_t, 32>;

  struct Hit {
    std::shared_ptr<const VerifiedToken> token;  // null: not there
    uint64_t epoch = 0;                          // as given to Put or Confirm last
  };

  // Keeps at most `capacity` (>= 1) tokens.
  explicit TokenCache(size_t capacity);

  static Key KeyOf(absl::string_view token);

  Hit Get(const Key& key);
  // `epoch`: the directory's deletion epoch at which the token's principal was seen to exist.
  void Put(const Key& key, std::shared_ptr<const VerifiedToken> token, uint64_t epoch);
  // The principal was seen to exist at `epoch` too.
  void Confirm(const Key& key, uint64_t epoch);
  void Drop(const Key& key);
  // Drops every token of the principal.
  void DropPrincipal(absl::string_view object_id);

  size_t size() const;

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const VerifiedToken> token;
    uint64_t epoch = 0;
  };
  // The key is a hash already, of which any part does.
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };

  const size_t capacity_;
  mutable Mutex mu_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mu_);  // most recently used first
  absl::flat_hash_map<Key, std::list<Entry>::iterator, KeyHash> by_key_ ABSL_GUARDED_BY(mu_);
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_IDENTITY_TOKEN_CACHE_H_
