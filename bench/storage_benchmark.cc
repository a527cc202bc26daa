// What it costs to keep state: durable changes beside a bare SQLite transaction loop, a start with
// 100,000 tasks at rest, snapshots, and sandboxes.
#include <signal.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>  // NOLINT: clients beside one another
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/real_time.h"
#include "bench/figures.h"
#include "bench/processes.h"
#include "bench/site.h"
#include "benchmark/benchmark.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "emulator/storage/sqlite_handle.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/resources.pb.h"
#include "proto/sandboxes.pb.h"
#include "proto/state.pb.h"

namespace lazuli::bench {
namespace {

constexpr int kTasks = 100'000;
constexpr int kClients = 16;
constexpr int kInFlight = 4;
constexpr int kChangesOfBlock = 100;
// About what the change below stores.
constexpr size_t kRecordBytes = 200;

// A folder on disk that is gone with the object.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lazuli-XXXXXX").string();
    DieUnless(mkdtemp(pattern.data()) != nullptr, "cannot make a temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// One transaction after the other, each with one record, as durable as the server's.
class BareLoop {
 public:
  explicit BareLoop(const std::string& path) : path_(path) {
    sqlite3* db = nullptr;
    DieUnless(sqlite3_open(path.c_str(), &db) == SQLITE_OK, "cannot open a database");
    db_.reset(db);
    for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                            "CREATE TABLE records(key TEXT PRIMARY KEY, value BLOB)"}) {
      DieUnless(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
    }
    for (const char* sql :
         {"BEGIN IMMEDIATE", "INSERT OR REPLACE INTO records VALUES(?1, ?2)", "COMMIT"}) {
      auto prepared = emulator::SqliteStatement::Prepare(db, sql, path_);
      Must(prepared.status());
      statements_.push_back(*std::move(prepared));
    }
  }

  void Run() {
    Must(statements_[0].Run());
    statements_[1].BindText(1, "group");
    statements_[1].BindBlob(2, value_);
    Must(statements_[1].Run());
    Must(statements_[2].Run());
  }

 private:
  const std::string path_;
  const std::string value_ = std::string(kRecordBytes, 'v');
  emulator::SqliteHandle db_;
  std::vector<emulator::SqliteStatement> statements_;
};

// Puts a tag on a resource group of its own.
class Changer {
 public:
  // Changers may share a client.
  Changer(std::shared_ptr<emulator::GrpcClient> client, int number) : client_(std::move(client)) {
    request_.set_subscription_id(std::string(emulator::kDefaultSubscriptionId));
    request_.set_resource_group_name(absl::StrCat("group-", number));
    request_.mutable_parameters()->set_location("westus2");
  }

  void Change() {
    (*request_.mutable_parameters()->mutable_tags()->mutable_values())["tag"] =
        absl::StrCat(++changes_);
    Must(client_->Call("lazuli.v1.ResourceGroups/CreateOrUpdateResourceGroup", request_, &answer_));
  }

