// Keys that travel: backed up and restored, released to an attested environment, brought along from
// elsewhere. On both faces.
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/boringssl_x509.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "boost/json.hpp"
#include "emulator/client/api.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "emulator/server/server_options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/crypto/pkcs8.h"
#include "proto/attestations.pb.h"
#include "proto/keys.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

namespace json = boost::json;

using keyvault::crypto::KeyMaterial;
using keyvault::crypto::KeyTransport;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kArm[] = "management.azure.com";
constexpr char kGroup[] = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";
constexpr char kPolicy[] =
    R"({"anyOf":[{"allOf":[{"equals":"sevsnpvm","claim":"tee.type"}],"authority":"https://attest.example"}],"version":"1.0.0"})";

std::string HostOf(const std::string& vault) { return absl::StrCat(vault, ".vault.azure.net"); }

json::object Parse(absl::string_view text) {
  json::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  EXPECT_FALSE(error) << text;
  return value.is_object() ? value.as_object() : json::object();
}

// A member by its path: "key/kid".
std::string Text(const json::object& object, const std::string& path) {
  json::error_code error;
  const json::value value(object);
  const json::value* const found = value.find_pointer("/" + path, error);
  if (found == nullptr) return absl::StrCat("no ", path);
  return found->is_string() ? std::string(found->as_string().c_str()) : json::serialize(*found);
}

std::string PemToDer(const std::string& pem) {
  std::vector<std::string> lines = absl::StrSplit(pem, '\n', absl::SkipEmpty());
  std::string text;
  for (const std::string& line : lines) {
    if (!absl::StartsWith(line, "-----")) absl::StrAppend(&text, line);
  }
  return Base64Decode(text).value_or("");
}

class KeyTravelTest : public ::testing::Test {
 protected:
  KeyTravelTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {
    EXPECT_EQ(face_
                  .Send("PUT", kArm, absl::StrCat(kGroup, "?api-version=2021-04-01"),
                        R"({"location":"westus2"})")
                  .status,
              201);
    PutVault("kv1", "westus2", "premium");
  }

  void PutVault(const std::string& name, const std::string& location, const std::string& sku) {
    const HttpResponse answer = face_.Send(
        "PUT", kArm,
        absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/", name,
                     "?api-version=2022-07-01"),
        absl::StrReplaceAll(
            R"({"location":"$L","properties":{"tenantId":"$T","sku":{"family":"A","name":"$S"},
                "accessPolicies":[{"tenantId":"$T","objectId":"$O","permissions":{"keys":
                ["all","purge","release"]}}]}})",
            {{"$L", location}, {"$T", kDefaultTenantId}, {"$O", kAdminObjectId}, {"$S", sku}}));
    EXPECT_EQ(answer.status, 200) << answer.body;
  }

  HttpResponse Send(const std::string& method, const std::string& vault, const std::string& path,
                    const std::string& body) {
    return face_.Send(method, HostOf(vault), absl::StrCat(path, "?api-version=7.4"), body);
  }
  // The answer's object, which has that status.
  json::object Ask(int status, const std::string& method, const std::string& vault,
                   const std::string& path, const std::string& body = "") {
    const HttpResponse answer = Send(method, vault, path, body);
    EXPECT_EQ(answer.status, status) << method << " " << path << ": " << answer.body;
    return answer.body.empty() ? json::object() : Parse(answer.body);
  }
  std::vector<std::string> VersionsOf(const std::string& vault, const std::string& key) {
    std::vector<std::string> ids;
    const json::object page = Ask(200, "GET", vault, absl::StrCat("/keys/", key, "/versions"));
    for (const json::value& item : page.at("value").as_array()) {
      const std::string kid = Text(item.as_object(), "kid");
      ids.push_back(kid.substr(kid.rfind('/') + 1));
    }
    return ids;
  }
  template <typename Request, typename Response>
  absl::Status Call(const std::string& method, const Request& request, Response* response) {
    return face_.Call(*emulator_->methods().Find(absl::StrCat("lazuli.v1.", method)), request,
                      response);
  }

  v1::IssueAttestationResponse Attest(const std::string& claims,
                                      const std::string& authority = "https://attest.example") {
    v1::IssueAttestationRequest request;
    request.set_authority(authority);
    request.set_claims(claims);
    v1::IssueAttestationResponse response;
    LAZULI_EXPECT_OK(Call("Attestations/IssueAttestation", request, &response));
    return response;
  }
  static std::string PolicyMember(bool immutable = false) {
    return absl::StrCat(R"("release_policy":{"data":")", Base64UrlEncode(kPolicy), "\"",
                        immutable ? R"(,"immutable":true)" : "", "}");
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
};

