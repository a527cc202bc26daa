// File: emulator/control/event_stream.h
//
// Follows the event log as a stream of records.
#ifndef LAZULI_EMULATOR_CONTROL_EVENT_STREAM_H_
#define LAZULI_EMULATOR_CONTROL_EVENT_STREAM_H_

#include <deque>
#include <functional>
#include <optional>

#include "base/event_log.h"
#include "emulator/dispatch/method_registry.h"
#include "proto/control.pb.h"

namespace lazuli::emulator {

v1::EventRecord ToRecord(const Event& event);

// Ends with OUT_OF_RANGE when its reader falls so far behind that the next event has left the ring,
// and with UNAVAILABLE, after the last event, when the log is closed.
class EventStream final : public MessageStream {
 public:
  // Starts behind sequence number `after`. `log` must outlive the stream.
  EventStream(EventLog* log, uint64_t after);
  ~EventStream() override;

  absl::StatusOr<bool> Next(google::protobuf::Message* message) override;
  void OnReady(std::function<void()> ready) override;

 private:
  EventLog* const log_;
  uint64_t after_;
  std::deque<Event> fetched_;
  std::optional<EventLog::SubscriptionId> subscription_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CONTROL_EVENT_STREAM_H_
