// File: base/event_log.h
//
// The history of every change of state, in one order: a bounded ring that can be listed and
// followed.
#ifndef LAZULI_BASE_EVENT_LOG_H_
#define LAZULI_BASE_EVENT_LOG_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"

namespace lazuli {

// One change of state. Holds clear fields only: no key material, no protected data.
struct Event {
  uint64_t sequence = 0;  // 1, 2, 3, ... given by the log
  absl::Time time;        // virtual
  std::string kind;  // what changed: "vault", "key", "account", "pool", "node", "job", "task", ...
  std::string resource;  // its id, e.g. "/subscriptions/.../vaults/v" or "account/jobs/j/tasks/t"
  std::string from;      // state before; empty for a creation
  std::string to;        // state after; empty for a removal
  std::string cause;     // why, in words or as a code
  // What else is known, by name: for events that stand for a notification of the real service.
  std::vector<std::pair<std::string, std::string>> data = {};

  friend bool operator==(const Event&, const Event&) = default;
};

// Thread safe. A leaf: appending takes no other lock.
class EventLog {
 public:
  // Keeps the latest `capacity` (>= 1) events. The first one follows `last_sequence`, which a log
  // before this one came to.
  explicit EventLog(size_t capacity, uint64_t last_sequence = 0);

  // Gives the event its sequence number, keeps it, and tells the subscribers.
  void Append(Event event);

  // Events with sequence > `after`, oldest first, at most `limit`. OUT_OF_RANGE when an event after
  // `after` has already left the ring: the message names the oldest that is still there.
  absl::StatusOr<std::vector<Event>> ListAfter(uint64_t after, size_t limit) const;

  // The oldest event that is still kept; last_sequence() + 1 when there is none.
  uint64_t first_sequence() const;
  uint64_t last_sequence() const;

  // Whoever follows is to stop: the subscribers are told, and find closed().
  void Close();
  bool closed() const { return closed_; }

  // `on_append` is called after each append and when the log is closed, on the appending thread,
  // which may hold locks of its own: it must be quick, take no lock that is held around an append,
  // and neither append nor (un)subscribe. Listing is fine. Unsubscribe returns only when no call of
  // it is running.
  using SubscriptionId = uint64_t;
  SubscriptionId Subscribe(std::function<void()> on_append);
  void Unsubscribe(SubscriptionId id);

 private:
  void TellSubscribers() ABSL_LOCKS_EXCLUDED(subscribers_mu_);

  const size_t capacity_;
  std::atomic<bool> closed_{false};
  mutable Mutex mu_;
  std::deque<Event> events_ ABSL_GUARDED_BY(mu_);
  uint64_t last_sequence_ ABSL_GUARDED_BY(mu_) = 0;
  // Held while subscribers are called; never taken while mu_ is held.
  mutable Mutex subscribers_mu_;
  std::map<SubscriptionId, std::function<void()>> subscribers_ ABSL_GUARDED_BY(subscribers_mu_);
  SubscriptionId next_subscription_ ABSL_GUARDED_BY(subscribers_mu_) = 1;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_EVENT_LOG_H_