// Shows: Keys/BackupKey, Keys/RestoreKey
TEST_F(KeyTravelTest, ABackupBringsAPurgedKeyBackWithAllItsVersions) {
  const json::object first =
      Ask(200, "POST", "kv1", "/keys/k1/create",
          R"({"kty":"RSA","tags":{"a":"b"},"attributes":{"exp":4000000000}})");
  Ask(200, "POST", "kv1", "/keys/k1/create", R"({"kty":"EC","crv":"P-256K"})");
  const std::vector<std::string> versions = VersionsOf("kv1", "k1");
  ASSERT_EQ(versions.size(), 2u);
  const std::string first_kid = Text(first, "key/kid");
  const std::string first_path =
      absl::StrCat("/keys/k1/", first_kid.substr(first_kid.rfind('/') + 1));
  const json::object sealed =
      Ask(200, "POST", "kv1", first_path + "/encrypt", R"({"alg":"RSA-OAEP","value":"c2VjcmV0"})");

  const json::object backup = Ask(200, "POST", "kv1", "/keys/k1/backup");
  const std::string blob = Text(backup, "value");
  EXPECT_THAT(blob, StartsWith(Base64UrlEncode("&AzureKeyVaultKeyBackupV1.microsoft.com")));
  const std::string restore = absl::StrCat(R"({"value":")", blob, "\"}");

  const json::object conflict = Ask(409, "POST", "kv1", "/keys/restore", restore);
  EXPECT_EQ(Text(conflict, "error/code"), "Conflict");
  EXPECT_EQ(Text(conflict, "error/innererror"), "no error/innererror");
  EXPECT_THAT(Text(conflict, "error/message"),
              StartsWith("There was a conflict restoring the key 'https://kv1.vault.azure.net/"
                         "keys/k1/"));
  Ask(200, "DELETE", "kv1", "/keys/k1");
  EXPECT_EQ(Text(Ask(409, "POST", "kv1", "/keys/restore", restore), "error/innererror"),
            "no error/innererror");
  Ask(204, "DELETE", "kv1", "/deletedkeys/k1");

  const json::object restored = Ask(200, "POST", "kv1", "/keys/restore", restore);
  EXPECT_EQ(Text(restored, "key/crv"), "P-256K");
  EXPECT_EQ(VersionsOf("kv1", "k1"), versions);
  EXPECT_EQ(Ask(200, "GET", "kv1", first_path), first);
  const json::object opened =
      Ask(200, "POST", "kv1", first_path + "/decrypt",
          absl::StrCat(R"({"alg":"RSA-OAEP","value":")", Text(sealed, "value"), "\"}"));
  EXPECT_EQ(Text(opened, "value"), "c2VjcmV0");

  // What is made from now on has an id of its own.
  Ask(200, "POST", "kv1", "/keys/k1/create", R"({"kty":"EC"})");
  EXPECT_EQ(VersionsOf("kv1", "k1").size(), 3u);
}

TEST_F(KeyTravelTest, ABackupIsForItsSubscriptionAndGeographyAlone) {
  PutVault("kv2", "eastus", "premium");
  PutVault("kv3", "westeurope", "premium");
  PutVault("kv4", "westus2", "standard");
  Ask(200, "POST", "kv1", "/keys/hard/create", R"({"kty":"RSA-HSM"})");
  Ask(200, "POST", "kv1", "/keys/k1/create", R"({"kty":"EC"})");
  const std::string value = Text(Ask(200, "POST", "kv1", "/keys/k1/backup"), "value");
  const auto body = [](const std::string& blob) {
    return absl::StrCat(R"({"value":")", blob, "\"}");
  };

  const json::object there = Ask(200, "POST", "kv2", "/keys/restore", body(value));
  EXPECT_THAT(Text(there, "key/kid"), StartsWith("https://kv2.vault.azure.net/keys/k1/"));
  EXPECT_EQ(VersionsOf("kv2", "k1"), VersionsOf("kv1", "k1"));
  const json::object foreign = Ask(400, "POST", "kv3", "/keys/restore", body(value));
  EXPECT_EQ(Text(foreign, "error/code"), "BadParameter");
  std::string corrupt = value;
  corrupt[corrupt.size() / 2] = corrupt[corrupt.size() / 2] == 'A' ? 'B' : 'A';
  // Nothing tells one from the other.
  EXPECT_EQ(Ask(400, "POST", "kv2", "/keys/restore", body(corrupt)), foreign);
  EXPECT_EQ(Ask(400, "POST", "kv2", "/keys/restore", body("AAAA")), foreign);
  const std::string hard = Text(Ask(200, "POST", "kv1", "/keys/hard/backup"), "value");
  EXPECT_THAT(Text(Ask(400, "POST", "kv4", "/keys/restore", body(hard)), "error/message"),
              HasSubstr("standard vault"));
  EXPECT_EQ(Text(Ask(404, "POST", "kv1", "/keys/none/backup"), "error/code"), "KeyNotFound");
}

