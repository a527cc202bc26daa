// File: emulator/arm/action_pattern.cc
#include "emulator/arm/action_pattern.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace lazuli::emulator {
namespace {

// Tries every way to fill the wildcards. Patterns come from the built-in roles, which have two at
// most.
bool MatchesFrom(absl::string_view pattern, absl::string_view action) {
  while (!pattern.empty()) {
    if (absl::StartsWith(pattern, "/*/") && absl::StartsWith(action, "/") &&
        MatchesFrom(pattern.substr(3), action.substr(1))) {
      return true;
    }
    if (pattern[0] == '*') {
      pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      for (size_t skipped = 0; skipped <= action.size(); ++skipped) {
        if (MatchesFrom(pattern, action.substr(skipped))) return true;
      }
      return false;
    }
    if (action.empty() || action[0] != pattern[0]) return false;
    pattern.remove_prefix(1);
    action.remove_prefix(1);
  }
  return action.empty();
}

}  // namespace

ActionPattern::ActionPattern(absl::string_view text)
    : text_(text), lower_(absl::AsciiStrToLower(text)) {}

bool ActionPattern::Matches(absl::string_view action) const { return MatchesFrom(lower_, action); }

}  // namespace lazuli::emulator
