#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/templates/template_file.h"
#include "google/protobuf/message.h"
#include "proto/common.pb.h"
#include "proto/sandboxes.pb.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

namespace {

template <typename Response>
absl::Status CallAndPrint(const ClientOptions& options, absl::string_view method,
                          const google::protobuf::Message& request) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcClient> client, SignedIn(options));
  Response response;
  LAZULI_RETURN_IF_ERROR(client->Call(absl::StrCat("lazuli.v1.", method), request, &response));
  return PrintAnswer(response);
}

int Ended(const absl::Status& status) { return status.ok() ? kExitOk : ReportError(status); }

int Create(const std::string& id, const ClientOptions& options) {
  v1::CreateSandboxRequest request;
  if (!id.empty()) request.set_sandbox_id(id);
  if (!options.template_file.empty()) {
    const absl::StatusOr<v1::Template> what = ReadTemplateFile(options.template_file);
    if (!what.ok()) return ReportError(what.status());
    *request.mutable_template_() = *what;
  }
  return Ended(
      CallAndPrint<v1::CreateSandboxResponse>(options, "Sandboxes/CreateSandbox", request));
}

int Reset(const std::string& id, const ClientOptions& options) {
  if (id.empty()) {
    return Ended(CallAndPrint<v1::ListSandboxesResponse>(options, "Sandboxes/ResetAllSandboxes",
                                                         v1::Empty()));
  }
  v1::SandboxRequest request;
  request.set_sandbox_id(id);
  return Ended(CallAndPrint<v1::Sandbox>(options, "Sandboxes/ResetSandbox", request));
}

int Delete(const std::string& id, const ClientOptions& options) {
  if (id.empty()) return ReportUsage("sandbox delete needs the id of a sandbox");
  v1::SandboxRequest request;
  request.set_sandbox_id(id);
  return Ended(CallAndPrint<v1::Empty>(options, "Sandboxes/DeleteSandbox", request));
}

}  // namespace

int RunSandbox(const std::vector<std::string>& arguments) {
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const std::string verb = arguments.empty() ? "" : arguments[0];
  const std::string id = arguments.size() < 2 ? "" : arguments[1];
  if (arguments.size() > 2) return ReportUsage(absl::StrCat("sandbox ", verb, " takes one id"));
  if (verb == "create") return Create(id, *options);
  if (verb == "reset") return Reset(id, *options);
  if (verb == "delete") return Delete(id, *options);
  if (verb == "list" && id.empty()) {
    return Ended(
        CallAndPrint<v1::ListSandboxesResponse>(*options, "Sandboxes/ListSandboxes", v1::Empty()));
  }
  return ReportUsage("sandbox needs one of create [ID], list, reset [ID] and delete ID");
}

int RunApply(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return ReportUsage("apply needs the file of a template");
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<v1::Template> what = ReadTemplateFile(arguments[0]);
  if (!what.ok()) return ReportError(what.status());
  return Ended(CallAndPrint<v1::ApplyTemplateResponse>(*options, "Templates/ApplyTemplate", *what));
}

}  // namespace lazuli::emulator
