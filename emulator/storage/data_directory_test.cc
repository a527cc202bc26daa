#include "emulator/storage/data_directory.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string NewPath(const std::string& name) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/", name, ".", ::getpid());
  std::filesystem::remove_all(path);
  return path;
}

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777;
}

TEST(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  const std::string path = NewPath("made");
  auto directory = DataDirectory::Open(path);
  LAZULI_ASSERT_OK(directory.status());
  EXPECT_EQ(ModeOf(path), 0700u);
  EXPECT_EQ(ModeOf(path + "/lock"), 0600u);
  EXPECT_EQ((*directory)->database_path(), path + "/lazuli.db");
}

TEST(DataDirectoryTest, AnEmptyOneThatIsThereIsClosedToOthers) {
  const std::string path = NewPath("open");
  ASSERT_EQ(::mkdir(path.c_str(), 0755), 0);
  LAZULI_ASSERT_OK(DataDirectory::Open(path).status());
  EXPECT_EQ(ModeOf(path), 0700u);
}

TEST(DataDirectoryTest, ASecondUserIsToldWhoHasItUntilThatOneIsGone) {
  const std::string path = NewPath("locked");
  auto first = DataDirectory::Open(path);
  LAZULI_ASSERT_OK(first.status());
  const absl::Status second = DataDirectory::Open(path).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), HasSubstr(path));
  EXPECT_THAT(std::string(second.message()), HasSubstr(absl::StrCat("process ", ::getpid())));
  first->reset();
  LAZULI_EXPECT_OK(DataDirectory::Open(path).status());
}

TEST(DataDirectoryTest, ADirectoryOfSomebodyElseStaysAsItIs) {
  const std::string path = NewPath("foreign");
  ASSERT_EQ(::mkdir(path.c_str(), 0755), 0);
  std::ofstream(path + "/letter.txt") << "dear";
  const absl::Status status = DataDirectory::Open(path).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("--data_dir"));
  EXPECT_EQ(ModeOf(path), 0755u);
  EXPECT_FALSE(std::filesystem::exists(path + "/lock"));
}

TEST(DataDirectoryTest, WhatCannotBeADirectoryIsRefusedWithTheReason) {
  const std::string path = NewPath("file");
  std::ofstream(path) << "a file";
  const absl::Status status = DataDirectory::Open(path).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Not a directory"));
  EXPECT_EQ(DataDirectory::Open(NewPath("absent") + "/below").status().code(),
            absl::StatusCode::kPermissionDenied);
}

// Nothing is read-only to root: gives its rights away for its own lifetime.
class AsNobody {
 public:
  AsNobody() : is_root_(::geteuid() == 0), is_nobody_(!is_root_ || ::seteuid(kNobody) == 0) {}
  ~AsNobody() {
    if (is_root_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

  bool is_nobody() const { return is_nobody_; }

 private:
  static constexpr uid_t kNobody = 65534;
  const bool is_root_;
  const bool is_nobody_;
};

TEST(DataDirectoryTest, AReadOnlyOneIsRefusedWithTheReason) {
  // Not below TempDir(), which may lie where nobody may look.
  std::string parent = (std::filesystem::temp_directory_path() / "read-only-XXXXXX").string();
  ASSERT_NE(::mkdtemp(parent.data()), nullptr);
  const std::string kept = absl::StrCat(parent, "/kept");
  LAZULI_ASSERT_OK(DataDirectory::Open(kept).status());
  ASSERT_EQ(::chmod(kept.c_str(), 0555), 0);
  ASSERT_EQ(::chmod(parent.c_str(), 0555), 0);
  const std::string absent = absl::StrCat(parent, "/absent");
  {
    const AsNobody nobody;
    if (!nobody.is_nobody()) GTEST_SKIP() << "root cannot give its rights away here";
    const absl::Status status = DataDirectory::Open(absent).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(absent), HasSubstr("Permission denied")));
    // Its owner alone may open it to writing again.
    if (::geteuid() != ::getuid()) {
      EXPECT_EQ(DataDirectory::Open(kept).status().code(), absl::StatusCode::kPermissionDenied);
    }
  }
  ::chmod(parent.c_str(), 0700);
  ::chmod(kept.c_str(), 0700);
  std::filesystem::remove_all(parent);
}

}  // namespace
}  // namespace lazuli::emulator
