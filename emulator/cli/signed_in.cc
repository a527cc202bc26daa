#include "emulator/cli/signed_in.h"

#include <iostream>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/encoder.h"

namespace lazuli::emulator {

absl::StatusOr<std::unique_ptr<GrpcClient>> SignedIn(const ClientOptions& options) {
  std::unique_ptr<GrpcClient> client = GrpcClient::Connect(options.server);
  LAZULI_RETURN_IF_ERROR(client->SignIn(kAdminAppId, options.admin_secret));
  if (!options.as.empty()) {
    LAZULI_ASSIGN_OR_RETURN(std::string token, client->TokenFor(options.as, ""));
    client->set_token(std::move(token));
  }
  return client;
}

absl::Status PrintAnswer(const google::protobuf::Message& answer) {
  LAZULI_ASSIGN_OR_RETURN(const std::string json, EncodeJson(answer, {.pretty = true}));
  std::cout << json << std::endl;
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
