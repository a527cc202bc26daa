#include "emulator/storage/snapshot.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "proto/common.pb.h"
#include "proto/state.pb.h"

namespace lazuli::emulator {

namespace {

// What a request carries of a snapshot: half of what the server takes.
constexpr size_t kPartBytes = size_t{2} << 20;

absl::Status Save(GrpcClient* client, const std::string& path) {
  v1::SnapshotBytes saved;
  LAZULI_RETURN_IF_ERROR(client->Call("lazuli.v1.State/SaveSnapshot", v1::Empty(), &saved));
  return WriteSnapshotFile(path, saved.snapshot());
}

absl::Status Load(GrpcClient* client, const std::string& path) {
  // What is none is better known before the server is bothered with it.
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot, Snapshot::ReadFile(path));
  const std::string& bytes = snapshot->bytes();
  for (size_t offset = 0; offset < bytes.size(); offset += kPartBytes) {
    v1::LoadSnapshotRequest part;
    part.set_snapshot(bytes.substr(offset, kPartBytes));
    part.set_offset(static_cast<int64_t>(offset));
    part.set_more(offset + kPartBytes < bytes.size());
    v1::LoadSnapshotResponse response;
    LAZULI_RETURN_IF_ERROR(client->Call("lazuli.v1.State/LoadSnapshot", part, &response));
  }
  return absl::OkStatus();
}

}  // namespace

int RunSnapshot(const std::vector<std::string>& arguments) {
  const bool is_save = arguments.size() == 2 && arguments[0] == "save";
  const bool is_load = arguments.size() == 2 && arguments[0] == "load";
  if (!is_save && !is_load) return ReportUsage("snapshot needs save or load, and a file");
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<std::unique_ptr<GrpcClient>> client = SignedIn(*options);
  if (!client.ok()) return ReportError(client.status());
  const absl::Status status =
      is_save ? Save(client->get(), arguments[1]) : Load(client->get(), arguments[1]);
  return status.ok() ? kExitOk : ReportError(status);
}

}  // namespace lazuli::emulator
