// What `lazuli env` and `lazuli trust` print, and that shells read it back.
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
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
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// What a shell prints for `script`.
std::string ShellOutput(const TemporaryFolder& folder, const std::string& script) {
  const std::string out = folder.File("out");
  const std::string path = folder.File("script");
  std::FILE* file = std::fopen(path.c_str(), "w");
  std::fputs(script.c_str(), file);
  std::fclose(file);
  EXPECT_EQ(std::system(absl::StrCat("sh ", path, " >", out).c_str()), 0);
  return ReadFile(out);
}

// A server whose ready file lies in a folder with a name that no shell forgives.
class EnvTest : public testing::Test {
 protected:
  EnvTest()
      : nasty_(folder_.File("it's \"$HOME\" `x`")),
        ready_file_((std::filesystem::create_directory(nasty_), nasty_ + "/ready.json")),
        server_({"serve", "--grpc=127.0.0.1:0", "--https=127.0.0.1:0", "--clock=manual",
                 absl::StrCat("--ready_file=", ready_file_)}) {
    EXPECT_TRUE(server_.WaitForFile(ready_file_)) << server_.err();
    ready_ = Must(ReadReadyFile(ready_file_));
  }

  Ran Run(std::vector<std::string> arguments) {
    arguments.push_back(absl::StrCat("--ready_file=", ready_file_));
    return RunProgram(arguments);
  }

  const TemporaryFolder folder_;
  const std::string nasty_;
  const std::string ready_file_;
  Program server_;
  ReadyInfo ready_;
};

TEST_F(EnvTest, AShellReadsItBack) {
  const Ran env = Run({"env"});
  ASSERT_EQ(env.exit_code, 0) << env.err;
  EXPECT_THAT(env.err, IsEmpty());
  const std::string port = ready_.https.substr(ready_.https.rfind(':') + 1);
  const std::string seen = ShellOutput(
      folder_, absl::StrCat("MSI_ENDPOINT=elsewhere; export MSI_ENDPOINT\n", env.out, R"(
printf '%s\n' "$HTTPS_PROXY" "$SSL_CERT_FILE" "$LAZULI_READY_FILE" "${MSI_ENDPOINT-unset}"
test -d "$AZURE_CONFIG_DIR" && cat "$REQUESTS_CA_BUNDLE")"));
  const std::vector<std::string> lines = absl::StrSplit(seen, absl::MaxSplits('\n', 4));
  ASSERT_EQ(lines.size(), 5u) << seen;
  EXPECT_EQ(lines[0], absl::StrCat("http://127.0.0.1:", port));
  EXPECT_THAT(lines[1], StartsWith(nasty_));
  EXPECT_EQ(lines[2], ready_file_);
  EXPECT_EQ(lines[3], "unset");
  EXPECT_EQ(lines[4], Run({"trust"}).out);
}

TEST_F(EnvTest, EveryShellIsTold) {
  for (const char* shell : {"bash", "pwsh", "json", "dotenv"}) {
    for (const char* mode : {"transparent", "local"}) {
      const Ran env = Run({"env", absl::StrCat("--shell=", shell), absl::StrCat("--mode=", mode)});
      EXPECT_EQ(env.exit_code, 0) << env.err;
      EXPECT_THAT(env.out, AllOf(HasSubstr("HTTPS_PROXY"), HasSubstr("AZURE_CLIENT_SECRET")));
      EXPECT_EQ(absl::StrContains(env.out, "https://localhost:"), mode == std::string("local"));
    }
  }
}

TEST_F(EnvTest, TheCertificateIsPrintedAndIsWhatTheServerShows) {
  const Ran trust = Run({"trust"});
  EXPECT_EQ(trust.exit_code, 0) << trust.err;
  EXPECT_THAT(trust.out, AllOf(StartsWith("-----BEGIN CERTIFICATE-----\n"),
                               testing::EndsWith("-----END CERTIFICATE-----\n")));
  // Asked of the server itself, without its ready file.
  const std::string port = ready_.https.substr(ready_.https.rfind(':') + 1);
  const Ran asked = RunProgram({"trust", absl::StrCat("--https=127.0.0.1:", port)});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_EQ(asked.out, trust.out);
}

TEST_F(EnvTest, InASandboxClientsAreItsOwn) {
  const Ran made = Run({"sandbox", "create", "ci-7"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("\"clientSecret\": \""));
  const Ran listed = Run({"sandbox", "list"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("\"ci-7\""), Not(HasSubstr("clientSecret"))));

  const Ran env = Run({"env", "--sandbox=ci-7", "--client_secret=the-secret"});
  ASSERT_EQ(env.exit_code, 0) << env.err;
  const std::string port = ready_.https.substr(ready_.https.rfind(':') + 1);
  const std::vector<std::string> lines = absl::StrSplit(
      ShellOutput(folder_, absl::StrCat(env.out,
                                        "printf '%s\\n' \"$HTTPS_PROXY\" \"$LAZULI_SANDBOX\" "
                                        "\"$AZURE_TENANT_ID\" \"$AZURE_CLIENT_SECRET\"")),
      '\n');
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], absl::StrCat("http://ci-7:x@127.0.0.1:", port));
  EXPECT_EQ(lines[1], "ci-7");
  EXPECT_THAT(made.out, HasSubstr(absl::StrCat("\"tenantId\": \"", lines[2], "\"")));
  EXPECT_EQ(lines[3], "the-secret");
  EXPECT_THAT(Run({"env", "--sandbox=ci-7"}).out, Not(HasSubstr("AZURE_CLIENT_SECRET")));

  EXPECT_EQ(Run({"sandbox", "reset", "ci-7"}).exit_code, 0);
  EXPECT_EQ(Run({"sandbox", "reset"}).exit_code, 0);
  EXPECT_EQ(Run({"sandbox", "delete", "ci-7"}).exit_code, 0);
  EXPECT_THAT(Run({"sandbox", "delete", "ci-7"}).err, HasSubstr("SandboxNotFound"));
  const Ran gone = Run({"env", "--sandbox=ci-7"});
  EXPECT_NE(gone.exit_code, 0);
  EXPECT_THAT(gone.err, HasSubstr("there is no such sandbox"));
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"sandbox"},
                                                {"sandbox", "delete"},
                                                {"sandbox", "list", "x"},
                                                {"sandbox", "create", "x", "y"}}) {
    EXPECT_EQ(Run(wrong).exit_code, 2);
  }
}

