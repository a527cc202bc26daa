// File: emulator/arm/action_pattern.h
//
// What a role says of actions, with wildcards.
#ifndef LAZULI_EMULATOR_ARM_ACTION_PATTERN_H_
#define LAZULI_EMULATOR_ARM_ACTION_PATTERN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lazuli::emulator {

// E.g. "Microsoft.KeyVault/vaults/*/read". A "*" stands for any text, slashes included, and for
// none;
// "/*/" also for a single slash: Azure's "userAssignedIdentities/*/read" lets its holder read the
// identities themselves. Letter case does not count. Immutable.
class ActionPattern {
 public:
  explicit ActionPattern(absl::string_view text);

  const std::string& text() const { return text_; }

  // `action` is in lower case.
  bool Matches(absl::string_view action) const;

 private:
  std::string text_;   // as written
  std::string lower_;  // in lower case
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_ARM_ACTION_PATTERN_H_
