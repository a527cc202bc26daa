// File: emulator/chaos/causes.h
//
// Every way to lose a customer-managed key, by name.
#ifndef LAZULI_EMULATOR_CHAOS_CAUSES_H_
#define LAZULI_EMULATOR_CHAOS_CAUSES_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "emulator/chaos/cause.h"

namespace lazuli::emulator {

// What is taken when nobody says what.
inline constexpr absl::string_view kDefaultCause = "key-disabled";

// All of them, in the order in which they are listed for people.
absl::Span<const Cause> AllCauses();

// In any letter case; null when there is none.
const Cause* FindCause(absl::string_view name);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CHAOS_CAUSES_H_
