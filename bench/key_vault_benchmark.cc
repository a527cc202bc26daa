// A vault at size: finding and listing among 1,000,000 keys beside 1,000, what a key takes at rest,
// the start from a snapshot of 10,000 keys, and reading over both faces with many connections.
#include <malloc.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>  // NOLINT: clients beside one another
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "bench/figures.h"
#include "bench/processes.h"
#include "bench/site.h"
#include "bench/tls_connection.h"
#include "benchmark/benchmark.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "keyvault/access_control.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_pool.h"
#include "keyvault/service/keys_service.h"
#include "keyvault/service/page_token.h"
#include "keyvault/test_environment.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/keys.pb.h"
#include "proto/state.pb.h"

namespace lazuli::bench {
namespace {

constexpr int kFewKeys = 1'000;
constexpr int kManyKeys = 1'000'000;
constexpr char kFullVault[] = "full";
constexpr size_t kPage = 25;
// Of how many keys one is RSA, and how many materials those share.
constexpr int kRsaEvery = 100;
constexpr int kRsaMaterials = 4;
constexpr int kSnapshotKeys = 10'000;
constexpr int kCreators = 8;
constexpr absl::Duration kLoad = absl::Seconds(1);
constexpr int kConnections[] = {1, 8, 64};

std::string KeyName(int number) { return absl::StrFormat("key-%07d", number); }

// Of the heap and of what malloc maps by itself.
double HeapBytes() {
  const auto used = mallinfo2();
  return static_cast<double>(used.uordblks + used.hblkhd);
}

// Goes through the names of so many keys without an order that a cache could follow.
class NameWalk {
 public:
  explicit NameWalk(int keys) : keys_(keys) {}

  std::string Next() {
    constexpr int kStep = 7'919;
    next_ = (next_ + kStep) % keys_;
    return KeyName(next_);
  }

 private:
  const int keys_;
  int next_ = 0;
};

// Its caller may get and list keys.
keyvault::VaultInput ReadableVault() {
  keyvault::VaultInput input = keyvault::TestEnvironment::Input();
  input.access_policies = {
      keyvault::TestEnvironment::Policy(keyvault::kTestObject, {"get", "list"})};
  return input;
}

// A vault with so many keys, put there without a face.
class FullVault {
 public:
  explicit FullVault(int keys)
      : names_(keys), vault_(environment_.CreateVault(kFullVault, ReadableVault())) {
    std::vector<keyvault::crypto::KeyMaterial::Ptr> materials;
    for (int i = 0; i < kRsaMaterials; ++i) {
      auto made = keyvault::crypto::KeyMaterial::GenerateRsa(2048, 65537);
      Must(made.status());
      materials.push_back(*std::move(made));
    }
    // What is there once, shared material and the history's ring among it, is no key's.
    constexpr int kFirst = kFewKeys / 2;
    double before = 0;
    for (int i = 0; i < keys; ++i) {
      if (i == kFirst) before = HeapBytes();
      keyvault::NewKeyVersion version = keyvault::TestEnvironment::NewVersion();
      if (i % kRsaEvery == 0) {
        version.type = keyvault::crypto::KeyType::kRsa;
        version.key_ops = keyvault::DefaultKeyOperations(version.type);
        version.material = materials[(i / kRsaEvery) % kRsaMaterials];
      }
      Must(vault_->AddKeyVersion(environment_.now(), KeyName(i), std::move(version), "CreateKey")
               .status());
    }
    bytes_per_key_ = (HeapBytes() - before) / (keys - kFirst);
  }

  double bytes_per_key() const { return bytes_per_key_; }

  // What GetKey does of any key, another at each call: decides, finds it, answers.
  void Get() {
    v1::GetKeyRequest request;
    request.set_vault_name(kFullVault);
    request.set_key_name(NextName());
    Authorize("get", request.key_name());
    v1::KeyBundle key;
    Must(keys_service_.GetKey(environment_.Context(), request, &key));
  }
  // What GetKeys does of a page that begins behind any key.
  void GetPage() {
    v1::GetKeysRequest request;
    request.set_vault_name(kFullVault);
    request.set_skip_token(keyvault::EncodePageToken(NextName()));
    Authorize("list", "");
    v1::KeyListResult page;
    Must(keys_service_.GetKeys(environment_.Context(), request, &page));
  }
  // The vault's part of both.
  void Find() { Must(vault_->FindKey(NextName(), "").status()); }
  void List() { Must(vault_->ListKeys(NextName(), kPage).status()); }

