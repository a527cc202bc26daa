#include "emulator/cli/demo/demo.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "emulator/cli/commands.h"
#include "emulator/cli/demo/scenario.h"
#include "emulator/cli/demo/timeline.h"
#include "emulator/cli/report.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

int RunDemo(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) return ReportUsage("demo takes no arguments");
  // The same program, whatever it is called and wherever it lies.
  std::error_code error;
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error).string();
  if (error) return ReportUsage("cannot find the program's own file");
  auto server = ServerProcess::Start(
      program, {"--clock=manual", "--start_time=2026-01-01T00:00:00Z", "--seed=1"});
  if (!server.ok()) return ReportError(server.status());
  std::cout << "A server runs at " << (*server)->ready().grpc
            << ", on a manual clock. Times below are virtual.\n";

  const std::unique_ptr<GrpcClient> client = GrpcClient::Connect((*server)->ready().grpc);
  const absl::Status signed_in = client->SignIn(kAdminAppId, kWellKnownAdminSecret);
  if (!signed_in.ok()) return ReportError(signed_in);
  Api api(client.get(), "demo-group");
  Timeline timeline(&std::cout);
  Scenario scenario(&api, &timeline);
  scenario.Run();
  timeline.Summary();
  return timeline.differences() == 0 ? kExitOk : kExitFailed;
}

}  // namespace lazuli::emulator
