// File: emulator/chaos/chaos_service.h
//
// Chaos as the control plane offers it: lazuli.v1.Chaos.
#ifndef LAZULI_EMULATOR_CHAOS_CHAOS_SERVICE_H_
#define LAZULI_EMULATOR_CHAOS_CHAOS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "emulator/chaos/chaos_runner.h"
#include "emulator/chaos/delays.h"
#include "emulator/chaos/key_taker.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

// Thread safe.
class ChaosService {
 public:
  // The parts outlive the service.
  ChaosService(KeyTaker* taker, ChaosRunner* runner, Delays* delays)
      : taker_(taker), runner_(runner), delays_(delays) {}

  absl::Status RevokeAccess(const CallContext& context, const v1::RevokeAccessRequest& request,
                            v1::Revocation* response);
  absl::Status RestoreAccess(const CallContext& context, const v1::RestoreAccessRequest& request,
                             v1::RestoreAccessResponse* response);
  absl::Status ListCauses(const CallContext& context, const v1::Empty& request,
                          v1::ListCausesResponse* response);
  absl::Status StartChaos(const CallContext& context, const v1::StartChaosRequest& request,
                          v1::ChaosState* response);
  absl::Status GetChaos(const CallContext& context, const v1::Empty& request,
                        v1::ChaosState* response);
  absl::Status StopChaos(const CallContext& context, const v1::StopChaosRequest& request,
                         v1::ChaosState* response);
  absl::Status GetChaosReport(const CallContext& context, const v1::Empty& request,
                              v1::ChaosReport* response);
  absl::Status ExportChaos(const CallContext& context, const v1::Empty& request,
                           v1::ChaosSchedule* response);
  absl::Status SetDelays(const CallContext& context, const v1::ChaosDelays& request,
                         v1::ChaosDelays* response);

 private:
  void FillState(v1::ChaosState* state) const;
  v1::Revocation ToProto(const TakenKey& key) const;

  KeyTaker* const taker_;
  ChaosRunner* const runner_;
  Delays* const delays_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CHAOS_SERVICE_H_
