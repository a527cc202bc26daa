#include "emulator/cli/client_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

constexpr char kPem[] = "-----BEGIN CERTIFICATE-----\nAAECAw==\n-----END CERTIFICATE-----\n";

std::string ReadWhole(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A folder with a name that every shell trips over.
std::string NastyFolder() {
  const std::string folder = testing::TempDir() + "/it's a \"folder\" $HOME";
  std::filesystem::create_directories(folder);
  return folder;
}

TEST(ClientFilesTest, StandBesideTheirPrefixAndReplaceOldOnes) {
  const std::string prefix = NastyFolder() + "/ready.json";
  std::ofstream(prefix + ".ca.pem") << "old";
  const absl::StatusOr<ClientFiles> files = WriteClientFiles(prefix, kPem, "42");
  LAZULI_ASSERT_OK(files);
  EXPECT_EQ(files->ca_file, prefix + ".ca.pem");
  EXPECT_EQ(ReadWhole(files->ca_file), kPem);
  EXPECT_NE(ReadWhole(files->trust_store).find(std::string("\x00\x01\x02\x03", 4)),
            std::string::npos);
  struct stat status;
  ASSERT_EQ(stat(files->azure_folder.c_str(), &status), 0);
  EXPECT_TRUE(S_ISDIR(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  // The same server again, and another.
  EXPECT_EQ(WriteClientFiles(prefix, kPem, "42")->azure_folder, files->azure_folder);
  EXPECT_NE(WriteClientFiles(prefix, kPem, "43")->azure_folder, files->azure_folder);
}

TEST(ClientFilesTest, WhatCannotBeWrittenIsNamed) {
  const std::string prefix = testing::TempDir() + "/no/such/folder/ready";
  const absl::Status status = WriteClientFiles(prefix, kPem, "1").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_NE(status.message().find("/no/such/folder/ready"), absl::string_view::npos);
}

TEST(ClientFilesTest, AFolderThatOthersMayChangeIsNotTaken) {
  const std::string prefix = NastyFolder() + "/shared";
  const std::string folder = prefix + ".azure-1";
  mkdir(folder.c_str(), 0777);
  chmod(folder.c_str(), 0777);
  EXPECT_FALSE(WriteClientFiles(prefix, kPem, "1").ok());
  chmod(folder.c_str(), 0700);
  LAZULI_EXPECT_OK(WriteClientFiles(prefix, kPem, "1"));
  // Nor is a link, wherever it leads.
  const std::string link = prefix + ".azure-2";
  ASSERT_EQ(symlink(folder.c_str(), link.c_str()), 0);
  EXPECT_FALSE(WriteClientFiles(prefix, kPem, "2").ok());
}

}  // namespace
}  // namespace lazuli::emulator
