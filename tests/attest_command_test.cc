// `lazuli attest` as a person or a script runs it.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "emulator/client/server_process.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

// What the token that a command printed says, as JSON; empty when it printed none.
std::string ClaimsIn(const std::string& printed) {
  const std::string before = "\"token\": \"";
  const size_t found = printed.find(before);
  if (found == std::string::npos) return "";
  const size_t begin = found + before.size();
  const std::vector<std::string> parts =
      absl::StrSplit(printed.substr(begin, printed.find('"', begin) - begin), '.');
  return parts.size() == 3 ? Base64UrlDecode(parts[1]).value_or("") : "";
}

class AttestCommandTest : public testing::Test {
 protected:
  Ran Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "attest");
    arguments.push_back(absl::StrCat("--server=", server_->ready().grpc));
    return RunProgram(arguments);
  }

  const std::unique_ptr<ServerProcess> server_ =
      Must(ServerProcess::Start(ProgramPath(), {"--clock=manual"}));
};

TEST_F(AttestCommandTest, SaysOfAnEnvironmentWhatWordsSay) {
  const Ran ran =
      Run({"tee.type=sevsnpvm", R"(note=a "b"=c)", "--authority=https://attest.example"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("\"authority\": \"https://attest.example\""),
                             HasSubstr("\"privateKey\": \"-----BEGIN PRIVATE KEY-----")));
  EXPECT_THAT(ClaimsIn(ran.out),
              AllOf(HasSubstr(R"("tee.type":"sevsnpvm")"), HasSubstr(R"("note":"a \"b\"=c")"),
                    HasSubstr(R"("iss":"https://attest.example")"),
                    HasSubstr("TpmEphemeralEncryptionKey")));
}

TEST_F(AttestCommandTest, SaysWhatAFileSays) {
  const TemporaryFolder folder;
  const std::string file = folder.File("claims.json");
  std::ofstream(file) << R"({"tee":{"type":"sevsnpvm","svn":7}})";
  const Ran ran = Run({absl::StrCat("--claims=", file)});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ClaimsIn(ran.out), AllOf(HasSubstr(R"("tee":{"type":"sevsnpvm","svn":7})"),
                                       HasSubstr(R"("iss":"https://attest.lazuli.local")")));

  std::ofstream(file) << "no JSON";
  const Ran spoiled = Run({absl::StrCat("--claims=", file)});
  EXPECT_EQ(spoiled.exit_code, 1);
  EXPECT_THAT(spoiled.err, HasSubstr("they must be a JSON object"));
}

TEST_F(AttestCommandTest, TellsWhatIsWrongWithTheCommandLine) {
  const struct {
    std::vector<std::string> arguments;
    std::string said;
  } kCases[] = {
      {{"tee.type"}, "a claim is NAME=VALUE"},
      {{"=sevsnpvm"}, "a claim is NAME=VALUE"},
      {{"a=1", "a=2"}, "the claim is given twice"},
      {{"a=1", "--claims=/dev/null"}, "not in both"},
      {{"--claims=/none/claims.json"}, "cannot read /none/claims.json"},
  };
  for (const auto& c : kCases) {
    const Ran ran = Run(c.arguments);
    EXPECT_EQ(ran.exit_code, 2) << c.said;
    EXPECT_THAT(ran.err, HasSubstr(c.said));
    EXPECT_THAT(ran.out, IsEmpty());
  }
}

}  // namespace
}  // namespace lazuli::emulator
