// File: emulator/server/worlds.h
//
// The world that is served now: an Emulator with all its state. Loading a snapshot or beginning
// anew makes another one, whole, and puts it in the place of the present one at once. The calls and
// streams that are under way keep theirs until they are over.
#ifndef LAZULI_EMULATOR_SERVER_WORLDS_H_
#define LAZULI_EMULATOR_SERVER_WORLDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>  // NOLINT
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/records.h"
#include "emulator/dispatch/served_api.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/signing_key.h"
#include "emulator/server/emulator.h"
#include "emulator/server/https_face_options.h"
#include "emulator/server/server_options.h"
#include "emulator/storage/database.h"
#include "emulator/storage/state_control.h"

namespace lazuli::v1 {
class Template;
}  // namespace lazuli::v1

namespace lazuli::emulator {

// Thread safe.
class Worlds final : public StateControl {
 public:
  struct Options {
    ServerOptions server;
    HttpsFaceOptions https;
    std::shared_ptr<const SigningKey> signing_key;
    // Where the state rests; null: nowhere. Outlives this.
    Database* database = nullptr;
    // How often the directory of the database was served before.
    uint32_t starts = 0;
  };

  // Makes the first world, of what the database holds, or else as the options say, and lets its
  // time run. Errors: those of Emulator::Create and ReadTemplateFile, of reading the snapshot and
  // of the database; FAILED_PRECONDITION for options that do not go with the state that there is.
  static absl::StatusOr<std::unique_ptr<Worlds>> Create(Options options);
  // Waits until every world is gone: what holds one must be on its way out.
  ~Worlds() override;

  Worlds(const Worlds&) = delete;
  Worlds& operator=(const Worlds&) = delete;

  // The present one. Whoever has it may use it as long as he keeps it.
  std::shared_ptr<Emulator> current() const ABSL_LOCKS_EXCLUDED(mu_);
  std::shared_ptr<const ServedApi> api() const;
  // Serves each request by the world that is the present one when it comes.
  HttpHandler* http_handler() { return &handler_; }

  absl::StatusOr<std::string> Save() override;
  absl::Status Load(std::string bytes) override;
  absl::Status Reset() override;

  // See Emulator; of all worlds that there still are.
  void EndHeldCalls();
  void Stop(absl::Duration grace);

 private:
  class CurrentHandler final : public HttpHandler {
   public:
    explicit CurrentHandler(Worlds* worlds) : worlds_(worlds) {}
    void Handle(HttpRequest request, HttpRespond respond) override;

   private:
    Worlds* const worlds_;
  };

  explicit Worlds(Options options);

  absl::Status MakeFirst() ABSL_LOCKS_EXCLUDED(replacing_);
  // `records` null: a new one. `last_event`: see EmulatorParts.
  absl::StatusOr<std::shared_ptr<Emulator>> Make(const RecordReader* records, uint64_t last_event);
  // As the options say, without regard to what rests.
  absl::StatusOr<std::shared_ptr<Emulator>> MakeFresh(uint64_t last_event)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(replacing_);
  // Whether the options allow for a state that was before; `what` it is, for the message.
  absl::Status CheckFits(const RecordReader& records, absl::string_view what) const;
  // Writes all of a world in the place of what rests.
  absl::Status Store(Emulator* world);
  absl::Status Replace(const std::shared_ptr<Emulator>& next)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(replacing_);

  // Takes a world that nobody has any more.
  void Bury(Emulator* world) ABSL_LOCKS_EXCLUDED(mu_);
  void RunGravedigger() ABSL_LOCKS_EXCLUDED(mu_);
  // Those that somebody still has.
  std::vector<std::shared_ptr<Emulator>> Alive() const ABSL_LOCKS_EXCLUDED(mu_);

  const Options options_;
  CurrentHandler handler_{this};
  // Held while a world takes another's place.
  Mutex replacing_ ABSL_ACQUIRED_BEFORE(mu_);
  // As it was when it was first applied: its file may change or go.
  std::unique_ptr<const v1::Template> template_ ABSL_GUARDED_BY(replacing_);

  mutable Mutex mu_;
  CondVar changed_;
  std::shared_ptr<Emulator> current_ ABSL_GUARDED_BY(mu_);
  std::vector<std::weak_ptr<Emulator>> all_ ABSL_GUARDED_BY(mu_);
  uint32_t made_ ABSL_GUARDED_BY(mu_) = 0;
  // Worlds that are not destroyed yet.
  int count_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Emulator*> dead_ ABSL_GUARDED_BY(mu_);
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  // A world's last holder may be one of its own threads, which cannot end it.
  std::thread gravedigger_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_WORLDS_H_