TEST_F(KeyTravelTest, BackupsWorkOverGrpcToo) {
  Ask(200, "POST", "kv1", "/keys/k1/create", R"({"kty":"EC"})");
  const std::vector<std::string> versions = VersionsOf("kv1", "k1");
  v1::KeyNameRequest name;
  name.set_vault_name("kv1");
  name.set_key_name("K1");
  v1::BackupKeyResult backup;
  LAZULI_ASSERT_OK(Call("Keys/BackupKey", name, &backup));
  EXPECT_THAT(backup.value(), StartsWith("&AzureKeyVaultKeyBackupV1.microsoft.com"));
  v1::RestoreKeyRequest restore;
  restore.set_vault_name("kv1");
  restore.set_value(backup.value());
  v1::KeyBundle bundle;
  EXPECT_THAT(Call("Keys/RestoreKey", restore, &bundle), ErrorCodeIs("Conflict"));
  Ask(200, "DELETE", "kv1", "/keys/k1");
  Ask(204, "DELETE", "kv1", "/deletedkeys/k1");
  LAZULI_ASSERT_OK(Call("Keys/RestoreKey", restore, &bundle));
  EXPECT_EQ(VersionsOf("kv1", "k1"), versions);
}

TEST(KeyTravelRestartTest, ABackupOutlivesTheProcessWhenItsDataDirectoryIsKept) {
  const TemporaryFolder folder;
  ServerOptions options = TestOptions();
  options.data_dir = folder.File("data");
  v1::BackupKeyResult backup;
  v1::KeyBundle made;
  {
    TestServer server(options);
    Api::VaultSpec spec;
    spec.purge_protection = false;
    Must(server.api().PutVault("kv1", spec));
    v1::CreateKeyRequest create;
    create.set_vault_name("kv1");
    create.set_key_name("k1");
    create.set_kty(v1::JSON_WEB_KEY_TYPE_EC);
    made = Must(server.api().CreateKey(create));
    v1::KeyNameRequest name;
    name.set_vault_name("kv1");
    name.set_key_name("k1");
    backup = Must(server.api().Call<v1::BackupKeyResult>("Keys/BackupKey", name));
  }
  options.clock.start_time.reset();
  v1::RestoreKeyRequest restore;
  restore.set_vault_name("kv1");
  restore.set_value(backup.value());
  TestServer server(options);
  Must(server.api().DeleteKey("kv1", "k1").status());
  Must(server.api().PurgeKey("kv1", "k1"));
  const v1::KeyBundle restored = Must(server.api().Call<v1::KeyBundle>("Keys/RestoreKey", restore));
  EXPECT_EQ(restored.key().kid(), made.key().kid());
  EXPECT_EQ(restored.key().x(), made.key().x());
}

