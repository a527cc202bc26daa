#include "batch/workload/command_line.h"

#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace lazuli::batch {
namespace {

struct Case {
  const char* text;
  std::optional<absl::Duration> duration;
  std::optional<int32_t> exit_code;
};

TEST(CommandLineTest, ReadsSleepsAndExits) {
  const Case cases[] = {
      {"sleep 60", absl::Seconds(60), {}},
      {"  sleep   2.5 ", absl::Milliseconds(2500), {}},
      {"/bin/sleep 3", absl::Seconds(3), {}},
      {"sleep .5", absl::Milliseconds(500), {}},
      {"sleep 2m", absl::Minutes(2), {}},
      {"sleep 1.5h", absl::Minutes(90), {}},
      {"sleep 1d", absl::Hours(24), {}},
      {"sleep 4s", absl::Seconds(4), {}},
      {"sleep 0", absl::ZeroDuration(), {}},
      {"exit 3", {}, 3},
      {"exit -1", {}, -1},
      {"/bin/sh -c 'sleep 30'", absl::Seconds(30), {}},
      {"sh -c 'exit 7'", {}, 7},
      {"/bin/bash -c \"sleep 30; exit 1\"", absl::Seconds(30), 1},
      {"bash -c 'sleep 5 && exit 0'", absl::Seconds(5), 0},
      {"/bin/sh -c sleep 5", absl::Seconds(5), {}},
      {"cmd /c sleep 9", absl::Seconds(9), {}},
      {"cmd.exe /C \"sleep 9 & exit 4\"", absl::Seconds(9), 4},
      {"C:\\Windows\\System32\\CMD.EXE /c exit 5", {}, 5},
      {"sleep 1; sleep 2; exit 0; rm -rf /", absl::Seconds(3), 0},
      {"sh -c 'sleep 4;'", absl::Seconds(4), {}},
      {"sleep 99999999999999999999", absl::Seconds(1e9), {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const CommandLineReading reading = ReadCommandLine(c.text);
    EXPECT_EQ(reading.duration, c.duration);
    EXPECT_EQ(reading.exit_code, c.exit_code);
  }
}

TEST(CommandLineTest, SaysNothingOfAnythingElse) {
  for (const char* text : {
           "",
           "   ",
           "echo sleep 5",
           "sleep",
           "sleep five",
           "sleep -5",
           "sleep 1e3",
           "sleep 1 2",
           "sleep inf",
           "sleep s",
           "sleep .",
           "sleep 1.2.3",
           "sleepy 5",
           "exit",
           "exit x",
           "exit 99999999999",
           "sleep 5 | exit 1",
           "sleep 5 & exit 1",
           "sleep 5 || exit 1",
           "sh 'sleep 5'",
           "sh -c",
           "sh -x 'sleep 5'",
           "sh -c 'sleep 5",
           "sh -c 'sleep 5' name",
           "sh -c 'echo hi; sleep 5'",
           "cmd sleep 5",
           "sleep 5; echo hi",
           "; sleep 5",
           "'",
       }) {
    SCOPED_TRACE(text);
    const CommandLineReading reading = ReadCommandLine(text);
    EXPECT_EQ(reading.duration, std::nullopt);
    EXPECT_EQ(reading.exit_code, std::nullopt);
  }
}

TEST(CommandLineTest, ReadsTheSettings) {
  EXPECT_EQ(ReadSeconds("90"), absl::Seconds(90));
  EXPECT_EQ(ReadSeconds("0.25"), absl::Milliseconds(250));
  EXPECT_EQ(ReadSeconds(""), std::nullopt);
  EXPECT_EQ(ReadSeconds(" 9"), std::nullopt);
  EXPECT_EQ(ReadSeconds("+9"), std::nullopt);
  EXPECT_EQ(ReadExitCode("17"), 17);
  EXPECT_EQ(ReadExitCode("-17"), -17);
  EXPECT_EQ(ReadExitCode("0x10"), std::nullopt);
  EXPECT_EQ(ReadExitCode(""), std::nullopt);
}

}  // namespace
}  // namespace lazuli::batch
