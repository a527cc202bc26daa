// File: tests/support/test_server.h
//
// A server in this process, for tests that drive the whole program without one of their own: quick
// to make, and seen by the sanitizers.
#ifndef LAZULI_TESTS_SUPPORT_TEST_SERVER_H_
#define LAZULI_TESTS_SUPPORT_TEST_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "emulator/client/api.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/server/server.h"
#include "emulator/server/server_options.h"
#include "proto/control.pb.h"

namespace lazuli::emulator {

// 2026-01-01T00:00:00Z, where the virtual time of tests starts.
absl::Time TestStart();

// A manual clock, a fixed start and seed, and no keys made in advance: what happens depends on the
// calls alone.
ServerOptions TestOptions();

// Serves from its making to its end; the administrator is signed in, and the resource group of its
// api() exists. Ends the test program when it cannot start.
class TestServer {
 public:
  explicit TestServer(const ServerOptions& options = TestOptions());

  const std::string& address() const { return address_; }
  Api& api() { return *api_; }
  GrpcClient& admin() { return *admin_; }
  Server& server() { return *server_; }

  // A client without a token.
  std::unique_ptr<GrpcClient> Connect() const { return GrpcClient::Connect(address_); }
  // A client with a token of any principal, by object id, client id or name. Ends the test program
  // when there is none.
  std::unique_ptr<GrpcClient> ConnectAs(const std::string& principal);

  // The sequence number of the latest event, however many of those before it are gone.
  uint64_t LastSequence();

 private:
  std::unique_ptr<Server> server_;
  std::string address_;
  std::unique_ptr<GrpcClient> admin_;
  std::unique_ptr<Api> api_;
};

// The resource group of every test's api().
inline constexpr char kTestGroup[] = "test-group";

// The value, or the end of the test program with what went wrong: for steps that a test only stands
// on.
template <typename T>
T Must(absl::StatusOr<T> value);
void Must(const absl::Status& status);

// How the template above ends the program.
[[noreturn]] void DieOf(const absl::Status& status);

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) DieOf(value.status());
  return *std::move(value);
}

}  // namespace lazuli::emulator

#endif  // LAZULI_TESTS_SUPPORT_TEST_SERVER_H_
