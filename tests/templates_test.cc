// Templates, over every way that they come in: at start, over a call of either face, and by the
// command line.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_matchers.h"
#include "emulator/client/http_client.h"
#include "emulator/server/server.h"
#include "emulator/templates/template_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/batch_jobs.pb.h"
#include "proto/common.pb.h"
#include "proto/control.pb.h"
#include "proto/templates.pb.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// The examples of the documentation, in order: the language and the text.
std::vector<std::pair<std::string, std::string>> Examples() {
  std::vector<std::pair<std::string, std::string>> examples;
  const std::vector<std::string> parts = absl::StrSplit(ReadFile("docs/templates.md"), "```");
  for (size_t i = 1; i < parts.size(); i += 2) {
    const size_t line = parts[i].find('\n');
    examples.emplace_back(parts[i].substr(0, line), parts[i].substr(line + 1));
  }
  return examples;
}

v1::Template Parsed(const std::pair<std::string, std::string>& example) {
  return Must(example.first == "json" ? ParseTemplateJson(example.second)
                                      : ParseTemplateText(example.second));
}

std::string Written(const TemporaryFolder& folder, const std::string& name,
                    const std::string& text) {
  const std::string path = folder.File(name);
  std::ofstream(path) << text;
  return path;
}

void ExpectProtectedAccount(Api* api) {
  const auto access = api->KeyAccess("acc1");
  LAZULI_ASSERT_OK(access);
  EXPECT_EQ(access->state(), v1::KEY_ACCESS_STATE_ACCESSIBLE);
  EXPECT_THAT(access->key_identifier(), StartsWith("https://kv1.vault.azure.net/keys/cmk/"));
}

TEST(TemplatesTest, EveryExampleOfTheDocumentationCanBeApplied) {
  const auto examples = Examples();
  ASSERT_THAT(examples, SizeIs(3));
  for (const auto& example : examples) {
    SCOPED_TRACE(example.second);
    TestServer server;
    LAZULI_EXPECT_OK(
        server.api().Call<v1::ApplyTemplateResponse>("Templates/ApplyTemplate", Parsed(example)));
    if (absl::StrContains(example.second, "acc1")) ExpectProtectedAccount(&server.api());
  }
}

TEST(TemplatesTest, WhatATemplateMakesIsAsIfCallsHadMadeIt) {
  TestServer server;
  const auto applied = server.api().Call<v1::ApplyTemplateResponse>("Templates/ApplyTemplate",
                                                                    Parsed(Examples()[0]));
  LAZULI_ASSERT_OK(applied);
  ASSERT_THAT(applied->service_principals(), SizeIs(1));
  EXPECT_EQ(applied->service_principals(0).client_secret(), "app-secret");
  // The application may use the key; the administrator, whom no policy names, may not.
  const auto app = server.ConnectAs("app");
  Api as_app(app.get(), "rg");
  LAZULI_EXPECT_OK(as_app.GetKey("kv1", "cmk"));
  EXPECT_THAT(server.api().GetKey("kv1", "cmk"), ErrorCodeIs("Forbidden"));
  // The work is there, and goes on with time.
  LAZULI_ASSERT_OK(server.api().AdvanceBy(absl::Minutes(10)));
  const auto task = server.api().GetTask("acc1", "job1", "task1");
  LAZULI_ASSERT_OK(task);
  EXPECT_EQ(task->state(), v1::TASK_STATE_COMPLETED);
  EXPECT_THAT(*server.api().ListNodes("acc1", "pool1"), SizeIs(2));
}

TEST(TemplatesTest, AServerHoldsItsTemplateBeforeItServes) {
  const TemporaryFolder folder;
  ServerOptions options = TestOptions();
  options.template_file = Written(folder, "t.json", Examples()[0].second);
  TestServer server(options);
  ExpectProtectedAccount(&server.api());
}

TEST(TemplatesTest, AResetAppliesTheTemplateThatTheServerWasStartedWith) {
  const TemporaryFolder folder;
  ServerOptions options = TestOptions();
  options.template_file = Written(folder, "t.json", Examples()[0].second);
  TestServer server(options);
  // It may change or go meanwhile.
  ASSERT_TRUE(std::filesystem::remove(options.template_file));
  LAZULI_ASSERT_OK(server.api().DeleteVault("kv1"));
  v1::Empty nothing;
  LAZULI_ASSERT_OK(server.admin().Call("lazuli.v1.State/ResetState", nothing, &nothing));
  ExpectProtectedAccount(&server.api());
}

