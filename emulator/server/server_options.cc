#include "emulator/server/server_options.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace lazuli::emulator {

namespace {

// Azure Batch documentation, "Configure customer-managed keys": up to 10 minutes until the account
// works again.
constexpr absl::Duration kMaxRestorationWindow = absl::Minutes(10);
constexpr size_t kMaxKeyPool = 1024;
constexpr int kMaxWorkers = 256;

absl::Status CheckDuration(absl::string_view name, absl::Duration value, absl::Duration max) {
  if (value >= absl::ZeroDuration() && value <= max) return absl::OkStatus();
  return InvalidInputError(name, absl::StrCat("must be between 0 and ", absl::FormatDuration(max)));
}

// Whether `name` is a host's name or address without a port.
bool IsHost(const std::string& name) {
  return !name.empty() && name.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz0123456789-._"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

absl::Status CheckHttps(const ServerOptions& options) {
  if (!options.https_address.empty() && options.https_address.rfind(':') == std::string::npos) {
    return InvalidInputError("https", "must be HOST:PORT");
  }
  for (const std::string& host : options.allowed_hosts) {
    if (!IsHost(host)) {
      return InvalidInputError("allow_host", "must be names of hosts, without scheme and port");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string CaFilePath(const ServerOptions& options) {
  if (options.https_address.empty()) return "";
  if (!options.ca_file.empty() || options.ready_file.empty()) return options.ca_file;
  return absl::StrCat(options.ready_file, ".ca.pem");
}

bool IsLoopbackAddress(const std::string& address) {
  if (absl::StartsWith(address, "unix:")) return true;
  const std::string host = address.substr(0, address.rfind(':'));
  if (host == "localhost" || host == "[::1]" || host == "::1") return true;
  // A name that merely begins like an address ("127.example.com") is none.
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.") == std::string::npos;
}

absl::Status Validate(const ServerOptions& options) {
  if (options.grpc_address.rfind(':') == std::string::npos) {
    return InvalidInputError("grpc", "must be HOST:PORT or unix:PATH");
  }
  if (options.admin_secret.empty()) return InvalidInputError("admin_secret", "must not be empty");
  LAZULI_RETURN_IF_ERROR(CheckHttps(options));
  for (const auto& [name, address] :
       {std::pair("grpc", options.grpc_address), std::pair("https", options.https_address)}) {
    if (address.empty() || IsLoopbackAddress(address)) continue;
    if (options.admin_secret == kWellKnownAdminSecret) {
      return InvalidInputError(
          name,
          "listening beyond this machine with the well-known secret would let anybody in; "
          "set --admin_secret too");
    }
  }
  if (options.restoration_window <= absl::ZeroDuration() ||
      options.restoration_window > kMaxRestorationWindow) {
    return InvalidInputError("restoration_window", "must be above 0 and at most 10m");
  }
  if (options.probe_interval < absl::Seconds(1)) {
    return InvalidInputError("probe_interval", "must be at least 1s");
  }
  if (options.event_history < 1 || options.event_history > limits::kMaxEventHistory) {
    return InvalidInputError("event_history",
                             absl::StrCat("must be 1 to ", limits::kMaxEventHistory));
  }
  if (options.key_pool > kMaxKeyPool) {
    return InvalidInputError("key_pool", absl::StrCat("must be 0 to ", kMaxKeyPool));
  }
  if (options.workers < 0 || options.workers > kMaxWorkers) {
    return InvalidInputError("workers", absl::StrCat("must be 0 to ", kMaxWorkers));
  }
  for (const auto& [name, value] :
       {std::pair("detection_delay", options.detection_delay),
        std::pair("loss_step_delay", options.loss_step_delay),
        std::pair("object_deletion_delay", options.object_deletion_delay),
        std::pair("object_recovery_delay", options.object_recovery_delay),
        std::pair("object_purge_delay", options.object_purge_delay),
        std::pair("certificate_issue_delay", options.certificate_issue_delay),
        std::pair("policy_propagation_delay", options.policy_propagation_delay),
        std::pair("node_boot_time", options.node_boot_time)}) {
    if (absl::Status status = CheckDuration(name, value, absl::Hours(24)); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