TEST_F(KeyTravelTest, ExportableKeysFollowTheRules) {
  PutVault("kv4", "westus2", "standard");
  const auto message = [this](const std::string& vault, const std::string& body) {
    return Text(Ask(400, "POST", vault, "/keys/k1/create", body), "error/message");
  };
  const std::string policy = PolicyMember();
  const std::string exportable = R"("attributes":{"exportable":true})";
  EXPECT_THAT(message("kv4", absl::StrCat(R"({"kty":"RSA",)", exportable, ",", policy, "}")),
              StartsWith("AKV.SKR.1001: "));
  EXPECT_THAT(message("kv1", absl::StrCat(R"({"kty":"RSA",)", exportable, ",", policy, "}")),
              StartsWith("AKV.SKR.1006: "));
  EXPECT_THAT(message("kv1", absl::StrCat(R"({"kty":"RSA-HSM",)", exportable, "}")),
              StartsWith("AKV.SKR.1004: "));
  EXPECT_THAT(message("kv1", absl::StrCat(R"({"kty":"RSA-HSM",)", policy, "}")),
              StartsWith("AKV.SKR.1005: "));
  EXPECT_THAT(message("kv1", absl::StrCat(R"({"kty":"RSA-HSM",)", exportable,
                                          R"(,"release_policy":{"data":"e30"}})")),
              HasSubstr("release_policy.data"));

  const json::object made = Ask(200, "POST", "kv1", "/keys/k1/create",
                                absl::StrCat(R"({"kty":"EC-HSM",)", exportable, ",", policy, "}"));
  EXPECT_EQ(Text(made, "attributes/exportable"), "true");
  EXPECT_EQ(Text(made, "release_policy/contentType"), "application/json; charset=utf-8");
  EXPECT_EQ(Text(made, "release_policy/immutable"), "false");
  EXPECT_EQ(
      Base64UrlDecode(Text(made, "release_policy/data")),
      R"({"version":"1.0.0","anyOf":[{"authority":"https://attest.example","allOf":[{"claim":"tee.type","equals":"sevsnpvm"}]}]})");

  const std::string kid = Text(made, "key/kid");
  const auto patch = [this](const std::string& path, const std::string& body) {
    return Text(Ask(400, "PATCH", "kv1", path, body), "error/message");
  };
  EXPECT_THAT(patch(absl::StrCat("/keys/k1/", kid.substr(kid.rfind('/') + 1)),
                    absl::StrCat("{", policy, "}")),
              StartsWith("AKV.SKR.1016: "));
  EXPECT_THAT(patch("/keys/k1", R"({"attributes":{"exportable":false}})"),
              StartsWith("AKV.SKR.1003: "));
  Ask(200, "PATCH", "kv1", "/keys/k1", absl::StrCat("{", PolicyMember(true), "}"));
  EXPECT_THAT(patch("/keys/k1", absl::StrCat("{", policy, "}")), StartsWith("AKV.SKR.1020: "));
  Ask(200, "PATCH", "kv1", "/keys/k1", R"({"tags":{"a":"b"},"attributes":{"exportable":true}})");
}

// Shows: Keys/ReleaseKey
TEST_F(KeyTravelTest, AKeyIsReleasedToAnAttestedEnvironmentAlone) {
  const json::object made = Ask(
      200, "POST", "kv1", "/keys/k1/create",
      absl::StrCat(R"({"kty":"RSA-HSM","attributes":{"exportable":true},)", PolicyMember(), "}"));
  const v1::IssueAttestationResponse attested = Attest(R"({"tee":{"type":"sevsnpvm"}})");
  const auto body = [](const std::string& target, const std::string& more = "") {
    return absl::StrCat(R"({"target":")", target, "\"", more, "}");
  };

  for (const char* enc : {"CKM_RSA_AES_KEY_WRAP", "RSA_AES_KEY_WRAP_256", "RSA_AES_KEY_WRAP_384"}) {
    const json::object answer =
        Ask(200, "POST", "kv1", "/keys/k1/release",
            body(attested.token(), absl::StrCat(R"(,"nonce":"once","enc":")", enc, "\"")));
    const std::vector<std::string> jws = absl::StrSplit(Text(answer, "value"), '.');
    ASSERT_EQ(jws.size(), 3u);
    const json::object header = Parse(*Base64UrlDecode(jws[0]));
    EXPECT_EQ(Text(header, "alg"), "RS256");
    const std::string certificate = *Base64Decode(Text(header, "x5c/0"));
    EXPECT_EQ(Text(header, "x5t#S256"), Base64UrlEncode(Sha256(certificate)));
    const uint8_t* der = reinterpret_cast<const uint8_t*>(certificate.data());
    const bssl::UniquePtr<X509> x509(
        d2i_X509(nullptr, &der, static_cast<long>(certificate.size())));  // NOLINT: its own type
    ASSERT_NE(x509, nullptr);
    const bssl::UniquePtr<EVP_PKEY> signer(X509_get_pubkey(x509.get()));
    const std::string input = absl::StrCat(jws[0], ".", jws[1]);
    const std::string signature = *Base64UrlDecode(jws[2]);
    bssl::ScopedEVP_MD_CTX context;
    ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, signer.get()), 1);
    EXPECT_EQ(EVP_DigestVerify(context.get(), reinterpret_cast<const uint8_t*>(signature.data()),
                               signature.size(), reinterpret_cast<const uint8_t*>(input.data()),
                               input.size()),
              1);

    const json::object payload = Parse(*Base64UrlDecode(jws[1]));
    EXPECT_EQ(Text(payload, "request/api-version"), "7.4");
    EXPECT_EQ(Text(payload, "request/nonce"), "once");
    EXPECT_EQ(Text(payload, "request/enc"), enc);
    EXPECT_EQ(Text(payload, "request/kid"), Text(made, "key/kid"));
    EXPECT_EQ(Text(payload, "response/key/key/n"), Text(made, "key/n"));
    EXPECT_EQ(Text(payload, "response/key/release_policy/data"), Text(made, "release_policy/data"));
    const json::object blob = Parse(*Base64UrlDecode(Text(payload, "response/key/key/key_hsm")));
    EXPECT_EQ(Text(blob, "header/kid"), "TpmEphemeralEncryptionKey");
    EXPECT_EQ(Text(blob, "header/enc"), enc);

    // What the environment does with it.
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr own,
                                keyvault::crypto::FromPkcs8(PemToDer(attested.private_key())));
    LAZULI_ASSERT_OK_AND_ASSIGN(
        const SecureBytes pkcs8,
        keyvault::crypto::UnwrapFromTransport(*keyvault::crypto::ParseKeyTransport(enc), *own,
                                              *Base64UrlDecode(Text(blob, "ciphertext"))));
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr released,
                                keyvault::crypto::FromPkcs8(pkcs8.view()));
    EXPECT_EQ(Base64UrlEncode(released->n()), Text(made, "key/n"));
  }

  const auto refused = [&](const std::string& target) {
    return Text(Ask(403, "POST", "kv1", "/keys/k1/release", body(target)), "error/message");
  };
  EXPECT_THAT(refused(Attest(R"({"tee":{"type":"none"}})").token()), HasSubstr("'tee.type'"));
  EXPECT_THAT(refused(Attest("{}").token()), HasSubstr("'tee.type' is missing"));
  EXPECT_THAT(refused(Attest(R"({"tee":{"type":"sevsnpvm"}})", "https://other.example").token()),
              HasSubstr("https://other.example"));
  const json::object bad = Ask(400, "POST", "kv1", "/keys/k1/release", body("no token"));
  EXPECT_EQ(Text(bad, "error/code"), "BadParameter");
  Ask(400, "POST", "kv1", "/keys/k1/release", body(attested.token(), R"(,"enc":"none")"));
  Ask(200, "PATCH", "kv1", "/keys/k1", R"({"attributes":{"enabled":false}})");
  EXPECT_EQ(Text(Ask(403, "POST", "kv1", "/keys/k1/release", body(attested.token())),
                 "error/innererror/code"),
            "KeyDisabled");
  Ask(200, "POST", "kv1", "/keys/plain/create", R"({"kty":"RSA-HSM"})");
  Ask(400, "POST", "kv1", "/keys/plain/release", body(attested.token()));
}