TEST(TemplatesTest, AServerWhoseTemplateIsWrongNeverServes) {
  const TemporaryFolder folder;
  const struct {
    const char* name;
    const char* text;
    const char* error;
  } kCases[] = {
      {"unknown.json", "{\"vaults\": [\n{\"vaultNam\": \"kv1\"}]}",
       "unknown.json, line 2: 'vaults[0].vaultNam' is invalid: there is no such member"},
      {"unknown.txtpb", "\nvaults { vault_nam: 'kv1' }", "unknown.txtpb, line 2: "},
      {"required.json", R"({"vaults": [{"vaultName": "kv1"}]})", "vaults[0].parameters"},
      {"place.json", R"({"keys": [{"vaultName": "kv1", "keyName": "k", "kty": "RSA"}]})",
       "keys[0]: "},
      {"group.json",
       R"({"userAssignedIdentities": [{"resourceName": "id1", "parameters": {"location": "x"},
           "resourceGroupName": "none"}]})",
       "userAssignedIdentities[0]: Resource group 'none' could not be found."},
      {"principal.json",
       R"({"roleAssignments": [{"scope": "/", "parameters": {"properties": {
           "roleDefinitionId": "Reader", "principalId": "nobody"}}}]})",
       "roleAssignments[0]: "},
  };
  for (const auto& c : kCases) {
    ServerOptions options = TestOptions();
    options.template_file = Written(folder, c.name, c.text);
    const auto server = Server::Start(options);
    EXPECT_THAT(std::string(server.status().message()), HasSubstr(c.error)) << c.name;
  }
}

TEST(TemplatesTest, TheProgramSaysWhatIsWrongAndWritesNoReadyFile) {
  const TemporaryFolder folder;
  const std::string path = Written(folder, "t.json", "{\n  \"vault\": []\n}");
  const Ran ran =
      RunProgram({"serve", "--grpc=127.0.0.1:0", "--https=", absl::StrCat("--template=", path),
                  absl::StrCat("--ready_file=", folder.File("ready"))});
  EXPECT_NE(ran.exit_code, 0);
  EXPECT_THAT(ran.err, HasSubstr("line 2: 'vault' is invalid: there is no such member"));
  EXPECT_THAT(ReadFile(folder.File("ready")), IsEmpty());
}

TEST(TemplatesTest, AnErrorNamesTheElementAndIsTheServicesOwn) {
  TestServer server;
  v1::Template what = Parsed(Examples()[0]);
  *what.add_vaults() = what.vaults(0);
  what.mutable_vaults(1)->set_vault_name("1bad");
  const auto applied =
      server.api().Call<v1::ApplyTemplateResponse>("Templates/ApplyTemplate", what);
  EXPECT_THAT(applied, ErrorCodeIs("VaultNameNotValid"));
  EXPECT_THAT(std::string(applied.status().message()), StartsWith("vaults[1]: "));
}

TEST(TemplatesTest, OnlyWhoControlsTheEmulatorAppliesTemplates) {
  TestServer server;
  LAZULI_ASSERT_OK(server.api().Call<v1::ApplyTemplateResponse>("Templates/ApplyTemplate",
                                                                Parsed(Examples()[0])));
  const auto app = server.ConnectAs("app");
  v1::ApplyTemplateResponse response;
  EXPECT_EQ(app->Call("lazuli.v1.Templates/ApplyTemplate", v1::Template(), &response).code(),
            absl::StatusCode::kPermissionDenied);
}

// A server of the program's, with both faces.
class TemplatesOverHttpTest : public testing::Test {
 protected:
  TemplatesOverHttpTest() : server_(Options()) {}

  static ServerOptions Options() {
    ServerOptions options = TestOptions();
    options.https_address = "127.0.0.1:0";
    return options;
  }

  HttpReply Post(const std::string& body) {
    HttpCall call;
    call.method = "POST";
    call.target = "/emulator/v1/template";
    call.headers = {{"Content-Type", "application/json"}};
    call.body = body;
    return Must(CallHttp(absl::StrCat("127.0.0.1:", server_.server().https_port()), call));
  }

  TestServer server_;
};

TEST_F(TemplatesOverHttpTest, ATemplateIsApplied) {
  const HttpReply reply = Post(Examples()[1].second);
  EXPECT_EQ(reply.status, 200) << reply.body;
  ExpectProtectedAccount(&server_.api());
}

TEST_F(TemplatesOverHttpTest, WhatIsUnknownIsRefusedWithItsLine) {
  const HttpReply reply = Post("{\n\"keys\": [{\"vault\": \"kv1\"}]}");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("line 2: 'keys[0].vault' is invalid"));
}

TEST_F(TemplatesOverHttpTest, TheCommandAppliesAFile) {
  const TemporaryFolder folder;
  const std::string path = Written(folder, "t.json", Examples()[0].second);
  const std::string server = absl::StrCat("--server=", server_.address());
  const Ran ran = RunProgram({"apply", path, server});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("servicePrincipals"), HasSubstr("app-secret")));
  ExpectProtectedAccount(&server_.api());
  const Ran again = RunProgram({"apply", path, server});
  EXPECT_NE(again.exit_code, 0);
  EXPECT_NE(RunProgram({"apply", "/nowhere", server}).exit_code, 0);
  EXPECT_NE(RunProgram({"apply"}).exit_code, 0);
}

}  // namespace
}  // namespace lazuli::emulator