TEST_F(EnvTest, WithoutAReadyFileTheServerIsAsked) {
  const std::string port = ready_.https.substr(ready_.https.rfind(':') + 1);
  const Ran env = RunProgram({"env", absl::StrCat("--https=127.0.0.1:", port)});
  EXPECT_EQ(env.exit_code, 0) << env.err;
  const std::string seen =
      ShellOutput(folder_, absl::StrCat(env.out,
                                        "cat \"$SSL_CERT_FILE\"\n"
                                        "rm -r \"$(dirname \"$SSL_CERT_FILE\")\""));
  EXPECT_EQ(seen, Run({"trust"}).out);
}

TEST_F(EnvTest, WhatIsWrongIsOneClearLine) {
  EXPECT_EQ(Run({"env", "--shell=csh"}).exit_code, 2);
  EXPECT_EQ(Run({"env", "--mode=both"}).exit_code, 2);
  EXPECT_EQ(Run({"env", "more"}).exit_code, 2);
  const Ran nobody = RunProgram({"env", "--https=127.0.0.1:1"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, AllOf(HasSubstr("127.0.0.1:1"), HasSubstr("nobody listens")));
  EXPECT_THAT(nobody.out, IsEmpty());
  const Ran no_file = RunProgram({"trust", "--ready_file=" + folder_.File("none")});
  EXPECT_EQ(no_file.exit_code, 1);
  EXPECT_THAT(no_file.err, Not(IsEmpty()));
}

// Java's own tool, where a machine has it: the one that reads such a store.
TEST_F(EnvTest, JavaTrustsTheTrustStore) {
  if (std::system("command -v keytool >/dev/null 2>&1") != 0) GTEST_SKIP() << "no keytool here";
  const Ran env = Run({"env"});
  ASSERT_EQ(env.exit_code, 0) << env.err;
  const std::string store = absl::StrCat(ready_file_, ".truststore.p12");
  const std::string copy = folder_.File("store.p12");
  std::filesystem::copy_file(store, copy);
  const std::string seen = ShellOutput(
      folder_, absl::StrCat("unset JAVA_TOOL_OPTIONS\n",
                            "keytool -list -storetype PKCS12 -storepass changeit -keystore ", copy,
                            " 2>&1"));
  EXPECT_THAT(seen, HasSubstr("trustedCertEntry")) << seen;
}

}  // namespace
}  // namespace lazuli::emulator
