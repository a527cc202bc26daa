#include "keyvault/throttle.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/decision.h"
#include "keyvault/errors.h"

namespace lazuli::keyvault {
namespace {

constexpr int64_t kSubscriptionFactor = 5;

// RSA-3072 and RSA-4096 in keys of 2,048 bits: 4000/1000 and 4000/500.
int64_t UnitsOfSize(crypto::KeyType type, int rsa_bits) {
  if (crypto::MaterialType(type) != crypto::KeyType::kRsa) return 1;
  if (rsa_bits > 3072) return 8;
  return rsa_bits > 2048 ? 4 : 1;
}

absl::string_view ThrottleGroupName(ThrottleGroup group) {
  switch (group) {
    case ThrottleGroup::kKeyCreation:
      return "creations of keys";
    case ThrottleGroup::kKeys:
      return "other transactions of keys";
    case ThrottleGroup::kSecretCreation:
      return "creations of secrets";
    case ThrottleGroup::kOthers:
      return "other transactions of secrets and certificates";
  }
  return "";
}

// The refusal by a window of `who`, with when the next one begins.
absl::Status RefuseBy(absl::string_view error, absl::string_view who, ThrottleGroup group,
                      int64_t limit, absl::Time window_end, absl::Time now) {
  const std::string end = InstantText(window_end);
  Decision decision{.by = "throttling",
                    .allowed = false,
                    .reason = absl::StrCat("the ", who, " has served what it serves of ",
                                           ThrottleGroupName(group), " until ", end),
                    .change = absl::StrCat("advance the clock to ", end),
                    .facts = {}};
  decision.AddFact("limit", absl::StrCat(limit));
  decision.AddFact("instant", end);
  return WithDecision(ThrottledError(error, window_end - now), decision);
}

}  // namespace

int64_t ThrottleUnits(ThrottleGroup group) {
  switch (group) {
    case ThrottleGroup::kKeyCreation:
      return 20;
    case ThrottleGroup::kKeys:
      return 4000;
    case ThrottleGroup::kSecretCreation:
      return 300;
    case ThrottleGroup::kOthers:
      return 4000;
  }
  return 0;
}

ThrottleCost CostOfKey(bool is_creation, crypto::KeyType type, int rsa_bits) {
  // Hardware serves half of what software does.
  const int64_t hardware = crypto::IsHsm(type) ? 2 : 1;
  if (is_creation) return {ThrottleGroup::kKeyCreation, hardware};
  return {ThrottleGroup::kKeys, hardware * UnitsOfSize(type, rsa_bits)};
}

bool Throttle::IsOver(const Window& window, absl::Time now) {
  return now >= window.start + kThrottleWindow || now < window.start;
}

void Throttle::ForgetLocked(absl::Time now) {
  if (now < forgot_ + kThrottleWindow && now >= forgot_) return;
  forgot_ = now;
  for (Windows* const windows : {&vaults_, &subscriptions_}) {
    std::erase_if(*windows, [now](const auto& named) { return IsOver(named.second, now); });
  }
}

size_t Throttle::windows() const {
  MutexLock lock(&mu_);
  return vaults_.size() + subscriptions_.size();
}

Throttle::Window* Throttle::Find(Windows* windows, absl::string_view name, absl::Time now) {
  Window& window = (*windows)[absl::AsciiStrToLower(name)];
  if (IsOver(window, now)) window = {now, {}};
  return &window;
}

absl::Status Throttle::Admit(absl::string_view vault, absl::string_view subscription,
                             const ThrottleCost& cost, absl::Time now) {
  if (!is_enabled()) return absl::OkStatus();
  const auto group = static_cast<size_t>(cost.group);
  const int64_t limit = ThrottleUnits(cost.group);
  MutexLock lock(&mu_);
  ForgetLocked(now);
  Window* const of_vault = Find(&vaults_, vault, now);
  if (of_vault->units[group] + cost.units > limit) {
    return RefuseBy("VaultRequestTypeLimitReached", "vault", cost.group, limit,
                    of_vault->start + kThrottleWindow, now);
  }
  Window* const of_subscription = Find(&subscriptions_, subscription, now);
  if (of_subscription->units[group] + cost.units > limit * kSubscriptionFactor) {
    return RefuseBy("SubscriptionRequestTypeLimitReached", "subscription", cost.group,
                    limit * kSubscriptionFactor, of_subscription->start + kThrottleWindow, now);
  }
  of_vault->units[group] += cost.units;
  of_subscription->units[group] += cost.units;
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
