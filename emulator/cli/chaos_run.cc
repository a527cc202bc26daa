#include "emulator/cli/chaos_run.h"

#include <iostream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/chaos/report_text.h"
#include "emulator/chaos/schedule_file.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/client/http_client.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/json/encoder.h"
#include "emulator/server/ready_file.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

namespace {

constexpr int kHttpOk = 200;

}  // namespace

ChaosRun::ChaosRun(std::string ready_file, std::string admin_secret)
    : ready_file_(std::move(ready_file)), admin_secret_(std::move(admin_secret)) {}

absl::StatusOr<std::unique_ptr<ChaosRun>> ChaosRun::Start(const std::string& file,
                                                          const std::string& address,
                                                          const std::string& ready_file,
                                                          const std::string& admin_secret) {
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
  return std::unique_ptr<ChaosRun>(new ChaosRun(ready_file, admin_secret));
}

int ExitCodeUnderChaos(const v1::ChaosReport& report, int command_code) {
  return command_code == kExitOk && !report.violations().empty() ? kExitBrokenInvariant
                                                                 : command_code;
}

int ChaosRun::Report(int command_code) const {
  ClientOptions options;
  options.admin_secret = admin_secret_;
  const absl::StatusOr<ReadyInfo> ready = ReadReadyFile(ready_file_);
  if (!ready.ok()) return ReportError(ready.status());
  options.server = ready->grpc;
  v1::ChaosReport report;
  absl::StatusOr<std::unique_ptr<GrpcClient>> client = SignedIn(options);
  absl::Status status = client.status();
  if (status.ok()) {
    status = (*client)->Call("lazuli.v1.Chaos/GetChaosReport", v1::Empty(), &report);
  }
  if (!status.ok()) return ReportError(status);
  std::cerr << FormatChaosReport(report) << std::flush;
  return ExitCodeUnderChaos(report, command_code);
}

}  // namespace lazuli::emulator
