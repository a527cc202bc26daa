#include "emulator/grpc/grpc_client.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/real_time.h"
#include "base/status_macros.h"
#include "emulator/dispatch/errors.h"
#include "emulator/grpc/grpc_status.h"
#include "emulator/identity/well_known.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/impl/codegen/rpc_method.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/sync_stream.h"
#include "proto/identity.pb.h"

namespace lazuli::emulator {

using google::protobuf::Message;
using grpc::ByteBuffer;
using grpc::internal::RpcMethod;

namespace {

// A list of a thousand tasks is larger than the limit of a request.
constexpr int kMaxResponseBytes = 256 << 20;

grpc::Status Serialize(const Message& message, ByteBuffer* bytes) {
  bool own_buffer = false;
  return grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, bytes, &own_buffer);
}

grpc::Status Parse(ByteBuffer* bytes, Message* message) {
  return grpc::GenericDeserialize<grpc::ProtoBufferReader, Message>(bytes, message);
}

// With the id of the refusal, if the server gave one.
absl::Status WithIdOf(const grpc::ClientContext& context, const grpc::Status& status) {
  absl::Status result = FromGrpcStatus(status);
  if (result.ok()) return result;
  const auto& trailing = context.GetServerTrailingMetadata();
  const auto id = trailing.find("x-ms-request-id");
  if (id == trailing.end()) return result;
  return WithRequestId(std::move(result), {id->second.data(), id->second.size()});
}

class GrpcClientImpl final : public GrpcClient {
 public:
  explicit GrpcClientImpl(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
    // A proxy of the environment must never see a call to this machine.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  }

  void set_token(std::string token) override { token_ = std::move(token); }
  void set_metadata(const std::string& name, std::string value) override {
    metadata_[name] = std::move(value);
  }

  absl::Status Call(absl::string_view method, const Message& request, Message* response,
                    absl::Duration timeout) override {
    ByteBuffer request_bytes;
    ByteBuffer response_bytes;
    grpc::ClientContext context;
    Prepare(&context);
    context.set_deadline(absl::ToChronoTime(RealNow() + timeout));
    const std::string path = absl::StrCat("/", method);
    grpc::Status status = Serialize(request, &request_bytes);
    if (status.ok()) {
      status = grpc::internal::BlockingUnaryCall<ByteBuffer, ByteBuffer>(
          channel_.get(), RpcMethod(path.c_str(), RpcMethod::NORMAL_RPC), &context, request_bytes,
          &response_bytes);
    }
    if (status.ok()) status = Parse(&response_bytes, response);
    return WithIdOf(context, status);
  }

  absl::Status Watch(absl::string_view method, const Message& request, Message* message,
                     const std::function<bool()>& on_message) override {
    ByteBuffer request_bytes;
    grpc::ClientContext context;
    Prepare(&context);
    const std::string path = absl::StrCat("/", method);
    grpc::Status status = Serialize(request, &request_bytes);
    if (!status.ok()) return FromGrpcStatus(status);
    std::unique_ptr<grpc::ClientReader<ByteBuffer>> reader(
        grpc::internal::ClientReaderFactory<ByteBuffer>::Create(
            channel_.get(), RpcMethod(path.c_str(), RpcMethod::SERVER_STREAMING), &context,
            request_bytes));
    ByteBuffer bytes;
    while (reader->Read(&bytes)) {
      status = Parse(&bytes, message);
      const bool go_on = status.ok() && on_message();
      if (go_on) continue;
      context.TryCancel();
      while (reader->Read(&bytes)) {
      }
      reader->Finish();
      return FromGrpcStatus(status);
    }
    return FromGrpcStatus(reader->Finish());
  }

 private:
  void Prepare(grpc::ClientContext* context) const {
    if (!token_.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
    for (const auto& [name, value] : metadata_) context->AddMetadata(name, value);
  }

  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace

std::unique_ptr<GrpcClient> GrpcClient::Connect(const std::string& address) {
  return std::make_unique<GrpcClientImpl>(address);
}

absl::Status GrpcClient::SignIn(absl::string_view client_id, absl::string_view client_secret) {
  v1::IssueTokenRequest request;
  request.set_tenant_id(std::string(kDefaultTenantId));
  request.set_client_id(std::string(client_id));
  request.set_client_secret(std::string(client_secret));
  v1::IssueTokenResponse response;
  LAZULI_RETURN_IF_ERROR(Call("lazuli.v1.Tokens/IssueToken", request, &response));
  set_token(response.access_token());
  return absl::OkStatus();
}

absl::StatusOr<std::string> GrpcClient::TokenFor(absl::string_view principal,
                                                 absl::string_view resource) {
  v1::IssueTokenForRequest request;
  request.set_principal(std::string(principal));
  if (!resource.empty()) request.set_resource(std::string(resource));
  v1::IssueTokenResponse response;
  LAZULI_RETURN_IF_ERROR(Call("lazuli.v1.Directory/IssueTokenFor", request, &response));
  return response.access_token();
}

}  // namespace lazuli::emulator
