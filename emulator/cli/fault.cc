#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/fault_words.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/input_file.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "google/protobuf/message.h"
#include "proto/common.pb.h"
#include "proto/faults.pb.h"

namespace lazuli::emulator {

namespace {

absl::StatusOr<v1::FaultRule> RuleOf(const std::vector<std::string>& arguments,
                                     const std::string& file) {
  if (!file.empty() && !arguments.empty()) {
    return InvalidInputError("--file", "the rule is given twice: in the file and beside it");
  }
  if (!file.empty()) {
    LAZULI_ASSIGN_OR_RETURN(const std::string json, ReadInputFile("--file", file));
    return ParseFaultJson(json);
  }
  if (arguments.empty()) {
    return InvalidInputError("fault add",
                             absl::StrCat("give JSON, --file=PATH or some of ", kFaultWords));
  }
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(arguments[0]), "{")) {
    if (arguments.size() > 1) return InvalidInputError(arguments[1], "it follows the rule's JSON");
    return ParseFaultJson(arguments[0]);
  }
  return ParseFaultWords(arguments);
}

template <typename Response>
absl::Status CallAndPrint(const ClientOptions& options, const char* method,
                          const google::protobuf::Message& request) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcClient> client, SignedIn(options));
  Response response;
  LAZULI_RETURN_IF_ERROR(
      client->Call(absl::StrCat("lazuli.v1.Faults/", method), request, &response));
  return PrintAnswer(response);
}

int Ended(const absl::Status& status) { return status.ok() ? kExitOk : ReportError(status); }

int Add(const std::vector<std::string>& arguments, const ClientOptions& options) {
  const absl::StatusOr<v1::FaultRule> rule = RuleOf(arguments, options.file);
  if (!rule.ok()) return ReportUsage(rule.status());
  return Ended(CallAndPrint<v1::FaultRule>(options, "CreateFaultRule", *rule));
}

int List(const std::vector<std::string>& arguments, const ClientOptions& options) {
  if (!arguments.empty()) return ReportUsage("fault list takes no arguments but flags");
  return Ended(CallAndPrint<v1::ListFaultRulesResponse>(options, "ListFaultRules", v1::Empty()));
}

int Remove(const std::vector<std::string>& arguments, const ClientOptions& options) {
  if (arguments.size() + (options.all ? 1 : 0) != 1) {
    return ReportUsage("fault remove needs the id of a rule, or --all");
  }
  if (options.all) {
    return Ended(
        CallAndPrint<v1::ListFaultRulesResponse>(options, "DeleteAllFaultRules", v1::Empty()));
  }
  v1::FaultRuleRequest request;
  request.set_id(arguments[0]);
  return Ended(CallAndPrint<v1::FaultRule>(options, "DeleteFaultRule", request));
}

}  // namespace

int RunFault(const std::vector<std::string>& arguments) {
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const std::string verb = arguments.empty() ? "" : arguments.front();
  const std::vector<std::string> rest(arguments.begin() + (arguments.empty() ? 0 : 1),
                                      arguments.end());
  if (verb == "add") return Add(rest, *options);
  if (verb == "list") return List(rest, *options);
  if (verb == "remove") return Remove(rest, *options);
  return ReportUsage("fault needs one of add, list and remove");
}

}  // namespace lazuli::emulator
