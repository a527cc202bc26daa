// Every refusal of Key Vault's data plane that its documentation and recorded traffic tell of, over
// both faces: code, inner code and message, and which comes first when several things are wrong.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "tests/support/test_server.h"
#include "tests/support/two_faces.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;

// Virtual time is 2026-01-01.
constexpr char kPast[] = "seconds: 1700000000";
constexpr char kFuture[] = "seconds: 1900000000";
constexpr char kDigest[] = "01234567890123456789012345678901";

struct Row {
  const char* as;
  const char* method;
  std::string request;
  const char* outcome;
  const char* message;  // a part of it
};

// What gRPC says, which tells besides why a caller is nobody.
std::string OverGrpc(const Row& row) {
  const bool is_nobody = absl::string_view(row.as) == "nobody";
  return absl::StrCat(row.outcome, is_nobody ? "/MissingToken" : "");
}

class RefusalsTest : public testing::Test {
 protected:
  RefusalsTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        faces_((emulator_->Start(), emulator_.get())) {
    reader_ = faces_.AddPrincipal("reader");
    faces_.AddPrincipal("stranger");
    faces_.Do("ResourceGroups/CreateOrUpdateResourceGroup",
              absl::StrCat(Ids(), "parameters { location: 'westus2' }"));
    PutVault("kv1", "enable_purge_protection: true");
    PutVault("rbac1", "enable_rbac_authorization: true");
    PutVault("wall1", "network_acls { default_action: 'Deny' bypass: 'AzureServices' }");
    PutVault("closed1", "public_network_access: 'Disabled'");
    CreateKey("rsa", "kty: JSON_WEB_KEY_TYPE_RSA");
    CreateKey("ec", "kty: JSON_WEB_KEY_TYPE_EC crv: JSON_WEB_KEY_CURVE_NAME_P256K");
    CreateKey("off", "kty: JSON_WEB_KEY_TYPE_EC attributes { enabled: false }");
    CreateKey("early",
              absl::StrCat("kty: JSON_WEB_KEY_TYPE_EC attributes { nbf { ", kFuture, " } }"));
    CreateKey("late", absl::StrCat("kty: JSON_WEB_KEY_TYPE_EC attributes { exp { ", kPast, " } }"));
    CreateKey("off-late", absl::StrCat("kty: JSON_WEB_KEY_TYPE_EC key_ops { values: "
                                       "JSON_WEB_KEY_OPERATION_VERIFY } attributes { enabled: "
                                       "false exp { ",
                                       kPast, " } }"));
    CreateKey("late-verify", absl::StrCat("kty: JSON_WEB_KEY_TYPE_EC key_ops { values: "
                                          "JSON_WEB_KEY_OPERATION_VERIFY } attributes { exp { ",
                                          kPast, " } }"));
    CreateKey("verify",
              "kty: JSON_WEB_KEY_TYPE_EC key_ops { values: JSON_WEB_KEY_OPERATION_VERIFY }");
    CreateKey("gone", "kty: JSON_WEB_KEY_TYPE_EC");
    faces_.Do("Keys/DeleteKey", "vault_name: 'kv1' key_name: 'gone'");
  }

  static std::string Ids() {
    return absl::StrCat("subscription_id: '", kDefaultSubscriptionId,
                        "' resource_group_name: 'g' ");
  }

  // The administrator may do everything in it, the reader may get keys.
  void PutVault(const std::string& name, const std::string& properties,
                const std::string& sku = "standard") {
    faces_.Do("Vaults/CreateOrUpdateVault",
              absl::Substitute(
                  "$0 vault_name: '$1' parameters { location: 'westus2' properties { tenant_id: "
                  "'$2' sku { family: 'A' name: '$6' } access_policies { values { tenant_id: "
                  "'$2' object_id: '$3' permissions { keys: 'all' keys: 'purge' keys: 'release' } "
                  "} values { "
                  "tenant_id: '$2' object_id: '$4' permissions { keys: 'get' } } } $5 } }",
                  Ids(), name, std::string(kDefaultTenantId), std::string(kAdminObjectId), reader_,
                  properties, sku));
  }
  void CreateKey(const std::string& name, const std::string& rest) {
    faces_.Do("Keys/CreateKey", absl::StrCat("vault_name: 'kv1' key_name: '", name, "' ", rest));
  }

