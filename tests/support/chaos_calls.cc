#include "tests/support/chaos_calls.h"

#include "emulator/json/decoder.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

absl::StatusOr<v1::Revocation> Revoke(Scene& scene, const std::string& cause) {
  v1::RevokeAccessRequest request;
  request.set_account(Scene::kAccount);
  if (!cause.empty()) request.set_cause(cause);
  return scene.api().Call<v1::Revocation>("Chaos/RevokeAccess", request);
}

absl::StatusOr<v1::RestoreAccessResponse> Restore(Scene& scene, const std::string& cause) {
  v1::RestoreAccessRequest request;
  request.set_account(Scene::kAccount);
  if (!cause.empty()) request.set_cause(cause);
  return scene.api().Call<v1::RestoreAccessResponse>("Chaos/RestoreAccess", request);
}

v1::ChaosSchedule ParseSchedule(const std::string& json) {
  v1::ChaosSchedule schedule;
  Must(DecodeStrictJson(json, &schedule));
  return schedule;
}

absl::StatusOr<v1::ChaosState> StartSchedule(Scene& scene, const v1::ChaosSchedule& schedule) {
  v1::StartChaosRequest request;
  *request.mutable_schedule() = schedule;
  return scene.api().Call<v1::ChaosState>("Chaos/StartChaos", request);
}

absl::StatusOr<v1::ChaosState> StartSchedule(Scene& scene, const std::string& json) {
  return StartSchedule(scene, ParseSchedule(json));
}

v1::ChaosReport Report(Scene& scene) {
  return Must(scene.api().Call<v1::ChaosReport>("Chaos/GetChaosReport", v1::Empty()));
}

v1::ChaosSchedule Export(Scene& scene) {
  return Must(scene.api().Call<v1::ChaosSchedule>("Chaos/ExportChaos", v1::Empty()));
}

}  // namespace lazuli::emulator
