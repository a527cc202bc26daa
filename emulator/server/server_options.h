// File: emulator/server/server_options.h
//
// Everything that can be set about a server, typed, with its defaults. The command line fills it;
// nothing else sees flags.
#ifndef LAZULI_EMULATOR_SERVER_SERVER_OPTIONS_H_
#define LAZULI_EMULATOR_SERVER_SERVER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock_driver.h"
#include "base/limits.h"
#include "emulator/identity/well_known.h"
#include "emulator/storage/database.h"

namespace lazuli::emulator {

struct ServerOptions {
  // Where gRPC listens: "host:port" (port 0: any free one) or "unix:PATH".
  std::string grpc_address = "127.0.0.1:0";
  // Where HTTPS and plain HTTP listen: "host:port" (port 0: any free one); empty: nowhere.
  std::string https_address;
  // Names besides Azure's and localhost under which control is served, to whoever has the operator
  // token; without ports.
  std::vector<std::string> allowed_hosts;
  // Serves Batch without TLS too, to callers that sign with an account's key. Azure does not.
  bool allow_http_batch = false;
  // Whose token the endpoints of managed identities give to those who name none: an object id, a
  // client id, a name or an ARM id of a user-assigned identity, which may be made later. Empty: the
  // administrator, who plays the machine's system-assigned identity.
  std::string managed_identity;
  // Files in PEM. One's own authority, which makes certificates for every host; empty: one is made
  // in memory.
  std::string ca_cert;
  std::string ca_key;
  // Or one's own certificate for all hosts, with its key; ca_cert is then what clients trust.
  std::string tls_cert;
  std::string tls_key;
  // Where the authority's certificate is written for clients to trust; empty: beside the ready
  // file, see CaFilePath, or nowhere.
  std::string ca_file;
  ClockOptions clock;
  uint64_t seed = 1;
  // `seed` was asked for: a state that was made of another one is refused.
  bool has_own_seed = false;
  // Where the state rests and is found again; empty: nowhere.
  std::string data_dir;
  // What a stored change survives.
  StorageSync sync = StorageSync::kFull;
  // A snapshot that the state begins with; empty: none.
  std::string snapshot;
  // For tests of what rests: before that step of the database (1, 2, ...) the process kills itself.
  // 0: never.
  uint64_t crash_at_storage_step = 0;
  // Written when the server really serves; empty: none.
  std::string ready_file;
  // A file that says what there is from the beginning (emulator/templates); empty: nothing.
  std::string template_file;
  // Each sandbox has names of vaults and accounts of its own.
  bool own_sandbox_names = false;
  // A file that gets every event as a line of JSON; empty: none.
  std::string event_log;
  // The administrator's secret. The default is as well known as other emulators', so that nobody
  // needs ceremony; with it the server listens on this machine only.
  std::string admin_secret = std::string(kWellKnownAdminSecret);
  // Events kept for followers who come late.
  size_t event_history = limits::kDefaultEventHistory;
  // RSA-2048 keys made in advance once the first was asked for; 0: none.
  size_t key_pool = 16;
  // Threads for RSA and for what mutations set off; 0: one a processor, at least two.
  int workers = 0;
  // Virtual time from the return of access to the end of the restoration window, (0, 10 min].
  absl::Duration restoration_window = absl::Minutes(10);
  // Instead of a fixed window, one drawn from the seed in (0, 10 min] for each restoration.
  bool random_restoration_window = false;
  // Virtual time from a refused probe to the loss.
  absl::Duration detection_delay = absl::ZeroDuration();
  // Virtual time from a change of access policies or role assignments until it counts for the data
  // plane.
  absl::Duration policy_propagation_delay = absl::ZeroDuration();
  // Virtual time that the deletion, the recovery and the purge of a vault's object take.
  absl::Duration object_deletion_delay = absl::ZeroDuration();
  absl::Duration object_recovery_delay = absl::ZeroDuration();
  absl::Duration object_purge_delay = absl::ZeroDuration();
  // Virtual time that a vault, or one of its issuers, takes to issue a certificate.
  absl::Duration certificate_issue_delay = absl::ZeroDuration();
  // Virtual time between two transitions of the loss queue.
  absl::Duration loss_step_delay = absl::ZeroDuration();
  // Virtual time between two probes that nothing else set off. In auto mode there are none.
  absl::Duration probe_interval = absl::Minutes(10);
  // Virtual time from the allocation of a node until it is idle.
  absl::Duration node_boot_time = absl::Minutes(1);
  // Allows vaults with enableSoftDelete false, as old ones may have.
  bool allow_vaults_without_soft_delete = false;
  // Vaults and subscriptions serve no more transactions than Azure's (keyvault/throttle.h).
  bool throttling = false;
  // Lets an account that was created without an identity take a customer-managed key later.
  bool allow_cmk_on_any_account = false;
};

// OK, or INVALID_ARGUMENT naming the option that is out of its range or does not go with another.
absl::Status Validate(const ServerOptions& options);

// True for unix:, localhost, 127.0.0.0/8 and ::1.
bool IsLoopbackAddress(const std::string& address);

// Where a server with these options writes its authority's certificate; empty: nowhere.
std::string CaFilePath(const ServerOptions& options);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_SERVER_SERVER_OPTIONS_H_
