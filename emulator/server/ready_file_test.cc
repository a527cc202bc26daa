#include "emulator/server/ready_file.h"

#include <sys/stat.h>

#include <fstream>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

ReadyInfo SomeInfo() {
  ReadyInfo info;
  info.grpc = "127.0.0.1:4711";
  info.pid = 99;
  info.version = "1.2.3";
  info.seed = 18446744073709551615u;
  return info;
}

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

TEST(ReadyFileTest, WhatBelongsToHttpsComesBackToo) {
  ReadyInfo info = SomeInfo();
  info.https = "https://localhost:8443";
  info.ca_file = "/a folder/with \"quotes\"/ca.pem";
  info.operator_token = "a-token";
  info.identity_secret = "a-secret";
  const absl::StatusOr<ReadyInfo> back = ParseReadyInfo(FormatReadyInfo(info));
  LAZULI_ASSERT_OK(back);
  EXPECT_EQ(back->https, info.https);
  EXPECT_EQ(back->ca_file, info.ca_file);
  EXPECT_EQ(back->operator_token, info.operator_token);
  EXPECT_EQ(back->identity_secret, info.identity_secret);
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
