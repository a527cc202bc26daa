// Every answer of the HTTPS face held against Azure's own OpenAPI documents. They are no part of
// this repository: name the folder "specification" of a clone of azure-rest-api-specs, or of as
// much of it as these tests read, and without it they are skipped:
//
//   LAZULI_OPENAPI=/path/to/specification bazel test //tests:contract_test
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "emulator/server/emulator.h"
#include "gtest/gtest.h"
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

class ContractTest : public ::testing::Test {
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
    const std::string vaults =
        root + "/keyvault/resource-manager/Microsoft.KeyVault/stable/2022-07-01/";
    documents_[v1::PLANE_KEY_VAULT_DATA] = std::make_unique<OpenApi>(std::vector<std::string>{
        root + "/keyvault/data-plane/Microsoft.KeyVault/stable/7.5/keys.json"});
    documents_[v1::PLANE_BATCH_DATA] = std::make_unique<OpenApi>(std::vector<std::string>{
        root + "/batch/data-plane/Microsoft.Batch/stable/2022-10-01.16.0/BatchService.json"});
    documents_[v1::PLANE_RESOURCE_MANAGER] = std::make_unique<OpenApi>(std::vector<std::string>{
        vaults + "keyvault.json", vaults + "managedHsm.json", vaults + "providers.json",
        root + "/batch/resource-manager/Microsoft.Batch/stable/2022-10-01/BatchManagement.json",
        root + "/msi/resource-manager/Microsoft.ManagedIdentity/stable/2023-01-31/"
               "ManagedIdentity.json"});
  }

  const Method& Find(const std::string& name) const {
    return *emulator_->methods().Find(absl::StrCat("lazuli.v1.", name));
  }

  // Sends the request and holds the answer against its description. The answer's body.
  std::string Check(const Method& method, const Message& request) {
    HttpRequest http = ToHttp(method, request);
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
    }
    if (answer.status != 202) return answer.body;
    const std::string location(answer.headers.Get("Location"));
    const std::string origin = "https://management.azure.com";
    if (!absl::StartsWith(location, origin)) return answer.body;
    return face_.Get("management.azure.com", location.substr(origin.size())).body;
  }

  std::unique_ptr<Emulator> emulator_;
  HttpFace face_;
  std::map<v1::Plane, std::unique_ptr<OpenApi>> documents_;
  int checked_ = 0;
};

TEST_F(ContractTest, AnswersAreAsAzureDescribesThem) {
  StepValues values;
  for (const ParityStep& step : ParitySteps()) {
    const Method& method = Find(step.method);
    std::unique_ptr<Message> request(method.request_prototype->New());
    values.Fill(step, request.get());
    values.Save(step, Check(method, *request));
  }
  EXPECT_GT(checked_, 100);
}

TEST_F(ContractTest, RefusalsAreAsAzureDescribesThem) {
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

}  // namespace
}  // namespace lazuli::emulator
