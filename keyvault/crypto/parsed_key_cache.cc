#include "keyvault/crypto/parsed_key_cache.h"

#include "base/status_macros.h"

namespace lazuli::keyvault::crypto {

ParsedKeyCache::ParsedKeyCache(size_t capacity) : capacity_(capacity) {}

absl::StatusOr<std::shared_ptr<const ParsedKey>> ParsedKeyCache::Get(const KeyMaterial& material) {
  {
    MutexLock lock(&mu_);
    if (const auto found = by_id_.find(material.id()); found != by_id_.end()) {
      ++counters_.hits;
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    ++counters_.misses;
  }
  // Without the lock: others go on meanwhile. Two threads may parse the same key; the first one's
  // is kept.
  LAZULI_ASSIGN_OR_RETURN(ParsedKey key, ParsedKey::Parse(material));
  std::shared_ptr<const ParsedKey> parsed = std::make_shared<const ParsedKey>(std::move(key));
  // Outlives the lock, so that wiping an evicted key does not hold others up.
  std::list<Entry> evicted;
  MutexLock lock(&mu_);
  if (capacity_ == 0) {
    return parsed;
  }
  if (const auto found = by_id_.find(material.id()); found != by_id_.end()) {
    return found->second->second;
  }
  entries_.emplace_front(material.id(), parsed);
  by_id_.emplace(material.id(), entries_.begin());
  if (entries_.size() > capacity_) {
    ++counters_.evictions;
    by_id_.erase(entries_.back().first);
    evicted.splice(evicted.begin(), entries_, std::prev(entries_.end()));
  }
  return parsed;
}

void ParsedKeyCache::Forget(const KeyMaterial& material) {
  std::list<Entry> forgotten;
  MutexLock lock(&mu_);
  const auto found = by_id_.find(material.id());
  if (found == by_id_.end()) {
    return;
  }
  forgotten.splice(forgotten.begin(), entries_, found->second);
  by_id_.erase(found);
}

size_t ParsedKeyCache::size() const {
  MutexLock lock(&mu_);
  return entries_.size();
}

ParsedKeyCache::Counters ParsedKeyCache::counters() const {
  MutexLock lock(&mu_);
  return counters_;
}

}  // namespace lazuli::keyvault::crypto
