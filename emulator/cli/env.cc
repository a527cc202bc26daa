#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/cli/client_environment.h"
#include "emulator/cli/client_files.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/running_server.h"
#include "emulator/cli/shell_format.h"
#include "emulator/client/http_client.h"
#include "emulator/json/decoder.h"
#include "proto/sandboxes.pb.h"

namespace lazuli::emulator {

namespace {

// What the server tells of the sandbox that the flags name.
absl::StatusOr<ClientSandbox> FindSandbox(const EnvironmentOptions& options,
                                          const std::string& address) {
  HttpCall call;
  call.target = absl::StrCat("/emulator/v1/sandboxes/", options.sandbox);
  LAZULI_ASSIGN_OR_RETURN(const HttpReply reply, CallHttp(address, call));
  if (reply.status == 404) {
    return InvalidInputError("sandbox", "there is no such sandbox; lazuli sandbox list tells all");
  }
  v1::Sandbox sandbox;
  if (reply.status != 200 || !DecodeJson(reply.body, &sandbox, nullptr).ok()) {
    return absl::UnavailableError(
        absl::StrCat("http://", address, call.target, " answers ", reply.status, ": ", reply.body));
  }
  return ClientSandbox{.id = sandbox.sandbox_id(),
                       .tenant_id = sandbox.tenant_id(),
                       .subscription_id = sandbox.subscription_id(),
                       .client_id = sandbox.client_id(),
                       .client_secret = options.client_secret};
}

absl::StatusOr<std::string> EnvironmentText(const EnvironmentOptions& options) {
  LAZULI_ASSIGN_OR_RETURN(const RunningServer server,
                          FindRunningServer(options.ready_file, options.https_address));
  // Beside the ready file, or where the same user finds it again.
  std::string prefix = server.ready_file;
  if (prefix.empty()) {
    LAZULI_ASSIGN_OR_RETURN(const std::string folder, PrivateFolder(server.id));
    prefix = absl::StrCat(folder, "/lazuli");
  }
  LAZULI_ASSIGN_OR_RETURN(const ClientFiles files,
                          WriteClientFiles(prefix, server.ca_pem, server.id));
  ClientSettings settings;
  settings.mode = options.mode;
  settings.address = server.address;
  settings.ca_file = files.ca_file;
  settings.trust_store = files.trust_store;
  settings.azure_folder = files.azure_folder;
  settings.ready_file = server.ready_file;
  settings.admin_secret = options.admin_secret;
  settings.identity_secret = server.identity_secret;
  if (!options.sandbox.empty()) {
    LAZULI_ASSIGN_OR_RETURN(settings.sandbox, FindSandbox(options, server.address));
  }
  return FormatEnvironment(MakeClientEnvironment(settings), options.shell);
}

}  // namespace

int RunEnv(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("env takes no arguments but flags");
  const absl::StatusOr<EnvironmentOptions> options = RunningServerOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<std::string> text = EnvironmentText(*options);
  if (!text.ok()) return ReportError(text.status());
  std::cout << *text << std::flush;
  return kExitOk;
}

int RunTrust(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("trust takes no arguments but flags");
  const absl::StatusOr<EnvironmentOptions> options = RunningServerOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<RunningServer> server =
      FindRunningServer(options->ready_file, options->https_address);
  if (!server.ok()) return ReportError(server.status());
  std::cout << server->ca_pem << std::flush;
  return kExitOk;
}

}  // namespace lazuli::emulator
