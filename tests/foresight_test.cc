// What Explain foresees of a call to a vault is what the call is then told, in every state that a
// key or a secret can be in.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "emulator/identity/well_known.h"
#include "emulator/server/emulator.h"
#include "emulator/server/server_options.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "proto/explain.pb.h"
#include "tests/support/test_server.h"
#include "tests/support/two_faces.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::DynamicCastToGenerated;

struct Operation {
  const char* name;
  // Of the request, beside the vault and the object.
  std::string rest;
};

// The operations on one kind of object.
struct Kind {
  const char* service;
  const char* title;       // "Key", as in DeleteKey
  const char* name_field;  // "key_name"
  const char* make;
  std::string make_rest;
  std::vector<Operation> operations;
};

// Of RFC 7517 appendix A.2.
std::string ImportedKey() {
  const auto member = [](const char* name, const char* base64) {
    std::string bytes;
    absl::WebSafeBase64Unescape(base64, &bytes);
    return absl::StrCat(name, ": '", absl::CEscape(bytes), "' ");
  };
  return absl::StrCat("key { kty: JSON_WEB_KEY_TYPE_EC crv: JSON_WEB_KEY_CURVE_NAME_P256 ",
                      member("x", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"),
                      member("y", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"),
                      member("d", "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"), "}");
}

Kind Keys() {
  constexpr char kSeal[] = "alg: JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP value: 'x'";
  constexpr char kSign[] =
      "alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256 value: '01234567890123456789012345678901'";
  constexpr char kVerify[] =
      "alg: JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256 digest: '01234567890123456789012345678901' "
      "value: '0123456789012345678901234567890101234567890123456789012345678901'";
  constexpr char kMake[] = "kty: JSON_WEB_KEY_TYPE_EC ";
  return {.service = "Keys",
          .title = "Key",
          .name_field = "key_name",
          .make = "CreateKey",
          .make_rest = kMake,
          .operations = {{"CreateKey", kMake},
                         {"ImportKey", ImportedKey()},
                         {"GetKey", ""},
                         {"UpdateKey", "tags { }"},
                         {"DeleteKey", ""},
                         {"GetKeyVersions", ""},
                         {"GetDeletedKey", ""},
                         {"RecoverDeletedKey", ""},
                         {"PurgeDeletedKey", ""},
                         {"RotateKey", ""},
                         {"GetKeyRotationPolicy", ""},
                         {"UpdateKeyRotationPolicy",
                          "policy { lifetime_actions { trigger { time_after_create: 'P90D' } "
                          "action { type: 'rotate' } } attributes { expiry_time: 'P2Y' } }"},
                         // The keys are for signatures: key_ops refuses these.
                         {"Encrypt", kSeal},
                         {"Decrypt", kSeal},
                         {"WrapKey", kSeal},
                         {"UnwrapKey", kSeal},
                         {"Sign", kSign},
                         {"Verify", kVerify},
                         {"BackupKey", ""},
                         // None of the keys is exportable.
                         {"ReleaseKey", "target: 'x'"}}};
}

Kind Secrets() {
  return {.service = "Secrets",
          .title = "Secret",
          .name_field = "secret_name",
          .make = "SetSecret",
          .make_rest = "value: 'x' ",
          .operations = {{"SetSecret", "value: 'x'"},
                         {"GetSecret", ""},
                         {"UpdateSecret", "content_type: 'text/plain'"},
                         {"DeleteSecret", ""},
                         {"GetSecretVersions", ""},
                         {"GetDeletedSecret", ""},
                         {"RecoverDeletedSecret", ""},
                         {"PurgeDeletedSecret", ""},
                         {"BackupSecret", ""}}};
}

// Virtual time starts in 2026.
struct State {
  const char* name;
  const char* attributes;
};
constexpr State kStates[] = {
    {"absent", ""},
    {"live", ""},
    {"disabled", "attributes { enabled: false }"},
    {"early", "attributes { nbf { seconds: 1900000000 } }"},
    {"late", "attributes { exp { seconds: 1700000000 } }"},
    {"deleting", ""},
    {"deleted", ""},
    {"recovering", ""},
    {"purging", ""},
};

ServerOptions SlowOptions() {
  ServerOptions options = TestOptions();
  options.object_deletion_delay = absl::Hours(1);
  options.object_recovery_delay = absl::Hours(1);
  options.object_purge_delay = absl::Hours(1);
  return options;
}

class ForesightTest : public testing::TestWithParam<Kind> {
 protected:
  ForesightTest()
      : emulator_(Must(Emulator::Create(SlowOptions()))),
        faces_((emulator_->Start(), emulator_.get())) {
    faces_.Do("ResourceGroups/CreateOrUpdateResourceGroup",
              absl::StrCat(Ids(), "parameters { location: 'westus2' }"));
    PutVault("kv1", "");
    PutVault("kept1", "enable_purge_protection: true");
  }

  static std::string Ids() {
    return absl::StrCat("subscription_id: '", kDefaultSubscriptionId,
                        "' resource_group_name: 'g' ");
  }
  void PutVault(const std::string& name, const std::string& properties) {
    faces_.Do(
        "Vaults/CreateOrUpdateVault",
        absl::Substitute(
            "$0 vault_name: '$1' parameters { location: 'westus2' properties { tenant_id: "
            "'$2' sku { family: 'A' name: 'standard' } access_policies { values { tenant_id: "
            "'$2' object_id: '$3' permissions { keys: 'all' keys: 'purge' secrets: 'all' "
            "secrets: 'purge' } } } $4 } }",
            Ids(), name, std::string(kDefaultTenantId), std::string(kAdminObjectId), properties));
  }

  static std::string MethodOf(absl::string_view name) {
    return absl::StrCat(GetParam().service, "/", name);
  }
  static std::string Request(const std::string& vault, const std::string& object,
                             const std::string& rest = "") {
    return absl::StrCat("vault_name: '", vault, "' ", GetParam().name_field, ": '", object, "' ",
                        rest);
  }
  // "Delete": DeleteKey, DeleteSecret.
  void Do(const char* verb, const std::string& vault, const std::string& object) {
    faces_.Do(MethodOf(absl::StrCat(verb, GetParam().title)), Request(vault, object));
  }

  // One object for each operation, in each state: operations change it.
  static std::string NameOf(const State& state, const Operation& operation) {
    return absl::StrCat(state.name, "-", operation.name);
  }
  void ForAll(const std::vector<std::string>& states, const std::string& vault, const char* verb) {
    for (const std::string& state : states) {
      for (const Operation& operation : GetParam().operations) {
        Do(verb, vault, absl::StrCat(state, "-", operation.name));
      }
    }
  }
  void MakeAll(const std::string& vault, bool purges) {
    for (const State& state : kStates) {
      if (absl::string_view(state.name) == "absent") continue;
      for (const Operation& operation : GetParam().operations) {
        faces_.Do(MethodOf(GetParam().make),
                  Request(vault, NameOf(state, operation),
                          absl::StrCat(GetParam().make_rest, state.attributes)));
      }
    }
    ForAll({"deleted", "recovering", "purging"}, vault, "Delete");
    faces_.Do("Emulator/AdvanceClock", "by { seconds: 7200 }");
    ForAll({"deleting"}, vault, "Delete");
    ForAll({"recovering"}, vault, "RecoverDeleted");
    if (purges) ForAll({"purging"}, vault, "PurgeDeleted");
  }

  v1::Explanation Explain(const std::string& request) {
    const std::unique_ptr<google::protobuf::Message> answer =
        faces_.Ask("Explanations/Explain", request);
    return *DynamicCastToGenerated<v1::Explanation>(answer.get());
  }

  // Asks, makes the call, and compares.
  void Check(const std::string& vault, const State& state, const Operation& operation) {
    const std::string name = NameOf(state, operation);
    SCOPED_TRACE(absl::StrCat(vault, " ", name));
    const v1::Explanation foreseen = Explain(
        absl::StrCat("principal: '", kAdminObjectId, "' operation: '", MethodOf(operation.name),
                     "' vault: '", vault, "' name: '", name, "'"));
    const Outcome outcome =
        faces_.OverGrpc(MethodOf(operation.name), Request(vault, name, operation.rest), "");
    EXPECT_EQ(foreseen.allowed(), outcome.http_status == 200) << outcome.Short();
    if (outcome.http_status == 200) return;
    EXPECT_EQ(foreseen.error().http_status(), outcome.http_status);
    EXPECT_EQ(foreseen.error().code(), outcome.code);
    EXPECT_EQ(foreseen.error().inner_code(), outcome.inner_code);
    EXPECT_EQ(foreseen.error().message(), outcome.message);
    // And in the same words, which say more than the error's code.
    const v1::Explanation told = Explain(absl::StrCat("request_id: '", outcome.request_id, "'"));
    EXPECT_NE(told.decided_by(), outcome.code) << told.reason();
    EXPECT_EQ(told.decided_by(), foreseen.decided_by());
    EXPECT_EQ(told.reason(), foreseen.reason());
    EXPECT_EQ(told.change(), foreseen.change());
    ASSERT_GE(told.call().target_size(), 1);
    EXPECT_EQ(told.call().target(0).name(), "vault_name");
    EXPECT_EQ(told.call().target(0).value(), vault);
  }

  std::unique_ptr<Emulator> emulator_;
  TwoFaces faces_;
};

TEST_P(ForesightTest, WhatIsForeseenIsWhatTheCallIsTold) {
  MakeAll("kv1", true);
  for (const State& state : kStates) {
    for (const Operation& operation : GetParam().operations) Check("kv1", state, operation);
  }
}

TEST_P(ForesightTest, PurgeProtectionIsForeseen) {
  MakeAll("kept1", false);
  const Operation purge{
      absl::string_view(GetParam().title) == "Key" ? "PurgeDeletedKey" : "PurgeDeletedSecret", ""};
  for (const State& state : kStates) {
    // What would be purged is as deleted as the rest.
    Check("kept1", state, purge);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ForesightTest, testing::Values(Keys(), Secrets()),
                         [](const testing::TestParamInfo<Kind>& kind) {
                           return std::string(kind.param.service);
                         });

}  // namespace
}  // namespace lazuli::emulator
