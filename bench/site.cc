#include "bench/site.h"

#include <utility>

#include "absl/time/time.h"
#include "bench/processes.h"
#include "emulator/identity/well_known.h"

namespace lazuli::bench {

using emulator::Api;
using emulator::GrpcClient;
using emulator::ServerProcess;

Site::Site(const std::vector<std::string>& flags) {
  auto started = ServerProcess::Start(BuiltProgram("emulator/lazuli"), flags);
  Must(started.status());
  server = *std::move(started);
  client = Connect();
  api = std::make_unique<Api>(client.get(), "bench");
}

std::unique_ptr<GrpcClient> Site::Connect() const {
  std::unique_ptr<GrpcClient> made = GrpcClient::Connect(server->ready().grpc);
  Must(made->SignIn(emulator::kAdminAppId, emulator::kWellKnownAdminSecret));
  return made;
}

void Site::MakeAccount() {
  Must(api->PutResourceGroup());
  Must(api->PutVault(kSiteVault, Api::VaultSpec()).status());
  const auto key = api->CreateRsaKey(kSiteVault, kSiteKey);
  Must(key.status());
  const auto account = api->PutAccount(kSiteAccount);
  Must(account.status());
  Must(api->ChangePolicy(kSiteVault, "add", account->identity().principal_id(),
                         {"get", "wrapKey", "unwrapKey"}));
  Must(api->SetCustomerKey(kSiteAccount, key->key().kid()).status());
}

void Site::MakePool(int nodes, int slots) {
  Must(api->AddPool(kSiteAccount, kSitePool, nodes, slots));
  Must(api->AdvanceBy(absl::Minutes(2)).status());
  Must(api->AddJob(kSiteAccount, kSiteJob, kSitePool));
}

}  // namespace lazuli::bench
