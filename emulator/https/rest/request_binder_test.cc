#include "emulator/https/rest/request_binder.h"

#include <string>

#include "absl/status/status.h"
#include "base/call_context.h"
#include "base/status_matchers.h"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_headers.h"
#include "gtest/gtest.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/batch_pools.pb.h"
#include "proto/keys.pb.h"

namespace lazuli::emulator {
namespace {

struct Services {
  template <typename Request, typename Response>
  absl::Status Serve(const CallContext&, const Request&, Response*) {
    return absl::OkStatus();
  }
};

class RequestBinderTest : public ::testing::Test {
 protected:
  RequestBinderTest() {
    registry_.Add("lazuli.v1.Keys/CreateKey", &services_,
                  &Services::Serve<v1::CreateKeyRequest, v1::KeyBundle>);
    registry_.Add("lazuli.v1.Keys/GetKeys", &services_,
                  &Services::Serve<v1::GetKeysRequest, v1::KeyListResult>);
    registry_.Add("lazuli.v1.Keys/Sign", &services_,
                  &Services::Serve<v1::KeySignParameters, v1::KeyOperationResult>);
    registry_.Add("lazuli.v1.Jobs/AddJob", &services_,
                  &Services::Serve<v1::AddJobRequest, v1::ObjectRevision>);
    registry_.Add("lazuli.v1.Jobs/TerminateJob", &services_,
                  &Services::Serve<v1::TerminateJobRequest, v1::ObjectRevision>);
    registry_.Add("lazuli.v1.BatchAccounts/UpdateBatchAccount", &services_,
                  &Services::Serve<v1::UpdateBatchAccountRequest, v1::BatchAccount>);
  }

  template <typename Request>
  absl::StatusOr<Request> Bind(v1::Plane plane, const std::string& verb,
                               const std::string& authority, const std::string& target,
                               const std::string& body = "", const HttpHeaders& headers = {}) {
    Exchange exchange;
    exchange.http.headers = headers;
    exchange.plane = plane;
    exchange.verb = verb;
    exchange.http.authority = authority;
    exchange.http.body = body;
    exchange.host = ParseHostName(authority);
    exchange.target = *ParseHttpTarget(target);
    const absl::StatusOr<RouteTable> table = RouteTable::Build(registry_);
    if (!table.ok()) return table.status();
    const RouteTable::Match match = table->Find(plane, verb, exchange.target.segments);
    if (match.route == nullptr) return absl::NotFoundError("no route");
    Request request;
    absl::Status status = BindRequest(exchange, match, &request);
    if (!status.ok()) return status;
    return request;
  }
  absl::StatusOr<v1::CreateKeyRequest> Create(const std::string& body) {
    return Bind<v1::CreateKeyRequest>(v1::PLANE_KEY_VAULT_DATA, "POST", "kv.vault.azure.net",
                                      "/keys/k/create", body);
  }

