// Calls over HTTPS beside an empty request on the same listener: the server's processor time and
// requests a second; TLS handshakes; idle connections; a long load.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "bench/figures.h"
#include "bench/processes.h"
#include "bench/tls_connection.h"
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
using keyvault::crypto::EncryptionAlgorithm;

constexpr char kVaultHost[] = "bench-vault.vault.azure.net";
constexpr char kBatchHost[] = "bench.westus2.batch.azure.com";
constexpr char kBatchVersion[] = "api-version=2022-10-01.16.0";
// What the JSON face may cost the server beyond an empty request and the engine, in microseconds.
constexpr double kFaceMicros = 30;
constexpr double kIdleConnections = 1'000;
constexpr absl::Duration kLongLoad = absl::Seconds(60);

int PortOf(const std::string& url) { return std::atoi(url.c_str() + url.rfind(':') + 1); }

std::unique_ptr<ServerProcess> StartServer(std::vector<std::string> flags) {
  flags.push_back("--https=127.0.0.1:0");
  auto started = ServerProcess::Start(BuiltProgram("emulator/lazuli"), flags);
  Must(started.status());
  return *std::move(started);
}

// A server with a vault, a key, an account and a job, and the texts of the requests.
struct Fixture {
  Fixture() : server(StartServer({"--key_pool=0"})), port(PortOf(server->ready().https)) {
    client = GrpcClient::Connect(server->ready().grpc);
    Must(client->SignIn(emulator::kAdminAppId, emulator::kWellKnownAdminSecret));
    Api api(client.get(), "bench");
    Must(api.PutResourceGroup());
    Must(api.PutVault("bench-vault", Api::VaultSpec()).status());
    const auto key = api.CreateRsaKey("bench-vault", "key");
    Must(key.status());
    const std::string path = key->key().kid().substr(key->key().kid().find("/keys/"));
    Must(api.PutAccount("bench").status());
    Must(api.AddPool("bench", "pool", 1));
    Must(api.AddJob("bench", "job", "pool"));

    const std::string vault_token = Token("https://vault.azure.net");
    const std::string batch_token = Token("https://batch.core.windows.net/");
    empty = RequestText("GET", "/healthz", "localhost", "", "");
    get = RequestText("GET", path + "?api-version=7.4", kVaultHost, vault_token, "");
    const auto operation = [&](const std::string& name, const std::string& value) {
      return RequestText("POST", path + "/" + name + "?api-version=7.4", kVaultHost, vault_token,
                         absl::StrCat(R"({"alg":"RSA-OAEP-256","value":")", value, "\"}"));
    };
    wrap = operation("wrapkey", absl::WebSafeBase64Escape(std::string(32, 'k')));
    TlsConnection connection(port, kVaultHost);
    const TlsConnection::Answer wrapped = connection.Exchange(wrap);
    DieUnless(wrapped.status == 200, "no wrap over HTTPS: " + wrapped.body);
    const size_t at = wrapped.body.find("\"value\":\"") + 9;
    unwrap = operation("unwrapkey", wrapped.body.substr(at, wrapped.body.find('"', at) - at));
    task_token = batch_token;
  }

  std::string Token(const std::string& resource) {
    const auto token = client->TokenFor(emulator::kAdminAppId, resource);
    Must(token.status());
    return *token;
  }

  // Each task has another id.
  std::string AddTask() {
    return RequestText("POST", absl::StrCat("/jobs/job/tasks?", kBatchVersion), kBatchHost,
                       task_token,
                       absl::StrCat(R"({"id":"t)", ++tasks, R"(","commandLine":"sleep 86400"})"));
  }

  std::unique_ptr<ServerProcess> server;
  int port;
  std::unique_ptr<GrpcClient> client;
  std::string empty;
  std::string get;
  std::string wrap;
  std::string unwrap;
  std::string task_token;
  std::atomic<int> tasks{0};
};

Fixture& Shared() {
  static Fixture fixture;
  return fixture;
}

// A kind of request: whom it goes to, and the text of the next one.
struct Kind {
  const char* host;
  std::function<std::string()> next;
};

std::map<std::string, Kind> Kinds() {
  Fixture& shared = Shared();
  return {
      {"empty", {"localhost", [&shared] { return shared.empty; }}},
      {"get", {kVaultHost, [&shared] { return shared.get; }}},
      {"wrap", {kVaultHost, [&shared] { return shared.wrap; }}},
      {"unwrap", {kVaultHost, [&shared] { return shared.unwrap; }}},
      {"task", {kBatchHost, [&shared] { return shared.AddTask(); }}},
  };
}

void MustSucceed(const TlsConnection::Answer& answer) {
  DieUnless(answer.status >= 200 && answer.status < 300,
            absl::StrCat("an answer has status ", answer.status, ": ", answer.body));
}

