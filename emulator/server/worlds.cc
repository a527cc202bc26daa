#include "emulator/server/worlds.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "emulator/server/world_records.h"
#include "emulator/storage/record_batch.h"
#include "emulator/storage/snapshot.h"
#include "emulator/templates/template_file.h"
#include "proto/templates.pb.h"

namespace lazuli::emulator {

namespace {

// A stream of a world, which lives as long as the stream.
class WorldStream final : public HttpBodyStream {
 public:
  WorldStream(std::shared_ptr<Emulator> world, std::unique_ptr<HttpBodyStream> stream)
      : world_(std::move(world)), stream_(std::move(stream)) {}

  absl::StatusOr<bool> Next(std::string* chunk) override { return stream_->Next(chunk); }
  void OnReady(std::function<void()> ready) override { stream_->OnReady(std::move(ready)); }

 private:
  const std::shared_ptr<Emulator> world_;
  const std::unique_ptr<HttpBodyStream> stream_;
};

}  // namespace

void Worlds::CurrentHandler::Handle(HttpRequest request, HttpRespond respond) {
  const std::shared_ptr<Emulator> world = worlds_->current();
  world->http_handler()->Handle(
      std::move(request), [world, respond = std::move(respond)](HttpResponse response) mutable {
        if (response.stream != nullptr) {
          response.stream = std::make_unique<WorldStream>(world, std::move(response.stream));
        }
        respond(std::move(response));
      });
}

absl::StatusOr<std::unique_ptr<Worlds>> Worlds::Create(Options options) {
  std::unique_ptr<Worlds> worlds(new Worlds(std::move(options)));
  LAZULI_RETURN_IF_ERROR(worlds->MakeFirst());
  return worlds;
}

Worlds::Worlds(Options options)
    : options_(std::move(options)), gravedigger_([this] { RunGravedigger(); }) {}

Worlds::~Worlds() {
  Stop(absl::ZeroDuration());
  std::shared_ptr<Emulator> last;
  {
    MutexLock lock(&mu_);
    last.swap(current_);
  }
  last.reset();
  {
    MutexLock lock(&mu_);
    ending_ = true;
    changed_.SignalAll();
  }
  gravedigger_.join();
}

std::shared_ptr<Emulator> Worlds::current() const {
  MutexLock lock(&mu_);
  return current_;
}

std::shared_ptr<const ServedApi> Worlds::api() const {
  std::shared_ptr<Emulator> world = current();
  const ServedApi* const api = &world->api();
  return std::shared_ptr<const ServedApi>(std::move(world), api);
}

absl::Status Worlds::MakeFirst() {
  MutexLock lock(&replacing_);
  std::shared_ptr<Emulator> world;
  bool is_kept = false;
  if (options_.database != nullptr) {
    LAZULI_ASSIGN_OR_RETURN(const bool is_empty, options_.database->IsEmpty());
    is_kept = !is_empty;
  }
  if (is_kept) {
    if (!options_.server.snapshot.empty()) {
      return PreconditionError(absl::StrCat(
          "The data directory ", options_.server.data_dir,
          " holds a state already, which --snapshot would replace: leave --snapshot out to go on "
          "with it, name an empty directory, or load the snapshot into the running server."));
    }
    LAZULI_RETURN_IF_ERROR(CheckFits(*options_.database, "the data directory"));
    LAZULI_ASSIGN_OR_RETURN(world, Make(options_.database, 0));
  } else {
    LAZULI_ASSIGN_OR_RETURN(world, MakeFresh(0));
    LAZULI_RETURN_IF_ERROR(Store(world.get()));
  }
  world->Start();
  MutexLock current_lock(&mu_);
  current_ = std::move(world);
  return absl::OkStatus();
}

absl::Status Worlds::CheckFits(const RecordReader& records, absl::string_view what) const {
  LAZULI_ASSIGN_OR_RETURN(const WorldState state, ReadWorldState(records));
  const ServerOptions& server = options_.server;
  if (server.has_own_seed && server.seed != state.seed) {
    return PreconditionError(absl::StrCat("The state of ", what, " has the seed ", state.seed,
                                          ", not ", server.seed, ": leave --seed out."));
  }
  if (server.clock.start_time.has_value()) {
    return PreconditionError(absl::StrCat(
        "The time goes on where the state of ", what, " left it (",
        absl::FormatTime(state.now, absl::UTCTimeZone()), "): leave --start_time out."));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Emulator>> Worlds::Make(const RecordReader* records,
                                                       uint64_t last_event) {
  EmulatorParts parts;
  parts.signing_key = options_.signing_key;
  parts.records = records;
  parts.last_event = last_event;
  parts.is_first = current() == nullptr;
  parts.database = options_.database;
  parts.state_control = this;
  {
    MutexLock lock(&mu_);
    parts.epoch = uint64_t{options_.starts} << 32 | made_++;
  }
  LAZULI_ASSIGN_OR_RETURN(std::unique_ptr<Emulator> made,
                          Emulator::Create(options_.server, options_.https, std::move(parts)));
  MutexLock lock(&mu_);
  ++count_;
  std::shared_ptr<Emulator> world(made.release(), [this](Emulator* dead) { Bury(dead); });
  all_.push_back(world);
  return world;
}

absl::StatusOr<std::shared_ptr<Emulator>> Worlds::MakeFresh(uint64_t last_event) {
  if (!options_.server.snapshot.empty()) {
    LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot,
                            Snapshot::ReadFile(options_.server.snapshot));
    LAZULI_RETURN_IF_ERROR(CheckFits(*snapshot, "the snapshot"));
    return Make(snapshot.get(), last_event);
  }
  LAZULI_ASSIGN_OR_RETURN(std::shared_ptr<Emulator> world, Make(nullptr, last_event));
  // Before anybody is served: a server whose template is wrong never is.
  if (!options_.server.template_file.empty()) {
    if (template_ == nullptr) {
      LAZULI_ASSIGN_OR_RETURN(v1::Template what, ReadTemplateFile(options_.server.template_file));
      template_ = std::make_unique<const v1::Template>(std::move(what));
    }
    LAZULI_RETURN_IF_ERROR(world->ApplyTemplate(*template_));
  }
  return world;
}

absl::Status Worlds::Store(Emulator* world) {
  if (options_.database == nullptr) return absl::OkStatus();
  RecordBatch batch;
  world->WriteAll(&batch);
  return options_.database->ReplaceAll(batch);
}

absl::StatusOr<std::string> Worlds::Save() {
  const std::shared_ptr<Emulator> world = current();
  RecordBatch batch;
  world->WriteAll(&batch);
  return EncodeSnapshot(world->DescribeSnapshot(), batch);
}

absl::Status Worlds::Load(std::string bytes) {
  LAZULI_ASSIGN_OR_RETURN(const std::unique_ptr<Snapshot> snapshot,
                          Snapshot::Parse(std::move(bytes), "what was sent"));
  MutexLock lock(&replacing_);
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Emulator> next,
                          Make(snapshot.get(), current()->last_event()));
  return Replace(next);
}

absl::Status Worlds::Reset() {
  MutexLock lock(&replacing_);
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Emulator> next, MakeFresh(current()->last_event()));
  return Replace(next);
}

