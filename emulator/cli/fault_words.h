// File: emulator/cli/fault_words.h
//
// Fault rules as one types them: "operation=UnwrapKey vault=kv1 error=503 count=2".
#ifndef LAZULI_EMULATOR_CLI_FAULT_WORDS_H_
#define LAZULI_EMULATOR_CLI_FAULT_WORDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {

// The words that there are, each with what it takes: for the usage and for an error.
inline constexpr char kFaultWords[] =
    "id=ID service=S operation=O vault=V key=K version=V account=A principal=P from=TIME "
    "until=TIME "
    "nth=N every=N perMille=N delay=DURATION realDelay=DURATION error=STATUS[:CODE[:INNERCODE]] "
    "message=TEXT retryAfter=DURATION throttle=CALLS/DURATION drop=before|after count=N "
    "expires=TIME lifetime=DURATION";

// Each word is NAME=VALUE, and comes once. Durations: 10s, 1h30m, PT10S. Times as ISO 8601.
// InvalidInputError naming the word. Whether the rule makes sense is the server's to say.
absl::StatusOr<v1::FaultRule> ParseFaultWords(const std::vector<std::string>& words);

// A rule in JSON, without members that a rule does not have.
absl::StatusOr<v1::FaultRule> ParseFaultJson(absl::string_view json);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_FAULT_WORDS_H_