// The bare operation of `kind` on this thread: what of its cost is the engine's. Nothing for kinds
// that do no RSA.
class BareOperation {
 public:
  explicit BareOperation(const std::string& kind) : kind_(kind) {
    auto key = keyvault::crypto::KeyMaterial::GenerateRsa(2048, 65537);
    Must(key.status());
    key_ = *std::move(key);
    auto wrapped = engine_.Encrypt(*key_, "k", EncryptionAlgorithm::kRsaOaep256, plain_);
    Must(wrapped.status());
    wrapped_ = *std::move(wrapped);
  }

  void Run() {
    if (kind_ == "wrap") {
      Must(engine_.Encrypt(*key_, "k", EncryptionAlgorithm::kRsaOaep256, plain_).status());
    } else if (kind_ == "unwrap") {
      Must(engine_.Decrypt(*key_, "k", EncryptionAlgorithm::kRsaOaep256, wrapped_).status());
    }
  }

 private:
  const std::string kind_;
  const std::string plain_ = std::string(32, 'k');
  keyvault::crypto::CryptoEngine engine_;
  keyvault::crypto::KeyMaterial::Ptr key_;
  std::string wrapped_;
};

// Empty requests and those of the kind in turn, on one connection, so that one thread of the server
// serves both and what disturbs the machine disturbs both alike: what waking a thread costs depends
// on the processor that it is on. An iteration is a block; counters are medians over the blocks of
// the server's processor time for one request, in microseconds.
void BM_Cost(benchmark::State& state, const std::string& name) {
  constexpr int kRounds = 50;
  const Kind kind = Kinds().at(name);
  Fixture& shared = Shared();
  TlsConnection connection(shared.port, kind.host);
  BareOperation bare(name);
  std::vector<double> empty_micros;
  std::vector<double> micros;
  std::vector<double> bare_micros;
  for (auto _ : state) {
    const double start = CpuMicrosOf(shared.server->pid());
    for (int i = 0; i < kRounds; ++i) MustSucceed(connection.Exchange(shared.empty));
    const double middle = CpuMicrosOf(shared.server->pid());
    for (int i = 0; i < kRounds; ++i) MustSucceed(connection.Exchange(kind.next()));
    const double end = CpuMicrosOf(shared.server->pid());
    const double bare_start = ThreadCpuMicros();
    for (int i = 0; i < kRounds; ++i) bare.Run();
    bare_micros.push_back((ThreadCpuMicros() - bare_start) / kRounds);
    empty_micros.push_back((middle - start) / kRounds);
    micros.push_back((end - middle) / kRounds);
  }
  state.counters["cpu_us"] = MedianOf(micros);
  state.counters["empty_cpu_us"] = MedianOf(empty_micros);
  state.counters["bare_us"] = MedianOf(bare_micros);
}
BENCHMARK_CAPTURE(BM_Cost, get, "get")->Iterations(40);
BENCHMARK_CAPTURE(BM_Cost, wrap, "wrap")->Iterations(40);
BENCHMARK_CAPTURE(BM_Cost, unwrap, "unwrap")->Iterations(20);
BENCHMARK_CAPTURE(BM_Cost, task, "task")->Iterations(40);

