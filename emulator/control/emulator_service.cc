#include "emulator/control/emulator_service.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/iso8601.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "emulator/control/event_stream.h"
#include "emulator/control/process_usage.h"
#include "emulator/identity/well_known.h"
#include "proto/time.h"

namespace lazuli::emulator {

namespace {

// ListEvents: events a page, at most and by default. Own choice: a page stays near a megabyte.
constexpr int kMaxEventPage = 10'000;
constexpr int kDefaultEventPage = 1'000;

v1::KeyAccessState ToProto(batch::KeyAccess state) {
  switch (state) {
    case batch::KeyAccess::kPlatform:
      return v1::KEY_ACCESS_STATE_PLATFORM;
    case batch::KeyAccess::kAccessible:
      return v1::KEY_ACCESS_STATE_ACCESSIBLE;
    case batch::KeyAccess::kLost:
      return v1::KEY_ACCESS_STATE_LOST;
    case batch::KeyAccess::kRestoring:
      return v1::KEY_ACCESS_STATE_RESTORING;
  }
  return v1::KEY_ACCESS_STATE_UNSPECIFIED;
}

v1::TransitionQueue ToProto(batch::TransitionQueue queue) {
  return queue == batch::TransitionQueue::kLoss ? v1::TRANSITION_QUEUE_LOSS
                                                : v1::TRANSITION_QUEUE_RESTORE;
}

// "600s" and "1h30m" as well as "PT10M".
absl::StatusOr<absl::Duration> ParseDuration(const std::string& text) {
  absl::Duration duration;
  if (absl::ParseDuration(text, &duration)) return duration;
  absl::StatusOr<absl::Duration> iso = ParseIso8601Duration(text);
  if (iso.ok()) return iso;
  return InvalidInputError("duration", "must be a duration, as 600s, 1h30m or PT10M");
}

}  // namespace

EmulatorService::EmulatorService(Parts parts) : parts_(std::move(parts)) {}

absl::Status EmulatorService::GetInfo(const CallContext&, const v1::Empty&, v1::Info* response) {
  response->set_version(parts_.version);
  response->set_seed(parts_.seed);
  response->set_clock_mode(ClockModeName(parts_.clock_driver->options()));
  *response->mutable_start_time() = lazuli::ToProto(parts_.start_time);
  response->set_default_tenant_id(std::string(kDefaultTenantId));
  response->set_default_subscription_id(std::string(kDefaultSubscriptionId));
  const ProcessUsage usage = ReadProcessUsage();
  response->set_resident_bytes(usage.resident_bytes);
  *response->mutable_cpu_time() = lazuli::ToProto(usage.cpu_time);
  return absl::OkStatus();
}

void EmulatorService::FillClock(v1::ClockState* response) const {
  *response->mutable_now() = lazuli::ToProto(parts_.clock_driver->clock().Now());
  response->set_mode(ClockModeName(parts_.clock_driver->options()));
  const TimerQueue& timers = parts_.clock_driver->timers();
  if (const std::optional<absl::Time> next = timers.NextDue(); next.has_value()) {
    *response->mutable_next_timer() = lazuli::ToProto(*next);
  }
  response->set_timers(static_cast<int64_t>(timers.size()));
}

absl::Status EmulatorService::GetClock(const CallContext&, const v1::Empty&,
                                       v1::ClockState* response) {
  FillClock(response);
  return absl::OkStatus();
}

absl::Status EmulatorService::AdvanceClock(const CallContext&,
                                           const v1::AdvanceClockRequest& request,
                                           v1::ClockState* response) {
  const bool to_next_timer = request.to_next_timer();
  if (request.has_by() + request.has_to() + to_next_timer + request.has_duration() != 1) {
    return InvalidInputError("by", "give exactly one of by, duration, to and toNextTimer");
  }
  absl::StatusOr<absl::Time> now;
  if (request.has_duration()) {
    LAZULI_ASSIGN_OR_RETURN(const absl::Duration duration, ParseDuration(request.duration()));
    now = parts_.clock_driver->AdvanceBy(duration);
  }
  if (request.has_by()) now = parts_.clock_driver->AdvanceBy(FromProto(request.by()));
  if (request.has_to()) now = parts_.clock_driver->AdvanceTo(FromProto(request.to()));
  if (to_next_timer) now = parts_.clock_driver->AdvanceToNextTimer();
  LAZULI_RETURN_IF_ERROR(now.status());
  FillClock(response);
  return absl::OkStatus();
}

absl::Status EmulatorService::AdvanceClockToNextTimer(const CallContext&, const v1::Empty&,
                                                      v1::ClockState* response) {
  LAZULI_RETURN_IF_ERROR(parts_.clock_driver->AdvanceToNextTimer().status());
  FillClock(response);
  return absl::OkStatus();
}

absl::Status EmulatorService::ListEvents(const CallContext&, const v1::ListEventsRequest& request,
                                         v1::ListEventsResponse* response) {
  const int limit = request.has_limit() ? request.limit() : kDefaultEventPage;
  if (limit < 1 || limit > kMaxEventPage) return InvalidInputError("limit", "must be 1 to 10000");
  const uint64_t after =
      request.has_after() ? request.after() : parts_.events->first_sequence() - 1;
  LAZULI_ASSIGN_OR_RETURN(const std::vector<Event> events, parts_.events->ListAfter(after, limit));
  for (const Event& event : events) *response->add_value() = ToRecord(event);
  response->set_last_sequence(events.empty() ? after : events.back().sequence);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<MessageStream>> EmulatorService::WatchEvents(
    const CallContext&, const v1::WatchEventsRequest& request) {
  const uint64_t after = request.has_after() ? request.after() : parts_.events->last_sequence();
  // A past that is already forgotten is refused now and not with the first event.
  LAZULI_RETURN_IF_ERROR(parts_.events->ListAfter(after, 1).status());
  return std::make_unique<EventStream>(parts_.events, after);
}

absl::Status EmulatorService::GetKeyAccess(const CallContext&, const v1::AccountRequest& request,
                                           v1::KeyAccess* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<batch::Account> account,
                          parts_.accounts->FindAnywhere(request.account()));
  const batch::KeyAccessSnapshot access = account->GetKeyAccess();
  response->set_state(ToProto(access.state));
  if (!access.key_identifier.empty()) response->set_key_identifier(access.key_identifier);
  if (!access.reason.empty()) response->set_reason(access.reason);
  if (access.until.has_value()) *response->mutable_until() = lazuli::ToProto(*access.until);
  response->set_data_key_present(access.data_key_present);
  return absl::OkStatus();
}

absl::Status EmulatorService::ListQueuedTransitions(const CallContext&,
                                                    const v1::AccountRequest& request,
                                                    v1::ListQueuedTransitionsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<batch::Account> account,
                          parts_.accounts->FindAnywhere(request.account()));
  for (const batch::QueuedTransition& transition : account->ListQueuedTransitions()) {
    v1::QueuedTransition& added = *response->add_value();
    added.set_queue(ToProto(transition.queue));
    added.set_kind(transition.kind);
    added.set_resource(transition.resource);
    added.set_transition(transition.transition);
    if (transition.due.has_value()) *added.mutable_due() = lazuli::ToProto(*transition.due);
  }
  return absl::OkStatus();
}

absl::Status EmulatorService::DumpRecords(const CallContext&, const v1::AccountRequest& request,
                                          v1::DumpRecordsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<batch::Account> account,
                          parts_.accounts->FindAnywhere(request.account()));
  for (batch::RestingBytes& record : account->DumpRecords()) {
    v1::RestingRecord& added = *response->add_value();
    added.set_kind(record.kind);
    added.set_sealed_bytes(static_cast<int32_t>(record.sealed.size()));
    added.set_record(std::move(record.clear) + record.sealed);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
