// Calls over gRPC beside an empty gRPC echo of the same build: time, and the server's processor
// time.
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/figures.h"
#include "bench/processes.h"
#include "benchmark/benchmark.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "proto/common.pb.h"

namespace lazuli::bench {
namespace {

using emulator::Api;
using emulator::GrpcClient;
using emulator::ServerProcess;

// What one unwrap over gRPC may cost the server beyond the bare operation and an echo, in
// microseconds.
constexpr double kUnwrapOverheadMicros = 20;

// Servers and clients, made once.
struct Fixture {
  Fixture() {
    // Without the pool, whose making of keys would count as the calls' processor time.
    auto started = ServerProcess::Start(BuiltProgram("emulator/lazuli"), {"--key_pool=0"});
    DieUnless(started.ok(), std::string(started.status().message()));
    server = *std::move(started);
    client = GrpcClient::Connect(server->ready().grpc);
    const absl::Status signed_in =
        client->SignIn(emulator::kAdminAppId, emulator::kWellKnownAdminSecret);
    DieUnless(signed_in.ok(), std::string(signed_in.message()));
    api = std::make_unique<Api>(client.get(), "bench");
    DieUnless(api->PutResourceGroup().ok(), "no group");
    DieUnless(api->PutVault("bench-vault", Api::VaultSpec()).ok(), "no vault");
    auto key = api->CreateRsaKey("bench-vault", "key");
    DieUnless(key.ok(), "no key");
    unwrap.set_vault_name("bench-vault");
    unwrap.set_key_name("key");
    unwrap.set_key_version(key->key().kid().substr(key->key().kid().rfind('/') + 1));
    unwrap.set_alg(v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256);
    unwrap.set_value(std::string(32, 'k'));
    auto wrapped = api->Call<v1::KeyOperationResult>("Keys/WrapKey", unwrap);
    DieUnless(wrapped.ok(), "no wrap");
    unwrap.set_value(wrapped->value());
    get.set_vault_name("bench-vault");
    get.set_key_name("key");
    echo = EchoServer::Start();
    echo_client = GrpcClient::Connect(echo->address());
  }

  std::unique_ptr<ServerProcess> server;
  std::unique_ptr<GrpcClient> client;
  std::unique_ptr<Api> api;
  std::unique_ptr<EchoServer> echo;
  std::unique_ptr<GrpcClient> echo_client;
  v1::KeyOperationsParameters unwrap;
  v1::GetKeyRequest get;
};

Fixture& Shared() {
  static Fixture fixture;
  return fixture;
}

// Runs `call` and keeps the processor time of `pid` for each.
template <typename Call>
void Measure(benchmark::State& state, pid_t pid, const Call& call) {
  const double before = CpuMicrosOf(pid);
  int64_t calls = 0;
  for (auto _ : state) {
    DieUnless(call().ok(), "a call failed");
    ++calls;
  }
  state.counters["server_cpu_us"] = (CpuMicrosOf(pid) - before) / static_cast<double>(calls);
}

// The echo answers with the request, so that its size is that of an unwrap.
void BM_Echo(benchmark::State& state) {
  Fixture& shared = Shared();
  v1::KeyOperationsParameters answer;
  Measure(state, shared.echo->pid(), [&] {
    return shared.echo_client->Call("lazuli.v1.Keys/UnwrapKey", shared.unwrap, &answer);
  });
}
BENCHMARK(BM_Echo);

void BM_GetClock(benchmark::State& state) {
  Fixture& shared = Shared();
  v1::ClockState answer;
  Measure(state, shared.server->pid(),
          [&] { return shared.client->Call("lazuli.v1.Emulator/GetClock", v1::Empty(), &answer); });
}
BENCHMARK(BM_GetClock);

void BM_GetKey(benchmark::State& state) {
  Fixture& shared = Shared();
  v1::KeyBundle answer;
  Measure(state, shared.server->pid(),
          [&] { return shared.client->Call("lazuli.v1.Keys/GetKey", shared.get, &answer); });
}
BENCHMARK(BM_GetKey);

void BM_UnwrapKey(benchmark::State& state) {
  Fixture& shared = Shared();
  v1::KeyOperationResult answer;
  Measure(state, shared.server->pid(),
          [&] { return shared.client->Call("lazuli.v1.Keys/UnwrapKey", shared.unwrap, &answer); });
}
BENCHMARK(BM_UnwrapKey);

// The same operation on this thread: what of an unwrap is RSA.
void BM_UnwrapInEngine(benchmark::State& state) {
  using keyvault::crypto::EncryptionAlgorithm;
  keyvault::crypto::CryptoEngine engine;
  const auto key = keyvault::crypto::KeyMaterial::GenerateRsa(2048, 65537);
  DieUnless(key.ok(), "no key");
  const auto wrapped =
      engine.Encrypt(**key, "k", EncryptionAlgorithm::kRsaOaep256, std::string(32, 'k'));
  DieUnless(wrapped.ok(), "no wrap");
  const double before = CpuMicrosOf(getpid());
  int64_t calls = 0;
  for (auto _ : state) {
    DieUnless(engine.Decrypt(**key, "k", EncryptionAlgorithm::kRsaOaep256, *wrapped).ok(),
              "no unwrap");
    ++calls;
  }
  state.counters["cpu_us"] = (CpuMicrosOf(getpid()) - before) / static_cast<double>(calls);
}
BENCHMARK(BM_UnwrapInEngine);

int Run(int argc, char** argv) {
  const Medians medians(argc, argv);
  const auto echo = medians.RealMicros("BM_Echo");
  const auto echo_cpu = medians.Counter("BM_Echo", "server_cpu_us");
  const auto bare = medians.RealMicros("BM_UnwrapInEngine");
  const auto bare_cpu = medians.Counter("BM_UnwrapInEngine", "cpu_us");
  std::optional<double> unwrap_limit;
  if (echo_cpu && bare_cpu) unwrap_limit = *echo_cpu + *bare_cpu + kUnwrapOverheadMicros;
  std::optional<double> unwrap_time_limit;
  if (echo && bare) unwrap_time_limit = *echo + *bare;
  PrintFigures({
      {"GetClock over gRPC beside an echo", "us", medians.RealMicros("BM_GetClock"), echo, 1.5},
      {"GetKey over gRPC beside an echo", "us", medians.RealMicros("BM_GetKey"), echo, 1.5},
      {"UnwrapKey over gRPC beside an echo and bare RSA", "us", medians.RealMicros("BM_UnwrapKey"),
       unwrap_time_limit, 1.2},
      {"GetClock, server CPU, beside an echo", "us",
       medians.Counter("BM_GetClock", "server_cpu_us"), echo_cpu, 2.0},
      {"GetKey, server CPU, beside an echo", "us", medians.Counter("BM_GetKey", "server_cpu_us"),
       echo_cpu, 2.0},
      {"UnwrapKey, server CPU, beside bare RSA + echo + 20 us", "us",
       medians.Counter("BM_UnwrapKey", "server_cpu_us"), unwrap_limit, 1.0},
  });
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Run(argc, argv); }