TEST_F(KeyTravelTest, AReleaseIsTheSameOverGrpc) {
  Ask(200, "POST", "kv1", "/keys/k1/create",
      absl::StrCat(R"({"kty":"EC-HSM","attributes":{"exportable":true},)", PolicyMember(), "}"));
  v1::ReleaseKeyRequest request;
  request.set_vault_name("kv1");
  request.set_key_name("k1");
  request.set_target(Attest(R"({"tee":{"type":"sevsnpvm"}})").token());
  v1::KeyReleaseResult result;
  LAZULI_ASSERT_OK(Call("Keys/ReleaseKey", request, &result));
  EXPECT_EQ(std::vector<std::string>(absl::StrSplit(result.value(), '.')).size(), 3u);
  request.set_target(Attest("{}").token());
  EXPECT_THAT(Call("Keys/ReleaseKey", request, &result), ErrorCodeIs("Forbidden"));
}

TEST_F(KeyTravelTest, ASymmetricKeyIsReleasedAsItIs) {
  const std::string secret = "0123456789abcdef0123456789ABCDEF";
  Ask(200, "PUT", "kv1", "/keys/oct",
      absl::StrCat(R"({"Hsm":true,"key":{"kty":"oct","k":")", Base64UrlEncode(secret),
                   R"("},"attributes":{"exportable":true},)", PolicyMember(), "}"));
  const v1::IssueAttestationResponse attested = Attest(R"({"tee":{"type":"sevsnpvm"}})");
  const json::object answer =
      Ask(200, "POST", "kv1", "/keys/oct/release",
          absl::StrCat(R"({"target":")", attested.token(), R"(","enc":"RSA_AES_KEY_WRAP_256"})"));
  const std::vector<std::string> jws = absl::StrSplit(Text(answer, "value"), '.');
  ASSERT_EQ(jws.size(), 3u);
  const json::object payload = Parse(*Base64UrlDecode(jws[1]));
  EXPECT_EQ(Text(payload, "response/key/key/kty"), "oct-HSM");
  EXPECT_EQ(Text(payload, "response/key/key/k"), "no response/key/key/k");
  const json::object blob = Parse(*Base64UrlDecode(Text(payload, "response/key/key/key_hsm")));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr own,
                              keyvault::crypto::FromPkcs8(PemToDer(attested.private_key())));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const SecureBytes released,
      keyvault::crypto::UnwrapFromTransport(KeyTransport::kRsaAesKeyWrap256, *own,
                                            *Base64UrlDecode(Text(blob, "ciphertext"))));
  EXPECT_EQ(released.view(), secret);
}

