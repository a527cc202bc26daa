#include "emulator/cli/running_server.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "emulator/client/http_client.h"
#include "emulator/server/ready_file.h"

namespace lazuli::emulator {

namespace {

constexpr char kCertificatePath[] = "/emulator/v1/ca.pem";

absl::StatusOr<std::string> AskForCertificate(const std::string& address) {
  HttpCall call;
  call.target = kCertificatePath;
  LAZULI_ASSIGN_OR_RETURN(const HttpReply reply, CallHttp(address, call));
  if (reply.status == 200) return reply.body;
  return absl::UnavailableError(
      absl::StrCat("http://", address, kCertificatePath, " answers ", reply.status));
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::string LoopbackAddress(const std::string& url_or_address) {
  absl::string_view address = url_or_address;
  absl::ConsumePrefix(&address, "https://");
  absl::ConsumeSuffix(&address, "/");
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) return std::string(address);
  const absl::string_view host = address.substr(0, colon);
  const absl::string_view port = address.substr(colon);
  if (host == "localhost" || host == "0.0.0.0" || host.empty()) {
    return absl::StrCat("127.0.0.1", port);
  }
  if (host == "[::]") return absl::StrCat("[::1]", port);
  return std::string(address);
}

absl::StatusOr<RunningServer> FindRunningServer(const std::string& ready_file,
                                                const std::string& https_address) {
  RunningServer server;
  std::string ca_file;
  if (ready_file.empty()) {
    server.address = LoopbackAddress(https_address);
    server.id = server.address.substr(server.address.rfind(':') + 1);
  } else {
    LAZULI_ASSIGN_OR_RETURN(const ReadyInfo ready, ReadReadyFile(ready_file));
    if (ready.https.empty()) return InvalidInputError("ready_file", "tells of no HTTPS");
    server.address = LoopbackAddress(ready.https);
    server.ready_file = std::filesystem::absolute(ready_file).string();
    server.identity_secret = ready.identity_secret;
    server.id = absl::StrCat(ready.pid);
    ca_file = ready.ca_file;
  }
  if (!ca_file.empty()) server.ca_pem = ReadWhole(ca_file);
  if (server.ca_pem.empty()) {
    LAZULI_ASSIGN_OR_RETURN(server.ca_pem, AskForCertificate(server.address));
  }
  return server;
}

}  // namespace lazuli::emulator
