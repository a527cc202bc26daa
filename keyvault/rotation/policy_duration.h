// File: keyvault/rotation/policy_duration.h
//
// A duration of a rotation policy.
#ifndef LAZULI_KEYVAULT_ROTATION_POLICY_DURATION_H_
#define LAZULI_KEYVAULT_ROTATION_POLICY_DURATION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/iso8601.h"

namespace lazuli::keyvault {

// Shown again exactly as it was written: P48M does not become P4Y. Added to instants by the
// calendar, as Key Vault does: P48M is 1461 days, P1M after the last of January is the last of
// February.
class PolicyDuration {
 public:
  // Of zero length.
  PolicyDuration() = default;

  // ISO 8601 (see ParseCalendarDuration, with its errors), longer than zero and at most
  // kMaxRotationPolicyYears.
  static absl::StatusOr<PolicyDuration> Parse(absl::string_view text);

  const std::string& text() const { return text_; }
  absl::Time After(absl::Time time) const { return calendar_.AddTo(time); }
  absl::Time Before(absl::Time time) const;

  // How long it lasts at least, wherever it begins.
  absl::Duration AtLeast() const;
  // How much longer than `other` it lasts at least; negative when it may be shorter. Months that
  // both have are left out of the reckoning, whatever their lengths.
  absl::Duration LongerThan(const PolicyDuration& other) const;

  friend bool operator==(const PolicyDuration& a, const PolicyDuration& b) {
    return a.text_ == b.text_;
  }

 private:
  PolicyDuration(absl::string_view text, const CalendarDuration& calendar)
      : text_(text), calendar_(calendar) {}

  int64_t months() const { return calendar_.years * 12 + calendar_.months; }
  absl::Duration rest() const { return absl::Hours(24) * calendar_.days + calendar_.time; }

  std::string text_ = "P0D";
  CalendarDuration calendar_;
};

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_ROTATION_POLICY_DURATION_H_
