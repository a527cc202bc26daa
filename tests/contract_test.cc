// Every answer of the HTTPS face held against Azure's own OpenAPI documents. They are no part of
// this repository: name the folder "specification" of a clone of azure-rest-api-specs, or of as
// much of it as these tests read, and without it they are skipped:
//
//   bazel test --test_env=LAZULI_OPENAPI=/path/to/specification //tests:contract_test
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "emulator/server/emulator.h"
#include "gtest/gtest.h"
#include "proto/api_version.h"
#include "tests/support/http_face.h"
#include "tests/support/openapi.h"
#include "tests/support/parity_steps.h"
#include "tests/support/request_maker.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using google::protobuf::Message;

// Where the service itself, as recorded, does not do what its description says; the place in the
// body, and what is then reported.
bool IsRecorded(const std::string& problem) {
  static const auto& recorded = *new std::set<std::string>({
      // The last page says so.
      "nextLink: null",
      // Named in every answer of Batch.
      "odata.metadata: the member is not described",
      // What Resource Manager refuses before a provider sees it has the shape of its own errors.
      "error.target: the member is not described",
  });
  return recorded.contains(problem);
}

// "get /keys/{}": what the same operation has in common with itself wherever it is described.
std::string Shape(absl::string_view verb, absl::string_view path) {
  std::string shape = absl::StrCat(verb, " ");
  bool is_name = false;
  for (const char c : path) {
    if (c == '{') is_name = true;
    if (!is_name || c == '{') shape.push_back(c);
    if (c == '}') {
      shape.push_back(c);
      is_name = false;
    }
  }
  return absl::AsciiStrToLower(shape);
}

// The documents of one api-version of the vaults' data plane, and one of their management.
struct Release {
  const char* name;
  const char* data;
  const char* management;
};

constexpr Release kReleases[] = {
    {"V74", "7.4", "2022-07-01"},
    {"V75", "7.5", "2023-07-01"},
};

class ContractTest : public ::testing::TestWithParam<Release> {
 protected:
  ContractTest()
      : emulator_(Must(Emulator::Create(TestOptions()))),
        face_((emulator_->Start(), emulator_.get())) {}

  void SetUp() override {
    const char* folder = std::getenv("LAZULI_OPENAPI");
    if (folder == nullptr || *folder == '\0') {
      GTEST_SKIP() << "LAZULI_OPENAPI does not name the folder of Azure's OpenAPI documents";
    }
    const std::string root = folder;
    const std::string vaults = absl::StrCat(
        root, "/keyvault/resource-manager/Microsoft.KeyVault/stable/", GetParam().management, "/");
    Add(v1::PLANE_KEY_VAULT_DATA,
        {absl::StrCat(root, "/keyvault/data-plane/Microsoft.KeyVault/stable/", GetParam().data,
                      "/keys.json")});
    Add(v1::PLANE_BATCH_DATA,
        {root + "/batch/data-plane/Microsoft.Batch/stable/2022-10-01.16.0/BatchService.json"});
    Add(v1::PLANE_RESOURCE_MANAGER,
        {vaults + "keyvault.json", vaults + "managedHsm.json", vaults + "providers.json",
         vaults + "keys.json", vaults + "secrets.json",
         root + "/batch/resource-manager/Microsoft.Batch/stable/2022-10-01/BatchManagement.json",
         root + "/msi/resource-manager/Microsoft.ManagedIdentity/stable/2023-01-31/"
                "ManagedIdentity.json"});
  }

  void Add(v1::Plane plane, const std::vector<std::string>& files) {
    documents_[plane] = std::make_unique<OpenApi>(files);
  }

  const Method& Find(const std::string& name) const {
    return *emulator_->methods().Find(absl::StrCat("lazuli.v1.", name));
  }

  // The version that the documents describe; empty for what came later or is not of vaults.
  std::string ApiVersion(const Method& method) const {
    if (method.plane == v1::PLANE_RESOURCE_MANAGER &&
        absl::StartsWith(method.rule.action(), "Microsoft.KeyVault/")) {
      return GetParam().management;
    }
    if (method.plane != v1::PLANE_KEY_VAULT_DATA) return "";
    const google::protobuf::FileDescriptor& file = *method.descriptor->file();
    const bool is_younger =
        ApiVersionPlace(file, method.rule.since()) > ApiVersionPlace(file, GetParam().data);
    return is_younger ? "" : GetParam().data;
  }

