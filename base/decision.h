// File: base/decision.h
//
// Why a call was refused, or would be let through: told beside the error, to whoever operates the
// emulator. It never leaves with the answer itself, whose text is the service's.
#ifndef LAZULI_BASE_DECISION_H_
#define LAZULI_BASE_DECISION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli {

// Which rule decided, and what it went by. Nothing secret stands in it.
struct Decision {
  // The rule, e.g. "accessPolicy", "role", "network", "enabled".
  std::string by;
  bool allowed = false;
  // What it found, in a sentence.
  std::string reason;
  // The smallest change after which the call would get past the rule; empty when it was allowed or
  // when no change helps.
  std::string change;
  // What it looked at, by name, in the order in which it matters.
  std::vector<std::pair<std::string, std::string>> facts;

  void AddFact(absl::string_view name, absl::string_view value) {
    facts.emplace_back(std::string(name), std::string(value));
  }
  // "accessPolicy: REASON".
  std::string Short() const;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// How decisions write an instant: "2026-01-08T00:00:00Z".
std::string InstantText(absl::Time instant);

// `status`, which must not be OK, with the decision that made it.
absl::Status WithDecision(absl::Status status, const Decision& decision);

// The decision that made `status`, or nullopt when none was attached.
std::optional<Decision> DecisionOf(const absl::Status& status);

}  // namespace lazuli

#endif  // LAZULI_BASE_DECISION_H_
