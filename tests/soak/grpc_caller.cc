#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/real_time.h"
#include "emulator/identity/well_known.h"
#include "proto/identity.pb.h"
#include "tests/soak/caller.h"
#include "tests/support/raw_call.h"

namespace lazuli::soak {

namespace {

using emulator::RawChannel;
using google::protobuf::Message;

// A token lives for an hour, by the machine's clock; clients renew it before.
constexpr absl::Duration kTokenAge = absl::Minutes(55);
constexpr absl::Duration kTimeout = absl::Seconds(30);

Outcome OutcomeOf(const absl::Status& status) {
  Outcome outcome;
  if (status.ok()) return outcome;
  outcome.message = std::string(status.message());
  if (const std::optional<ErrorInfo> info = GetErrorInfo(status); info.has_value()) {
    outcome.kind = Outcome::kRefused;
    outcome.http_status = info->http_status;
    outcome.code = info->code;
    return outcome;
  }
  // Without a word of the server's own it is gRPC that speaks, of a stream or a connection.
  outcome.kind =
      status.code() == absl::StatusCode::kDeadlineExceeded ? Outcome::kSilent : Outcome::kLost;
  outcome.code = absl::StatusCodeToString(status.code());
  return outcome;
}

class GrpcCallerImpl final : public Caller {
 public:
  explicit GrpcCallerImpl(const std::string& address) : channel_(RawChannel::Connect(address)) {}

  Outcome Call(const std::string& method, const Message& request, Message* response) override {
    if (token_.empty() || RealNow() - signed_in_at_ > kTokenAge) {
      const Outcome signed_in = SignIn();
      if (signed_in.kind != Outcome::kDone) return signed_in;
    }
    return Send(method, request, emulator::WithToken(token_), response);
  }

 private:
  Outcome SignIn() {
    v1::IssueTokenRequest request;
    request.set_tenant_id(std::string(emulator::kDefaultTenantId));
    request.set_client_id(std::string(emulator::kAdminAppId));
    request.set_client_secret(std::string(emulator::kWellKnownAdminSecret));
    v1::IssueTokenResponse response;
    const Outcome outcome = Send("Tokens/IssueToken", request, {}, &response);
    token_ = response.access_token();
    signed_in_at_ = RealNow();
    return outcome;
  }

  Outcome Send(const std::string& method, const Message& request,
               const emulator::Metadata& metadata, Message* response) {
    const absl::StatusOr<std::string> bytes = channel_->Call(
        absl::StrCat("lazuli.v1.", method), request.SerializeAsString(), metadata, kTimeout);
    if (bytes.ok()) response->ParseFromString(*bytes);
    return OutcomeOf(bytes.status());
  }

  const std::unique_ptr<RawChannel> channel_;
  std::string token_;
  absl::Time signed_in_at_;
};

}  // namespace

std::unique_ptr<Caller> GrpcCaller(const emulator::ReadyInfo& server) {
  return std::make_unique<GrpcCallerImpl>(server.grpc);
}

}  // namespace lazuli::soak