 private:
  const std::shared_ptr<emulator::GrpcClient> client_;
  v1::CreateOrUpdateResourceGroupRequest request_;
  v1::ResourceGroup answer_;
  int changes_ = 0;
};

// Changes of all `changers` beside one another, as many of each.
void ChangeAll(absl::Span<const std::unique_ptr<Changer>> changers) {
  std::vector<std::thread> threads;
  threads.reserve(changers.size());
  for (const auto& changer : changers) {
    threads.emplace_back([&changer] {
      for (int i = 0; i < kChangesOfBlock; ++i) changer->Change();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

std::vector<std::unique_ptr<Changer>> MakeChangers(
    int count, const std::function<std::shared_ptr<emulator::GrpcClient>()>& connect) {
  std::vector<std::unique_ptr<Changer>> changers;
  for (int i = 0; i < count; ++i) changers.push_back(std::make_unique<Changer>(connect(), i));
  return changers;
}

// Blocks in turn, whose counters are medians in changes a second:
//   bare           the bare loop
//   call_and_bare  a call that is kept in memory, and then its client makes a bare transaction
//   one_by_one     one client's, each once the one before is answered
//   in_flight      one client's with kInFlight calls under way
//   many_clients   kClients' one by one
void BM_DurableChanges(benchmark::State& state) {
  const Folder folder;
  Site forgetful({"--clock=manual"});
  Changer unstored(forgetful.Connect(), 0);
  Site site({"--clock=manual", absl::StrCat("--data_dir=", folder.File("data")), "--sync=full"});
  BareLoop bare(folder.File("bare"));
  const std::shared_ptr<emulator::GrpcClient> client = site.Connect();
  const auto in_flight = MakeChangers(kInFlight, [&] { return client; });
  const auto clients = MakeChangers(kClients, [&] { return site.Connect(); });
  std::map<std::string, std::vector<double>> rates;
  const auto measure = [&rates](const std::string& name, int changes,
                                absl::FunctionRef<void()> block) {
    const absl::Time start = RealNow();
    block();
    rates[name].push_back(changes * 1e6 / MicrosSince(start));
  };
  for (auto _ : state) {
    measure("bare", kChangesOfBlock, [&] {
      for (int i = 0; i < kChangesOfBlock; ++i) bare.Run();
    });
    measure("call_and_bare", kChangesOfBlock, [&] {
      for (int i = 0; i < kChangesOfBlock; ++i) {
        unstored.Change();
        bare.Run();
      }
    });
    measure("one_by_one", kChangesOfBlock,
            [&] { ChangeAll(absl::MakeConstSpan(in_flight).subspan(0, 1)); });
    measure("in_flight", kInFlight * kChangesOfBlock, [&] { ChangeAll(in_flight); });
    measure("many_clients", kClients * kChangesOfBlock, [&] { ChangeAll(clients); });
  }
  for (const auto& [name, measured] : rates) state.counters[name] = MedianOf(measured);
}
BENCHMARK(BM_DurableChanges)->Iterations(10);

double MillisToFirstAnswer(const std::vector<std::string>& flags) {
  const absl::Time start = RealNow();
  Site site(flags);
  v1::Info info;
  Must(site.client->Call("lazuli.v1.Emulator/GetInfo", v1::Empty(), &info));
  return MicrosSince(start) / 1e3;
}

// With nothing in the data directory, and with 100,000 tasks.
void BM_StartWithData(benchmark::State& state) {
  for (auto _ : state) {
    const Folder folder;
    state.counters["empty_ms"] =
        MillisToFirstAnswer({"--clock=manual", absl::StrCat("--data_dir=", folder.File("empty"))});
    const std::vector<std::string> flags = {"--clock=manual", "--key_pool=0",
                                            absl::StrCat("--data_dir=", folder.File("tasks"))};
    {
      Site site(flags);
      site.MakeAccount();
      site.MakePool(1, 1);
      Must(site.api->AddTasks(kSiteAccount, kSiteJob, "task", kTasks, "/bin/sh -c 'sleep 86400'"));
      DieUnless(site.server->Signal(SIGTERM).exit_code == 0, "the server did not end well");
    }
    const double millis = MillisToFirstAnswer(flags);
    state.counters["tasks_ms"] = millis;
    state.SetIterationTime(millis / 1e3);
  }
}
BENCHMARK(BM_StartWithData)->UseManualTime()->Iterations(1);

// Loads a snapshot in parts that fit into a request.
void Load(Site& site, const std::string& snapshot) {
  constexpr size_t kPart = size_t{3} << 20;
  for (size_t at = 0; at < snapshot.size(); at += kPart) {
    v1::LoadSnapshotRequest request;
    request.set_snapshot(snapshot.substr(at, kPart));
    request.set_offset(static_cast<int64_t>(at));
    request.set_more(at + kPart < snapshot.size());
    v1::LoadSnapshotResponse answer;
    Must(site.client->Call("lazuli.v1.State/LoadSnapshot", request, &answer));
  }
}

// Of 100,000 tasks.
void BM_Snapshot(benchmark::State& state) {
  for (auto _ : state) {
    Site site({"--clock=manual", "--key_pool=0"});
    site.MakeAccount();
    site.MakePool(1, 1);
    Must(site.api->AddTasks(kSiteAccount, kSiteJob, "task", kTasks, "/bin/sh -c 'sleep 86400'"));
    absl::Time start = RealNow();
    v1::SnapshotBytes saved;
    Must(site.client->Call("lazuli.v1.State/SaveSnapshot", v1::Empty(), &saved));
    const double save_micros = MicrosSince(start);
    start = RealNow();
    Load(site, saved.snapshot());
    const double load_micros = MicrosSince(start);
    const auto counts = site.api->CountTasks(kSiteAccount, kSiteJob);
    Must(counts.status());
    DieUnless(counts->active() + counts->running() == kTasks, "tasks were lost");
    const double bytes = static_cast<double>(saved.snapshot().size());
    // Bytes in a microsecond are megabytes in a second.
    state.counters["save_mb_s"] = bytes / save_micros;
    state.counters["load_mb_s"] = bytes / load_micros;
    state.counters["megabytes"] = bytes / 1e6;
    state.SetIterationTime((save_micros + load_micros) / 1e6);
  }
}
BENCHMARK(BM_Snapshot)->UseManualTime()->Iterations(1);

void BM_CreateSandbox(benchmark::State& state) {
  Site site({"--clock=manual"});
  for (auto _ : state) {
    v1::CreateSandboxResponse made;
    Must(site.client->Call("lazuli.v1.Sandboxes/CreateSandbox", v1::CreateSandboxRequest(), &made));
  }
}
BENCHMARK(BM_CreateSandbox)->UseRealTime()->Iterations(200);

// What `measured` falls short of the least it should be, as limit over measured; so that it fits
// into a table of figures that should be small.
Figure AtLeast(const std::string& name, std::optional<double> measured, std::optional<double> limit,
               bool limit_is_needed = true) {
  const auto micros = [](std::optional<double> rate) -> std::optional<double> {
    if (!rate) return std::nullopt;
    return 1e6 / *rate;
  };
  return {name, "us", micros(measured), micros(limit), 1.0, limit_is_needed};
}

int Run(int argc, char** argv) {
  const Medians medians(argc, argv);
  const auto durable = [&](const char* counter) {
    return medians.Counter("BM_DurableChanges", counter);
  };
  const auto share_of_bare = [&](double share) -> std::optional<double> {
    if (!durable("bare")) return std::nullopt;
    return share * *durable("bare");
  };
  // Who waits for each answer pays, besides the transaction, for the way to the server and back and
  // for processors that fell asleep meanwhile: what a call and a transaction of the client's own
  // cost, of which the transaction may have 70 % of the bare loop's rate.
  std::optional<double> one_by_one;
  if (durable("bare") && durable("call_and_bare")) {
    one_by_one = 1 / (1 / *durable("call_and_bare") + (1 / 0.7 - 1) / *durable("bare"));
  }
  PrintFigures({
      AtLeast("a bare transaction", durable("bare"), std::nullopt, false),
      AtLeast("a call kept in memory, then a bare transaction", durable("call_and_bare"),
              std::nullopt, false),
      // Beside that, but with 1/0.7 of the transaction.
      AtLeast("a durable change, 1 client, one by one", durable("one_by_one"), one_by_one),
      // Beside 1/0.7 of a bare transaction.
      AtLeast("the same, 1 client, 4 in flight", durable("in_flight"), share_of_bare(0.7)),
      AtLeast("the same, 16 clients, beside a bare transaction", durable("many_clients"),
              share_of_bare(1)),
      {"start with an empty data directory to the first answer", "ms",
       medians.Counter("BM_StartWithData", "empty_ms"), std::nullopt, 1.0, false},
      {"start with 100,000 tasks to the first answer", "ms",
       medians.Counter("BM_StartWithData", "tasks_ms"), std::nullopt, 1.0, false},
      {"saving a snapshot of 100,000 tasks", "MB/s", medians.Counter("BM_Snapshot", "save_mb_s"),
       std::nullopt, 1.0, false},
      {"loading it", "MB/s", medians.Counter("BM_Snapshot", "load_mb_s"), std::nullopt, 1.0, false},
      {"making a sandbox", "us", medians.RealMicros("BM_CreateSandbox"), 1'000, 1.0},
  });
  return 0;
}

}  // namespace
}  // namespace lazuli::bench

int main(int argc, char** argv) { return lazuli::bench::Run(argc, argv); }
