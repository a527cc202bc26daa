// Rotation policies as clients write them.
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/json/decoder.h"
#include "keyvault/rotation/rotation_policy.h"
#include "keyvault/service/rotation_policy_conversion.h"
#include "proto/keys.pb.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

std::vector<std::string> Seeds() {
  return {
      R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"rotate"}},{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":{"expiryTime":"P2Y"}})",
      R"({"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P1M2D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P48M","created":1,"updated":2}})",
      R"({"lifetimeActions":[],"attributes":{}})",
  };
}

std::vector<std::string> Dictionary() {
  return {"\"timeAfterCreate\":",
          "\"timeBeforeExpiry\":",
          "\"expiryTime\":",
          "\"P1Y\"",
          "\"P28D\"",
          "\"PT1S\"",
          "\"P-1D\"",
          "\"P99999999999Y\"",
          "null",
          "\"rotate\""};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  using lazuli::fuzz::Check;
  lazuli::v1::KeyRotationPolicy message;
  const absl::string_view json(reinterpret_cast<const char*>(data), size);
  if (!lazuli::emulator::DecodeJson(json, &message, nullptr).ok()) return 0;
  const auto policy = keyvault::ReadRotationPolicy(keyvault::ReadRotationPolicyInput(message));
  if (!policy.ok()) return 0;
  const absl::Time made = absl::FromUnixSeconds(1'700'000'000);
  if (const auto expiry = policy->ExpiryOf(made); expiry.has_value()) {
    Check(*expiry >= made + absl::Hours(24 * 28), "a version lives for 28 days at least");
  }
  lazuli::v1::KeyRotationPolicy shown;
  keyvault::WriteRotationPolicy(&*policy, "vault", "key", &shown);
  const auto again = keyvault::ReadRotationPolicy(keyvault::ReadRotationPolicyInput(shown));
  Check(
      again.ok() && again->actions == policy->actions && again->expiry_time == policy->expiry_time,
      "a policy that is shown can be set again");
  return 0;
}
