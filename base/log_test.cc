#include "base/log.h"

#include <string>
#include <thread>  // NOLINT
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

// The level is the process's: put back what was there.
class LogTest : public testing::Test {
 protected:
  ~LogTest() override { SetLogLevel(LogLevel::kWarning); }
};

TEST_F(LogTest, ReadsEveryLevel) {
  EXPECT_THAT(ParseLogLevel("debug"), IsOkAndHolds(LogLevel::kDebug));
  EXPECT_THAT(ParseLogLevel("info"), IsOkAndHolds(LogLevel::kInfo));
  EXPECT_THAT(ParseLogLevel("warning"), IsOkAndHolds(LogLevel::kWarning));
  EXPECT_THAT(ParseLogLevel("error"), IsOkAndHolds(LogLevel::kError));
  EXPECT_THAT(ParseLogLevel("off"), IsOkAndHolds(LogLevel::kOff));
  for (const char* text : {"", "Info", "warn", "verbose", "debug "}) {
    EXPECT_THAT(ParseLogLevel(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST_F(LogTest, IsQuietByDefault) {
  EXPECT_FALSE(IsLogged(LogLevel::kDebug));
  EXPECT_FALSE(IsLogged(LogLevel::kInfo));
  EXPECT_TRUE(IsLogged(LogLevel::kWarning));
  EXPECT_TRUE(IsLogged(LogLevel::kError));
  EXPECT_FALSE(IsLogged(LogLevel::kOff));
}

TEST_F(LogTest, LevelDecidesWhatIsWritten) {
  SetLogLevel(LogLevel::kError);
  testing::internal::CaptureStderr();
  Log(LogLevel::kWarning, "dropped");
  Log(LogLevel::kError, "kept", {{"code", "7"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "error kept code=7\n");

  SetLogLevel(LogLevel::kOff);
  testing::internal::CaptureStderr();
  Log(LogLevel::kError, "dropped");
  Log(LogLevel::kOff, "dropped");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(LogTest, WritesOneLine) {
  EXPECT_EQ(FormatLogLine(LogLevel::kInfo, "vault.created",
                          {{"vault", "v1"}, {"location", "west us"}, {"count", "3"}}),
            "info vault.created vault=v1 location=\"west us\" count=3");
  EXPECT_EQ(FormatLogLine(LogLevel::kDebug, "ready", {}), "debug ready");
}

TEST_F(LogTest, ValuesAreQuotedWhereNeeded) {
  struct {
    std::string value;
    const char* written;
  } const kCases[] = {
      {"plain", "plain"},
      {"https://v.vault.local:8443/keys/k?api-version=7.4",
       "\"https://v.vault.local:8443/keys/k?api-version=7.4\""},
      {"127.0.0.1:5000", "127.0.0.1:5000"},
      {"", "\"\""},
      {"two words", "\"two words\""},
      {"a=b", "\"a=b\""},
      {"say \"hi\"", "\"say \\\"hi\\\"\""},
      {"back\\slash", "\"back\\\\slash\""},
      {"line\nbreak", "\"line\\nbreak\""},
      {"carriage\rreturn", "\"carriage\\rreturn\""},
      {"tab\there", "\"tab\\there\""},
      {std::string("nul\0byte", 8), "\"nul\\x00byte\""},
      {"\x1b[31mred", "\"\\x1b[31mred\""},
      {"\x7f", "\"\\x7f\""},
      {"\xc3\xa4", "\"\\xc3\\xa4\""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(FormatLogLine(LogLevel::kError, "e", {{"k", c.value}}),
              std::string("error e k=") + c.written);
  }
}

TEST_F(LogTest, NoInputForgesALine) {
  const std::string line = FormatLogLine(LogLevel::kError, "event\nerror forged",
                                         {{"key\nx=1 y", "v\nerror forged a=b"}});
  EXPECT_EQ(line, "error event_error_forged key_x_1_y=\"v\\nerror forged a=b\"");
}

TEST_F(LogTest, LongValuesAreCut) {
  const std::string line = FormatLogLine(LogLevel::kError, "e", {{"k", std::string(100'000, 'x')}});
  EXPECT_EQ(line, "error e k=\"" + std::string(1024, 'x') + "...\"");
  EXPECT_EQ(FormatLogLine(LogLevel::kError, "e", {{"k", std::string(1024, 'x')}}),
            "error e k=" + std::string(1024, 'x'));
}

TEST_F(LogTest, ConcurrentLinesDoNotMix) {
  constexpr int kThreads = 4;
  constexpr int kLines = 50;
  testing::internal::CaptureStderr();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < kLines; ++i) {
        Log(LogLevel::kError, "same", {{"value", std::string(100, 'x')}});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string line = "error same value=" + std::string(100, 'x') + "\n";
  std::string expected;
  for (int i = 0; i < kThreads * kLines; ++i) expected += line;
  EXPECT_EQ(testing::internal::GetCapturedStderr(), expected);
}

}  // namespace
}  // namespace lazuli
