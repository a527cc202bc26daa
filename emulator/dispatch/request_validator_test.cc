#include "emulator/dispatch/request_validator.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/status_matchers.h"
#include "emulator/json/proto_text.h"
#include "emulator/json/random_message.h"
#include "emulator/json/spelling.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "proto/api_files.h"
#include "proto/batch_jobs.pb.h"
#include "proto/keys.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::MethodDescriptor;
using testing::Probe;

// A request with everything that is required.
constexpr char kComplete[] = R"pb(
  vault_name: "v"
  key_name: "k"
  color: COLOR_RED
  leaves { name: "a" }
  inline_list {}
)pb";

RequestValidator ProbeValidator() {
  absl::StatusOr<RequestValidator> validator = RequestValidator::Compile(
      *Probe::descriptor(), {"key_name", "key_version"},
      [](absl::string_view path) { return VaultMissingFieldError(path); });
  EXPECT_TRUE(validator.ok()) << validator.status().ToString();
  return *std::move(validator);
}

std::string TargetOf(const absl::Status& status) {
  const std::optional<ErrorInfo> info = GetErrorInfo(status);
  return info.has_value() ? info->target : status.ToString();
}

void ExpectMissing(const Probe& request, const std::string& path) {
  const absl::Status status = ProbeValidator().Validate(request);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << request.DebugString();
  EXPECT_THAT(status, ErrorCodeIs("BadParameter")) << request.DebugString();
  EXPECT_EQ(TargetOf(status), path);
}

void ExpectInvalid(const Probe& request, const std::string& path) {
  const absl::Status status = ProbeValidator().Validate(request);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << request.DebugString();
  EXPECT_THAT(status, ErrorCodeIs("InvalidInput")) << request.DebugString();
  EXPECT_EQ(TargetOf(status), path);
}

void ExpectNotEmulated(const std::string& addition, const std::string& path) {
  const absl::Status status =
      ProbeValidator().Validate(FromText<Probe>(std::string(kComplete) + addition));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnimplemented)) << addition;
  EXPECT_TRUE(absl::StrContains(status.message(), path)) << status.ToString();
}

void ExpectValid(const std::string& addition) {
  LAZULI_EXPECT_OK(ProbeValidator().Validate(FromText<Probe>(std::string(kComplete) + addition)))
      << addition;
}

Probe Complete() { return FromText<Probe>(kComplete); }

TEST(RequestValidatorTest, PassesWhatIsComplete) {
  ExpectValid("");
  ExpectValid("leaf {name: 'n'} number: -1");
  ExpectValid("leaves {name: ''}");
  ExpectValid("leaves_by_name {key: '' value {name: 'n'}} tags {values {key: 'a' value: ''}}");
  ExpectValid("colors: COLOR_UNSPECIFIED");
}

TEST(RequestValidatorTest, ReportsTheFirstMissingFieldInOrderOfDeclaration) {
  Probe request;
  ExpectMissing(request, "vaultName");
  request.set_vault_name("v");
  ExpectMissing(request, "keyName");
  request.set_key_name("");
  ExpectMissing(request, "keyName");
  request.set_key_name("k");
  ExpectMissing(request, "color");
  request.set_color(testing::COLOR_UNSPECIFIED);
  ExpectMissing(request, "color");
  request.set_color(testing::COLOR_RED);
  ExpectMissing(request, "leaves");
  request.add_leaves();
  ExpectMissing(request, "leaves[0].name");
  request.mutable_leaves(0)->set_name("");
  ExpectMissing(request, "inlineList");
  request.mutable_inline_list();
  LAZULI_EXPECT_OK(ProbeValidator().Validate(request));
}

TEST(RequestValidatorTest, LooksIntoMessagesThatArePresent) {
  Probe request = Complete();
  request.mutable_leaf();
  ExpectMissing(request, "leaf.name");

  request = Complete();
  request.add_leaves()->set_name("b");
  request.add_leaves();
  ExpectMissing(request, "leaves[2].name");

  request = Complete();
  request.mutable_inline_list()->add_values()->set_name("a");
  request.mutable_inline_list()->add_values();
  ExpectMissing(request, "inlineList[1].name");

  request = Complete();
  (*request.mutable_leaves_by_name())["a key"].set_count(1);
  ExpectMissing(request, "leavesByName[\"a key\"].name");
}

