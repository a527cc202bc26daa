// Every key with every algorithm and every operation, at least once: over HTTPS with some
// api-version and as gRPC does, in a vault of either permission model or in a managed HSM, by a
// caller who may or may not, with the key in some state and with an input of some length. Both
// faces must answer alike, and as keyvault/testing/algorithm_table.h says. The engine is tried with
// every combination of what it knows of in keyvault/algorithm_matrix_test.cc.
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/random.h"
#include "boost/json.hpp"
#include "emulator/dispatch/method_registry.h"
#include "emulator/https/message/http_message.h"
#include "emulator/identity/well_known.h"
#include "emulator/json/decoder.h"
#include "emulator/json/encoder.h"
#include "emulator/server/emulator.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/jose_vectors.h"
#include "keyvault/testing/algorithm_table.h"
#include "proto/api_version.h"
#include "proto/identity.pb.h"
#include "proto/keys.pb.h"
#include "proto/options.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Message;
using keyvault::AlgorithmPurpose;
using keyvault::AlgorithmRow;
using keyvault::AttributesRow;
using keyvault::KeyRow;
using testing::AnyOf;

namespace json = boost::json;

constexpr uint64_t kSeed = 20;
constexpr char kGroup[] = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/g";
constexpr char kArm[] = "management.azure.com";
constexpr char kKeyVaultAdministrator[] = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
constexpr char kStranger[] = "stranger";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string Encode(absl::string_view bytes) { return absl::WebSafeBase64Escape(bytes); }

// Where a key lies, and so what decides who may use it.
enum class Place { kPolicies, kRoles, kManagedHsm };

// One combination.
struct Draw {
  const KeyRow& key;
  const AlgorithmRow& algorithm;
  std::string_view operation;
  const AttributesRow& attributes;
  std::string api_version;
  size_t size = 0;
  bool in_key_ops = true;
  Place place = Place::kPolicies;
  bool is_permitted = true;

  // As gRPC names it.
  std::string vault() const {
    if (place == Place::kManagedHsm) return "hsm1.managedhsm";
    return place == Place::kRoles ? "rolevault" : "policyvault";
  }
  std::string host() const {
    return absl::StrCat(vault(), place == Place::kManagedHsm ? ".azure.net" : ".vault.azure.net");
  }
  std::string audience() const {
    return std::string(place == Place::kManagedHsm ? kManagedHsmAudience : kKeyVaultAudience);
  }
  std::string key_name() const {
    return absl::StrReplaceAll(
        absl::AsciiStrToLower(absl::StrCat(View(key.kty), "-", key.bits, View(key.crv))),
        {{" ", ""}});
  }
  std::string Text() const {
    return absl::StrCat(key_name(), " ", View(algorithm.alg), " ", View(operation), " ",
                        api_version, " ", View(attributes.name), in_key_ops ? "" : ", not in ops",
                        ", ", size, " bytes, ", vault(), is_permitted ? "" : ", a stranger");
  }
};

// What a call came to: the error's inner code, else its code; empty for success.
struct Outcome {
  std::string code;
  std::string message;
  json::value answer;
};

std::string TextAt(const json::value& value, const char* pointer) {
  json::error_code error;
  const json::value* found = value.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string().c_str()) : "";
}

