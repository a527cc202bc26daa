#include "emulator/control/event_log_file.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

std::string Read(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

Event SomeEvent(const std::string& resource) {
  Event event;
  event.time = absl::FromUnixSeconds(1'767'225'600);
  event.kind = "key";
  event.resource = resource;
  event.to = "live";
  event.cause = "CreateKey";
  return event;
}

TEST(EventLogFileTest, EachEventIsALineByTheTimeItsAppendReturns) {
  const std::string path = testing::TempDir() + "/events.jsonl";
  EventLog log(10);
  log.Append(SomeEvent("before"));
  const auto file = EventLogFile::Open(path, &log);
  LAZULI_ASSERT_OK(file);
  log.Append(SomeEvent("after"));
  EXPECT_EQ(
      Read(path),
      R"({"sequence":1,"time":"2026-01-01T00:00:00.0000000Z","kind":"key","resource":"before","to":"live","cause":"CreateKey"})"
      "\n"
      R"({"sequence":2,"time":"2026-01-01T00:00:00.0000000Z","kind":"key","resource":"after","to":"live","cause":"CreateKey"})"
      "\n");
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(EventLogFileTest, ALogThatFollowsAnotherGoesOnWithItsFile) {
  const std::string path = testing::TempDir() + "/continued.jsonl";
  EventLog first(10);
  const auto file = EventLogFile::Open(path, &first);
  LAZULI_ASSERT_OK(file);
  first.Append(SomeEvent("one"));
  EventLog second(10, first.last_sequence());
  const auto next = EventLogFile::Open(path, &second, EventLogFile::Mode::kAppend);
  LAZULI_ASSERT_OK(next);
  second.Append(SomeEvent("two"));
  first.Append(SomeEvent("late"));
  const std::string lines = Read(path);
  const size_t two = lines.find("two");
  ASSERT_NE(two, std::string::npos);
  EXPECT_LT(lines.find("one"), two);
  EXPECT_GT(lines.find("late"), two);
  EXPECT_NE(
      lines.find(
          R"({"sequence":2,"time":"2026-01-01T00:00:00.0000000Z","kind":"key","resource":"two")"),
      std::string::npos);
}

TEST(EventLogFileTest, AFileThatCannotBeWrittenIsRefused) {
  EventLog log(10);
  EXPECT_EQ(EventLogFile::Open(testing::TempDir() + "/no/such/folder/x", &log).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace lazuli::emulator
