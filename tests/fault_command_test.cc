// `lazuli fault` as a person or a script runs it.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "emulator/client/server_process.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::HasSubstr;
using testing::Not;

class FaultCommandTest : public testing::Test {
 protected:
  Ran Run(std::vector<std::string> arguments) {
    arguments.push_back(absl::StrCat("--server=", server_->ready().grpc));
    return RunProgram(arguments);
  }

  const std::unique_ptr<ServerProcess> server_ =
      Must(ServerProcess::Start(ProgramPath(), {"--clock=manual"}));
};

TEST_F(FaultCommandTest, AddsByWordsByJsonAndByFile) {
  const Ran by_words = Run({"fault", "add", "id=words", "operation=GetTenantProvider",
                            "error=429:TooManyRequests", "retryAfter=7s"});
  EXPECT_EQ(by_words.exit_code, 0) << by_words.err;
  EXPECT_THAT(by_words.out, HasSubstr("\"id\": \"words\""));
  const Ran by_json =
      Run({"fault", "add", R"({"id":"json","action":{"delay":{"virtual":"PT1S"}},"count":1})"});
  EXPECT_EQ(by_json.exit_code, 0) << by_json.err;
  const TemporaryFolder folder;
  std::ofstream(folder.File("rule")) << R"({"id":"file","action":{"drop":"afterEffect"}})";
  const Ran by_file = Run({"fault", "add", absl::StrCat("--file=", folder.File("rule"))});
  EXPECT_EQ(by_file.exit_code, 0) << by_file.err;

  const Ran listed = Run({"fault", "list"});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  for (const char* id : {"words", "json", "file"}) {
    EXPECT_THAT(listed.out, HasSubstr(absl::StrCat("\"id\": \"", id, "\"")));
  }
  EXPECT_EQ(Run({"fault", "remove", "words"}).exit_code, 0);
  EXPECT_THAT(Run({"fault", "list"}).out, Not(HasSubstr("words")));
  EXPECT_EQ(Run({"fault", "remove", "--all"}).exit_code, 0);
  EXPECT_THAT(Run({"fault", "list"}).out, Not(HasSubstr("file")));
}

// Every command signs in first.
TEST_F(FaultCommandTest, ARuleForEverythingCanBeRemoved) {
  EXPECT_EQ(Run({"fault", "add", "id=all", "drop=before"}).exit_code, 0);
  EXPECT_EQ(Run({"call", "Tenants/ListTenantDescriptions"}).exit_code, 1);
  EXPECT_EQ(Run({"fault", "remove", "all"}).exit_code, 0);
  EXPECT_EQ(Run({"call", "Tenants/ListTenantDescriptions"}).exit_code, 0);
}

TEST_F(FaultCommandTest, SaysWhatIsWrong) {
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    const char* says;
  };
  for (const Case& c : {
           Case{{"fault"}, 2, "add, list and remove"},
           Case{{"fault", "add"}, 2, "operation=O"},
           Case{{"fault", "add", "colour=red"}, 2, "colour=red"},
           Case{{"fault", "add", R"({"colour":"red"})"}, 2, "colour"},
           Case{{"fault", "add", "--file=none"}, 2, "cannot read none"},
           Case{{"fault", "add", "error=503", "drop=after"}, 1, "action.drop"},
           Case{{"fault", "add", "operation=Nothing", "error=503"}, 1, "match.operation"},
           Case{{"fault", "list", "all"}, 2, "no arguments"},
           Case{{"fault", "remove"}, 2, "--all"},
           Case{{"fault", "remove", "none"}, 1, "FaultRuleNotFound"},
       }) {
    const Ran ran = Run(c.arguments);
    EXPECT_EQ(ran.exit_code, c.exit_code) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(c.says));
  }
}

}  // namespace
}  // namespace lazuli::emulator
