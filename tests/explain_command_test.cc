// `lazuli explain` as a person runs it, on the id of a real refusal, whose line in the log says the
// same in short.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/status_matchers.h"
#include "emulator/server/ready_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// What stands in `text` between the two; empty when they do not.
std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t begin = text.find(before);
  if (begin == std::string::npos) return "";
  const size_t from = begin + before.size();
  const size_t end = text.find(after, from);
  return end == std::string::npos ? "" : text.substr(from, end - from);
}

// The first line of `text` that has `part`.
std::string LineWith(const std::string& text, const std::string& part) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StrContains(line, part)) return std::string(line);
  }
  return "";
}

class ExplainCommandTest : public testing::Test {
 protected:
  ExplainCommandTest()
      : server_({"serve", "--grpc=127.0.0.1:0", "--https=", "--clock=manual", "--log_level=info"}),
        ready_(Must(ParseReadyInfo(server_.WaitForLine()))) {}

  Ran Run(std::vector<std::string> arguments) {
    arguments.push_back(absl::StrCat("--server=", ready_.grpc));
    return RunProgram(arguments);
  }

  Program server_;
  const ReadyInfo ready_;
};

TEST_F(ExplainCommandTest, TellsWhatDecidedAboutARefusal) {
  const Ran refused = Run({"call", "Keys/GetKey", R"({"vaultName":"none","keyName":"k"})"});
  EXPECT_EQ(refused.exit_code, 1);
  const std::string id = Between(refused.err, "request id: ", " (lazuli explain)");
  ASSERT_FALSE(id.empty()) << refused.err;

  const Ran explained = Run({"explain", id});
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_THAT(explained.out,
              AllOf(HasSubstr("\"decidedBy\": \"vault\""), HasSubstr("VaultNotFound"),
                    HasSubstr("create the vault 'none', or recover it"),
                    HasSubstr("lazuli.v1.Keys/GetKey"), HasSubstr(id)));

  const std::string line = LineWith(server_.err(), absl::StrCat("request_id=", id));
  EXPECT_THAT(line, AllOf(HasSubstr("code=VaultNotFound"),
                          HasSubstr("decision=\"vault: there is no vault 'none', or it is "
                                    "deleted\"")));
}

TEST_F(ExplainCommandTest, TellsWhatACallWouldBeTold) {
  const Ran foreseen =
      Run({"explain", "principal=administrator", "operation=GetKey", "vault=none", "name=k"});
  EXPECT_EQ(foreseen.exit_code, 0) << foreseen.err;
  EXPECT_THAT(foreseen.out, HasSubstr("\"decidedBy\": \"vault\""));
  const Ran unknown = Run({"explain", "none"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("RefusalNotFound"));
}

}  // namespace
}  // namespace lazuli::emulator
