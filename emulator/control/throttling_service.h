// File: emulator/control/throttling_service.h
//
// Whether vaults throttle: lazuli.v1.Throttling.
#ifndef LAZULI_EMULATOR_CONTROL_THROTTLING_SERVICE_H_
#define LAZULI_EMULATOR_CONTROL_THROTTLING_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "keyvault/throttle.h"
#include "proto/common.pb.h"
#include "proto/throttling.pb.h"

namespace lazuli::emulator {

// Thread safe.
class ThrottlingService {
 public:
  // `throttle` outlives the service.
  explicit ThrottlingService(keyvault::Throttle* throttle) : throttle_(throttle) {}

  absl::Status GetThrottling(const CallContext&, const v1::Empty&,
                             v1::ThrottlingState* response) const {
    response->set_enabled(throttle_->is_enabled());
    return absl::OkStatus();
  }
  absl::Status SetThrottling(const CallContext&, const v1::ThrottlingState& request,
                             v1::ThrottlingState* response) const {
    throttle_->Enable(request.enabled());
    response->set_enabled(request.enabled());
    return absl::OkStatus();
  }

 private:
  keyvault::Throttle* const throttle_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CONTROL_THROTTLING_SERVICE_H_
