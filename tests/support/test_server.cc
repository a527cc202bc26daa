#include "tests/support/test_server.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/time/civil_time.h"
#include "base/clock_driver.h"
#include "emulator/identity/well_known.h"

namespace lazuli::emulator {

absl::Time TestStart() {
  return absl::FromCivil(absl::CivilSecond(2026, 1, 1), absl::UTCTimeZone());
}

ServerOptions TestOptions() {
  ServerOptions options;
  options.clock.mode = ClockMode::kManual;
  options.clock.start_time = TestStart();
  options.seed = 1;
  options.key_pool = 0;
  return options;
}

TestServer::TestServer(const ServerOptions& options) {
  server_ = Must(Server::Start(options));
  address_ = server_->grpc_address();
  admin_ = Connect();
  Must(admin_->SignIn(kAdminAppId, options.admin_secret));
  api_ = std::make_unique<Api>(admin_.get(), kTestGroup);
  Must(api_->PutResourceGroup());
}

std::unique_ptr<GrpcClient> TestServer::ConnectAs(const std::string& principal) {
  std::unique_ptr<GrpcClient> client = Connect();
  client->set_token(Must(admin_->TokenFor(principal, "")));
  return client;
}

uint64_t TestServer::LastSequence() {
  // From the oldest that is kept: those before it may be gone.
  v1::ListEventsRequest request;
  while (true) {
    const auto page = Must(api_->Call<v1::ListEventsResponse>("Emulator/ListEvents", request));
    if (page.value().empty()) return page.last_sequence();
    request.set_after(page.last_sequence());
  }
}

void Must(const absl::Status& status) {
  if (!status.ok()) DieOf(status);
}

void DieOf(const absl::Status& status) {
  std::fprintf(stderr, "a step that the test stands on failed: %s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace lazuli::emulator
