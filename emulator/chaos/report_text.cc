#include "emulator/chaos/report_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/iso8601.h"
#include "proto/time.h"

namespace lazuli::emulator {
namespace {

constexpr int kSecondDigits = 3;

std::string Instant(const google::protobuf::Timestamp& time) {
  return FormatIso8601Time(FromProto(time), kSecondDigits);
}

// The last part of an ARM id.
std::string NameOf(const std::string& arm_id) { return arm_id.substr(arm_id.rfind('/') + 1); }

// What a step did, and to what.
std::string Deed(const v1::ChaosStep& step) {
  const std::string causes = absl::StrJoin(step.causes(), ", ");
  if (step.revoke_size() > 0) {
    return absl::StrFormat("revoked  %s  %s", absl::StrJoin(step.revoke(), ", "), causes);
  }
  if (step.restore_size() > 0) {
    return absl::StrFormat("restored %s  %s", absl::StrJoin(step.restore(), ", "), causes);
  }
  if (step.has_add_fault()) return absl::StrCat("fault added  ", step.add_fault().id());
  if (step.has_remove_fault()) return absl::StrCat("fault removed  ", step.remove_fault());
  std::string delays = "delays  ";
  if (step.has_policy_propagation_delay()) {
    absl::StrAppend(&delays, " policy propagation ", step.policy_propagation_delay());
  }
  if (step.has_detection_delay()) absl::StrAppend(&delays, " detection ", step.detection_delay());
  return delays;
}

std::string Headline(const v1::ChaosReport& report) {
  const v1::ChaosState& state = report.state();
  if (state.phase() == v1::CHAOS_PHASE_NONE) return "chaos: no schedule was begun\n";
  std::string line = absl::StrCat("chaos: seed ", state.seed());
  if (state.phase() == v1::CHAOS_PHASE_WAITING) {
    return absl::StrCat(line, ", never began: the accounts that it waits for did not come\n");
  }
  absl::StrAppend(&line, ", began at ", Instant(state.start_time()), ", ", state.executed(), " of ",
                  state.executed() + state.planned(), " instants came\n");
  return line;
}

void AppendSteps(const v1::ChaosReport& report, std::string* text) {
  for (const v1::ChaosStep& step : report.executed().steps()) {
    absl::StrAppendFormat(text, "  %-10s %s  %s", absl::StrCat("+", step.at()),
                          Instant(step.time()), Deed(step));
    if (step.outcome() != "OK") absl::StrAppend(text, "  refused: ", step.outcome());
    absl::StrAppend(text, "  (real ", Instant(step.real_time()), ")\n");
  }
}

void AppendAbsences(const v1::ChaosReport& report, std::string* text) {
  if (report.absences().empty()) {
    absl::StrAppend(text, "absences: none\n");
    return;
  }
  absl::StrAppend(text, "absences:\n");
  for (const v1::Absence& absence : report.absences()) {
    absl::StrAppend(text, "  ", NameOf(absence.account()), ": lost ", Instant(absence.lost_at()));
    if (absence.has_restoring_at()) {
      absl::StrAppend(text, ", restoring ", Instant(absence.restoring_at()));
    }
    absl::StrAppend(text,
                    absence.has_served_at()
                        ? absl::StrCat(", served ", Instant(absence.served_at()))
                        : ", not served again yet",
                    "; away ", absl::FormatDuration(FromProto(absence.away())), ", ",
                    absence.refused_calls(), " calls refused\n    ", absence.reason(), "\n");
  }
}

void AppendCalls(const v1::ChaosReport& report, std::string* text) {
  if (report.calls().empty()) {
    absl::StrAppend(text, "calls: none\n");
    return;
  }
  absl::StrAppendFormat(text, "calls:\n  %-28s %-16s %-28s %8s %16s\n", "who", "plane", "outcome",
                        "calls", "in an absence");
  for (const v1::CallCount& count : report.calls()) {
    absl::StrAppendFormat(text, "  %-28s %-16s %-28s %8d %16d\n", count.principal(), count.plane(),
                          count.code(), count.calls(), count.during_absence());
  }
}

void AppendVerdict(const v1::ChaosReport& report, std::string* text) {
  const std::string checked = absl::StrCat(report.looks(), " looks, ", report.events(), " events");
  if (report.violations().empty()) {
    absl::StrAppend(text, "invariants: all held (", checked, ")\n");
  } else {
    absl::StrAppend(text, "invariants: ", report.violations_size(), " broken (", checked, ")\n");
  }
  for (const v1::Violation& violation : report.violations()) {
    absl::StrAppend(text, "  ", violation.invariant(), ": ", NameOf(violation.account()), " at ",
                    Instant(violation.time()), ": ", violation.message(), "\n    seed ",
                    violation.seed(), ", after ",
                    violation.has_step() ? violation.step() : "the beginning", "\n");
  }
  if (report.missed_events() > 0) {
    absl::StrAppend(text, "  ", report.missed_events(),
                    " events were not checked: they left the history too soon; raise "
                    "--event_history\n");
  }
}

}  // namespace

std::string FormatChaosReport(const v1::ChaosReport& report) {
  std::string text = Headline(report);
  AppendSteps(report, &text);
  AppendAbsences(report, &text);
  AppendCalls(report, &text);
  AppendVerdict(report, &text);
  return text;
}

}  // namespace lazuli::emulator
