// File: emulator/https/control/server_sent_events.h
#ifndef LAZULI_EMULATOR_HTTPS_CONTROL_SERVER_SENT_EVENTS_H_
#define LAZULI_EMULATOR_HTTPS_CONTROL_SERVER_SENT_EVENTS_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_message.h"

namespace lazuli::emulator {

// The history as server-sent events (HTML standard, "Server-sent events"): each with its sequence
// number as `id` and the record as JSON in `data`. The first chunk is a comment, so that a client
// knows that it follows. Where following fails, the last event is of type "error" and tells why.
class ServerSentEvents final : public HttpBodyStream {
 public:
  // `records` gives v1::EventRecord.
  explicit ServerSentEvents(std::unique_ptr<MessageStream> records);

  absl::StatusOr<bool> Next(std::string* chunk) override;
  void OnReady(std::function<void()> ready) override;

 private:
  const std::unique_ptr<MessageStream> records_;
  bool has_begun_ = false;
  absl::Status ended_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_CONTROL_SERVER_SENT_EVENTS_H_
