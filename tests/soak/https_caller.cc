#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/real_time.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/decoder.h"
#include "proto/api_files.h"
#include "tests/soak/caller.h"
#include "tests/support/http_face.h"
#include "tests/support/tls_client.h"

namespace lazuli::soak {

namespace {

using emulator::HttpAnswer;
using emulator::HttpRequest;
using emulator::Method;
using emulator::MethodRegistry;
using emulator::TlsClient;
using google::protobuf::Message;

constexpr char kLoginHost[] = "login.microsoftonline.com";
// A token lives for an hour, by the machine's clock; clients renew it before.
constexpr absl::Duration kTokenAge = absl::Minutes(55);
// A connection that rested longer is made anew, before the server finds that it is idle.
constexpr absl::Duration kRest = absl::Seconds(20);

// How each method is called over HTTP.
const Method& MethodNamed(const std::string& name) {
  static const MethodRegistry* const registry = [] {
    auto* methods = new MethodRegistry();
    for (const google::protobuf::FileDescriptor* file : ApiFiles()) {
      for (int i = 0; i < file->service_count(); ++i) {
        for (int j = 0; j < file->service(i)->method_count(); ++j) {
          methods->AddNotEmulated(absl::StrCat(file->service(i)->full_name(), "/",
                                               file->service(i)->method(j)->name()));
        }
      }
    }
    return methods;
  }();
  return *registry->Find(absl::StrCat("lazuli.v1.", name));
}

// The text of the first member `name` in a JSON object that holds no quotes in strings.
std::string Member(const std::string& json, const std::string& name) {
  const std::string start = absl::StrCat("\"", name, "\":\"");
  const size_t at = json.find(start);
  if (at == std::string::npos) return "";
  const size_t from = at + start.size();
  return json.substr(from, json.find('"', from) - from);
}

std::string AudienceOf(v1::Plane plane) {
  switch (plane) {
    case v1::PLANE_KEY_VAULT_DATA:
      return std::string(emulator::kKeyVaultAudience);
    case v1::PLANE_BATCH_DATA:
      return std::string(emulator::kBatchAudience);
    default:
      return std::string(emulator::kResourceManagerAudience);
  }
}

std::string TextOf(const HttpRequest& request, const std::string& type, const std::string& token) {
  std::string text =
      absl::StrCat(request.method, " ", request.target, " HTTP/1.1\r\nHost: ", request.authority,
                   "\r\nContent-Length: ", request.body.size(), "\r\n");
  if (!request.body.empty()) absl::StrAppend(&text, "Content-Type: ", type, "\r\n");
  if (!token.empty()) absl::StrAppend(&text, "Authorization: Bearer ", token, "\r\n");
  return absl::StrCat(text, "\r\n", request.body);
}

class HttpsCallerImpl final : public Caller {
 public:
  HttpsCallerImpl(int port, std::string ca_pem) : port_(port), ca_pem_(std::move(ca_pem)) {}

  Outcome Call(const std::string& name, const Message& request, Message* response) override {
    const Method& method = MethodNamed(name);
    const std::string audience = AudienceOf(method.plane);
    Token& token = tokens_[audience];
    if (token.text.empty() || RealNow() - token.since > kTokenAge) {
      const Outcome signed_in = SignIn(audience, &token);
      if (signed_in.kind != Outcome::kDone) return signed_in;
    }
    const HttpRequest http = emulator::ToHttp(method, request);
    std::string body;
    const Outcome outcome =
        Exchange(http.authority, TextOf(http, ContentType(method.plane), token.text), &body);
    if (outcome.kind != Outcome::kDone || body.empty()) return outcome;
    if (const absl::Status decoded = emulator::DecodeJson(body, response, nullptr); !decoded.ok()) {
      return {Outcome::kRefused, outcome.http_status, "NotWhatIsDescribed",
              std::string(decoded.message())};
    }
    return outcome;
  }

 private:
  struct Token {
    std::string text;
    absl::Time since;
  };
  struct Connection {
    std::unique_ptr<TlsClient> client;
    absl::Time last_used;
  };

  // The Batch service takes nothing without its own parameter.
  static std::string ContentType(v1::Plane plane) {
    return plane == v1::PLANE_BATCH_DATA ? "application/json; odata=minimalmetadata"
                                         : "application/json";
  }

  Outcome SignIn(const std::string& audience, Token* token) {
    HttpRequest request = emulator::MakeHttpRequest(
        "POST", kLoginHost, absl::StrCat("/", emulator::kDefaultTenantId, "/oauth2/v2.0/token"));
    request.body = absl::StrCat("grant_type=client_credentials&client_id=", emulator::kAdminAppId,
                                "&client_secret=", emulator::kWellKnownAdminSecret,
                                "&scope=", audience, "/.default");
    std::string body;
    const Outcome outcome =
        Exchange(kLoginHost, TextOf(request, "application/x-www-form-urlencoded", ""), &body);
    *token = {Member(body, "access_token"), RealNow()};
    return outcome;
  }

  // Asks on the host's connection, which is made when there is none.
  Outcome Exchange(const std::string& host, const std::string& text, std::string* body) {
    Connection& connection = connections_[host];
    if (connection.client != nullptr && RealNow() - connection.last_used > kRest) {
      connection.client.reset();
    }
    if (connection.client == nullptr) {
      connection.client = std::make_unique<TlsClient>(port_);
      emulator::TlsClientOptions options;
      options.ca_pem = ca_pem_;
      options.host = host;
      if (!connection.client->StartTls(options)) {
        connection.client.reset();
        return {Outcome::kLost, 0, "", "no TLS with " + host};
      }
    }
    const absl::Time start = RealNow();
    const std::optional<HttpAnswer> answer = connection.client->Ask(text);
    connection.last_used = RealNow();
    if (!answer.has_value()) {
      connection.client.reset();
      const bool waited = connection.last_used - start > kPatience;
      return {waited ? Outcome::kSilent : Outcome::kLost, 0, "", "no answer of " + host};
    }
    if (answer->Field("Connection") == "close") connection.client.reset();
    *body = answer->body;
    if (answer->status < 300) return {Outcome::kDone, answer->status, "", ""};
    return {Outcome::kRefused, answer->status, Member(*body, "code"), *body};
  }

  // Just below what the client itself waits for an answer.
  static constexpr absl::Duration kPatience = absl::Seconds(29);

  const int port_;
  const std::string ca_pem_;
  std::map<std::string, Connection> connections_;
  std::map<std::string, Token> tokens_;
};

}  // namespace

std::unique_ptr<Caller> HttpsCaller(const emulator::ReadyInfo& server, const std::string& ca_pem) {
  int port = 0;
  const absl::string_view digits =
      absl::string_view(server.https).substr(server.https.rfind(':') + 1);
  // Where no port is told there is none, and the first call says so.
  if (!absl::SimpleAtoi(digits, &port)) port = 0;
  return std::make_unique<HttpsCallerImpl>(port, ca_pem);
}

}  // namespace lazuli::soak
