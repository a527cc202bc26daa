#include "emulator/cli/flags.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "base/clock_driver.h"
#include "base/error.h"
#include "base/iso8601.h"
#include "base/limits.h"
#include "base/status_macros.h"
#include "emulator/cli/program_description.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/ready_file.h"
#include "emulator/storage/database.h"

namespace {

// Where a server listens that is not told otherwise.
constexpr char kUsualGrpcAddress[] = "127.0.0.1:7400";
constexpr char kUsualHttpsAddress[] = "127.0.0.1:8443";
// Any free port.
constexpr char kAnyAddress[] = "127.0.0.1:0";

}  // namespace

// The server.
ABSL_FLAG(std::string, grpc, std::string(kUsualGrpcAddress),
          "serve: where gRPC listens, HOST:PORT (port 0: any free one) or unix:PATH");
ABSL_FLAG(std::string, https, std::string(kUsualHttpsAddress),
          "serve: where HTTPS and HTTP listen, HOST:PORT (port 0: any free one); empty: nowhere; "
          "env, trust: where to find a server that has no ready file (LAZULI_READY_FILE counts as "
          "one unless this is given)");
ABSL_FLAG(std::vector<std::string>, allow_host, {},
          "serve: names besides Azure's and localhost, separated by commas, under which control is "
          "served to whoever has the operator token");
ABSL_FLAG(bool, allow_http_batch, false,
          "serve: Batch without TLS too, for callers that sign with an account's key");
ABSL_FLAG(std::string, managed_identity, "",
          "serve: whose token the endpoints of managed identities give to those who name none, by "
          "object id, client id, name or ARM id (default: the administrator's)");
ABSL_FLAG(
    std::string, ca_cert, "",
    "serve: the certificate, in PEM, of an authority of your own, which then vouches for every "
    "host (default: one made in memory); with --tls_cert: what clients trust");
ABSL_FLAG(std::string, ca_key, "", "serve: the key of --ca_cert, in PEM");
ABSL_FLAG(std::string, tls_cert, "",
          "serve: a certificate of your own for all hosts, in PEM, those above it after it");
ABSL_FLAG(std::string, tls_key, "", "serve: the key of --tls_cert, in PEM");
ABSL_FLAG(std::string, ca_file, "",
          "serve: a file to write the authority's certificate to (default: READY_FILE.ca.pem)");
ABSL_FLAG(std::string, clock, "real",
          "serve: real, manual, auto or scaled:N (N virtual seconds a second)");
ABSL_FLAG(std::string, start_time, "",
          "serve: where virtual time starts, as 2026-01-01T00:00:00Z (default: now)");
ABSL_FLAG(absl::optional<uint64_t>, seed, absl::nullopt,
          "serve: what ids and chance are derived from (default: 1, or that of the state)");
ABSL_FLAG(std::string, data_dir, "",
          "serve: a directory, of this server alone, that keeps every change (default: nothing is "
          "kept)");
ABSL_FLAG(
    std::string, sync, "full",
    "serve: what an answered change survives in --data_dir: full (a power cut) or normal (the "
    "end of the process)");
ABSL_FLAG(std::string, snapshot, "",
          "serve: a file of `lazuli snapshot save` to begin with; an existing --data_dir has to be "
          "empty");
ABSL_FLAG(uint64_t, crash_at_storage_step, 0,
          "serve: for tests of --data_dir, end as by SIGKILL before this step of the database");
ABSL_FLAG(std::string, ready_file, "",
          "serve: a file to write, mode 0600, once the server serves; all others: the server's, to "
          "find it");
ABSL_FLAG(bool, exit_with_parent, false,
          "serve: a throw-away server, which ends when the process that started it does, or when "
          "its standard input is a pipe that is closed: on any free ports unless told, with its "
          "ready file in a temporary folder that goes with it, and the same line on standard "
          "output");
ABSL_FLAG(
    int, ready_fd, -1,
    "serve: an inherited file descriptor, as of a pipe, that gets what the ready file holds as "
    "one line once the server serves, and is closed; it ends without a line when the server "
    "cannot start");
ABSL_FLAG(std::string, event_log, "",
          "serve: a file, mode 0600, that gets every event as a line of JSON");
ABSL_FLAG(std::string, admin_secret, std::string(lazuli::emulator::kWellKnownAdminSecret),
          "the administrator's secret; beyond loopback the server wants one of your own");
