// A client as a user's own test has it, to be run under chaos: makes an account with a customer's
// key, works until it is refused, and on until it is served again. Ends with the exit code that it
// is given as its argument, or with 1 when that does not come about.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/real_time.h"
#include "base/status_macros.h"
#include "emulator/client/api.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/ready_file.h"
#include "proto/batch_jobs.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"

namespace lazuli::emulator {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(50);
// Auto time runs on when nobody is calling.
constexpr absl::Duration kPause = absl::Milliseconds(20);

absl::Status MakeAccount(Api* api) {
  LAZULI_RETURN_IF_ERROR(api->PutResourceGroup());
  LAZULI_RETURN_IF_ERROR(api->PutVault("client-vault", {}).status());
  LAZULI_ASSIGN_OR_RETURN(const v1::KeyBundle key, api->CreateRsaKey("client-vault", "k"));
  LAZULI_ASSIGN_OR_RETURN(const v1::Identity identity, api->PutIdentity("client-identity"));
  LAZULI_RETURN_IF_ERROR(api->ChangePolicy("client-vault", "add",
                                           identity.properties().principal_id(),
                                           {"get", "wrapKey", "unwrapKey"}));
  LAZULI_RETURN_IF_ERROR(api->PutAccount("clientbatch", identity.id(), key.key().kid()).status());
  LAZULI_RETURN_IF_ERROR(api->AddPool("clientbatch", "p", 2));
  LAZULI_RETURN_IF_ERROR(api->AddJob("clientbatch", "j", "p"));
  return api->AddTasks("clientbatch", "j", "t", 5, "sleep 3600");
}

// Asks until the account is refused for its key, or is served.
absl::Status WaitUntil(Api* api, bool refused) {
  const absl::Time give_up = RealNow() + kPatience;
  while (RealNow() < give_up) {
    const absl::Status status = api->ListTasks("clientbatch", "j").status();
    const bool is_refused = !status.ok() && ErrorInfoOrDefault(status).code == "AccountIsDisabled";
    if (!status.ok() && !is_refused) return status;
    if (is_refused == refused) return absl::OkStatus();
    absl::SleepFor(kPause);
  }
  return absl::DeadlineExceededError(refused ? "was never refused" : "was never served again");
}

absl::Status Run() {
  LAZULI_ASSIGN_OR_RETURN(const ReadyInfo ready, ReadReadyFile(getenv("LAZULI_READY_FILE")));
  const std::unique_ptr<GrpcClient> client = GrpcClient::Connect(ready.grpc);
  LAZULI_RETURN_IF_ERROR(client->SignIn(kAdminAppId, kWellKnownAdminSecret));
  Api api(client.get(), "client-group");
  LAZULI_RETURN_IF_ERROR(MakeAccount(&api));
  LAZULI_RETURN_IF_ERROR(WaitUntil(&api, /*refused=*/true));
  return WaitUntil(&api, /*refused=*/false);
}

}  // namespace
}  // namespace lazuli::emulator

int main(int argc, char** argv) {
  const absl::Status status = lazuli::emulator::Run();
  if (status.ok()) return argc > 1 ? std::atoi(argv[1]) : 0;
  std::cerr << status << std::endl;
  return 1;
}
