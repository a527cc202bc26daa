// Calls over gRPC beside an empty gRPC echo of the same build: time, and the server's processor
// time.
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/real_time.h"
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

// Calls in turn, one of each a round, so that what disturbs the machine disturbs all alike, and
// none runs on warmer caches than another.
constexpr int kRoundsOfBlock = 50;

// Calls `measured` on the server and `lazuli.v1.Keys/UnwrapKey` on the echo in turn. An iteration
// is a block of rounds; the counters are medians over the blocks, times and processor times in
// microseconds for one call: measured_us, echo_us, measured_cpu_us, echo_cpu_us. `between` runs
// once a round on this thread; its processor time is counter bare_cpu_us, its time bare_us.
template <typename Call, typename Between>
void RunBesideEcho(benchmark::State& state, const Call& measured, const Between& between) {
  Fixture& shared = Shared();
  v1::KeyOperationsParameters echoed;
  std::map<std::string, std::vector<double>> blocks;
  for (auto _ : state) {
    std::map<std::string, double> sums;
    const double server_before = CpuMicrosOf(shared.server->pid());
    const double echo_before = CpuMicrosOf(shared.echo->pid());
    for (int round = 0; round < kRoundsOfBlock; ++round) {
      const absl::Time start = RealNow();
      DieUnless(shared.echo_client->Call("lazuli.v1.Keys/UnwrapKey", shared.unwrap, &echoed).ok(),
                "an echo failed");
      const absl::Time after_echo = RealNow();
      const double bare_before = ThreadCpuMicros();
      between();
      sums["bare_cpu_us"] += ThreadCpuMicros() - bare_before;
      const absl::Time after_bare = RealNow();
      DieUnless(measured().ok(), "a call failed");
      sums["measured_us"] += MicrosSince(after_bare);
      sums["bare_us"] += absl::ToDoubleMicroseconds(after_bare - after_echo);
      sums["echo_us"] += absl::ToDoubleMicroseconds(after_echo - start);
    }
    sums["measured_cpu_us"] = CpuMicrosOf(shared.server->pid()) - server_before;
    sums["echo_cpu_us"] = CpuMicrosOf(shared.echo->pid()) - echo_before;
    for (const auto& [name, sum] : sums) blocks[name].push_back(sum / kRoundsOfBlock);
  }
  for (const auto& [name, values] : blocks) state.counters[name] = MedianOf(values);
}

void BM_GetClock(benchmark::State& state) {
  v1::ClockState answer;
  RunBesideEcho(
      state,
      [&] { return Shared().client->Call("lazuli.v1.Emulator/GetClock", v1::Empty(), &answer); },
      [] {});
}
BENCHMARK(BM_GetClock)->Iterations(40);

void BM_GetKey(benchmark::State& state) {
  v1::KeyBundle answer;
  RunBesideEcho(
      state, [&] { return Shared().client->Call("lazuli.v1.Keys/GetKey", Shared().get, &answer); },
      [] {});
}
BENCHMARK(BM_GetKey)->Iterations(40);

// Between echo and call the same operation runs on this thread: what of an unwrap is RSA.
void BM_UnwrapKey(benchmark::State& state) {
  using keyvault::crypto::EncryptionAlgorithm;
  keyvault::crypto::CryptoEngine engine;
  const auto key = keyvault::crypto::KeyMaterial::GenerateRsa(2048, 65537);
  DieUnless(key.ok(), "no key");
  const auto wrapped =
      engine.Encrypt(**key, "k", EncryptionAlgorithm::kRsaOaep256, std::string(32, 'k'));
  DieUnless(wrapped.ok(), "no wrap");
  v1::KeyOperationResult answer;
  RunBesideEcho(
      state,
      [&] { return Shared().client->Call("lazuli.v1.Keys/UnwrapKey", Shared().unwrap, &answer); },
      [&] {
        DieUnless(engine.Decrypt(**key, "k", EncryptionAlgorithm::kRsaOaep256, *wrapped).ok(),
                  "no unwrap");
      });
}
BENCHMARK(BM_UnwrapKey)->Iterations(40);

std::optional<double> Sum(std::initializer_list<std::optional<double>> parts) {
  double sum = 0;
  for (const std::optional<double>& part : parts) {
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

int Run(int argc, char** argv) {
  const Medians medians(argc, argv);
  const auto of = [&](const char* name, const char* counter) {
    return medians.Counter(name, counter);
  };
  PrintFigures({
      {"GetClock over gRPC beside an echo", "us", of("BM_GetClock", "measured_us"),
       of("BM_GetClock", "echo_us"), 1.5},
      {"GetKey over gRPC beside an echo", "us", of("BM_GetKey", "measured_us"),
       of("BM_GetKey", "echo_us"), 1.5},
      {"UnwrapKey over gRPC beside an echo and bare RSA", "us", of("BM_UnwrapKey", "measured_us"),
       Sum({of("BM_UnwrapKey", "echo_us"), of("BM_UnwrapKey", "bare_us")}), 1.2},
      {"GetClock, server CPU, beside an echo", "us", of("BM_GetClock", "measured_cpu_us"),
       of("BM_GetClock", "echo_cpu_us"), 2.0},
      {"GetKey, server CPU, beside an echo", "us", of("BM_GetKey", "measured_cpu_us"),
       of("BM_GetKey", "echo_cpu_us"), 2.0},
      {"UnwrapKey, server CPU, beside bare RSA + echo + 20 us", "us",
       of("BM_UnwrapKey", "measured_cpu_us"),
       Sum({of("BM_UnwrapKey", "echo_cpu_us"), of("BM_UnwrapKey", "bare_cpu_us"),
            kUnwrapOverheadMicros}),
       1.0},
  });
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Run(argc, argv); }
