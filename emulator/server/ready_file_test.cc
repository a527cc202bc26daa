#include "emulator/server/ready_file.h"

#include <sys/stat.h>

#include <fstream>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

ReadyInfo SomeInfo() { return {"127.0.0.1:4711", 99, "1.2.3", 18446744073709551615u}; }

TEST(ReadyFileTest, TextComesBack) {
  EXPECT_EQ(FormatReadyInfo(SomeInfo()),
            R"({"grpc":"127.0.0.1:4711","pid":99,"version":"1.2.3","seed":18446744073709551615})");
  const absl::StatusOr<ReadyInfo> info = ParseReadyInfo(FormatReadyInfo(SomeInfo()));
  LAZULI_ASSERT_OK(info);
  EXPECT_EQ(info->grpc, "127.0.0.1:4711");
  EXPECT_EQ(info->pid, 99);
  EXPECT_EQ(info->version, "1.2.3");
  EXPECT_EQ(info->seed, 18446744073709551615u);
}

TEST(ReadyFileTest, OtherTextIsRefused) {
  for (const char* text : {"", "{}", "[]", "{\"grpc\":1}", "{\"grpc\":\"a\",\"pid\":\"1\"}"}) {
    EXPECT_FALSE(ParseReadyInfo(text).ok()) << text;
  }
}

TEST(ReadyFileTest, FileIsForItsOwnerOnlyAndReplacesAnOldOne) {
  const std::string path = testing::TempDir() + "/ready.json";
  std::ofstream(path) << "old";
  ::chmod(path.c_str(), 0644);
  LAZULI_ASSERT_OK(WriteReadyFile(path, SomeInfo()));
  struct stat status;
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const absl::StatusOr<ReadyInfo> read = ReadReadyFile(path);
  LAZULI_ASSERT_OK(read);
  EXPECT_EQ(FormatReadyInfo(*read), FormatReadyInfo(SomeInfo()));
}

TEST(ReadyFileTest, AFolderThatIsNotThereIsAnErrorThatNamesTheFile) {
  const absl::Status status =
      WriteReadyFile(testing::TempDir() + "/no/such/folder/ready", SomeInfo());
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.message().find("/no/such/folder/ready"), absl::string_view::npos);
}

}  // namespace
}  // namespace lazuli::emulator
