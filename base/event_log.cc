#include "base/event_log.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace lazuli {

EventLog::EventLog(size_t capacity, uint64_t last_sequence)
    : capacity_(std::max<size_t>(capacity, 1)), last_sequence_(last_sequence) {}

void EventLog::Append(Event event) {
  {
    MutexLock lock(&mu_);
    event.sequence = ++last_sequence_;
    if (events_.size() == capacity_) events_.pop_front();
    events_.push_back(std::move(event));
  }
  TellSubscribers();
}

void EventLog::Close() {
  closed_ = true;
  TellSubscribers();
}

void EventLog::TellSubscribers() {
  MutexLock lock(&subscribers_mu_);
  for (const auto& [id, on_append] : subscribers_) on_append();
}

absl::StatusOr<std::vector<Event>> EventLog::ListAfter(uint64_t after, size_t limit) const {
  MutexLock lock(&mu_);
  std::vector<Event> listed;
  if (after >= last_sequence_) return listed;
  const uint64_t oldest = last_sequence_ - events_.size() + 1;
  if (after + 1 < oldest) {
    return OutOfRangeError("after_sequence",
                           absl::StrCat("the oldest event still kept has sequence ", oldest));
  }
  const size_t first = static_cast<size_t>(after + 1 - oldest);
  const size_t count = std::min(limit, events_.size() - first);
  listed.reserve(count);
  for (size_t i = first; i < first + count; ++i) listed.push_back(events_[i]);
  return listed;
}

uint64_t EventLog::first_sequence() const {
  MutexLock lock(&mu_);
  return last_sequence_ - events_.size() + 1;
}

uint64_t EventLog::last_sequence() const {
  MutexLock lock(&mu_);
  return last_sequence_;
}

EventLog::SubscriptionId EventLog::Subscribe(std::function<void()> on_append) {
  MutexLock lock(&subscribers_mu_);
  const SubscriptionId id = next_subscription_++;
  subscribers_.emplace(id, std::move(on_append));
  return id;
}

void EventLog::Unsubscribe(SubscriptionId id) {
  MutexLock lock(&subscribers_mu_);
  subscribers_.erase(id);
}

}  // namespace lazuli
