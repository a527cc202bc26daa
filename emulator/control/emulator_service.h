// File: emulator/control/emulator_service.h
//
// The emulator's own control: lazuli.v1.Emulator.
#ifndef LAZULI_EMULATOR_CONTROL_EMULATOR_SERVICE_H_
#define LAZULI_EMULATOR_CONTROL_EMULATOR_SERVICE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/call_context.h"
#include "base/clock_driver.h"
#include "base/event_log.h"
#include "batch/account_registry.h"
#include "emulator/dispatch/method_registry.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"

namespace lazuli::emulator {

// Thread safe.
class EmulatorService {
 public:
  struct Parts {
    ClockDriver* clock_driver = nullptr;
    EventLog* events = nullptr;
    const batch::AccountRegistry* accounts = nullptr;
    std::string version;
    uint64_t seed = 0;
    absl::Time start_time;
  };

  // The parts outlive the service.
  explicit EmulatorService(Parts parts);

  absl::Status GetInfo(const CallContext& ctx, const v1::Empty& request, v1::Info* response);
  absl::Status GetClock(const CallContext& ctx, const v1::Empty& request, v1::ClockState* response);
  absl::Status AdvanceClock(const CallContext& ctx, const v1::AdvanceClockRequest& request,
                            v1::ClockState* response);
  absl::Status AdvanceClockToNextTimer(const CallContext& ctx, const v1::Empty& request,
                                       v1::ClockState* response);
  absl::Status ListEvents(const CallContext& ctx, const v1::ListEventsRequest& request,
                          v1::ListEventsResponse* response);
  absl::StatusOr<std::unique_ptr<MessageStream>> WatchEvents(const CallContext& ctx,
                                                             const v1::WatchEventsRequest& request);
  absl::Status GetKeyAccess(const CallContext& ctx, const v1::AccountRequest& request,
                            v1::KeyAccess* response);
  absl::Status ListQueuedTransitions(const CallContext& ctx, const v1::AccountRequest& request,
                                     v1::ListQueuedTransitionsResponse* response);
  absl::Status DumpRecords(const CallContext& ctx, const v1::AccountRequest& request,
                           v1::DumpRecordsResponse* response);

 private:
  void FillClock(v1::ClockState* response) const;

  const Parts parts_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CONTROL_EMULATOR_SERVICE_H_
