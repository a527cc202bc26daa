// File: emulator/cli/demo/timeline.h
//
// What a scenario did, expected and saw, printed as it goes and counted.
#ifndef LAZULI_EMULATOR_CLI_DEMO_TIMELINE_H_
#define LAZULI_EMULATOR_CLI_DEMO_TIMELINE_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace lazuli::emulator {

// Not thread safe.
class Timeline {
 public:
  // `out` outlives this.
  explicit Timeline(std::ostream* out) : out_(out) {}

  // The virtual time that the lines which follow carry, from the start of the scenario.
  void SetElapsed(absl::Duration elapsed) { elapsed_ = elapsed; }

  void Chapter(absl::string_view title);
  // One thing done or looked at: what was expected, and what was seen, which must be the same.
  void Check(absl::string_view what, absl::string_view expected, absl::string_view seen);
  // A call that must succeed; returns whether it did.
  bool Ok(absl::string_view what, const absl::Status& status);
  // A call that must be refused with this code ("CODE" or "CODE/INNER"); its message is shown.
  void Refused(absl::string_view what, absl::string_view expected_code, const absl::Status& status);

  int checks() const { return checks_; }
  int differences() const { return differences_; }
  // The last lines: how it went.
  void Summary();

 private:
  void Line(absl::string_view what, absl::string_view expected, absl::string_view seen);
  // A line of explanation below.
  void Note(absl::string_view text);

  std::ostream* const out_;
  absl::Duration elapsed_;
  int checks_ = 0;
  int differences_ = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_CLI_DEMO_TIMELINE_H_