ABSL_FLAG(size_t, event_history, lazuli::limits::kDefaultEventHistory,
          "serve: how many events are kept for followers who come late");
ABSL_FLAG(size_t, key_pool, 16,
          "serve: RSA-2048 keys made in advance once the first was asked for");
ABSL_FLAG(int, workers, 0,
          "serve: threads for cryptography (default: one a processor, at least two)");
ABSL_FLAG(std::string, restoration_window, "10m",
          "serve: virtual time from the return of access to an account's key until the account "
          "works again, at most "
          "10m; or random: drawn from the seed");
ABSL_FLAG(absl::Duration, detection_delay, absl::ZeroDuration(),
          "serve: virtual time from a key's refusal to the loss of access");
ABSL_FLAG(
    absl::Duration, policy_propagation_delay, absl::ZeroDuration(),
    "serve: virtual time from a change of access policies or role assignments until it counts "
    "for the data plane");
ABSL_FLAG(
    absl::Duration, object_deletion_delay, absl::ZeroDuration(),
    "serve: virtual time from the deletion of a vault's object until it is among the deleted");
ABSL_FLAG(absl::Duration, object_recovery_delay, absl::ZeroDuration(),
          "serve: virtual time from the recovery of a vault's object until it can be used again");
ABSL_FLAG(absl::Duration, object_purge_delay, absl::ZeroDuration(),
          "serve: virtual time from the purge of a vault's object until its name is free");
ABSL_FLAG(absl::Duration, certificate_issue_delay, absl::ZeroDuration(),
          "serve: virtual time from the request for a certificate until the vault issues it");
ABSL_FLAG(absl::Duration, loss_step_delay, absl::ZeroDuration(),
          "serve: virtual time between two transitions that a loss brings about");
ABSL_FLAG(absl::Duration, probe_interval, absl::Minutes(10),
          "serve: virtual time between two looks at a key that nothing else set off");
ABSL_FLAG(absl::Duration, node_boot_time, absl::Minutes(1),
          "serve: virtual time until a new node is idle");
ABSL_FLAG(bool, allow_vaults_without_soft_delete, false,
          "serve: allow vaults with enableSoftDelete false");
ABSL_FLAG(bool, throttling, false, "serve: vaults answer 429 beyond the limits of the service");
ABSL_FLAG(bool, allow_cmk_on_any_account, false,
          "serve: let accounts that were created without an identity take a customer-managed key");
ABSL_FLAG(std::string, template, "",
          "serve: a file that says what there is from the beginning, JSON or (*.textproto, "
          "*.txtpb) text format; sandbox: what there is in the new sandbox");
ABSL_FLAG(std::string, sandbox_names, "shared",
          "serve: shared (the names of vaults and accounts are global, as Azure's) or own (each "
          "sandbox has names of its own)");

// The clients.
ABSL_FLAG(std::string, server, "",
          "attest, call, fault, snapshot, token: where the server listens (default: what "
          "LAZULI_READY_FILE tells, as 'lazuli env' and 'lazuli run' set it, or 127.0.0.1:7400)");
ABSL_FLAG(std::string, as, "",
          "call, fault, token: the principal to call as, by object id, client id or name");
ABSL_FLAG(std::string, chaos, "",
          "run: the file of a schedule of chaos to run the command under; it begins when the "
          "accounts that it names are there, unless it says otherwise, and a summary follows the "
          "command");
ABSL_FLAG(std::string, cause, "",
          "revoke: what is taken away, as 'lazuli chaos causes' lists it (default: key-disabled); "
          "restore: what is given back (default: all)");
ABSL_FLAG(std::string, resource, "", "token: the audience, as https://vault.azure.net");
ABSL_FLAG(std::string, file, "", "fault: add the rule that this file holds, in JSON");
ABSL_FLAG(bool, all, false, "fault: remove every rule");
ABSL_FLAG(std::string, claims, "", "attest: a file with the claims, a JSON object");
ABSL_FLAG(std::string, authority, "",
          "attest: the https URL of who attests, as the release policy names it (default: "
          "https://attest.lazuli.local)");

// Commands that set Azure's clients up.
ABSL_FLAG(std::string, mode, "transparent",
          "env, run: transparent (Azure's own names, through the proxy) or local (names under "
          "localhost)");
ABSL_FLAG(std::string, shell, "bash", "env: bash, pwsh, json or dotenv");
ABSL_FLAG(bool, isolate, false,
          "run: in a network of its own that has nothing but loopback, where the system allows it");