// Runs `connections` of a kind at once until `duration` is over; how many requests were answered.
int64_t Load(const Kind& kind, int connections, absl::Duration duration) {
  std::atomic<int64_t> answered{0};
  std::vector<std::thread> threads;
  const absl::Time end = RealNow() + duration;
  for (int i = 0; i < connections; ++i) {
    threads.emplace_back([&] {
      TlsConnection connection(Shared().port, kind.host);
      while (RealNow() < end) {
        MustSucceed(connection.Exchange(kind.next()));
        ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return answered;
}

// Client and server share the machine's processors.
void BM_Throughput(benchmark::State& state, const std::string& name) {
  const Kind kind = Kinds().at(name);
  const absl::Duration duration = absl::Milliseconds(500);
  for (auto _ : state) {
    const double before = CpuMicrosOf(Shared().server->pid());
    const int64_t answered = Load(kind, static_cast<int>(state.range(0)), duration);
    // The handshakes of the connections are part of it.
    state.counters["server_cpu_us"] =
        (CpuMicrosOf(Shared().server->pid()) - before) / static_cast<double>(answered);
    state.counters["requests_per_s"] =
        static_cast<double>(answered) / absl::ToDoubleSeconds(duration);
  }
}
BENCHMARK_CAPTURE(BM_Throughput, empty, "empty")->Arg(1)->Arg(8)->Arg(64)->Iterations(1);
BENCHMARK_CAPTURE(BM_Throughput, get, "get")->Arg(1)->Arg(8)->Arg(64)->Iterations(1);
BENCHMARK_CAPTURE(BM_Throughput, wrap, "wrap")->Arg(1)->Arg(8)->Arg(64)->Iterations(1);
BENCHMARK_CAPTURE(BM_Throughput, unwrap, "unwrap")->Arg(1)->Arg(8)->Arg(64)->Iterations(1);
BENCHMARK_CAPTURE(BM_Throughput, task, "task")->Arg(1)->Arg(8)->Arg(64)->Iterations(1);

void BM_Handshake(benchmark::State& state) {
  for (auto _ : state) TlsConnection connection(Shared().port, kVaultHost);
  state.counters["per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_Handshake)->Iterations(300)->UseRealTime();

void BM_IdleConnections(benchmark::State& state) {
  for (auto _ : state) {
    const std::unique_ptr<ServerProcess> server = StartServer({});
    const int port = PortOf(server->ready().https);
    const std::string request = RequestText("GET", "/healthz", "localhost", "", "");
    std::vector<std::unique_ptr<TlsConnection>> connections;
    connections.push_back(std::make_unique<TlsConnection>(port, "localhost"));
    MustSucceed(connections.back()->Exchange(request));
    const double before = ResidentBytesOf(server->pid());
    while (static_cast<double>(connections.size()) <= kIdleConnections) {
      connections.push_back(std::make_unique<TlsConnection>(port, "localhost"));
      MustSucceed(connections.back()->Exchange(request));
    }
    state.counters["mb"] = (ResidentBytesOf(server->pid()) - before) / 1e6;
  }
}
BENCHMARK(BM_IdleConnections)->Iterations(1);

// From the start of the process to the first answer, over gRPC and over HTTPS with a fresh CA.
void BM_FirstAnswer(benchmark::State& state) {
  std::vector<double> grpc_ms;
  std::vector<double> https_ms;
  for (auto _ : state) {
    for (const bool over_https : {false, true}) {
      const absl::Time start = RealNow();
      const std::unique_ptr<ServerProcess> server = StartServer({"--clock=manual"});
      if (over_https) {
        TlsConnection connection(PortOf(server->ready().https), kVaultHost);
        // Without a token, which is an answer as well.
        connection.Exchange(RequestText("GET", "/keys?api-version=7.4", kVaultHost, "", ""));
        https_ms.push_back(MicrosSince(start) / 1e3);
      } else {
        const auto client = GrpcClient::Connect(server->ready().grpc);
        Must(client->SignIn(emulator::kAdminAppId, emulator::kWellKnownAdminSecret));
        v1::Info info;
        Must(client->Call("lazuli.v1.Emulator/GetInfo", v1::Empty(), &info));
        grpc_ms.push_back(MicrosSince(start) / 1e3);
      }
    }
  }
  state.counters["grpc_ms"] = MedianOf(grpc_ms);
  state.counters["https_ms"] = MedianOf(https_ms);
}
BENCHMARK(BM_FirstAnswer)->Iterations(10);

// Every request of a long load is answered; a lost one ends this program.
void LongLoad() {
  const int64_t answered = Load(Kinds().at("get"), 64, kLongLoad);
  std::printf("\n64 connections for %s: %lld requests, none lost\n",
              absl::FormatDuration(kLongLoad).c_str(), static_cast<long long>(answered));
}

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
  std::vector<Figure> figures;
  for (const char* name : {"get", "wrap", "unwrap", "task"}) {
    const std::string benchmark = absl::StrCat("BM_Cost/", name);
    const bool is_judged = std::string(name) == "get" || std::string(name) == "wrap";
    figures.push_back({absl::StrCat(name, ", server CPU, beside empty + engine + 30 us"), "us",
                       medians.Counter(benchmark, "cpu_us"),
                       Sum({medians.Counter(benchmark, "empty_cpu_us"),
                            medians.Counter(benchmark, "bare_us"), kFaceMicros}),
                       1.0, is_judged});
  }
  figures.push_back({"TLS handshake, resumed never", "us", medians.RealMicros("BM_Handshake"),
                     std::nullopt, 1.0, false});
  figures.push_back({"1,000 idle keep-alive TLS connections", "MB",
                     medians.Counter("BM_IdleConnections", "mb"), 50, 1.0});
  figures.push_back({"start to the first HTTPS answer, beside gRPC + 10 ms", "ms",
                     medians.Counter("BM_FirstAnswer", "https_ms"),
                     Sum({medians.Counter("BM_FirstAnswer", "grpc_ms"), 10.0}), 1.0});
  PrintFigures(figures);
  if (argc < 2) LongLoad();
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Run(argc, argv); }
