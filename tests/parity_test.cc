// Both faces are one API: each method of it, called as gRPC does and as Azure's clients do over
// HTTPS, gives the same result or the same error. Two emulators with the same seed and the same
// time get the same calls, one by each face.
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "boost/json.hpp"
#include "emulator/json/encoder.h"
#include "emulator/server/emulator.h"
#include "gtest/gtest.h"
#include "proto/batch_pools.pb.h"
#include "tests/support/http_face.h"
#include "tests/support/parity_steps.h"
#include "tests/support/request_maker.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Message;

constexpr char kAccountEndpoint[] = "acc1.westus2.batch.azure.com";

// Whatever keys, secrets, tokens and the process itself put into an answer differs from one
// emulator to the next.
bool IsRandom(const std::string& member, const boost::json::value& value) {
  static const auto& names = *new std::set<std::string>({"n",
                                                         "x",
                                                         "y",
                                                         "csr",
                                                         "cer",
                                                         "x5t",
                                                         "primary",
                                                         "secondary",
                                                         "access_token",
                                                         "clientSecret",
                                                         "residentBytes",
                                                         "cpuTime",
                                                         "record",
                                                         "sealedBytes",
                                                         "realTime",
                                                         "lostAtReal",
                                                         "servedAtReal",
                                                         "certificatePemFile",
                                                         "privateKeyAttestation",
                                                         "publicKeyAttestation",
                                                         "token",
                                                         "privateKey"});
  // A signature or a ciphertext, and not a list or whether one is right.
  if (names.contains(member) || (member == "value" && value.is_string())) return true;
  // Of a key in no vault: its thumbprint.
  return member == "kid" && value.is_string() &&
         !absl::StartsWith(std::string(value.as_string().c_str()), "https://");
}

// What the faces are known to say differently: links and first answers of vaults are the wire's.
void Normalize(boost::json::value* value, const std::string& member) {
  if (boost::json::array* list = value->if_array()) {
    for (boost::json::value& element : *list) Normalize(&element, "");
    return;
  }
  boost::json::object* object = value->if_object();
  if (object == nullptr) {
    if (IsRandom(member, *value)) *value = "...";
    if (member == "provisioningState" && *value == "RegisteringDns") *value = "Succeeded";
    if (member == "vaultUri") {
      *value = std::string(absl::StripSuffix(std::string(value->as_string().c_str()), "/"));
    }
    const bool is_link = member == "nextLink" || member == "odata.nextLink";
    if (is_link && value->is_string()) *value = "...";
    return;
  }
  object->stable_erase("odata.metadata");
  for (auto& entry : *object) Normalize(&entry.value(), std::string(entry.key()));
}

std::string Normalized(const std::string& json) {
  if (json.empty()) return "";
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(json, error);
  if (error) return absl::StrCat("no JSON: ", json);
  Normalize(&value, "");
  return boost::json::serialize(value);
}

// What a call came to: "200 {...}" or "404 KeyNotFound: text".
struct Outcome {
  std::string text;
  std::string json;  // as it came, for what later steps take out of it
};

std::string DescribeError(int http_status, absl::string_view code, absl::string_view message) {
  return absl::StrCat(http_status, " ", code, ": ",
                      message.substr(0, message.find("\nRequestId:")));
}

// What a write to an object of Batch says of it.
std::string DescribeRevision(absl::string_view e_tag, absl::string_view id,
                             absl::string_view location, bool has_time) {
  return absl::StrCat("OK ", e_tag, " of ", id, " at ", location, has_time ? ", with a time" : "");
}

// One emulator and the values that its answers gave.
class Side {
 public:
  Side()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {}
  virtual ~Side() = default;

  const MethodRegistry& methods() const { return emulator_->methods(); }

  Outcome Run(const ParityStep& step) {
    const Method& method = *methods().Find(absl::StrCat("lazuli.v1.", step.method));
    std::unique_ptr<Message> request(method.request_prototype->New());
    values_.Fill(step, request.get());
    const Outcome outcome = Make(method, *request);
    values_.Save(step, outcome.json);
    return outcome;
  }
  virtual Outcome Make(const Method& method, const Message& request) = 0;

 protected:
  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
  StepValues values_;
};

// As the gRPC face does.
class GrpcSide final : public Side {
 public:
  Outcome Make(const Method& method, const Message& request) override {
    std::unique_ptr<Message> response(method.response_prototype->New());
    const absl::Status status = face_.Call(method, request, response.get());
    if (!status.ok()) {
      const ErrorInfo info = ErrorInfoOrDefault(status);
      if (info.http_status == 304) return {"304 without a body", ""};
      return {DescribeError(info.http_status, info.code, status.message()), ""};
    }
    if (method.descriptor->output_type()->field_count() == 0) return {"OK", ""};
    if (const auto* revision =
            google::protobuf::DynamicCastToGenerated<v1::ObjectRevision>(response.get())) {
      return {DescribeRevision(revision->e_tag(), revision->data_service_id(), revision->location(),
                               revision->has_last_modified()),
              ""};
    }
    const std::string json = Must(EncodeJson(*response));
    return {absl::StrCat("OK ", Normalized(json)), json};
  }
};

