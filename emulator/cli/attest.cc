#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "boost/json/object.hpp"
#include "boost/json/serialize.hpp"
#include "emulator/cli/commands.h"
#include "emulator/cli/flags.h"
#include "emulator/cli/input_file.h"
#include "emulator/cli/report.h"
#include "emulator/cli/signed_in.h"
#include "emulator/grpc/grpc_client.h"
#include "proto/attestations.pb.h"

namespace lazuli::emulator {

namespace {

// What words NAME=VALUE say, as a JSON object. Every value is a text: as one a policy compares it.
absl::StatusOr<std::string> ClaimsOf(const std::vector<std::string>& words) {
  boost::json::object claims;
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return InvalidInputError(word, "a claim is NAME=VALUE");
    }
    const std::string name = word.substr(0, equals);
    if (claims.contains(name)) return InvalidInputError(name, "the claim is given twice");
    claims[name] = word.substr(equals + 1);
  }
  return boost::json::serialize(claims);
}

absl::StatusOr<v1::IssueAttestationRequest> RequestOf(const std::vector<std::string>& words,
                                                      const ClientOptions& options) {
  v1::IssueAttestationRequest request;
  if (!options.authority.empty()) request.set_authority(options.authority);
  if (!options.claims_file.empty() && !words.empty()) {
    return InvalidInputError("--claims", "claims stand in the file or beside it, not in both");
  }
  std::string* const claims = request.mutable_claims();
  if (options.claims_file.empty()) {
    LAZULI_ASSIGN_OR_RETURN(*claims, ClaimsOf(words));
  } else {
    LAZULI_ASSIGN_OR_RETURN(*claims, ReadInputFile("--claims", options.claims_file));
  }
  return request;
}

absl::Status Issue(const ClientOptions& options, const v1::IssueAttestationRequest& request) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<GrpcClient> client, SignedIn(options));
  v1::IssueAttestationResponse issued;
  LAZULI_RETURN_IF_ERROR(client->Call("lazuli.v1.Attestations/IssueAttestation", request, &issued));
  // With the key of the environment, to which keys are released: nobody else has it.
  return PrintAnswer(issued);
}

}  // namespace

int RunAttest(const std::vector<std::string>& arguments) {
  const absl::StatusOr<ClientOptions> options = ClientOptionsFromFlags();
  if (!options.ok()) return ReportUsage(options.status());
  const absl::StatusOr<v1::IssueAttestationRequest> request = RequestOf(arguments, *options);
  if (!request.ok()) return ReportUsage(request.status());
  const absl::Status issued = Issue(*options, *request);
  return issued.ok() ? kExitOk : ReportError(issued);
}

}  // namespace lazuli::emulator