  Services services_;
  MethodRegistry registry_;
};

TEST_F(RequestBinderTest, PathAndHostOverrideTheBody) {
  const auto request = Create(R"({"kty":"RSA","keyName":"other","vaultName":"other"})");
  LAZULI_ASSERT_OK(request);
  EXPECT_EQ(request->kty(), v1::JSON_WEB_KEY_TYPE_RSA);
  EXPECT_EQ(request->key_name(), "k");
  EXPECT_EQ(request->vault_name(), "kv");
  const auto sign = Bind<v1::KeySignParameters>(v1::PLANE_KEY_VAULT_DATA, "POST",
                                                "kv.vault.azure.net", "/keys/k//sign",
                                                R"({"alg":"RS256","value":"AA","keyVersion":"x"})");
  LAZULI_ASSERT_OK(sign);
  EXPECT_FALSE(sign->has_key_version());
}

TEST_F(RequestBinderTest, AnEmptyBodySaysNothing) {
  for (const std::string body : {"", " \r\n", "\xEF\xBB\xBF", "{}"}) {
    const auto request = Create(body);
    LAZULI_ASSERT_OK(request);
    EXPECT_FALSE(request->has_kty());
    EXPECT_EQ(request->key_name(), "k");
  }
}

TEST_F(RequestBinderTest, NullStandsForAbsence) {
  const auto request = Create("\xEF\xBB\xBF{\"kty\":\"EC\",\"attributes\":null,\"key_ops\":null}");
  LAZULI_ASSERT_OK(request);
  EXPECT_FALSE(request->has_attributes());
  EXPECT_FALSE(request->has_key_ops());
}

TEST_F(RequestBinderTest, BrokenBodiesAreToldInThePlanesWords) {
  EXPECT_THAT(Create("{"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Create(R"({"kty":"none"})"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT(Create(R"({"key_size":"2048"})"), ErrorCodeIs("BadParameter"));
  EXPECT_THAT((Bind<v1::AddJobRequest>(v1::PLANE_BATCH_DATA, "POST", "a.r.batch.azure.com", "/jobs",
                                       "[1]")),
              ErrorCodeIs("InvalidRequestBody"));
  EXPECT_THAT((Bind<v1::UpdateBatchAccountRequest>(
                  v1::PLANE_RESOURCE_MANAGER, "PATCH", "management.azure.com",
                  "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a",
                  "nonsense")),
              ErrorCodeIs("InvalidRequestContent"));
}

TEST_F(RequestBinderTest, TheQueryFillsWhatIsLeft) {
  const auto list = [&](const std::string& query) {
    return Bind<v1::GetKeysRequest>(v1::PLANE_KEY_VAULT_DATA, "GET", "kv.vault.azure.net",
                                    "/keys?" + query);
  };
  const auto request = list("MaxResults=5&%24skiptoken=a%2Bb&maxresults=6&unknown=1&vaultName=x");
  LAZULI_ASSERT_OK(request);
  EXPECT_EQ(request->maxresults(), 5);
  EXPECT_EQ(request->skip_token(), "a+b");
  EXPECT_EQ(request->vault_name(), "kv");
  LAZULI_ASSERT_OK(list("maxresults="));
  for (const char* value : {"x", "1.5", "99999999999", "1%202", "%22", "%FF"}) {
    EXPECT_THAT(list(std::string("maxresults=") + value), ErrorCodeIs("BadParameter")) << value;
  }
}

TEST_F(RequestBinderTest, AFilterThatNobodyAppliesIsRefused) {
  EXPECT_THAT((Bind<v1::GetKeysRequest>(v1::PLANE_KEY_VAULT_DATA, "GET", "kv.vault.azure.net",
                                        "/keys?$filter=x")),
              ErrorCodeIs("NotImplemented"));
}

TEST_F(RequestBinderTest, AnAccountIsNamedByItsEndpoint) {
  const auto request =
      Bind<v1::AddJobRequest>(v1::PLANE_BATCH_DATA, "POST", "a.westus2.batch.localhost:8443",
                              "/jobs", R"({"id":"j","poolInfo":{"poolId":"p"}})");
  LAZULI_ASSERT_OK(request);
  EXPECT_EQ(request->account(), "a.westus2.batch.azure.com");
  EXPECT_EQ(request->job().id(), "j");
}

TEST_F(RequestBinderTest, ConditionsComeFromHeadersAlone) {
  const auto terminate = [&](const HttpHeaders& headers) {
    return Bind<v1::TerminateJobRequest>(
        v1::PLANE_BATCH_DATA, "POST", "a.r.batch.azure.com", "/jobs/j/terminate?If-Match=query",
        R"({"terminateReason":"enough","If-Match":"body"})", headers);
  };
  HttpHeaders headers;
  headers.Set("if-match", "0x8D");
  headers.Set("If-None-Match", "");
  const auto request = terminate(headers);
  LAZULI_ASSERT_OK(request);
  EXPECT_EQ(request->if_match(), "0x8D");
  EXPECT_FALSE(request->has_if_none_match());
  EXPECT_EQ(request->terminate_reason(), "enough");
  EXPECT_FALSE(terminate({})->has_if_match());
  headers.Set("If-Match", "\xFF");
  EXPECT_THAT(terminate(headers), ErrorCodeIs("InvalidHeaderValue"));
}

TEST_F(RequestBinderTest, UrlsGetAzuresNames) {
  const auto request = Bind<v1::UpdateBatchAccountRequest>(
      v1::PLANE_RESOURCE_MANAGER, "PATCH", "localhost:8443",
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Batch/batchAccounts/a",
      R"({"properties":{"encryption":{"keyVaultProperties":{"keyIdentifier":)"
      R"("https://kv.vault.localhost:8443/keys/k"}}}})");
  LAZULI_ASSERT_OK(request);
  EXPECT_EQ(request->parameters().properties().encryption().key_vault_properties().key_identifier(),
            "https://kv.vault.azure.net/keys/k");
}

}  // namespace
}  // namespace lazuli::emulator