// As Azure's clients do.
class HttpSide final : public Side {
 public:
  Outcome Make(const Method& method, const Message& request) override {
    HttpResponse answer = face_.AskAsAdmin(ToHttp(method, request));
    if (answer.status == 304) return {"304 without a body", ""};
    if (answer.status >= 400) {
      boost::json::error_code error;
      const boost::json::value body = boost::json::parse(answer.body, error);
      const auto text = [&](const char* plain, const char* wrapped) {
        const boost::json::value* found = body.find_pointer(plain, error);
        if (found == nullptr) found = body.find_pointer(wrapped, error);
        return found == nullptr ? answer.body : std::string(found->as_string().c_str());
      };
      return {DescribeError(answer.status, text("/error/code", "/code"),
                            text("/error/message", "/message/value")),
              ""};
    }
    const int expected = method.rule.success_status() == 0 ? 200 : method.rule.success_status();
    const bool is_long = method.rule.long_running() != v1::LONG_RUNNING_NO;
    if (is_long && answer.status == 202) {
      const std::string location(answer.headers.Get("Location"));
      const std::string origin = "https://management.azure.com";
      EXPECT_TRUE(absl::StartsWith(location, origin)) << location;
      answer = face_.Get("management.azure.com", location.substr(origin.size()));
      EXPECT_EQ(answer.status, 200) << answer.body;
    } else if (answer.status == 204 && expected != 204 &&
               method.descriptor->output_type()->field_count() == 0) {
      // There was nothing to delete.
      EXPECT_TRUE(absl::StartsWith(method.rule.http(), "DELETE ")) << method.name;
    } else if (!is_long) {
      EXPECT_EQ(answer.status, expected) << method.name;
    }
    if (method.descriptor->output_type()->field_count() == 0) return {"OK", ""};
    if (method.descriptor->output_type() == v1::ObjectRevision::descriptor()) {
      EXPECT_EQ(answer.body, "");
      const HttpHeaders& headers = answer.headers;
      return {DescribeRevision(headers.Get("ETag"), headers.Get("DataServiceId"),
                               headers.Get("Location"), headers.Find("Last-Modified") != nullptr),
              ""};
    }
    return {absl::StrCat("OK ", Normalized(answer.body)), answer.body};
  }
};

class ParityTest : public ::testing::Test {
 protected:
  // Of the methods that both faces serve.
  std::vector<const Method*> Methods() const {
    std::vector<const Method*> methods;
    for (const Method* method : grpc_.methods().methods()) {
      // Sign-in has forms instead of JSON, and streams have no place in one answer.
      if (method->plane == v1::PLANE_TOKEN || method->descriptor->server_streaming()) continue;
      if (!method->rule.http().empty()) methods.push_back(method);
    }
    return methods;
  }

  GrpcSide grpc_;
  HttpSide http_;
};

TEST_F(ParityTest, EveryMethodComesToTheSame) {
  std::set<std::string> covered;
  for (const ParityStep& step : ParitySteps()) {
    SCOPED_TRACE(absl::StrCat(step.method, " ", step.request));
    ASSERT_NE(grpc_.methods().Find(absl::StrCat("lazuli.v1.", step.method)), nullptr);
    const Outcome expected = grpc_.Run(step);
    EXPECT_EQ(http_.Run(step).text, expected.text);
    EXPECT_EQ(absl::StartsWith(expected.text, "OK"), !step.fails) << expected.text;
    // Of these there are none, so that none is found; and this emulator's state nobody replaces.
    const bool is_all_there_is =
        step.method == "BatchCatalog/GetApplication" || absl::StartsWith(step.method, "State/");
    if (!step.fails || is_all_there_is) covered.insert(absl::StrCat("lazuli.v1.", step.method));
  }
  for (const Method* method : Methods()) {
    if (method->not_emulated) continue;
    EXPECT_TRUE(covered.contains(method->name)) << method->name << " has no step";
  }
}

// A request that says what is needed and is about nothing that exists, and each that lacks
// something or asks for what is not emulated.
TEST_F(ParityTest, EveryMethodRefusesInTheSameWords) {
  for (const Method* method : Methods()) {
    std::vector<std::shared_ptr<Message>> requests;
    requests.emplace_back(CompleteRequest(*method->descriptor));
    const std::string body = method->rule.body();
    for (auto* make : {&RequestsWithAMissingField, &RequestsWithAnUnemulatedField}) {
      for (FaultyRequest& faulty : (*make)(*method->descriptor)) {
        // What a path or a host says cannot be left out of it.
        if (body != "*" && !absl::StartsWith(faulty.path, body)) continue;
        if (body.empty() || faulty.path == "account" || faulty.path == "vaultName") continue;
        const std::vector<std::string> in_path = PathFields(*method->descriptor);
        const auto* field = method->descriptor->input_type()->FindFieldByCamelcaseName(faulty.path);
        if (field != nullptr &&
            std::find(in_path.begin(), in_path.end(), field->name()) != in_path.end()) {
          continue;
        }
        requests.emplace_back(std::move(faulty.request));
      }
    }
    for (const std::shared_ptr<Message>& request : requests) {
      if (method->plane == v1::PLANE_BATCH_DATA) {
        request->GetReflection()->SetString(
            request.get(), request->GetDescriptor()->FindFieldByName("account"), kAccountEndpoint);
      }
      if (const auto* scope = request->GetDescriptor()->FindFieldByName("scope")) {
        // A path begins with a slash.
        request->GetReflection()->SetString(request.get(), scope, "/x");
      }
      SCOPED_TRACE(absl::StrCat(method->name, " ", request->ShortDebugString()));
      const Outcome expected = grpc_.Make(*method, *request);
      EXPECT_EQ(http_.Make(*method, *request).text, expected.text);
    }
  }
}

}  // namespace
}  // namespace lazuli::emulator