  // Both faces answer as the row says, and with the same words.
  void ExpectAlike(const Row& row) {
    SCOPED_TRACE(absl::StrCat(row.as, " ", row.method, " ", row.request));
    const Outcome https = faces_.OverHttps(row.method, row.request, row.as);
    EXPECT_EQ(https.Short(), row.outcome);
    EXPECT_THAT(https.message, HasSubstr(row.message));
    const Outcome grpc = faces_.OverGrpc(row.method, row.request, row.as);
    EXPECT_EQ(grpc.Short(), OverGrpc(row));
    EXPECT_EQ(grpc.message, https.message);
  }

  std::unique_ptr<Emulator> emulator_;
  TwoFaces faces_;
  std::string reader_;
};

std::string Of(const char* vault, const char* key, const std::string& rest = "") {
  return absl::StrCat("vault_name: '", vault, "' key_name: '", key, "' ", rest);
}

std::string Sign(const char* key, const char* alg = "ES256", const char* digest = kDigest) {
  return Of("kv1", key,
            absl::StrCat("alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_", alg, " value: '", digest, "'"));
}

std::vector<Row> Rows() {
  constexpr char kHex[] = "key_version: '00000000000000000000000000000000'";
  return {
      // Who calls.
      {"nobody", "Keys/GetKey", Of("kv1", "rsa"), "401 Unauthorized",
       "AKV10000: Request is missing a Bearer or PoP token."},
      // What policies and roles allow.
      {"stranger", "Keys/GetKey", Of("kv1", "rsa"), "403 Forbidden/AccessDenied",
       "does not have keys get permission on key vault 'kv1;location=westus2'. For help resolving "
       "this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287"},
      {"reader", "Keys/DeleteKey", Of("kv1", "rsa"), "403 Forbidden/ForbiddenByPolicy",
       "does not have keys delete permission on key vault 'kv1;location=westus2'."},
      {"", "Keys/GetKey", Of("rbac1", "k"), "403 Forbidden/ForbiddenByRbac",
       "Action: 'Microsoft.KeyVault/vaults/keys/read'\r\nResource: "
       "'/subscriptions/22222222-2222-2222-2222-222222222222/resourcegroups/g/providers/"
       "microsoft.keyvault/vaults/rbac1/keys/k'\r\nAssignment: (not found)\r\n"
       "DenyAssignmentId: null\r\nDecisionReason: null \r\nVault: rbac1;location=westus2\r\n"},
      // Networks.
      {"", "Keys/GetKey", Of("wall1", "k"), "403 Forbidden/ForbiddenByFirewall",
       "Client address is not authorized and caller is not a trusted service.\r\nClient address: "
       "127.0.0.1\r\nCaller: appid="},
      {"", "Keys/GetKey", Of("closed1", "k"), "403 Forbidden/ForbiddenByConnection",
       "Public network access is disabled and request is not from a trusted service nor via an "
       "approved private link.\r\nCaller: appid="},
      // Attributes.
      {"", "Keys/Sign", Sign("off"), "403 Forbidden/KeyDisabled",
       "Operation sign is not allowed on a disabled key."},
      {"", "Keys/Sign", Sign("early"), "403 Forbidden/KeyNotYetValid",
       "Operation sign is not allowed on a key that is not yet valid."},
      {"", "Keys/Sign", Sign("late"), "403 Forbidden/KeyExpired",
       "Operation sign is not allowed on an expired key."},
      {"", "Keys/Sign", Sign("verify"), "403 Forbidden/KeyOperationForbidden",
       "Operation sign is not permitted on this key."},
      {"", "Keys/GetKey", Of("kv1", "off"), "200", ""},
      {"", "Keys/GetKey", Of("kv1", "late"), "200", ""},
      // What is not there, or deleted.
      {"", "Keys/GetKey", Of("kv1", "none"), "404 KeyNotFound",
       "A key with (name/id) none was not found in this key vault. If you recently deleted this "
       "key you may be able to recover it using the correct recovery command. For help resolving "
       "this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182"},
      {"", "Keys/GetKey", Of("kv1", "rsa", kHex), "404 KeyNotFound",
       "A key with (name/id) rsa/00000000000000000000000000000000 was not found"},
      {"", "Keys/GetKey", Of("kv1", "gone"), "404 KeyNotFound", "(name/id) gone was not found"},
      {"", "Keys/DeleteKey", Of("kv1", "gone"), "404 KeyNotFound", "(name/id) gone was not found"},
      {"", "Keys/GetDeletedKey", Of("kv1", "rsa"), "404 KeyNotFound", "Deleted Key not found: rsa"},
      {"", "Keys/RecoverDeletedKey", Of("kv1", "none"), "404 KeyNotFound",
       "A key with (name/id) none was not found"},
      {"", "Keys/RecoverDeletedKey", Of("kv1", "rsa"),
       "400 MethodNotAllowed/RequestNotAllowedOnNonDeletedObject", "Key exists already: rsa"},
      {"", "Keys/CreateKey", Of("kv1", "gone", "kty: JSON_WEB_KEY_TYPE_EC"),
       "409 Conflict/ObjectIsDeletedButRecoverable",
       "Key gone is currently in a deleted but recoverable state, and its name cannot be reused; "
       "in this state, the key can only be recovered or purged."},
      {"", "Keys/PurgeDeletedKey", Of("kv1", "gone"), "403 Forbidden",
       "Operation \"purge\" is not allowed because purge protection is enabled for this vault. Key "
       "Vault service will automatically purge it after the retention period has passed."},
      // Parameters.
      {"", "Keys/CreateKey", Of("kv1", "new", "kty: JSON_WEB_KEY_TYPE_OCT"),
       "400 BadParameter/KeyTypeNotSupported", "Invalid kty value: oct"},
      {"", "Keys/CreateKey", Of("kv1", "new", "kty: JSON_WEB_KEY_TYPE_RSA_HSM"), "400 BadParameter",
       "Hardware key operation not allowed on standard vault"},
      {"", "Keys/CreateKey", Of("kv1", "new", "kty: JSON_WEB_KEY_TYPE_RSA key_size: 1024"),
       "400 BadParameter", "Unsupported key size: 1024."},
      {"", "Keys/CreateKey", Of("kv1", "a_b", "kty: JSON_WEB_KEY_TYPE_EC"), "400 BadParameter",
       "The request URI contains an invalid name: a_b"},
      {"", "Keys/GetKey", Of("kv1", "rsa", "key_version: 'latest'"), "400 BadParameter",
       "Method GET does not allow operation 'latest'"},
      {"", "Keys/Sign", Sign("ec", "ES256K", "1"), "400 BadParameter",
       "Invalid length of 'value': 1 bytes. ES256K requires 32 bytes, encoded with base64url."},
      {"", "Keys/Sign", Sign("ec", "ES256"), "400 BadParameter",
       "uses curve 'P-256K', and algorithm 'ES256' can only be used with curve 'P-256'."},
      {"", "Keys/Decrypt",
       Of("kv1", "rsa",
          "alg: JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256 value: 'no ciphertext'"),
       "400 BadParameter", "The parameter is incorrect.\r\n"},
  };
}