  // Sends the request and holds the answer against its description. The answer's body.
  std::string Check(const Method& method, const Message& request) {
    HttpRequest http = ToHttp(method, request, ApiVersion(method));
    const std::string path = http.target;
    const std::string verb = http.method;
    HttpResponse answer = face_.AskAsAdmin(std::move(http));
    const auto documents = documents_.find(method.plane);
    if (documents != documents_.end() && answer.status != 304) {
      const auto problems = documents->second->Check(verb, path, answer.status, answer.body);
      if (problems.has_value()) ++checked_;
      for (const std::string& problem : problems.value_or(std::vector<std::string>())) {
        EXPECT_TRUE(IsRecorded(problem))
            << method.name << " " << answer.status << ": " << problem << "\n"
            << answer.body;
      }
      if (answer.status < 300) answered_.insert(documents->second->FindOperationId(verb, path));
    }
    if (answer.status != 202) return answer.body;
    const std::string location(answer.headers.Get("Location"));
    const std::string origin = "https://management.azure.com";
    if (!absl::StartsWith(location, origin)) return answer.body;
    return face_.Get("management.azure.com", location.substr(origin.size())).body;
  }

  std::set<std::string> EmulatedShapes() const {
    std::set<std::string> shapes;
    for (const Method* method : emulator_->methods().methods()) {
      const std::pair<std::string, std::string> http =
          absl::StrSplit(method->rule.http(), absl::MaxSplits(' ', 1));
      if (!method->not_emulated) shapes.insert(Shape(http.first, http.second));
    }
    return shapes;
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
  std::map<v1::Plane, std::unique_ptr<OpenApi>> documents_;
  int checked_ = 0;
  std::set<std::string> answered_;
};

TEST_P(ContractTest, AnswersAreAsAzureDescribesThem) {
  StepValues values;
  for (const ParityStep& step : ParitySteps()) {
    const Method& method = Find(step.method);
    std::unique_ptr<Message> request(method.request_prototype->New());
    values.Fill(step, request.get());
    std::string body = Check(method, *request);
    // What the version does not know yet later steps may stand on.
    if (!step.saves.empty() && absl::StartsWith(body, "{\"error\":")) {
      body = face_.AskAsAdmin(ToHttp(method, *request)).body;
    }
    values.Save(step, body);
  }
  EXPECT_GT(checked_, 100);
  // Of Key Vault's operations that are emulated none was left out of the walk.
  const std::set<std::string> emulated = EmulatedShapes();
  for (const v1::Plane plane : {v1::PLANE_KEY_VAULT_DATA, v1::PLANE_RESOURCE_MANAGER}) {
    for (const OpenApi::Operation& operation : documents_[plane]->Operations()) {
      const bool is_of_vaults = plane == v1::PLANE_KEY_VAULT_DATA ||
                                absl::StrContains(operation.path, "/Microsoft.KeyVault/");
      if (!is_of_vaults || !emulated.contains(Shape(operation.method, operation.path))) continue;
      EXPECT_TRUE(answered_.contains(operation.id))
          << operation.id << ", " << operation.method << " " << operation.path
          << ", was never answered";
    }
  }
}

TEST_P(ContractTest, RefusalsAreAsAzureDescribesThem) {
  for (const Method* method : emulator_->methods().methods()) {
    if (!documents_.contains(method->plane) || method->rule.http().empty()) continue;
    std::unique_ptr<Message> request = CompleteRequest(*method->descriptor);
    if (method->plane == v1::PLANE_BATCH_DATA) {
      request->GetReflection()->SetString(request.get(),
                                          request->GetDescriptor()->FindFieldByName("account"),
                                          "nowhere.westus2.batch.azure.com");
    }
    Check(*method, *request);
  }
  EXPECT_GT(checked_, 50);
}

INSTANTIATE_TEST_SUITE_P(Releases, ContractTest, ::testing::ValuesIn(kReleases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace lazuli::emulator
