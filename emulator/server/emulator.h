// File: emulator/server/emulator.h
//
// The whole emulator without its sockets: every part made and tied together, once, here.
#ifndef LAZULI_EMULATOR_SERVER_EMULATOR_H_
#define LAZULI_EMULATOR_SERVER_EMULATOR_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock_driver.h"
#include "base/event_log.h"
#include "base/records.h"
#include "emulator/dispatch/dispatcher.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/dispatch/served_api.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/signing_key.h"
#include "emulator/server/https_face_options.h"
#include "emulator/server/server_options.h"
#include "emulator/storage/database.h"
#include "emulator/storage/journal.h"
#include "emulator/storage/snapshot.h"
#include "emulator/storage/state_control.h"

namespace lazuli::v1 {
class Template;
}  // namespace lazuli::v1

namespace lazuli::emulator {

// What an emulator shares with others. The pointers outlive it, but for `records`.
struct EmulatorParts {
  // Signs tokens; null: one is made.
  std::shared_ptr<const SigningKey> signing_key;
  // The state that it begins with, its seed and its time among it; null: as the options say.
  const RecordReader* records = nullptr;
  // Where it stores what changes, which holds `records` by Start(); null: nowhere.
  Database* database = nullptr;
  // What replaces it by another; null: nothing does.
  StateControl* state_control = nullptr;
  // Its events' numbers follow this one, or that of the state if that is greater.
  uint64_t last_event = 0;
  // False: it takes the place of another in this process.
  bool is_first = true;
  // Tells it from those that served this state before: ids of requests, which do not rest, derive
  // from it.
  uint64_t epoch = 0;
};

// Thread safe once made.
class Emulator {
 public:
  // INVALID_ARGUMENT for options that do not fit; INTERNAL when the description of the API and its
  // registration differ.
  static absl::StatusOr<std::unique_ptr<Emulator>> Create(const ServerOptions& options,
                                                          HttpsFaceOptions https = {},
                                                          EmulatorParts parts = {});
  virtual ~Emulator() = default;

  const MethodRegistry& methods() const { return *api().methods; }
  Dispatcher* dispatcher() { return api().dispatcher; }
  virtual const ServedApi& api() const = 0;
  virtual ClockDriver& clock_driver() = 0;
  // The HTTPS face without its sockets: Azure's hosts, and the emulator's own.
  virtual HttpHandler* http_handler() = 0;

  // Makes what the template says, as a call of the administrator's. Before Start.
  virtual absl::Status ApplyTemplate(const v1::Template& what) = 0;
  // Begins to store what changes, and lets virtual time run, as the clock's mode says. After this,
  // calls may be served.
  virtual void Start() = 0;
  // Everything that is stored, between two changes. Not from inside of one.
  virtual void WriteAll(RecordWriter* writer) = 0;
  // What a snapshot says of itself.
  virtual SnapshotHeader DescribeSnapshot() const = 0;
  // What its ids and chance derive from: its state's, which may not be the options'.
  virtual uint64_t seed() const = 0;
  virtual uint64_t last_event() const = 0;
  // Null without a database.
  virtual Journal* journal() = 0;
  // Another has taken its place: ends its streams and what waits, and stops its time. Calls that
  // are under way go on.
  virtual void Retire() = 0;
  // Ends the calls that a fault has wait, and has none wait from now on. Idempotent.
  virtual void EndHeldCalls() = 0;
  // Refuses further work for the workers, waits at most `grace` of real time for what they do, and
  // stops time. No call may be served any more. Idempotent.
  virtual void Stop(absl::Duration grace) = 0;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_EMULATOR_H_
