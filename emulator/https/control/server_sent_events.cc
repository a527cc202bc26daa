#include "emulator/https/control/server_sent_events.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/json/encoder.h"
#include "proto/control.pb.h"

namespace lazuli::emulator {

namespace {

// A chunk ends behind the event that makes it this long.
constexpr size_t kChunkBytes = 16 * 1024;

}  // namespace

ServerSentEvents::ServerSentEvents(std::unique_ptr<MessageStream> records)
    : records_(std::move(records)) {}

absl::StatusOr<bool> ServerSentEvents::Next(std::string* chunk) {
  LAZULI_RETURN_IF_ERROR(ended_);
  chunk->clear();
  if (!has_begun_) *chunk = ": events\n\n";
  has_begun_ = true;
  v1::EventRecord record;
  while (chunk->size() < kChunkBytes) {
    const absl::StatusOr<bool> has_one = records_->Next(&record);
    if (!has_one.ok()) {
      ended_ = has_one.status();
      // The message is one of the emulator's own and has no line breaks.
      absl::StrAppend(chunk, "event: error\ndata: ", ended_.message(), "\n\n");
      break;
    }
    if (!*has_one) break;
    LAZULI_ASSIGN_OR_RETURN(const std::string json, EncodeJson(record));
    absl::StrAppend(chunk, "id: ", record.sequence(), "\ndata: ", json, "\n\n");
  }
  return !chunk->empty();
}

void ServerSentEvents::OnReady(std::function<void()> ready) { records_->OnReady(std::move(ready)); }

}  // namespace lazuli::emulator