ABSL_FLAG(std::string, sandbox, "", "env: the sandbox to be in, by its id");
ABSL_FLAG(std::string, client_secret, "",
          "env: the secret of the sandbox's service principal, which is shown when it is made");

// Everybody.
ABSL_FLAG(std::string, log_level, "warning",
          "debug, info, warning, error or off; lines go to standard error");

namespace lazuli::emulator {

std::vector<std::string> ParseFlags(int argc, char** argv, const std::string& usage,
                                    const std::string& version) {
  absl::SetProgramUsageMessage(usage);
  absl::FlagsUsageConfig config;
  config.contains_help_flags = DefinesFlagsOfCommands;
  config.version_string = [version] { return absl::StrCat(version, "\n"); };
  absl::SetFlagsUsageConfig(std::move(config));
  std::vector<std::string> rest;
  for (char* argument : absl::ParseCommandLine(argc, argv)) rest.emplace_back(argument);
  rest.erase(rest.begin());
  return rest;
}

absl::StatusOr<ServerOptions> ServerOptionsFromFlags() {
  ServerOptions options;
  options.grpc_address = absl::GetFlag(FLAGS_grpc);
  options.https_address = absl::GetFlag(FLAGS_https);
  options.allowed_hosts = absl::GetFlag(FLAGS_allow_host);
  options.allow_http_batch = absl::GetFlag(FLAGS_allow_http_batch);
  options.managed_identity = absl::GetFlag(FLAGS_managed_identity);
  options.ca_cert = absl::GetFlag(FLAGS_ca_cert);
  options.ca_key = absl::GetFlag(FLAGS_ca_key);
  options.tls_cert = absl::GetFlag(FLAGS_tls_cert);
  options.tls_key = absl::GetFlag(FLAGS_tls_key);
  options.ca_file = absl::GetFlag(FLAGS_ca_file);
  LAZULI_ASSIGN_OR_RETURN(options.clock, ParseClockOptions(absl::GetFlag(FLAGS_clock)));
  if (const std::string start = absl::GetFlag(FLAGS_start_time); !start.empty()) {
    absl::StatusOr<absl::Time> time = ParseIso8601Time(start);
    if (!time.ok()) return InvalidInputError("start_time", time.status().message());
    options.clock.start_time = *time;
  }
  const absl::optional<uint64_t> seed = absl::GetFlag(FLAGS_seed);
  options.has_own_seed = seed.has_value();
  options.seed = seed.value_or(1);
  options.data_dir = absl::GetFlag(FLAGS_data_dir);
  LAZULI_ASSIGN_OR_RETURN(options.sync, ParseStorageSync(absl::GetFlag(FLAGS_sync)));
  options.snapshot = absl::GetFlag(FLAGS_snapshot);
  options.crash_at_storage_step = absl::GetFlag(FLAGS_crash_at_storage_step);
  options.ready_file = absl::GetFlag(FLAGS_ready_file);
  options.event_log = absl::GetFlag(FLAGS_event_log);
  options.admin_secret = absl::GetFlag(FLAGS_admin_secret);
  options.event_history = absl::GetFlag(FLAGS_event_history);
  options.key_pool = absl::GetFlag(FLAGS_key_pool);
  options.workers = absl::GetFlag(FLAGS_workers);
  const std::string window = absl::GetFlag(FLAGS_restoration_window);
  options.random_restoration_window = window == "random";
  if (!options.random_restoration_window &&
      !absl::ParseDuration(window, &options.restoration_window)) {
    return InvalidInputError("restoration_window", "must be a duration, as 10m, or random");
  }
  options.detection_delay = absl::GetFlag(FLAGS_detection_delay);
  options.policy_propagation_delay = absl::GetFlag(FLAGS_policy_propagation_delay);
  options.object_deletion_delay = absl::GetFlag(FLAGS_object_deletion_delay);
  options.object_recovery_delay = absl::GetFlag(FLAGS_object_recovery_delay);
  options.object_purge_delay = absl::GetFlag(FLAGS_object_purge_delay);
  options.certificate_issue_delay = absl::GetFlag(FLAGS_certificate_issue_delay);
  options.loss_step_delay = absl::GetFlag(FLAGS_loss_step_delay);
  options.probe_interval = absl::GetFlag(FLAGS_probe_interval);
  options.node_boot_time = absl::GetFlag(FLAGS_node_boot_time);
  options.allow_vaults_without_soft_delete = absl::GetFlag(FLAGS_allow_vaults_without_soft_delete);
  options.throttling = absl::GetFlag(FLAGS_throttling);
  options.allow_cmk_on_any_account = absl::GetFlag(FLAGS_allow_cmk_on_any_account);
  options.template_file = absl::GetFlag(FLAGS_template);
  const std::string names = absl::GetFlag(FLAGS_sandbox_names);
  options.own_sandbox_names = names == "own";
  if (names != "own" && names != "shared") {
    return InvalidInputError("sandbox_names", "must be shared or own");
  }
  LAZULI_RETURN_IF_ERROR(Validate(options));
  return options;
}

namespace {

// Where the server that is asked tells of itself: in the file of the flag or, unless a flag has its
// address, in that of the environment. Empty: nowhere.
std::string ReadyFileOfServer(bool has_address) {
  std::string ready_file = absl::GetFlag(FLAGS_ready_file);
  if (!ready_file.empty() || has_address) return ready_file;
  const char* const told = std::getenv("LAZULI_READY_FILE");
  return told == nullptr ? "" : told;
}

}  // namespace

absl::StatusOr<ClientOptions> ClientOptionsFromFlags() {
  ClientOptions options;
  options.server = absl::GetFlag(FLAGS_server);
  const std::string ready_file = ReadyFileOfServer(/*has_address=*/!options.server.empty());
  if (!ready_file.empty()) {
    LAZULI_ASSIGN_OR_RETURN(const ReadyInfo ready, ReadReadyFile(ready_file));
    options.server = ready.grpc;
  } else if (options.server.empty()) {
    options.server = kUsualGrpcAddress;
  }
  options.admin_secret = absl::GetFlag(FLAGS_admin_secret);
  options.as = absl::GetFlag(FLAGS_as);
  options.resource = absl::GetFlag(FLAGS_resource);
  options.cause = absl::GetFlag(FLAGS_cause);
  options.template_file = absl::GetFlag(FLAGS_template);
  options.file = absl::GetFlag(FLAGS_file);
  options.all = absl::GetFlag(FLAGS_all);
  options.claims_file = absl::GetFlag(FLAGS_claims);
  options.authority = absl::GetFlag(FLAGS_authority);
  return options;
}

absl::StatusOr<EnvironmentOptions> RunningServerOptionsFromFlags() {
  LAZULI_ASSIGN_OR_RETURN(EnvironmentOptions options, EnvironmentOptionsFromFlags());
  options.ready_file =
      ReadyFileOfServer(/*has_address=*/options.https_address != kUsualHttpsAddress);
  return options;
}

absl::StatusOr<EnvironmentOptions> EnvironmentOptionsFromFlags() {
  EnvironmentOptions options;
  LAZULI_ASSIGN_OR_RETURN(options.mode, ParseNamesMode(absl::GetFlag(FLAGS_mode)));
  LAZULI_ASSIGN_OR_RETURN(options.shell, ParseShell(absl::GetFlag(FLAGS_shell)));
  options.isolate = absl::GetFlag(FLAGS_isolate);
  options.chaos_file = absl::GetFlag(FLAGS_chaos);
  options.sandbox = absl::GetFlag(FLAGS_sandbox);
  options.client_secret = absl::GetFlag(FLAGS_client_secret);
  options.ready_file = absl::GetFlag(FLAGS_ready_file);
  options.https_address = absl::GetFlag(FLAGS_https);
  options.admin_secret = absl::GetFlag(FLAGS_admin_secret);
  return options;
}

absl::StatusOr<ServerOptions> ThrowAwayServerOptions(const std::string& ready_file) {
  LAZULI_ASSIGN_OR_RETURN(ServerOptions options, ServerOptionsFromFlags());
  if (!options.ready_file.empty()) {
    return InvalidInputError("ready_file", "a throw-away server has one of its own; leave it out");
  }
  if (options.grpc_address == kUsualGrpcAddress) options.grpc_address = kAnyAddress;
  if (options.https_address == kUsualHttpsAddress) options.https_address = kAnyAddress;
  options.ready_file = ready_file;
  return options;
}

int ReadyFd() { return absl::GetFlag(FLAGS_ready_fd); }

bool ExitsWithParent() { return absl::GetFlag(FLAGS_exit_with_parent); }

absl::StatusOr<LogLevel> LogLevelFromFlags() {
  return ParseLogLevel(absl::GetFlag(FLAGS_log_level));
}

}  // namespace lazuli::emulator
