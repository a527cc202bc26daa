// File: emulator/https/entra/entra_test_scene.h
//
// A directory with somebody in it, and a way to send requests, for the tests of this folder.
#ifndef LAZULI_EMULATOR_HTTPS_ENTRA_ENTRA_TEST_SCENE_H_
#define LAZULI_EMULATOR_HTTPS_ENTRA_ENTRA_TEST_SCENE_H_

#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/event_log.h"
#include "base/ids.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/directory.h"
#include "emulator/identity/jwt.h"
#include "emulator/identity/signing_key.h"
#include "emulator/identity/token_issuer.h"
#include "emulator/identity/well_known.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {

inline constexpr absl::string_view kSceneIdentity =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.ManagedIdentity/userAssignedIdentities/id1";
inline constexpr absl::string_view kSceneAccount =
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g/providers/"
    "Microsoft.Batch/batchAccounts/account1";

// The administrator, the service principal "app1" with the secret "app1-secret", the user-assigned
// identity id1 and the system-assigned identity of the account account1, all of the default tenant;
// a second tenant with the service principal "guest".
struct EntraTestScene {
  EntraTestScene() {
    app = directory.CreateServicePrincipal(Spec("", "app1", "app1-secret"))->principal;
    second_tenant = directory.CreateTenant("", "Second")->tenant_id;
    guest =
        directory.CreateServicePrincipal(Spec(second_tenant, "guest", "guest-secret"))->principal;
    identity = *directory.CreateUserAssigned(kSceneIdentity, kDefaultTenantId);
    account = directory.FindByObjectId(
        directory.CreateSystemAssigned(kSceneAccount, kDefaultTenantId)->principal_id);
  }

  static ServicePrincipalSpec Spec(absl::string_view tenant, absl::string_view name,
                                   absl::string_view secret) {
    return {.tenant_id = std::string(tenant),
            .display_name = std::string(name),
            .app_id = "",
            .object_id = "",
            .client_secret = std::string(secret)};
  }

  ManualClock clock{absl::FromUnixSeconds(1'700'000'000)};
  EventLog events{100};
  Directory directory{IdDeriver(1), &clock, &events};
  std::unique_ptr<SigningKey> key = *SigningKey::Generate();
  TokenIssuer issuer{key.get(), &clock};
  std::string second_tenant;
  Principal::Ptr app;
  Principal::Ptr guest;
  Principal::Ptr identity;
  Principal::Ptr account;
};

// What came back; `json` is null when the body is none.
struct EntraTestAnswer {
  HttpResponse response;
  boost::json::value json;

  int status() const { return response.status; }
  // The text of a member, or its JSON; "(none)" when there is none.
  std::string Get(absl::string_view name) const {
    const boost::json::object* const object = json.if_object();
    const boost::json::value* const value =
        object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
    if (value == nullptr) return "(none)";
    if (value->is_string()) return std::string(value->as_string().c_str());
    return boost::json::serialize(*value);
  }
};

// Sends a request that has an answer at once.
inline EntraTestAnswer Send(HttpHandler* handler, HttpRequest request) {
  EntraTestAnswer answer;
  int answers = 0;
  handler->Handle(std::move(request), [&](HttpResponse response) {
    answer.response = std::move(response);
    ++answers;
  });
  EXPECT_EQ(answers, 1);
  boost::json::error_code error;
  answer.json = boost::json::parse(answer.response.body, error);
  return answer;
}

inline HttpRequest MakeRequest(absl::string_view method, absl::string_view authority,
                               absl::string_view target, absl::string_view body = "") {
  HttpRequest request;
  request.method = std::string(method);
  request.authority = std::string(authority);
  request.target = std::string(target);
  request.is_tls = true;
  request.client_address = "127.0.0.1";
  request.body = std::string(body);
  return request;
}

// The claims of a token that `key` signed; nullopt for any other text.
inline std::optional<AccessTokenClaims> ClaimsOf(const SigningKey& key, const std::string& token) {
  const std::optional<JwtParts> parts = SplitJwt(token);
  if (!parts || !key.Verify(parts->signing_input, parts->signature)) return std::nullopt;
  return ParseClaims(parts->payload);
}

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_ENTRA_ENTRA_TEST_SCENE_H_
