#include "emulator/server/ca_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/status/status.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(CaFileTest, LiesThereForEverybodyUntilItsOwnerGoes) {
  const std::string path = testing::TempDir() + "/ca_file_test.pem";
  {
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CaFile> file, CaFile::Write(path, "pem\n"));
    EXPECT_EQ(Read(file->path()), "pem\n");
    struct stat status = {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777 & ~static_cast<mode_t>(0644), 0u);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(CaFileTest, TakesThePlaceOfAnOlderOne) {
  const std::string path = testing::TempDir() + "/ca_file_test_older.pem";
  std::ofstream(path) << "of a server that was killed";
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CaFile> file, CaFile::Write(path, "pem\n"));
  EXPECT_EQ(Read(path), "pem\n");
}

TEST(CaFileTest, TellsAbsolutePaths) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<CaFile> file,
                              CaFile::Write("ca_file_test_relative.pem", "pem\n"));
  EXPECT_TRUE(std::filesystem::path(file->path()).is_absolute());
}

TEST(CaFileTest, RefusesAPlaceThatIsNotThere) {
  EXPECT_THAT(CaFile::Write(testing::TempDir() + "/no/such/folder/ca.pem", "pem").status(),
              StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("ca.pem")));
}

}  // namespace
}  // namespace lazuli::emulator
