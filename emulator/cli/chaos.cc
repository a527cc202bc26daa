// `lazuli revoke`, `lazuli restore` and `lazuli chaos`.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "emulator/chaos/report_text.h"
#include "emulator/chaos/schedule_file.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "google/protobuf/message.h"
#include "proto/chaos.pb.h"
#include "proto/common.pb.h"

namespace lazuli::emulator {

namespace {

template <typename Response>
absl::StatusOr<Response> CallChaos(const ClientOptions& options, const char* method,
                                   const google::protobuf::Message& request) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcClient> client, SignedIn(options));
  Response response;
  LAZULI_RETURN_IF_ERROR(
      client->Call(absl::StrCat("lazuli.v1.Chaos/", method), request, &response));
  return response;
}

template <typename Response>
int CallAndPrint(const ClientOptions& options, const char* method,
                 const google::protobuf::Message& request) {
  const absl::StatusOr<Response> response = CallChaos<Response>(options, method, request);
  const absl::Status status = response.ok() ? PrintAnswer(*response) : response.status();
  return status.ok() ? kExitOk : ReportError(status);
}

int RunSchedule(const std::vector<std::string>& arguments, const ClientOptions& options) {
  if (arguments.size() != 1) return ReportUsage("chaos run needs the file of a schedule");
  const absl::StatusOr<v1::ChaosSchedule> schedule = ReadScheduleFile(arguments.front());
  if (!schedule.ok()) return ReportUsage(schedule.status());
  v1::StartChaosRequest request;
  *request.mutable_schedule() = *schedule;
  return CallAndPrint<v1::ChaosState>(options, "StartChaos", request);
}

int PrintCauses(const ClientOptions& options) {
  const auto causes = CallChaos<v1::ListCausesResponse>(options, "ListCauses", v1::Empty());
  if (!causes.ok()) return ReportError(causes.status());
  for (const v1::ChaosCause& cause : causes->value()) {
    std::cout << absl::StreamFormat("%-24s %s; undo: %s\n", cause.name(), cause.takes(),
                                    cause.has_undo() ? cause.undo() : "none, it is for good");
  }
  return kExitOk;
}

int PrintReport(const ClientOptions& options) {
  const auto report = CallChaos<v1::ChaosReport>(options, "GetChaosReport", v1::Empty());
  if (!report.ok()) return ReportError(report.status());
  std::cout << FormatChaosReport(*report);
  return report->violations().empty() ? kExitOk : kExitFailed;
}

}  // namespace

int RunRevoke(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return ReportUsage("revoke needs the name of an account");
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  v1::RevokeAccessRequest request;
  request.set_account(arguments.front());
  if (!options->cause.empty()) request.set_cause(options->cause);
  return CallAndPrint<v1::Revocation>(*options, "RevokeAccess", request);
}

int RunRestore(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return ReportUsage("restore needs the name of an account");
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  v1::RestoreAccessRequest request;
  request.set_account(arguments.front());
  if (!options->cause.empty()) request.set_cause(options->cause);
  return CallAndPrint<v1::RestoreAccessResponse>(*options, "RestoreAccess", request);
}

int RunChaos(const std::vector<std::string>& arguments) {
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const std::string verb = arguments.empty() ? "" : arguments.front();
  const std::vector<std::string> rest(arguments.begin() + (arguments.empty() ? 0 : 1),
                                      arguments.end());
  if (verb == "run") return RunSchedule(rest, *options);
  if (!rest.empty()) return ReportUsage(absl::StrCat("chaos ", verb, " takes no arguments"));
  if (verb == "causes") return PrintCauses(*options);
  if (verb == "status") return CallAndPrint<v1::ChaosState>(*options, "GetChaos", v1::Empty());
  if (verb == "report") return PrintReport(*options);
  if (verb == "export") {
    return CallAndPrint<v1::ChaosSchedule>(*options, "ExportChaos", v1::Empty());
  }
  if (verb == "stop") {
    v1::StopChaosRequest request;
    request.set_restore(true);
    return CallAndPrint<v1::ChaosState>(*options, "StopChaos", request);
  }
  return ReportUsage("chaos needs one of run, causes, status, report, export and stop");
}

}  // namespace lazuli::emulator
