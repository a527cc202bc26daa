// File: emulator/grpc/grpc_client.h
//
// Calls any method of a running server: for the command line, the demo, tests and benchmarks.
#ifndef LAZULI_EMULATOR_GRPC_GRPC_CLIENT_H_
#define LAZULI_EMULATOR_GRPC_GRPC_CLIENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

namespace lazuli::emulator {

// Thread safe, but for set_token.
class GrpcClient {
 public:
  // `address`: "host:port" or "unix:PATH". Connects with the first call.
  static std::unique_ptr<GrpcClient> Connect(const std::string& address);
  virtual ~GrpcClient() = default;

  // The access token of the calls that follow; empty: none is sent.
  virtual void set_token(std::string token) = 0;
  // Sent with each call from now on; `name` in lower case.
  virtual void set_metadata(const std::string& name, std::string value) = 0;

  // Signs in to the default tenant with a secret and keeps the token.
  absl::Status SignIn(absl::string_view client_id, absl::string_view client_secret);
  // A token for any principal by object id, client id or name; the client must have signed in as an
  // administrator. `resource` empty: the audience that serves every plane over gRPC.
  absl::StatusOr<std::string> TokenFor(absl::string_view principal, absl::string_view resource);

  // `method`: "lazuli.v1.Keys/WrapKey". Errors are the server's, with their payload; UNAVAILABLE
  // when there is no server.
  virtual absl::Status Call(absl::string_view method, const google::protobuf::Message& request,
                            google::protobuf::Message* response,
                            absl::Duration timeout = absl::Minutes(5)) = 0;

  // Reads a streaming method's answers into `message` and hands each to `on_message` until it
  // returns false (OK), or the server ends the stream.
  virtual absl::Status Watch(absl::string_view method, const google::protobuf::Message& request,
                             google::protobuf::Message* message,
                             const std::function<bool()>& on_message) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_GRPC_GRPC_CLIENT_H_
