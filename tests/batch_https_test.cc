// The Batch data plane as clients reach it with the account's shared keys: who may call, what comes
// back, and what is left of it without the customer's key.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/real_time.h"
#include "base/secure_bytes.h"
#include "batch/shared_key_mac.h"
#include "emulator/https/batch_auth/string_to_sign.h"
#include "emulator/https/message/http_target.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/http_face.h"
#include "tests/support/rest_answers.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kArmHost[] = "management.azure.com";
constexpr char kVaultHost[] = "kv1.vault.azure.net";
constexpr char kBatchHost[] = "acc1.westus2.batch.azure.com";
constexpr char kVersion[] = "api-version=2022-10-01.16.0";
constexpr char kGroup[] = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";
constexpr char kPool[] =
    R"({"id":"p1","vmSize":"standard_d2s_v3","targetDedicatedNodes":1,"virtualMachineConfiguration":)"
    R"({"imageReference":{"offer":"ubuntu"},"nodeAgentSKUId":"batch.node.ubuntu 22.04"}})";

class BatchHttpsTest : public ::testing::Test {
 protected:
  BatchHttpsTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    Expect(201, face_.Send("PUT", kArmHost, absl::StrCat(kGroup, "?api-version=2021-04-01"),
                           R"({"location":"westus2"})"));
    MakeAccount("acc1");
    key_ = KeyOf("acc1");
  }

  static std::string AccountPath(const std::string& name, const std::string& suffix = "") {
    return absl::StrCat(kGroup, "/providers/Microsoft.Batch/batchAccounts/", name, suffix,
                        "?api-version=2022-10-01");
  }
  void MakeAccount(const std::string& name) {
    Expect(202, face_.Send("PUT", kArmHost, AccountPath(name),
                           R"({"location":"westus2","identity":{"type":"SystemAssigned"}})"));
  }
  HttpResponse PatchAccount(const std::string& properties) {
    return face_.Send("PATCH", kArmHost, AccountPath("acc1"),
                      absl::StrCat(R"({"properties":)", properties, "}"));
  }
  std::string KeyOf(const std::string& name) {
    return Text(Expect(200, face_.Send("POST", kArmHost, AccountPath(name, "/listKeys"), "")),
                "primary");
  }

  static HttpRequest Request(const std::string& method, const std::string& path,
                             const std::string& body = "") {
    HttpRequest request =
        MakeHttpRequest(method, kBatchHost, absl::StrCat(path, "?", kVersion, "&timeout=30"));
    request.headers.Set(
        "ocp-date", absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", RealNow(), absl::UTCTimeZone()));
    request.body = body;
    if (!body.empty()) {
      request.headers.Set("Content-Type", "application/json; odata=minimalmetadata; charset=utf-8");
      request.headers.Set("Content-Length", absl::StrCat(body.size()));
    }
    return request;
  }
  static HttpRequest Signed(HttpRequest request, const std::string& key,
                            const std::string& name = "acc1") {
    const std::string text = StringsToSign(request, *ParseHttpTarget(request.target), name)[0];
    const std::string mac =
        batch::SharedKeyMac(SecureBytes(absl::string_view(*Base64Decode(key))), text);
    request.headers.Set("Authorization", absl::StrCat("SharedKey ", name, ":", Base64Encode(mac)));
    return request;
  }
  HttpResponse Ask(const std::string& method, const std::string& path,
                   const std::string& body = "") {
    return face_.Ask(Signed(Request(method, path, body), key_));
  }
  HttpResponse AskIf(const std::string& method, const std::string& path, const std::string& header,
                     const std::string& value, const std::string& body = "") {
    HttpRequest request = Request(method, path, body);
    request.headers.Set(header, value);
    return face_.Ask(Signed(std::move(request), key_));
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
  std::string key_;
};

TEST_F(BatchHttpsTest, TheSharedKeyMayDoEverythingToItsOwnAccountOnly) {
  const HttpResponse added = Expect(201, Ask("POST", "/pools", kPool));
  EXPECT_EQ(added.body, "");
  EXPECT_EQ(added.headers.Get("Location"), absl::StrCat("https://", kBatchHost, "/pools/p1"));
  const HttpResponse pool = Expect(200, Ask("GET", "/pools/p1"));
  EXPECT_EQ(added.headers.Get("ETag"), Text(pool, "eTag"));
  EXPECT_EQ(Text(pool, "state"), "active");
  Expect(201, Ask("POST", "/jobs", R"({"id":"j1","poolInfo":{"poolId":"p1"}})"));
  Expect(201, Ask("POST", "/jobs/j1/tasks", R"({"id":"t1","commandLine":"sleep 9"})"));
  EXPECT_EQ(Text(Expect(200, Ask("GET", "/jobs/j1/taskcounts")), "taskCounts/active"), "1");
  // The same name in another region is another account, and another account's key signs nothing.
  MakeAccount("acc2");
  const HttpResponse refused =
      Expect(403, face_.Ask(Signed(Request("GET", "/pools"), KeyOf("acc2"))));
  EXPECT_EQ(Text(refused, "code"), "AuthenticationFailed");
  EXPECT_THAT(Text(refused, "values/0/value"), StartsWith("The MAC signature found"));
  Expect(403, face_.Ask(Signed(Request("GET", "/pools"), KeyOf("acc2"), "acc2")));
  HttpRequest elsewhere = Request("GET", "/pools");
  elsewhere.authority = "acc1.eastus.batch.azure.com";
  EXPECT_EQ(Text(Expect(404, face_.Ask(Signed(std::move(elsewhere), key_))), "code"),
            "ResourceNotFound");
}

TEST_F(BatchHttpsTest, ASharedKeyMeansNothingToOtherPlanes) {
  for (const char* host : {kArmHost, kVaultHost}) {
    HttpRequest request = Request("GET", "/subscriptions");
    request.authority = host;
    Expect(401, face_.Ask(Signed(std::move(request), key_)));
  }
}

TEST_F(BatchHttpsTest, AuthenticationComesBeforeEverythingElse) {
  for (const char* path : {"/pools", "/nowhere", "/jobs/j/tasks/t/files", "/pools/p/../x"}) {
    HttpRequest request = Request("GET", path);
    request.target = path;  // not even a version
    EXPECT_EQ(Text(Expect(403, face_.Ask(request)), "code"), "AuthenticationFailed") << path;
  }
  Expect(404, Ask("GET", "/nowhere"));
  EXPECT_EQ(Text(Expect(501, Ask("GET", "/jobs/j/tasks/t/files")), "code"), "NotImplemented");
}

TEST_F(BatchHttpsTest, ConditionsAreHeldTo) {
  Expect(201, Ask("POST", "/pools", kPool));
  const std::string tag = Text(Ask("GET", "/pools/p1"), "eTag");
  const HttpResponse unchanged = Expect(304, AskIf("GET", "/pools/p1", "If-None-Match", tag));
  EXPECT_EQ(unchanged.body, "");
  const HttpResponse stale =
      Expect(412, AskIf("PATCH", "/pools/p1", "If-Match", "0x1", R"({"metadata":[]})"));
  EXPECT_EQ(Text(stale, "code"), "ConditionNotMet");
  const HttpResponse patched =
      Expect(200, AskIf("PATCH", "/pools/p1", "If-Match", tag, R"({"metadata":[]})"));
  EXPECT_NE(patched.headers.Get("ETag"), tag);
  Expect(412, AskIf("DELETE", "/pools/p1", "If-Match", tag));
  Expect(200, Ask("HEAD", "/pools/p1"));
  Expect(404, Ask("HEAD", "/pools/p2"));
}

TEST_F(BatchHttpsTest, AuthenticationModesAreHeldTo) {
  Expect(200, PatchAccount(R"({"allowedAuthenticationModes":["AAD"]})"));
  const HttpResponse refused = Expect(403, Ask("GET", "/pools"));
  EXPECT_EQ(Text(refused, "values/0/value"),
            "The specified type of authentication SharedKey is not allowed for this account.");
  Expect(409, face_.Send("POST", kArmHost, AccountPath("acc1", "/listKeys"), ""));
  Expect(409, face_.Send("POST", kArmHost, AccountPath("acc1", "/regenerateKeys"),
                         R"({"keyName":"Primary"})"));
  const std::string pools = absl::StrCat("/pools?", kVersion);
  Expect(200, face_.Get(kBatchHost, pools));
  Expect(200, PatchAccount(R"({"allowedAuthenticationModes":["SharedKey"]})"));
  Expect(200, Ask("GET", "/pools"));
  EXPECT_THAT(Text(Expect(403, face_.Get(kBatchHost, pools)), "values/0/value"),
              HasSubstr("authentication AAD is not allowed"));
}

TEST_F(BatchHttpsTest, WithoutTheCustomersKeyNothingIsDone) {
  const std::string vault =
      absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/kv1?api-version=2022-07-01");
  const std::string principal =
      Text(face_.Get(kArmHost, AccountPath("acc1")), "identity/principalId");
  Expect(200,
         face_.Send("PUT", kArmHost, vault,
                    absl::StrReplaceAll(
                        R"({"location":"westus2","properties":{"tenantId":"$T","sku":{
                             "family":"A","name":"standard"},"enablePurgeProtection":true,
                             "accessPolicies":[{"tenantId":"$T","objectId":"$O","permissions":{
                             "keys":["all"]}},{"tenantId":"$T","objectId":"$P","permissions":{
                             "keys":["get","wrapKey","unwrapKey"]}}]}})",
                        {{"$T", kDefaultTenantId}, {"$O", kAdminObjectId}, {"$P", principal}})));
  const std::string kid = Text(
      Expect(200,
             face_.Send("POST", kVaultHost, "/keys/k1/create?api-version=7.4", R"({"kty":"RSA"})")),
      "key/kid");
  Expect(200, PatchAccount(absl::StrCat(
                  R"({"encryption":{"keySource":"Microsoft.KeyVault","keyVaultProperties":)",
                  R"({"keyIdentifier":")", kid, R"("}}})")));
  Expect(201, Ask("POST", "/pools", kPool));
  Expect(200, face_.Send("PATCH", kVaultHost, "/keys/k1/?api-version=7.4",
                         R"({"attributes":{"enabled":false}})"));
  for (const char* path : {"/pools", "/pools/p1", "/jobs", "/supportedimages", "/nodecounts",
                           "/applications", "/certificates", "/jobschedules"}) {
    const HttpResponse refused = Expect(403, Ask("GET", path));
    EXPECT_EQ(Text(refused, "code"), "AccountIsDisabled") << path;
    EXPECT_THAT(Text(refused, "values/0/value"), HasSubstr("KeyDisabled"));
    EXPECT_THAT(Text(refused, "message/value"), StartsWith("The specified account is disabled."));
  }
  Expect(403, Ask("DELETE", "/pools/p1"));
  // Who calls is still told apart.
  Expect(403, face_.Ask(Signed(Request("GET", "/pools"), Base64Encode(std::string(64, 'x')))));
}

}  // namespace
}  // namespace lazuli::emulator