TEST_F(KeyTravelTest, AttestationsAndTheirKeysAreServedOverHttps) {
  HttpResponse answer = face_.Send("POST", "localhost:8443", "/emulator/v1/attestations",
                                   R"({"claims":"{\"a\":1}","lifetime":"PT1H"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json::object issued = Parse(answer.body);
  EXPECT_EQ(Text(issued, "authority"), "https://attest.lazuli.local");
  const std::vector<std::string> token = absl::StrSplit(Text(issued, "token"), '.');
  ASSERT_EQ(token.size(), 3u);
  answer = face_.Get("localhost:8443", "/emulator/v1/attestations/keys");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Text(Parse(answer.body), "keys/0/kid"), Text(Parse(*Base64UrlDecode(token[0])), "kid"));
  answer = face_.Send("POST", "localhost:8443", "/emulator/v1/attestations", R"({"claims":"no"})");
  EXPECT_EQ(answer.status, 400) << answer.body;
}

TEST_F(KeyTravelTest, ASymmetricKeyOfOnesOwnIsBroughtAsItIs) {
  const json::object kek =
      Ask(200, "POST", "kv1", "/keys/kek/create", R"({"kty":"RSA-HSM","key_ops":["import"]})");
  const auto import_of = [&kek](const std::string& kty, const std::string& bytes) {
    const std::string ciphertext = *keyvault::crypto::WrapForTransport(
        KeyTransport::kCkmRsaAesKeyWrap, *Base64UrlDecode(Text(kek, "key/n")),
        *Base64UrlDecode(Text(kek, "key/e")), bytes);
    const std::string blob =
        absl::StrCat(R"({"schema_version":"1.0.0","header":{"kid":")", Text(kek, "key/kid"),
                     R"(","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":")",
                     Base64UrlEncode(ciphertext), R"(","generator":"a test"})");
    return absl::StrCat(R"({"key":{"kty":")", kty, R"(","key_hsm":")", Base64UrlEncode(blob),
                        "\"}}");
  };
  // RFC 3394, 4.6: a 256-bit key, and 256 bits of key data that it wraps.
  const std::string key =
      *HexDecode("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  EXPECT_EQ(Text(Ask(200, "PUT", "kv1", "/keys/own", import_of("oct-HSM", key)), "key/kty"),
            "oct-HSM");
  const std::string data =
      *HexDecode("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  const json::object wrapped =
      Ask(200, "POST", "kv1", "/keys/own/wrapkey",
          absl::StrCat(R"({"alg":"A256KW","value":")", Base64UrlEncode(data), "\"}"));
  EXPECT_EQ(*Base64UrlDecode(Text(wrapped, "value")),
            *HexDecode("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a0"
                       "2dd21"));
  for (const std::string& body :
       {import_of("oct-HSM", key.substr(1)), import_of("RSA-HSM", key), import_of("oct", key)}) {
    EXPECT_EQ(Text(Ask(400, "PUT", "kv1", "/keys/refused", body), "error/code"), "BadParameter");
  }
  Ask(404, "GET", "kv1", "/keys/refused");
}

