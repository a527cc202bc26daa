#include "emulator/chaos/chaos_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/chaos/cause.h"
#include "emulator/chaos/causes.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

constexpr absl::Duration kMaxDelay = absl::Hours(24);

absl::StatusOr<std::optional<absl::Duration>> ReadDelay(absl::string_view name, bool given,
                                                        const google::protobuf::Duration& value) {
  if (!given) return std::nullopt;
  const absl::Duration delay = FromProto(value);
  if (delay < absl::ZeroDuration() || delay > kMaxDelay) {
    return InvalidInputError(name, "must be between 0 and 24h");
  }
  return delay;
}

void FillDelays(const DelayValues& values, v1::ChaosDelays* delays) {
  *delays->mutable_policy_propagation_delay() = lazuli::ToProto(values.policy_propagation);
  *delays->mutable_detection_delay() = lazuli::ToProto(values.detection);
}

}  // namespace

v1::Revocation ChaosService::ToProto(const TakenKey& key) const {
  v1::Revocation revocation;
  revocation.set_account(key.account_id);
  revocation.set_cause(std::string(key.cause->name));
  *revocation.mutable_since() = lazuli::ToProto(key.since);
  revocation.set_what(key.what);
  revocation.set_can_be_restored(!key.cause->undo.empty());
  const auto account = taker_->FindAccount(key.account_id);
  if (!account.ok()) return revocation;
  const batch::KeyAccessSnapshot access = (*account)->GetKeyAccess();
  revocation.set_key_access(batch::KeyAccessName(access.state));
  if (access.until.has_value()) *revocation.mutable_until() = lazuli::ToProto(*access.until);
  return revocation;
}

absl::Status ChaosService::RevokeAccess(const CallContext& context,
                                        const v1::RevokeAccessRequest& request,
                                        v1::Revocation* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const TakenKey key,
      taker_->Revoke(request.account(),
                     request.has_cause() ? absl::string_view(request.cause()) : kDefaultCause,
                     context));
  *response = ToProto(key);
  return absl::OkStatus();
}

absl::Status ChaosService::RestoreAccess(const CallContext& context,
                                         const v1::RestoreAccessRequest& request,
                                         v1::RestoreAccessResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::vector<TakenKey> restored,
                          taker_->Restore(request.account(), request.cause(), context));
  for (const TakenKey& key : restored) *response->add_value() = ToProto(key);
  return absl::OkStatus();
}

absl::Status ChaosService::ListCauses(const CallContext&, const v1::Empty&,
                                      v1::ListCausesResponse* response) {
  for (const Cause& cause : AllCauses()) {
    v1::ChaosCause& added = *response->add_value();
    added.set_name(std::string(cause.name));
    added.set_takes(std::string(cause.takes));
    if (!cause.undo.empty()) added.set_undo(std::string(cause.undo));
    added.set_reason(std::string(cause.reason));
  }
  return absl::OkStatus();
}

void ChaosService::FillState(v1::ChaosState* state) const {
  for (const TakenKey& key : taker_->List()) *state->add_revocations() = ToProto(key);
  FillDelays(delays_->Get(), state->mutable_delays());
}

absl::Status ChaosService::StartChaos(const CallContext& context,
                                      const v1::StartChaosRequest& request,
                                      v1::ChaosState* response) {
  LAZULI_RETURN_IF_ERROR(runner_->Start(request.schedule(), context));
  return GetChaos(context, v1::Empty(), response);
}

absl::Status ChaosService::GetChaos(const CallContext&, const v1::Empty&,
                                    v1::ChaosState* response) {
  *response = runner_->State();
  FillState(response);
  return absl::OkStatus();
}

absl::Status ChaosService::StopChaos(const CallContext& context,
                                     const v1::StopChaosRequest& request,
                                     v1::ChaosState* response) {
  LAZULI_RETURN_IF_ERROR(runner_->Stop(request.restore(), context));
  return GetChaos(context, v1::Empty(), response);
}

absl::Status ChaosService::GetChaosReport(const CallContext&, const v1::Empty&,
                                          v1::ChaosReport* response) {
  *response = runner_->Report();
  FillState(response->mutable_state());
  return absl::OkStatus();
}

absl::Status ChaosService::ExportChaos(const CallContext&, const v1::Empty&,
                                       v1::ChaosSchedule* response) {
  *response = runner_->Executed();
  return absl::OkStatus();
}

absl::Status ChaosService::SetDelays(const CallContext& context, const v1::ChaosDelays& request,
                                     v1::ChaosDelays* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const std::optional<absl::Duration> policy,
      ReadDelay("policyPropagationDelay", request.has_policy_propagation_delay(),
                request.policy_propagation_delay()));
  LAZULI_ASSIGN_OR_RETURN(
      const std::optional<absl::Duration> detection,
      ReadDelay("detectionDelay", request.has_detection_delay(), request.detection_delay()));
  FillDelays(delays_->Set(policy, detection, context.now), response);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