class KeyMatrixTest : public ::testing::Test {
 protected:
  KeyMatrixTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())),
        random_(kSeed, "key matrix") {
    Put(absl::StrCat(kGroup, "?api-version=2021-04-01"), R"({"location":"westus2"})");
    v1::CreateServicePrincipalRequest request;
    request.set_display_name(kStranger);
    v1::CreateServicePrincipalResponse response;
    Must(face_.Call(*emulator_->methods().Find("lazuli.v1.Directory/CreateServicePrincipal"),
                    request, &response));
    const std::string stranger = response.principal().object_id();
    PutVault("policyvault",
             absl::StrCat(R"("accessPolicies":[)", Policy(kAdminObjectId, R"("all","purge")"), ",",
                          Policy(stranger, R"("list")"), "]"));
    PutVault("rolevault", R"("enableRbacAuthorization":true)");
    Put(absl::StrCat(kGroup, "/providers/Microsoft.Authorization/roleAssignments/",
                     "0a000000-0000-0000-0000-000000000001?api-version=2022-04-01"),
        absl::StrCat(R"({"properties":{"roleDefinitionId":)",
                     R"("/providers/Microsoft.Authorization/roleDefinitions/)",
                     kKeyVaultAdministrator, R"(","principalId":")", kAdminObjectId, R"("}})"));
    Put(absl::StrCat(kGroup,
                     "/providers/Microsoft.KeyVault/managedHSMs/hsm1"
                     "?api-version=2023-07-01"),
        absl::StrCat(R"({"location":"westus2","sku":{"family":"B","name":"Standard_B1"},)",
                     R"("properties":{"tenantId":")", kDefaultTenantId,
                     R"(","initialAdminObjectIds":[")", kAdminObjectId, R"("]}})"));
  }

  static std::string Policy(absl::string_view object_id, absl::string_view keys) {
    return absl::StrCat(R"({"tenantId":")", kDefaultTenantId, R"(","objectId":")", object_id,
                        R"(","permissions":{"keys":[)", keys, "]}}");
  }

  void Put(const std::string& target, const std::string& body) {
    const HttpResponse answer = face_.Send("PUT", kArm, target, body);
    ASSERT_THAT(answer.status, AnyOf(200, 201)) << answer.body;
  }
  void PutVault(const std::string& name, const std::string& properties) {
    Put(absl::StrCat(kGroup, "/providers/Microsoft.KeyVault/vaults/", name,
                     "?api-version=2022-07-01"),
        absl::StrCat(R"({"location":"westus2","properties":{"tenantId":")", kDefaultTenantId,
                     R"(","sku":{"family":"A","name":"premium"},)", properties, "}}"));
  }
  // Of the administrator or of the stranger; `resource` empty: for gRPC.
  const std::string& TokenOf(bool is_administrator, const std::string& resource) {
    std::string& token = tokens_[absl::StrCat(is_administrator, resource)];
    if (!token.empty()) return token;
    if (is_administrator) return token = face_.Token(resource);
    v1::IssueTokenForRequest request;
    request.set_principal(kStranger);
    if (!resource.empty()) request.set_resource(resource);
    v1::IssueTokenResponse response;
    Must(face_.Call(*emulator_->methods().Find("lazuli.v1.Directory/IssueTokenFor"), request,
                    &response));
    return token = response.access_token();
  }
  const std::string& AdminToken() { return TokenOf(true, ""); }

  // As gRPC does, with a request that JSON spells, but for the vault and the key.
  Outcome CallAs(const std::string& token, const std::string& name, const std::string& body,
                 const std::string& vault, const std::string& key) {
    const Method& method = *emulator_->methods().Find(absl::StrCat("lazuli.v1.", name));
    std::unique_ptr<Message> request(method.request_prototype->New());
    Must(DecodeJson(body, request.get(), nullptr));
    const auto set = [&](const char* field, const std::string& value) {
      const auto* descriptor = request->GetDescriptor()->FindFieldByName(field);
      if (!value.empty()) request->GetReflection()->SetString(request.get(), descriptor, value);
    };
    set("vault_name", vault);
    set("key_name", key);
    std::unique_ptr<Message> response(method.response_prototype->New());
    const absl::Status status = face_.CallAs(token, method, *request, response.get());
    if (status.ok()) return {"", "", json::parse(Must(EncodeJson(*response)))};
    const ErrorInfo info = ErrorInfoOrDefault(status);
    return {info.inner_code.empty() ? info.code : info.inner_code, std::string(status.message()),
            nullptr};
  }

  Outcome PostAs(const std::string& token, const std::string& host, const std::string& target,
                 const std::string& body) {
    HttpRequest http = MakeHttpRequest("POST", host, target);
    http.headers.Set("Content-Type", "application/json");
    http.headers.Set("Authorization", absl::StrCat("Bearer ", token));
    http.body = body;
    const HttpResponse answer = face_.Ask(std::move(http));
    const json::value value = json::parse(answer.body);
    if (answer.status == 200) return {"", "", value};
    const std::string inner = TextAt(value, "/error/innererror/code");
    return {inner.empty() ? TextAt(value, "/error/code") : inner, TextAt(value, "/error/message"),
            nullptr};
  }

  // Makes the key, from a published vector where there is one: making RSA keys takes long.
  void MakeKey(const Draw& draw) {
    if (!made_keys_.insert(draw.vault() + draw.key_name()).second) return;
    const keyvault::crypto::RsaVectorKey* vector = nullptr;
    if (draw.key.family == "RSA" && draw.key.bits == 2048) {
      vector = &keyvault::crypto::kRfc7515A2Key;
    }
    if (draw.key.family == "RSA" && draw.key.bits == 4096) {
      vector = &keyvault::crypto::kRfc7520S52Key;
    }
    const bool is_hsm = draw.key.kty != draw.key.family;
    Outcome made;
    if (vector != nullptr) {
      std::string body =
          absl::StrCat(R"({"Hsm":)", is_hsm ? "true" : "false", R"(,"key":{"kty":"RSA")");
      const std::pair<const char*, const char*> members[] = {
          {"n", vector->n}, {"e", vector->e},   {"d", vector->d},   {"p", vector->p},
          {"q", vector->q}, {"dp", vector->dp}, {"dq", vector->dq}, {"qi", vector->qi}};
      for (const auto& [name, value] : members) {
        absl::StrAppend(&body, ",\"", name, "\":\"", value, "\"");
      }
      made = CallAs(AdminToken(), "Keys/ImportKey", body + "}}", draw.vault(), draw.key_name());
    } else {
      std::string body = absl::StrCat(R"({"kty":")", View(draw.key.kty), "\"");
      if (draw.key.bits != 0) absl::StrAppend(&body, R"(,"key_size":)", draw.key.bits);
      if (!draw.key.crv.empty()) absl::StrAppend(&body, R"(,"crv":")", View(draw.key.crv), "\"");
      made = CallAs(AdminToken(), "Keys/CreateKey", body + "}", draw.vault(), draw.key_name());
    }
    ASSERT_EQ(made.code, "") << draw.Text() << ": " << made.message;
  }

  // Puts the key into the state of the draw.
  void SetKey(const Draw& draw, const AttributesRow& attributes, bool in_key_ops) {
    constexpr int kLong = 1'000'000;
    std::vector<std::string> key_ops;
    for (const std::string_view operation : keyvault::kOperationTable) {
      if (in_key_ops || operation != draw.operation) {
        key_ops.push_back(absl::StrCat("\"", View(operation), "\""));
      }
    }
    const int64_t now = absl::ToUnixSeconds(TestStart());
    const Outcome set =
        CallAs(AdminToken(), "Keys/UpdateKey",
               absl::StrCat(R"({"attributes":{"enabled":)", attributes.enabled ? "true" : "false",
                            R"(,"nbf":)", now + attributes.nbf.value_or(-kLong), R"(,"exp":)",
                            now + attributes.exp.value_or(kLong), R"(},"key_ops":[)",
                            absl::StrJoin(key_ops, ","), "]}"),
               draw.vault(), draw.key_name());
    ASSERT_EQ(set.code, "") << draw.Text() << ": " << set.message;
  }

  static std::string MethodOf(std::string_view operation) {
    std::string name(operation);
    name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
    return absl::StrCat("Keys/", name);
  }

  // What the inverse makes of a good input, as members of a body; garbage where nothing makes it.
  const std::string& Prepared(const Draw& draw) {
    const bool verifies = draw.operation == "verify";
    const auto [it, is_new] = prepared_.try_emplace(absl::StrCat(
        draw.vault(), draw.key_name(), View(draw.algorithm.alg), View(draw.operation), draw.size));
    std::string& members = it->second;
    if (!is_new) return members;
    members = absl::StrCat(R"("value":")", Encode(std::string(64, 'x')), "\"");
    const std::string_view inverse = verifies                        ? "sign"
                                     : draw.operation == "unwrapKey" ? "wrapKey"
                                                                     : "encrypt";
    const size_t size = verifies ? draw.size : keyvault::GoodLength(draw.algorithm.length);
    const bool works = keyvault::GoesWith(draw.algorithm, draw.key) &&
                       keyvault::TakesAlgorithm(inverse, draw.algorithm.purpose) &&
                       keyvault::Fits(draw.algorithm.length, draw.key, size);
    if (!works) return members;
    SetKey(draw, keyvault::kAttributesTable[0], true);
    const Draw plain = {draw.key, draw.algorithm, inverse, draw.attributes, draw.api_version, size};
    const Outcome made =
        CallAs(AdminToken(), MethodOf(inverse), Body(plain), draw.vault(), draw.key_name());
    EXPECT_EQ(made.code, "") << draw.Text() << ": " << made.message;
    members = "";
    for (const char* name : {"value", "iv", "tag"}) {
      const std::string value = TextAt(made.answer, absl::StrCat("/", name).c_str());
      if (value.empty()) continue;
      absl::StrAppend(&members, members.empty() ? "" : ",", "\"", name, "\":\"", value, "\"");
    }
    return members;
  }

  std::string Body(const Draw& draw) {
    std::string body = absl::StrCat(R"({"alg":")", View(draw.algorithm.alg), "\",");
    const std::string input = Encode(std::string(draw.size, 'p'));
    if (draw.operation == "verify") {
      return absl::StrCat(body, R"("digest":")", input, "\",", Prepared(draw), "}");
    }
    if (draw.operation == "decrypt" || draw.operation == "unwrapKey") {
      return absl::StrCat(body, Prepared(draw), "}");
    }
    absl::StrAppend(&body, R"("value":")", input, "\"");
    if (draw.operation == "encrypt" && draw.algorithm.iv > 0) {
      absl::StrAppend(&body, R"(,"iv":")", Encode(std::string(draw.algorithm.iv, 'i')), "\"");
    }
    return body + "}";
  }

  // Whether the schema of the operation knows the algorithm at all.
  static bool IsInSchema(const Draw& draw) {
    return keyvault::IsSignature(draw.operation) ==
           (draw.algorithm.purpose == AlgorithmPurpose::kSignatures);
  }
  static bool IsKnown(const Draw& draw) {
    const google::protobuf::FileDescriptor& file = *v1::KeyBundle::descriptor()->file();
    return IsInSchema(draw) && ApiVersionPlace(file, std::string(draw.algorithm.since)) <=
                                   ApiVersionPlace(file, draw.api_version);
  }

  static std::string Expected(const Draw& draw) {
    if (!draw.is_permitted) {
      return draw.place == Place::kPolicies ? "ForbiddenByPolicy" : "ForbiddenByRbac";
    }
    return std::string(keyvault::ExpectedAnswer(draw.key, draw.algorithm, draw.operation,
                                                draw.in_key_ops, draw.attributes, draw.size));
  }

  Draw DrawOf(const KeyRow& key, const AlgorithmRow& algorithm, std::string_view operation) {
    const auto& versions = v1::KeyBundle::descriptor()
                               ->file()
                               ->FindServiceByName("Keys")
                               ->options()
                               .GetExtension(v1::service)
                               .api_versions();
    const auto one_of = [&](size_t count) { return random_.NextBelow(count); };
    // A state of its own for half of the draws: others are to come as far as the parameters.
    const bool is_plain = one_of(2) == 0;
    const size_t good = keyvault::GoodLength(algorithm.length);
    const size_t sizes[] = {good, good, good, good + 1, key.bits == 0 ? 66u : key.bits / 8u};
    Draw draw = {
        key,
        algorithm,
        operation,
        keyvault::kAttributesTable[is_plain ? 0 : one_of(std::size(keyvault::kAttributesTable))],
        versions.Get(static_cast<int>(one_of(versions.size()))),
        sizes[one_of(std::size(sizes))]};
    draw.in_key_ops = one_of(8) != 0;
    draw.is_permitted = one_of(12) != 0;
    if (key.bits == 3072) {
      // These have to be made, which takes long; one of each is enough.
      draw.place = key.kty == "RSA" ? Place::kPolicies : Place::kManagedHsm;
    } else {
      // A managed HSM has keys of hardware alone.
      draw.place = static_cast<Place>(one_of(key.kty == key.family ? 2 : 3));
    }
    return draw;
  }

  void Try(const Draw& draw) {
    SCOPED_TRACE(draw.Text());
    MakeKey(draw);
    const std::string body = Body(draw);
    SetKey(draw, draw.attributes, draw.in_key_ops);
    const std::string expected = Expected(draw);
    const std::string target =
        absl::StrCat("/keys/", draw.key_name(), "/", absl::AsciiStrToLower(View(draw.operation)),
                     "?api-version=", draw.api_version);
    const Outcome http =
        PostAs(TokenOf(draw.is_permitted, draw.audience()), draw.host(), target, body);
    EXPECT_EQ(http.code, IsKnown(draw) ? expected : "BadParameter") << http.message;
    // What is no value of the field cannot be said over gRPC.
    if (!IsInSchema(draw)) return;
    const Outcome grpc = CallAs(TokenOf(draw.is_permitted, ""), MethodOf(draw.operation), body,
                                draw.vault(), draw.key_name());
    EXPECT_EQ(grpc.code, expected) << grpc.message;
    if (!IsKnown(draw)) return;
    EXPECT_EQ(http.message, grpc.message);
    if (!expected.empty()) return;
    ++successes_;
    if (draw.operation == "verify") {
      EXPECT_EQ(http.answer.at("value"), true);
      EXPECT_EQ(grpc.answer.at("value"), true);
    } else if (draw.operation == "decrypt" || draw.operation == "unwrapKey") {
      const std::string plain =
          Encode(std::string(keyvault::GoodLength(draw.algorithm.length), 'p'));
      EXPECT_EQ(TextAt(http.answer, "/value"), plain);
      EXPECT_EQ(TextAt(grpc.answer, "/value"), plain);
    }
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
  RandomStream random_;
  std::map<std::string, std::string> tokens_;  // by who has it and what it is for
  std::set<std::string> made_keys_;
  std::map<std::string, std::string> prepared_;
  int successes_ = 0;
};

// Shows: Keys/Encrypt, Keys/Decrypt, Keys/WrapKey, Keys/UnwrapKey, Keys/Sign, Keys/Verify
TEST_F(KeyMatrixTest, BothFacesAnswerAsTheTableSays) {
  int draws = 0;
  for (const KeyRow& key : keyvault::kKeyTable) {
    for (const AlgorithmRow& algorithm : keyvault::kAlgorithmTable) {
      for (const std::string_view operation : keyvault::kOperationTable) {
        // Of what may work there is more to try.
        const bool goes = keyvault::GoesWith(algorithm, key) &&
                          keyvault::TakesAlgorithm(operation, algorithm.purpose);
        for (int i = 0; i < (goes ? 8 : 1); ++i, ++draws) Try(DrawOf(key, algorithm, operation));
      }
    }
  }
  EXPECT_GT(draws, 4'000);
  EXPECT_GT(successes_, 500);
}

}  // namespace
}  // namespace lazuli::emulator
