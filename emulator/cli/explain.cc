#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "proto/explain.pb.h"

namespace lazuli::emulator {

namespace {

struct Word {
  const char* name;
  void (*set)(v1::ExplainRequest* request, const std::string& value);
};

constexpr Word kWords[] = {
    {"principal", [](auto* request, const auto& value) { request->set_principal(value); }},
    {"operation", [](auto* request, const auto& value) { request->set_operation(value); }},
    {"vault", [](auto* request, const auto& value) { request->set_vault(value); }},
    {"name", [](auto* request, const auto& value) { request->set_name(value); }},
    {"version", [](auto* request, const auto& value) { request->set_version(value); }},
    {"address", [](auto* request, const auto& value) { request->set_client_address(value); }},
    {"subnet", [](auto* request, const auto& value) { request->set_subnet_id(value); }},
    {"endpoint", [](auto* request, const auto& value) { request->set_private_endpoint(value); }},
    {"trusted",
     [](auto* request, const auto& value) { request->set_trusted_service(value == "true"); }},
};

bool SetWord(const std::string& name, const std::string& value, v1::ExplainRequest* request) {
  for (const Word& word : kWords) {
    if (name != word.name) continue;
    word.set(request, value);
    return true;
  }
  return false;
}

// One argument without a "=" is a request's id; else each is NAME=VALUE.
absl::StatusOr<v1::ExplainRequest> RequestOf(const std::vector<std::string>& arguments) {
  v1::ExplainRequest request;
  if (arguments.empty()) {
    return InvalidInputError(
        "", "explain takes a request id, or principal=, operation=, vault=, name=, ...");
  }
  if (arguments.size() == 1 && arguments[0].find('=') == std::string::npos) {
    request.set_request_id(arguments[0]);
    return request;
  }
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    if (equals == std::string::npos ||
        !SetWord(argument.substr(0, equals), argument.substr(equals + 1), &request)) {
      std::string known;
      for (const Word& word : kWords) absl::StrAppend(&known, " ", word.name, "=");
      return InvalidInputError("",
                               absl::StrCat("explain does not know ", argument, ", but", known));
    }
  }
  return request;
}

absl::Status Ask(const ClientOptions& options, const v1::ExplainRequest& request) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcClient> client, SignedIn(options));
  v1::Explanation explanation;
  LAZULI_RETURN_IF_ERROR(client->Call("lazuli.v1.Explanations/Explain", request, &explanation));
  return PrintAnswer(explanation);
}

}  // namespace

int RunExplain(const std::vector<std::string>& arguments) {
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<v1::ExplainRequest> request = RequestOf(arguments);
  if (!request.ok()) return ReportUsage(request.status().message());
  const absl::Status asked = Ask(*options, *request);
  return asked.ok() ? kExitOk : ReportError(asked);
}

}  // namespace lazuli::emulator
