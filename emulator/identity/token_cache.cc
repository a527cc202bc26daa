// File: emulator/identity/token_cache.cc
#include "emulator/identity/token_cache.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/boringssl.h"

namespace lazuli::emulator {

size_t TokenCache::KeyHash::operator()(const Key& key) const {
  size_t hash;
  std::memcpy(&hash, key.data(), sizeof(hash));
  return hash;
}

TokenCache::TokenCache(size_t capacity) : capacity_(std::max<size_t>(capacity, 1)) {}

TokenCache::Key TokenCache::KeyOf(absl::string_view token) {
  Key key;
  SHA256(reinterpret_cast<const uint8_t*>(token.data()), token.size(), key.data());
  return key;
}

TokenCache::Hit TokenCache::Get(const Key& key) {
  MutexLock lock(&mu_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return {};
  entries_.splice(entries_.begin(), entries_, found->second);
  return {.token = found->second->token, .epoch = found->second->epoch};
}

void TokenCache::Put(const Key& key, std::shared_ptr<const VerifiedToken> token, uint64_t epoch) {
  MutexLock lock(&mu_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    // Another thread verified the same token meanwhile.
    found->second->token = std::move(token);
    found->second->epoch = epoch;
    entries_.splice(entries_.begin(), entries_, found->second);
    return;
  }
  if (entries_.size() >= capacity_) {
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({.key = key, .token = std::move(token), .epoch = epoch});
  by_key_.emplace(key, entries_.begin());
}

void TokenCache::Confirm(const Key& key, uint64_t epoch) {
  MutexLock lock(&mu_);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) found->second->epoch = std::max(found->second->epoch, epoch);
}

void TokenCache::Drop(const Key& key) {
  MutexLock lock(&mu_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

void TokenCache::DropPrincipal(absl::string_view object_id) {
  const std::string id(object_id);
  MutexLock lock(&mu_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->token->caller.object_id == id) {
      by_key_.erase(entry->key);
      entries_.erase(entry);
    }
    entry = next;
  }
}

size_t TokenCache::size() const {
  MutexLock lock(&mu_);
  return entries_.size();
}

}  // namespace lazuli::emulator