TEST_F(RefusalsTest, EachIsToldAlikeOverBothFaces) {
  for (const Row& row : Rows()) ExpectAlike(row);
}

// Shows: Keys/ReleaseKey
TEST_F(RefusalsTest, AReleaseIsRefusedForTheKeyForWhatIsAskedAndForWhoAsks) {
  constexpr char kPolicy[] = R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.example",)"
                             R"("allOf":[{"claim":"tee","equals":"sevsnpvm"}]}]})";
  PutVault("hsm1", "", "premium");
  for (const std::string key : {"secret", "off-secret"}) {
    faces_.Do(
        "Keys/CreateKey",
        Of("hsm1", key.c_str(),
           absl::StrCat("kty: JSON_WEB_KEY_TYPE_EC_HSM attributes { exportable: true enabled: ",
                        key == "secret" ? "true" : "false", " } release_policy { data: '",
                        absl::CEscape(kPolicy), "' }")));
  }
  faces_.Do("Keys/CreateKey", Of("hsm1", "plain", "kty: JSON_WEB_KEY_TYPE_EC_HSM"));
  const auto attest = [this](const std::string& authority, const std::string& claims) {
    const auto answer =
        faces_.Ask("Attestations/IssueAttestation",
                   absl::StrCat("authority: '", authority, "' claims: '", claims, "'"));
    const auto* const token = answer->GetDescriptor()->FindFieldByName("token");
    return absl::StrCat("target: '", answer->GetReflection()->GetString(*answer, token), "' ");
  };
  const std::string good = attest("https://attest.example", R"({"tee":"sevsnpvm"})");
  const Row rows[] = {
      {"reader", "Keys/ReleaseKey", Of("hsm1", "secret", good), "403 Forbidden/ForbiddenByPolicy",
       "does not have keys release permission on key vault 'hsm1;location=westus2'."},
      {"", "Keys/ReleaseKey", Of("hsm1", "none", good), "404 KeyNotFound", "(name/id) none"},
      {"", "Keys/ReleaseKey", Of("hsm1", "off-secret", good), "403 Forbidden/KeyDisabled",
       "Operation release is not allowed on a disabled key."},
      {"", "Keys/ReleaseKey", Of("hsm1", "plain", good), "400 BadParameter",
       "The key is not exportable, and so it cannot be released."},
      {"", "Keys/ReleaseKey", Of("hsm1", "secret"), "400 BadParameter", "target"},
      {"", "Keys/ReleaseKey", Of("hsm1", "secret", "target: 'no token'"), "400 BadParameter",
       "The target is no attestation that a key can be released to: "},
      {"", "Keys/ReleaseKey", Of("hsm1", "secret", absl::StrCat(good, "enc: 'none'")),
       "400 BadParameter", "Property enc has invalid value\r\nIt is none of the known values."},
      {"", "Keys/ReleaseKey",
       Of("hsm1", "secret", absl::StrCat(good, "nonce: '", std::string(10'000, 'n'), "'")),
       "400 BadParameter", "Property nonce has invalid value\r\nIt has at most "},
      {"", "Keys/ReleaseKey",
       Of("hsm1", "secret", attest("https://attest.example", R"({"tee":"none"})")), "403 Forbidden",
       "The key cannot be released: "},
      {"", "Keys/ReleaseKey", Of("hsm1", "secret", attest("https://attest.example", "{}")),
       "403 Forbidden", "'tee' is missing"},
      {"", "Keys/ReleaseKey",
       Of("hsm1", "secret", attest("https://other.example", R"({"tee":"sevsnpvm"})")),
       "403 Forbidden", "https://other.example"},
      {"", "Keys/ReleaseKey", Of("hsm1", "secret", good), "200", ""},
  };
  for (const Row& row : rows) ExpectAlike(row);
}

TEST_F(RefusalsTest, OfTwoThingsThatAreWrongTheEarlierIsTold) {
  const std::string lacks = "alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256";
  const Row rows[] = {
      // No token, and no required field.
      {"nobody", "Keys/Sign", Of("kv1", "rsa"), "401 Unauthorized", "AKV10000"},
      // The network, and no required field; and a name that is none; and no permission.
      {"", "Keys/Sign", Of("wall1", "rsa", lacks), "403 Forbidden/ForbiddenByFirewall", ""},
      {"", "Keys/GetKey", Of("wall1", "a_b"), "403 Forbidden/ForbiddenByFirewall", ""},
      {"stranger", "Keys/GetKey", Of("closed1", "a"), "403 Forbidden/ForbiddenByConnection", ""},
      // No required field, or a name or version that is none; and no permission.
      {"stranger", "Keys/Sign", Of("kv1", "rsa", lacks), "400 BadParameter", ""},
      {"stranger", "Keys/GetKey", Of("kv1", "a_b"), "400 BadParameter", "invalid name: a_b"},
      {"stranger", "Keys/GetKey", Of("kv1", "rsa", "key_version: 'latest'"), "400 BadParameter",
       "does not allow operation 'latest'"},
      // No permission; and no key, a disabled key, a parameter.
      {"stranger", "Keys/GetKey", Of("kv1", "none"), "403 Forbidden/AccessDenied", ""},
      {"reader", "Keys/Sign", Sign("none"), "403 Forbidden/ForbiddenByPolicy", ""},
      {"reader", "Keys/Sign", Sign("off"), "403 Forbidden/ForbiddenByPolicy", ""},
      {"reader", "Keys/CreateKey", Of("kv1", "gone", "kty: JSON_WEB_KEY_TYPE_OCT"),
       "403 Forbidden/ForbiddenByPolicy", ""},
      // No key, and a digest that is none.
      {"", "Keys/Sign", Sign("none", "ES256", "1"), "404 KeyNotFound", ""},
      // Disabled, expired, and without the operation; expired, and without the operation.
      {"", "Keys/Sign", Sign("off-late"), "403 Forbidden/KeyDisabled", ""},
      {"", "Keys/Sign", Sign("late-verify"), "403 Forbidden/KeyExpired", ""},
      // Without the operation, and a digest that is none; disabled, and an algorithm of other keys.
      {"", "Keys/Sign", Sign("verify", "ES256", "1"), "403 Forbidden/KeyOperationForbidden", ""},
      {"", "Keys/Sign", Sign("verify", "RS256"), "403 Forbidden/KeyOperationForbidden", ""},
      {"", "Keys/Sign", Sign("off", "ES256", "1"), "403 Forbidden/KeyDisabled", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.as, " ", row.method, " ", row.request));
    const Outcome https = faces_.OverHttps(row.method, row.request, row.as);
    EXPECT_EQ(https.Short(), row.outcome);
    EXPECT_THAT(https.message, HasSubstr(row.message));
    EXPECT_EQ(faces_.OverGrpc(row.method, row.request, row.as).Short(), OverGrpc(row));
  }
}

TEST_F(RefusalsTest, OfHttpsOwnThingsTheEarlierIsToldToo) {
  const struct {
    const char* as;
    const char* method;
    const char* host;
    const char* target;
    const char* body;
    const char* outcome;
  } rows[] = {
      {"nobody", "POST", "kv1", "/keys/rsa/sign?api-version=1.0", "{", "401 Unauthorized"},
      {"nobody", "GET", "kv1", "/no/such/route", "", "401 Unauthorized"},
      {"", "GET", "wall1", "/keys/rsa?api-version=1.0", "", "403 Forbidden/ForbiddenByFirewall"},
      {"", "GET", "wall1", "/no/such/route?api-version=7.4", "",
       "403 Forbidden/ForbiddenByFirewall"},
      {"", "POST", "closed1", "/keys/rsa/sign?api-version=7.4", "{",
       "403 Forbidden/ForbiddenByConnection"},
      {"stranger", "GET", "kv1", "/keys/rsa?api-version=1.0", "", "400 BadParameter"},
      {"stranger", "GET", "kv1", "/keys/rsa", "", "400 BadParameter"},
      {"stranger", "POST", "kv1", "/keys/rsa/sign?api-version=7.4", "{", "400 BadParameter"},
      {"stranger", "POST", "kv1", "/keys/rsa/create?api-version=7.4", "{\"kty\":7}",
       "400 BadParameter"},
      {"stranger", "GET", "kv1", "/keys/rsa?api-version=7.4", "", "403 Forbidden/AccessDenied"},
  };
  for (const auto& row : rows) {
    HttpRequest request =
        MakeHttpRequest(row.method, absl::StrCat(row.host, ".vault.azure.net"), row.target);
    request.headers.Set("Content-Type", "application/json");
    request.body = row.body;
    EXPECT_EQ(faces_.Send(std::move(request), row.as).Short(), row.outcome)
        << row.as << " " << row.method << " " << row.host << row.target;
  }
}

TEST_F(RefusalsTest, ATokenOfAnotherTenantIsToldSoBeforeTheNetwork) {
  constexpr char kTenant[] = "99999999-9999-9999-9999-999999999999";
  faces_.Do("Directory/CreateTenant",
            absl::StrCat("tenant_id: '", kTenant, "' display_name: 'other'"));
  const std::string foreign = faces_.AddPrincipal("foreign", kTenant);
  for (const char* vault : {"kv1", "wall1", "closed1"}) {
    for (const Outcome& outcome : {faces_.OverHttps("Keys/GetKey", Of(vault, "rsa"), foreign),
                                   faces_.OverGrpc("Keys/GetKey", Of(vault, "rsa"), foreign)}) {
      EXPECT_EQ(outcome.Short(), "401 Unauthorized") << vault;
      EXPECT_THAT(outcome.message, HasSubstr("AKV10032: Invalid issuer. Expected one of "
                                             "https://sts.windows.net/"));
    }
  }
}

TEST_F(RefusalsTest, NetworksAreToldByWhereTheOperatorSaysACallComesFrom) {
  PutVault("wall2",
           "network_acls { default_action: 'Deny' bypass: 'AzureServices' ip_rules { value: "
           "'20.1.0.0/16' } }");
  const struct {
    const char* vault;
    std::map<std::string, std::string> headers;
    CallOrigin origin;
    const char* outcome;
  } rows[] = {
      {"wall2", {}, Origin("127.0.0.1"), "403 Forbidden/ForbiddenByFirewall"},
      {"wall2", {{"x-lazuli-client-address", "20.1.2.3"}}, Origin("20.1.2.3"), "404 KeyNotFound"},
      {"wall2",
       {{"x-lazuli-client-address", "20.2.2.3"}},
       Origin("20.2.2.3"),
       "403 Forbidden/ForbiddenByFirewall"},
      {"wall2",
       {{"x-lazuli-trusted-service", "true"}},
       Origin("127.0.0.1", "", true),
       "404 KeyNotFound"},
      {"closed1",
       {{"x-lazuli-trusted-service", "true"}},
       Origin("127.0.0.1", "", true),
       "404 KeyNotFound"},
      {"closed1",
       {{"x-lazuli-private-endpoint", "pe1"}},
       Origin("127.0.0.1", "pe1"),
       "403 Forbidden/ForbiddenByConnection"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.vault, " ", row.origin.client_address));
    EXPECT_EQ(faces_.OverHttps("Keys/GetKey", Of(row.vault, "k"), "", row.headers).Short(),
              row.outcome);
    EXPECT_EQ(faces_.OverGrpc("Keys/GetKey", Of(row.vault, "k"), "", row.origin).Short(),
              row.outcome);
  }
}

TEST_F(RefusalsTest, NobodyElseSaysWhereACallComesFrom) {
  HttpRequest request = MakeHttpRequest("GET", "wall1.vault.azure.net", "/keys/k?api-version=7.4");
  request.client_address = "192.168.1.5";
  request.headers.Set("x-lazuli-client-address", "20.1.2.3");
  const Outcome outcome = faces_.Send(std::move(request), "");
  EXPECT_EQ(outcome.Short(), "403 Forbidden");
  EXPECT_THAT(outcome.message, HasSubstr("x-lazuli-operator-token"));
}

}  // namespace
}  // namespace lazuli::emulator