TEST_F(KeyTravelTest, AKeyOfOnesOwnIsBroughtThroughAnExchangeKey) {
  for (const char* create :
       {R"({"kty":"RSA-HSM","key_ops":["import","sign"]})", R"({"kty":"RSA","key_ops":["import"]})",
        R"({"kty":"EC-HSM","key_ops":["import"]})"}) {
    EXPECT_EQ(Text(Ask(400, "POST", "kv1", "/keys/kek/create", create), "error/code"),
              "BadParameter");
  }
  const json::object kek =
      Ask(200, "POST", "kv1", "/keys/kek/create", R"({"kty":"RSA-HSM","key_ops":["import"]})");
  Ask(400, "PATCH", "kv1", "/keys/kek", R"({"key_ops":["import","decrypt"]})");

  const auto blob_of = [&](const KeyMaterial& key, const std::string& kid) {
    const std::string ciphertext = *keyvault::crypto::WrapForTransport(
        KeyTransport::kCkmRsaAesKeyWrap, *Base64UrlDecode(Text(kek, "key/n")),
        *Base64UrlDecode(Text(kek, "key/e")), keyvault::crypto::ToPkcs8(key)->view());
    return absl::StrCat(R"({"schema_version":"1.0.0","header":{"kid":")", kid,
                        R"(","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":")",
                        Base64UrlEncode(ciphertext), R"(","generator":"a test"})");
  };
  const auto import_of = [](const std::string& kty, const std::string& blob) {
    return absl::StrCat(R"({"key":{"kty":")", kty, R"(","key_hsm":")", Base64UrlEncode(blob),
                        "\"}}");
  };
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr rsa, KeyMaterial::GenerateRsa(2048, 65537));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr ec,
                              KeyMaterial::GenerateEc(keyvault::crypto::Curve::kP256K));
  const std::string kid = Text(kek, "key/kid");

  const json::object imported =
      Ask(200, "PUT", "kv1", "/keys/own", import_of("RSA-HSM", blob_of(*rsa, kid)));
  EXPECT_EQ(Text(imported, "key/kty"), "RSA-HSM");
  EXPECT_EQ(Text(imported, "key/n"), Base64UrlEncode(rsa->n()));
  EXPECT_EQ(Text(imported, "key/key_hsm"), "no key/key_hsm");
  const json::object curve =
      Ask(200, "PUT", "kv1", "/keys/curve", import_of("EC-HSM", blob_of(*ec, kid)));
  EXPECT_EQ(Text(curve, "key/x"), Base64UrlEncode(ec->x()));

  const std::string other =
      Text(Ask(200, "POST", "kv1", "/keys/other/create", R"({"kty":"RSA-HSM"})"), "key/kid");
  const std::string good = blob_of(*rsa, kid);
  for (const std::string& body :
       {import_of("RSA", good), import_of("EC-HSM", good), import_of("RSA-HSM", "{}"),
        import_of("RSA-HSM", blob_of(*rsa, other)),
        import_of("RSA-HSM", blob_of(*rsa, "https://kv1.vault.azure.net/keys/kek")),
        import_of("RSA-HSM", blob_of(*rsa, absl::StrReplaceAll(kid, {{"kv1", "kv9"}}))),
        import_of("RSA-HSM",
                  absl::StrReplaceAll(good, {{"ciphertext\":\"", "ciphertext\":\"AAAA"}}))}) {
    const json::object refused = Ask(400, "PUT", "kv1", "/keys/refused", body);
    EXPECT_EQ(Text(refused, "error/code"), "BadParameter");
  }
  Ask(200, "PATCH", "kv1", "/keys/kek", R"({"attributes":{"enabled":false}})");
  Ask(403, "PUT", "kv1", "/keys/refused", import_of("RSA-HSM", good));
  Ask(404, "GET", "kv1", "/keys/refused");
}

}  // namespace
}  // namespace lazuli::emulator
