#include "emulator/control/event_stream.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

// Events taken from the log at a time: enough to keep its lock rare, few enough to keep a slow
// reader small.
constexpr size_t kBatch = 256;

absl::Status StateReplacedError() {
  ErrorInfo info;
  info.code = "StateReplaced";
  info.http_status = 503;
  return MakeError(absl::StatusCode::kUnavailable,
                   "The emulator's state was replaced; follow its events anew.", info);
}

}  // namespace

v1::EventRecord ToRecord(const Event& event) {
  v1::EventRecord record;
  record.set_sequence(event.sequence);
  *record.mutable_time() = ToProto(event.time);
  record.set_kind(event.kind);
  record.set_resource(event.resource);
  if (!event.from.empty()) record.set_from(event.from);
  if (!event.to.empty()) record.set_to(event.to);
  if (!event.cause.empty()) record.set_cause(event.cause);
  for (const auto& [name, value] : event.data) (*record.mutable_data())[name] = value;
  return record;
}

EventStream::EventStream(EventLog* log, uint64_t after) : log_(log), after_(after) {}

EventStream::~EventStream() {
  if (subscription_.has_value()) log_->Unsubscribe(*subscription_);
}

absl::StatusOr<bool> EventStream::Next(google::protobuf::Message* message) {
  if (fetched_.empty()) {
    // Before the events, so that none that came before the end is missed.
    const bool closed = log_->closed();
    LAZULI_ASSIGN_OR_RETURN(std::vector<Event> events, log_->ListAfter(after_, kBatch));
    if (events.empty()) return closed ? absl::StatusOr<bool>(StateReplacedError()) : false;
    after_ = events.back().sequence;
    for (Event& event : events) fetched_.push_back(std::move(event));
  }
  *static_cast<v1::EventRecord*>(message) = ToRecord(fetched_.front());
  fetched_.pop_front();
  return true;
}

void EventStream::OnReady(std::function<void()> ready) {
  subscription_ = log_->Subscribe(std::move(ready));
}

}  // namespace lazuli::emulator
