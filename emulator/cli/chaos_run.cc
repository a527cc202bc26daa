#include "emulator/cli/chaos_run.h"

#include <iostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/chaos/report_text.h"
#include "emulator/chaos/schedule_file.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/report.h"
#include "emulator/client/http_client.h"
#include "emulator/json/decoder.h"
#include "emulator/json/encoder.h"
#include "proto/chaos.pb.h"

namespace lazuli::emulator {

namespace {

constexpr int kHttpOk = 200;

absl::StatusOr<v1::ChaosReport> FetchReport(const std::string& address) {
  HttpCall call;
  call.target = "/emulator/v1/chaos/report";
  LAZULI_ASSIGN_OR_RETURN(const HttpReply reply, CallHttp(address, call));
  if (reply.status != kHttpOk) {
    return absl::FailedPreconditionError(
        absl::StrCat("the server has no report of the chaos: ", reply.body));
  }
  v1::ChaosReport report;
  LAZULI_RETURN_IF_ERROR(DecodeAnswerJson(reply.body, &report));
  return report;
}

}  // namespace

ChaosRun::ChaosRun(std::string address) : address_(std::move(address)) {}

absl::StatusOr<std::unique_ptr<ChaosRun>> ChaosRun::Start(const std::string& file,
                                                          const std::string& address) {
  LAZULI_ASSIGN_OR_RETURN(v1::ChaosSchedule schedule, ReadScheduleFile(file));
  // The accounts are made by the command, and auto time would run away before.
  if (!schedule.has_wait_for_accounts()) schedule.set_wait_for_accounts(true);
  HttpCall call;
  call.method = "POST";
  call.target = "/emulator/v1/chaos:start";
  call.headers = {{"Content-Type", "application/json"}};
  LAZULI_ASSIGN_OR_RETURN(call.body, EncodeJson(schedule));
  LAZULI_ASSIGN_OR_RETURN(const HttpReply reply, CallHttp(address, call));
  if (reply.status != kHttpOk) {
    return absl::FailedPreconditionError(
        absl::StrCat("the server refuses the schedule: ", reply.body));
  }
  return std::unique_ptr<ChaosRun>(new ChaosRun(address));
}

int ExitCodeUnderChaos(const v1::ChaosReport& report, int command_code) {
  return command_code == kExitOk && !report.violations().empty() ? kExitBrokenInvariant
                                                                 : command_code;
}

int ChaosRun::Report(int command_code) const {
  // By control, which asks for no token: what the command did to tokens is no hindrance.
  const absl::StatusOr<v1::ChaosReport> report = FetchReport(address_);
  if (!report.ok()) {
    const int code = ReportError(report.status());
    return command_code == kExitOk ? code : command_code;
  }
  std::cerr << FormatChaosReport(*report) << std::flush;
  return ExitCodeUnderChaos(*report, command_code);
}

}  // namespace lazuli::emulator