 private:
  void Authorize(absl::string_view permission, absl::string_view key_name) {
    Must(access_.Authorize(
        environment_.Context(),
        {.vault_name = kFullVault, .object_name = key_name, .permission = permission}));
  }

  std::string NextName() { return names_.Next(); }

  NameWalk names_;
  keyvault::TestEnvironment environment_;
  keyvault::FakeRoleChecker roles_;
  keyvault::AccessControl access_{&environment_.registry(), &roles_};
  keyvault::crypto::KeyPool pool_{0};
  keyvault::KeysService keys_service_{&environment_.registry(), &access_, &environment_.engine(),
                                      &pool_};
  const keyvault::VaultPtr vault_;
  double bytes_per_key_ = 0;
};

FullVault& SmallVault() {
  static FullVault vault(kFewKeys);
  return vault;
}

FullVault& LargeVault() {
  static FullVault vault(kManyKeys);
  return vault;
}

// Several calls at a time: one is too short to be measured.
void RunInVaults(benchmark::State& state, void (FullVault::*call)()) {
  constexpr int kCalls = 200;
  const auto repeat = [call](FullVault& vault) {
    for (int i = 0; i < kCalls; ++i) (vault.*call)();
  };
  RunPaired(state, [&] { repeat(SmallVault()); }, [&] { repeat(LargeVault()); });
  for (const char* name : {"limit_us", "measured_us"}) state.counters[name].value /= kCalls;
}

void BM_GetKey(benchmark::State& state) { RunInVaults(state, &FullVault::Get); }
BENCHMARK(BM_GetKey)->Iterations(100);

void BM_GetKeys(benchmark::State& state) { RunInVaults(state, &FullVault::GetPage); }
BENCHMARK(BM_GetKeys)->Iterations(100);

void BM_FindKey(benchmark::State& state) { RunInVaults(state, &FullVault::Find); }
BENCHMARK(BM_FindKey)->Iterations(100);

void BM_ListKeys(benchmark::State& state) {
  RunInVaults(state, &FullVault::List);
  state.counters["bytes_per_key"] = LargeVault().bytes_per_key();
}
BENCHMARK(BM_ListKeys)->Iterations(100);

v1::CreateKeyRequest NewKey(const std::string& name) {
  v1::CreateKeyRequest request;
  request.set_vault_name(kSiteVault);
  request.set_key_name(name);
  request.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
  return request;
}

void MakeKeys(const Site& site, int count) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kCreators; ++thread) {
    threads.emplace_back([&site, thread, count] {
      const std::unique_ptr<emulator::GrpcClient> client = site.Connect();
      for (int i = thread; i < count; i += kCreators) {
        v1::KeyBundle key;
        Must(client->Call("lazuli.v1.Keys/CreateKey", NewKey(KeyName(i)), &key));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void MakeVault(Site* site) {
  Must(site->api->PutResourceGroup());
  Must(site->api->PutVault(kSiteVault, emulator::Api::VaultSpec()).status());
}

// A server with so many keys, for one client that gets and lists them over gRPC.
class FullServer {
 public:
  explicit FullServer(int keys) : names_(keys), site_({"--clock=manual", "--key_pool=0"}) {
    MakeVault(&site_);
    MakeKeys(site_, keys);
  }

  // The server's processor time for one call, of several.
  double MicrosOfGet() {
    return MicrosOf([this] {
      v1::GetKeyRequest request;
      request.set_vault_name(kSiteVault);
      request.set_key_name(names_.Next());
      v1::KeyBundle key;
      Must(site_.client->Call("lazuli.v1.Keys/GetKey", request, &key));
    });
  }
  double MicrosOfPage() {
    return MicrosOf([this] {
      v1::GetKeysRequest request;
      request.set_vault_name(kSiteVault);
      request.set_skip_token(keyvault::EncodePageToken(names_.Next()));
      v1::KeyListResult page;
      Must(site_.client->Call("lazuli.v1.Keys/GetKeys", request, &page));
    });
  }

 private:
  double MicrosOf(const std::function<void()>& call) {
    constexpr int kCalls = 500;
    const double before = CpuMicrosOf(site_.server->pid());
    for (int i = 0; i < kCalls; ++i) call();
    return (CpuMicrosOf(site_.server->pid()) - before) / kCalls;
  }

  NameWalk names_;
  Site site_;
};

// Both servers in turn.
void BM_CallsAmongKeys(benchmark::State& state) {
  FullServer few(kFewKeys);
  FullServer many(kManyKeys);
  std::map<std::string, std::vector<double>> micros;
  for (auto _ : state) {
    micros["get_few"].push_back(few.MicrosOfGet());
    micros["get_many"].push_back(many.MicrosOfGet());
    micros["page_few"].push_back(few.MicrosOfPage());
    micros["page_many"].push_back(many.MicrosOfPage());
  }
  for (const auto& [name, values] : micros) state.counters[name] = MedianOf(values);
}
BENCHMARK(BM_CallsAmongKeys)->Iterations(20)->Repetitions(1);

// From the start of the process to an answer about one of the keys.
void BM_StartFromSnapshot(benchmark::State& state) {
  const std::string file = (std::filesystem::temp_directory_path() /
                            absl::StrCat("lazuli-keys-", absl::ToUnixNanos(RealNow()), ".snapshot"))
                               .string();
  {
    Site site({"--clock=manual", "--key_pool=0"});
    MakeVault(&site);
    MakeKeys(site, kSnapshotKeys);
    v1::SnapshotBytes saved;
    Must(site.client->Call("lazuli.v1.State/SaveSnapshot", v1::Empty(), &saved));
    state.counters["bytes_per_key"] = static_cast<double>(saved.snapshot().size()) / kSnapshotKeys;
    std::ofstream(file, std::ios::binary) << saved.snapshot();
  }
  for (auto _ : state) {
    const absl::Time start = RealNow();
    Site site({"--key_pool=0", absl::StrCat("--snapshot=", file)});
    v1::GetKeyRequest request;
    request.set_vault_name(kSiteVault);
    request.set_key_name(KeyName(kSnapshotKeys - 1));
    v1::KeyBundle key;
    Must(site.client->Call("lazuli.v1.Keys/GetKey", request, &key));
    const double micros = MicrosSince(start);
    state.counters["ms"] = micros / 1e3;
    state.SetIterationTime(micros / 1e6);
  }
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}
BENCHMARK(BM_StartFromSnapshot)->UseManualTime()->Iterations(3);

// A server with one key, for clients that read it.
struct Reading {
  Reading() : site({"--key_pool=0", "--https=127.0.0.1:0"}) {
    MakeVault(&site);
    v1::KeyBundle key;
    Must(site.client->Call("lazuli.v1.Keys/CreateKey", NewKey(kSiteKey), &key));
    const auto token = site.client->TokenFor(emulator::kAdminAppId, "https://vault.azure.net");
    Must(token.status());
    const std::string& url = site.server->ready().https;
    port = std::atoi(url.c_str() + url.rfind(':') + 1);
    host = absl::StrCat(kSiteVault, ".vault.azure.net");
    request =
        RequestText("GET", absl::StrCat("/keys/", kSiteKey, "?api-version=7.4"), host, *token, "");
  }

  Site site;
  int port = 0;
  std::string host;
  std::string request;
};

Reading& Shared() {
  static Reading reading;
  return reading;
}

// Has 1, 8 and 64 clients, each as `connect` makes it, read for a second. All are connected and
// have read once before it begins. The counters, with the number of clients behind them: "us_" a
// read, "cpu_us_" of the server's processor time for one.
void ReadWith(benchmark::State& state, const std::function<std::function<void()>()>& connect) {
  for (auto _ : state) {
    std::vector<std::function<void()>> readers;
    for (const int connections : kConnections) {
      while (readers.size() < static_cast<size_t>(connections)) {
        readers.push_back(connect());
        readers.back()();
      }
      std::atomic<int64_t> answered{0};
      std::vector<std::thread> threads;
      const double cpu = CpuMicrosOf(Shared().site.server->pid());
      const absl::Time start = RealNow();
      for (const std::function<void()>& read : readers) {
        threads.emplace_back([&answered, &read, end = start + kLoad] {
          while (RealNow() < end) {
            read();
            ++answered;
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
      const auto count = static_cast<double>(answered.load());
      const double used = CpuMicrosOf(Shared().site.server->pid()) - cpu;
      state.counters[absl::StrCat("us_", connections)] = MicrosSince(start) / count;
      state.counters[absl::StrCat("cpu_us_", connections)] = used / count;
    }
  }
}

void BM_ReadOverHttps(benchmark::State& state) {
  Shared();
  ReadWith(state, [] {
    auto connection = std::make_shared<TlsConnection>(Shared().port, Shared().host);
    return [connection] {
      const TlsConnection::Answer answer = connection->Exchange(Shared().request);
      DieUnless(answer.status == 200, answer.body);
    };
  });
}
BENCHMARK(BM_ReadOverHttps)->Iterations(1)->UseRealTime();

void BM_ReadOverGrpc(benchmark::State& state) {
  Shared();
  ReadWith(state, [] {
    std::shared_ptr<emulator::GrpcClient> client = Shared().site.Connect();
    return [client] {
      v1::GetKeyRequest request;
      request.set_vault_name(kSiteVault);
      request.set_key_name(kSiteKey);
      v1::KeyBundle key;
      Must(client->Call("lazuli.v1.Keys/GetKey", request, &key));
    };
  });
}
BENCHMARK(BM_ReadOverGrpc)->Iterations(1)->UseRealTime();

int Run(int argc, char** argv) {
  const Medians medians(argc, argv);
  const auto of = [&](const char* name, const char* counter) {
    return medians.Counter(name, counter);
  };
  std::vector<Figure> figures = {
      {"GetKey of one of 1,000,000 keys, beside 1,000, server CPU", "us",
       of("BM_CallsAmongKeys", "get_many"), of("BM_CallsAmongKeys", "get_few"), 2.0},
      {"GetKeys, a page of 1,000,000 keys, beside 1,000, server CPU", "us",
       of("BM_CallsAmongKeys", "page_many"), of("BM_CallsAmongKeys", "page_few"), 2.0},
  };
  // Caches hold a thousand keys and no million: what waits for memory shows here undiluted.
  for (const auto& [title, name] : {std::pair("GetKey's operation alone", "BM_GetKey"),
                                    std::pair("GetKeys' operation alone", "BM_GetKeys"),
                                    std::pair("the vault's part of GetKey", "BM_FindKey"),
                                    std::pair("the vault's part of GetKeys", "BM_ListKeys")}) {
    figures.push_back({absl::StrCat(title, ", 1,000,000 keys"), "us", of(name, "measured_us"),
                       std::nullopt, 1.0, false});
    figures.push_back({absl::StrCat(title, ", 1,000 keys"), "us", of(name, "limit_us"),
                       std::nullopt, 1.0, false});
  }
  figures.insert(
      figures.end(),
      {
          {"memory of a key at rest", "bytes", of("BM_ListKeys", "bytes_per_key"), 3'072, 1.0},
          {"a key in a snapshot", "bytes", of("BM_StartFromSnapshot", "bytes_per_key"), 3'072, 1.0},
          {"start from a snapshot of 10,000 keys", "ms", of("BM_StartFromSnapshot", "ms"), 1'000,
           1.0},
      });
  for (const char* face : {"Https", "Grpc"}) {
    const std::string name = absl::StrCat("BM_ReadOver", face);
    for (const int connections : kConnections) {
      const std::string title = absl::StrCat("reading a key over ", face, ", ", connections);
      figures.push_back({absl::StrCat(title, " connections"), "us",
                         medians.Counter(name, absl::StrCat("us_", connections)), std::nullopt, 1.0,
                         false});
      figures.push_back({absl::StrCat(title, " connections, server CPU"), "us",
                         medians.Counter(name, absl::StrCat("cpu_us_", connections)), std::nullopt,
                         1.0, false});
    }
  }
  PrintFigures(figures);
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Run(argc, argv); }
