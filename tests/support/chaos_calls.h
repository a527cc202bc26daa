// File: tests/support/chaos_calls.h
//
// What tests of chaos ask of a scene's server. Where an answer is no StatusOr a failure ends the
// test program.
#ifndef LAZULI_TESTS_SUPPORT_CHAOS_CALLS_H_
#define LAZULI_TESTS_SUPPORT_CHAOS_CALLS_H_

#include <string>

#include "absl/status/statusor.h"
#include "proto/chaos.pb.h"
#include "tests/support/scene.h"

namespace lazuli::emulator {

// Of the scene's account; an empty cause is left to the server.
absl::StatusOr<v1::Revocation> Revoke(Scene& scene, const std::string& cause);
absl::StatusOr<v1::RestoreAccessResponse> Restore(Scene& scene, const std::string& cause = "");

v1::ChaosSchedule ParseSchedule(const std::string& json);
absl::StatusOr<v1::ChaosState> StartSchedule(Scene& scene, const v1::ChaosSchedule& schedule);
absl::StatusOr<v1::ChaosState> StartSchedule(Scene& scene, const std::string& json);
v1::ChaosReport Report(Scene& scene);
v1::ChaosSchedule Export(Scene& scene);

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_CHAOS_CALLS_H_