absl::Status Worlds::Replace(const std::shared_ptr<Emulator>& next) {
  const std::shared_ptr<Emulator> previous = current();
  Journal* const journal = previous->journal();
  if (journal != nullptr) {
    // What the previous world has still to store is stored before, or replaced with the rest.
    journal->Pause();
    if (absl::Status stored = Store(next.get()); !stored.ok()) {
      journal->Resume();
      return stored;
    }
    journal->Abandon();
  }
  next->Start();
  {
    MutexLock lock(&mu_);
    current_ = next;
  }
  previous->Retire();
  Log(LogLevel::kInfo, "state_replaced");
  return absl::OkStatus();
}

std::vector<std::shared_ptr<Emulator>> Worlds::Alive() const {
  std::vector<std::shared_ptr<Emulator>> alive;
  MutexLock lock(&mu_);
  for (const std::weak_ptr<Emulator>& world : all_) {
    if (std::shared_ptr<Emulator> held = world.lock()) alive.push_back(std::move(held));
  }
  return alive;
}

void Worlds::EndHeldCalls() {
  for (const std::shared_ptr<Emulator>& world : Alive()) world->EndHeldCalls();
}

void Worlds::Stop(absl::Duration grace) {
  for (const std::shared_ptr<Emulator>& world : Alive()) world->Stop(grace);
}

void Worlds::Bury(Emulator* world) {
  MutexLock lock(&mu_);
  dead_.push_back(world);
  all_.erase(std::remove_if(all_.begin(), all_.end(),
                            [](const std::weak_ptr<Emulator>& one) { return one.expired(); }),
             all_.end());
  changed_.SignalAll();
}

void Worlds::RunGravedigger() {
  while (true) {
    std::vector<Emulator*> dead;
    {
      MutexLock lock(&mu_);
      while (dead_.empty() && !(ending_ && count_ == 0)) changed_.Wait(&mu_);
      if (dead_.empty()) return;
      dead.swap(dead_);
    }
    for (Emulator* world : dead) delete world;
    MutexLock lock(&mu_);
    count_ -= static_cast<int>(dead.size());
  }
}

}  // namespace lazuli::emulator