// What the path gives is asked of the request alone, what the fields' options say at every level.
TEST(RequestValidatorTest, ChecksAMessageInsideOfItsOwnKind) {
  Probe request = Complete();
  request.mutable_inner();
  ExpectMissing(request, "inner.vaultName");
  *request.mutable_inner() = Complete();
  request.mutable_inner()->clear_key_name();
  LAZULI_EXPECT_OK(ProbeValidator().Validate(request));
  request.mutable_inner()->mutable_leaf();
  ExpectMissing(request, "inner.leaf.name");
}

TEST(RequestValidatorTest, RefusesWhatIsNotEmulated) {
  ExpectNotEmulated("use_magic: true", "useMagic");
  ExpectNotEmulated("magic_word: ''", "$magic");
  ExpectNotEmulated("magic_words: 'x'", "magicWords");
  ExpectValid("use_magic: false");
}

TEST(RequestValidatorTest, DoesNotLookIntoAnswerFields) {
  Probe request = Complete();
  request.mutable_answer()->set_secret_note("\xFF");
  LAZULI_EXPECT_OK(ProbeValidator().Validate(request));
}

TEST(RequestValidatorTest, RefusesTextThatIsNotUtf8) {
  Probe request = Complete();
  request.set_vault_name("\xFF");
  ExpectInvalid(request, "vaultName");

  request = Complete();
  request.add_texts("fine");
  request.add_texts("\xC3(");
  ExpectInvalid(request, "texts[1]");

  request = Complete();
  (*request.mutable_tags()->mutable_values())["key"] = "\xFF";
  ExpectInvalid(request, "tags[\"key\"]");

  request = Complete();
  (*request.mutable_tags()->mutable_values())["\xFF"] = "value";
  ExpectInvalid(request, "tags");
}

TEST(RequestValidatorTest, RefusesTextThatIsTooLong) {
  Probe request = Complete();
  request.set_vault_name(std::string(limits::kMaxStringBytes, 'x'));
  LAZULI_EXPECT_OK(ProbeValidator().Validate(request));
  request.mutable_vault_name()->push_back('x');
  ExpectInvalid(request, "vaultName");

  request = Complete();
  (*request.mutable_tags()->mutable_values())[std::string(limits::kMaxStringBytes + 1, 'x')] = "";
  ExpectInvalid(request, "tags");
}

TEST(RequestValidatorTest, RefusesEnumValuesWithoutAName) {
  Probe request = Complete();
  request.set_color(static_cast<testing::Color>(99));
  ExpectInvalid(request, "color");
  request = Complete();
  request.add_colors(static_cast<testing::Color>(-1));
  ExpectInvalid(request, "colors[0]");
}

TEST(RequestValidatorTest, RefusesTimesThatAreNone) {
  for (const char* time : {"seconds: 253402300800", "seconds: -62135596801", "nanos: -1",
                           "nanos: 1000000000", "seconds: 9223372036854775807"}) {
    ExpectInvalid(FromText<Probe>(std::string(kComplete) + "time {" + time + "}"), "time");
  }
  ExpectValid("time {seconds: 253402300799 nanos: 999999999}");
  ExpectValid("time {seconds: -62135596800}");
}

TEST(RequestValidatorTest, RefusesDurationsThatAreNone) {
  for (const char* span :
       {"seconds: 922337203685 nanos: 477580701", "seconds: 922337203686", "seconds: -922337203686",
        "seconds: 9223372036854775807", "seconds: -9223372036854775808 nanos: -999999999",
        "seconds: 1 nanos: -1", "seconds: -1 nanos: 1", "nanos: 1000000000"}) {
    ExpectInvalid(FromText<Probe>(std::string(kComplete) + "span {" + span + "}"), "span");
  }
  ExpectValid("span {seconds: 922337203685 nanos: 477580700}");
  ExpectValid("span {seconds: -5 nanos: -1}");
  ExpectValid("span {}");
}

