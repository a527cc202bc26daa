// File: keyvault/object_index.h
//
// The objects of a vault by their names: found at once, and walked in order, however many there
// are.
#ifndef LAZULI_KEYVAULT_OBJECT_INDEX_H_
#define LAZULI_KEYVAULT_OBJECT_INDEX_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "keyvault/names.h"
#include "keyvault/object_lifecycle.h"

namespace lazuli::keyvault {

// The first characters of a name in upper case, so that most names are told apart without a look at
// the objects that have them. Of two names with different ones, the one with the lesser comes first
// in the order of IgnoreCaseLess.
class NamePrefix {
 public:
  explicit NamePrefix(absl::string_view name) {
    for (size_t i = 0; i < std::min(name.size(), kBytes); ++i) {
      const auto character = static_cast<unsigned char>(absl::ascii_toupper(name[i]));
      words_[i / kWordBytes] |= uint64_t{character} << 8 * (kWordBytes - 1 - i % kWordBytes);
    }
  }

  friend bool operator==(const NamePrefix&, const NamePrefix&) = default;
  friend bool operator<(const NamePrefix& a, const NamePrefix& b) { return a.words_ < b.words_; }

 private:
  static constexpr size_t kWordBytes = sizeof(uint64_t);
  static constexpr size_t kBytes = 2 * kWordBytes;

  std::array<uint64_t, 2> words_ = {};
};

// Owns an entry for each name, in any letter case, that an object has or once had. Of an Entry it
// uses three members: `name`; `state`, an ObjectState; and `latest`, a std::shared_ptr to what has
// the entry's name as its own `name`, which is not null while the state is kLive. Entries stay
// where they are until Clear.
//
// Finding the latest version of a live object touches three places in memory, and none of them is
// the entry: among a million objects each costs more than all else that a look-up does. Has no
// lock.
template <typename Entry>
class ObjectIndex {
 public:
  using Latest = decltype(Entry::latest);

  ObjectIndex() = default;
  ObjectIndex(const ObjectIndex&) = delete;
  ObjectIndex& operator=(const ObjectIndex&) = delete;
  ObjectIndex(ObjectIndex&&) = default;
  ObjectIndex& operator=(ObjectIndex&&) = default;

  // Null: no object ever had the name.
  Entry* Find(absl::string_view name) const {
    const auto found = slots_.find(name);
    return found == slots_.end() ? nullptr : found->entry.get();
  }

  // Null unless there is a live object of the name. Valid until the next change.
  const Latest* FindLatest(absl::string_view name) const {
    const auto found = slots_.find(name);
    return found == slots_.end() || found->live == nullptr ? nullptr : &found->live;
  }

  // Takes in an entry with a new name. Nothing walks it yet: see Update.
  Entry* Add(std::unique_ptr<Entry> entry) {
    Entry* const added = entry.get();
    slots_.insert(Slot{std::move(entry), nullptr, kNowhere});
    return added;
  }

  // To be called after each change of the entry's state or latest version. Its name may change in
  // letter case alone, and only while the object is not live.
  void Update(Entry* entry) {
    const auto found = slots_.find(absl::string_view(entry->name));
    const bool is_live = entry->state == ObjectState::kLive;
    found->live = is_live ? entry->latest : nullptr;
    const size_t where = is_live ? kLive : entry->state == ObjectState::kDeleted ? kDeleted : kRest;
    if (found->where == where) return;
    const Place place{NamePrefix(entry->name), entry};
    if (found->where != kNowhere) ordered_[found->where].erase(place);
    ordered_[where].insert(place);
    found->where = where;
  }

  struct Walk {
    std::vector<Entry*> entries;
    bool more = false;  // there are others behind them
  };
  // Up to `limit` entries that are live, or that are deleted, and come after the name `after`, in
  // order. Costs as much as the result is long, beside a search.
  Walk LiveAfter(absl::string_view after, size_t limit) const {
    return After(ordered_[kLive], after, limit);
  }
  Walk DeletedAfter(absl::string_view after, size_t limit) const {
    return After(ordered_[kDeleted], after, limit);
  }

  // All, in order.
  std::vector<Entry*> All() const {
    std::vector<Place> places;
    places.reserve(slots_.size());
    for (const Ordered& ordered : ordered_) {
      places.insert(places.end(), ordered.begin(), ordered.end());
    }
    std::sort(places.begin(), places.end(), Before());
    std::vector<Entry*> entries;
    entries.reserve(places.size());
    for (const Place& place : places) entries.push_back(place.entry);
    return entries;
  }

  void Clear() {
    for (Ordered& ordered : ordered_) ordered.clear();
    slots_.clear();
  }

 private:
  struct Place {
    NamePrefix prefix;
    Entry* entry;

    absl::string_view name() const { return entry->name; }
  };
  struct Wanted {
    explicit Wanted(absl::string_view name) : prefix(name), wanted(name) {}

    NamePrefix prefix;
    absl::string_view wanted;

    absl::string_view name() const { return wanted; }
  };
  struct Before {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return a.prefix == b.prefix ? IgnoreCaseLess()(a.name(), b.name()) : a.prefix < b.prefix;
    }
  };
  using Ordered = absl::btree_set<Place, Before>;
  // What pages are made of, and the rest, among it all that once were.
  enum : size_t { kLive, kDeleted, kRest, kNowhere };

  struct Slot {
    std::unique_ptr<Entry> entry;
    // The latest version of an object that is live, and where the entry is; neither has to do with
    // where the slot is.
    mutable Latest live;
    mutable size_t where;
  };
  // The version is what is wanted next: its name, and not the entry's, is compared.
  static absl::string_view NameOf(const Slot& slot) {
    if (slot.live != nullptr) return slot.live->name;
    return slot.entry->name;
  }
  static absl::string_view NameOf(absl::string_view name) { return name; }
  struct Hash {
    using is_transparent = void;
    template <typename T>
    size_t operator()(const T& named) const {
      // FNV-1a, and what it takes to spread it over all bits.
      uint64_t hash = 14'695'981'039'346'656'037u;
      for (const char character : NameOf(named)) {
        hash ^= static_cast<unsigned char>(absl::ascii_tolower(character));
        hash *= 1'099'511'628'211u;
      }
      return absl::Hash<uint64_t>()(hash);
    }
  };
  struct Equal {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return absl::EqualsIgnoreCase(NameOf(a), NameOf(b));
    }
  };

  static Walk After(const Ordered& ordered, absl::string_view after, size_t limit) {
    Walk walk;
    walk.entries.reserve(std::min(limit, ordered.size()));
    auto place = ordered.upper_bound(Wanted(after));
    for (; place != ordered.end() && walk.entries.size() < limit; ++place) {
      walk.entries.push_back(place->entry);
    }
    walk.more = place != ordered.end();
    return walk;
  }

  absl::flat_hash_set<Slot, Hash, Equal> slots_;
  std::array<Ordered, kNowhere> ordered_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_OBJECT_INDEX_H_