TEST(RequestValidatorTest, RefusesToCompileForPathsThatDoNotFit) {
  for (const char* name : {"nothing", "number", "texts", "leaf"}) {
    EXPECT_THAT(RequestValidator::Compile(*Probe::descriptor(), {name}, VaultMissingFieldError),
                StatusIs(absl::StatusCode::kInternal))
        << name;
  }
}

class ApiValidatorTest : public ::testing::Test {
 protected:
  static absl::Status Validate(const std::string& method,
                               const google::protobuf::Message& request) {
    const MethodDescriptor* descriptor =
        request.GetDescriptor()->file()->pool()->FindMethodByName("lazuli.v1." + method);
    if (descriptor == nullptr) return absl::NotFoundError(method);
    absl::StatusOr<RequestValidator> validator = RequestValidator::Compile(*descriptor);
    if (!validator.ok()) return validator.status();
    return validator->Validate(request);
  }
};

TEST_F(ApiValidatorTest, AKeyNeedsItsNameAndNotItsVersion) {
  v1::GetKeyRequest request;
  request.set_vault_name("v");
  EXPECT_THAT(Validate("Keys.GetKey", request), ErrorCodeIs("BadParameter"));
  request.set_key_name("k");
  LAZULI_EXPECT_OK(Validate("Keys.GetKey", request));
}

TEST_F(ApiValidatorTest, AVaultNeedsItsSku) {
  auto request = FromText<v1::CreateOrUpdateVaultRequest>(R"pb(
    subscription_id: "s"
    resource_group_name: "g"
    vault_name: "v"
    parameters {
      location: "westus"
      properties {
        tenant_id: "t"
        sku { family: "A" }
        access_policies { values { tenant_id: "t" object_id: "o" } }
      }
    }
  )pb");
  absl::Status status = Validate("Vaults.CreateOrUpdateVault", request);
  EXPECT_THAT(status, ErrorCodeIs("InvalidRequestContent"));
  EXPECT_EQ(TargetOf(status), "parameters.properties.sku.name");
  request.mutable_parameters()->mutable_properties()->mutable_sku()->set_name("standard");
  status = Validate("Vaults.CreateOrUpdateVault", request);
  EXPECT_EQ(TargetOf(status), "parameters.properties.accessPolicies[0].permissions");
}

TEST_F(ApiValidatorTest, ATaskCollectionNeedsTasks) {
  auto request = FromText<v1::AddTaskCollectionRequest>("account: 'a' job_id: 'j'");
  absl::Status status = Validate("Tasks.AddTaskCollection", request);
  EXPECT_THAT(status, ErrorCodeIs("MissingRequiredProperty"));
  EXPECT_EQ(TargetOf(status), "value");
  request.add_value()->set_id("t");
  status = Validate("Tasks.AddTaskCollection", request);
  EXPECT_EQ(TargetOf(status), "value[0].commandLine");
}

// Whatever is in a request, it is judged and nothing else happens.
TEST_F(ApiValidatorTest, EveryMethodJudgesAnyRequest) {
  int methods = 0;
  for (const google::protobuf::FileDescriptor* file : ApiFiles()) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        const MethodDescriptor& method = *file->service(i)->method(j);
        LAZULI_ASSERT_OK_AND_ASSIGN(const RequestValidator validator,
                                    RequestValidator::Compile(method));
        ++methods;
        RandomStream random(4, method.full_name());
        const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(
            method.input_type());
        for (int round = 0; round < 20; ++round) {
          const std::unique_ptr<google::protobuf::Message> request(prototype->New());
          FillRandomly(&random, 5, request.get());
          const absl::Status status = validator.Validate(*request);
          if (status.ok()) continue;
          EXPECT_TRUE(absl::IsInvalidArgument(status) || absl::IsUnimplemented(status))
              << method.full_name() << ": " << status.ToString();
        }
      }
    }
  }
  EXPECT_GT(methods, 60);
}

}  // namespace
}  // namespace lazuli::emulator
