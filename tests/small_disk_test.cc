// What rests, on a disk that is full and on one that cannot be written.
#include "tests/support/small_disk.h"

#include <signal.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "emulator/client/api.h"
#include "emulator/client/server_process.h"
#include "emulator/grpc/grpc_client.h"
#include "emulator/identity/well_known.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/program.h"
#include "tests/support/test_server.h"

namespace lazuli::emulator {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Less than the log of the database grows to before it is emptied.
constexpr size_t kDiskBytes = 2 << 20;
constexpr size_t kBallastBytes = 1 << 20;

class SmallDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<SmallDisk>> disk = SmallDisk::Mount(kDiskBytes);
    if (!disk.ok()) GTEST_SKIP() << disk.status().message();
    disk_ = *std::move(disk);
  }

  std::string DataDirFlag(const std::string& name) const {
    return absl::StrCat("--data_dir=", disk_->File(name));
  }

  std::unique_ptr<SmallDisk> disk_;
};

// A server over a data directory, and who asks it.
class Served {
 public:
  explicit Served(const std::string& data_dir_flag)
      : server_(Must(ServerProcess::Start(ProgramPath(), {"--clock=manual", data_dir_flag}))),
        client_(GrpcClient::Connect(server_->ready().grpc)),
        api_(client_.get(), kTestGroup) {
    Must(client_->SignIn(kAdminAppId, kWellKnownAdminSecret));
  }

  Api& api() { return api_; }
  absl::Status PutVault(const std::string& name) { return api_.PutVault(name, {}).status(); }
  absl::Status GetVault(const std::string& name) { return api_.GetVault(name).status(); }
  // As a power cut would end it.
  void Kill() { server_->Signal(SIGKILL); }

 private:
  const std::unique_ptr<ServerProcess> server_;
  const std::unique_ptr<GrpcClient> client_;
  Api api_;
};

void ExpectDiskIsFull(const absl::Status& status, const std::string& what_is_said) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr(what_is_said)));
  EXPECT_THAT(status, ErrorCodeIs("InsufficientStorage"));
  EXPECT_EQ(ErrorInfoOrDefault(status).http_status, 507);
}

TEST_F(SmallDiskTest, OnAFullDiskChangesAreRefusedReadingGoesOnAndNothingIsLost) {
  const std::string ballast = disk_->File("ballast");
  std::ofstream(ballast) << std::string(kBallastBytes, 'x');
  ASSERT_EQ(std::filesystem::file_size(ballast), kBallastBytes);
  Served before(DataDirFlag("data"));
  Must(before.api().PutResourceGroup());

  std::vector<std::string> vaults;
  absl::Status put;
  while (put.ok()) {
    // Each takes a page of 4 KiB at least.
    ASSERT_LT(vaults.size(), kDiskBytes / 4096) << "the disk does not fill up";
    vaults.push_back(absl::StrCat("vault-", vaults.size()));
    put = before.PutVault(vaults.back());
  }
  EXPECT_GT(vaults.size(), 1u);
  ExpectDiskIsFull(put, "not stored yet");
  ExpectDiskIsFull(before.PutVault("refused-vault"), "Nothing was changed");
  ExpectDiskIsFull(before.api().DeleteVault(vaults.front()), "Nothing was changed");
  for (const std::string& vault : vaults) LAZULI_EXPECT_OK(before.GetVault(vault));
  EXPECT_THAT(before.GetVault("refused-vault"), ErrorCodeIs("ResourceNotFound"));

  ASSERT_TRUE(std::filesystem::remove(ballast));
  LAZULI_EXPECT_OK(before.PutVault("after-vault"));
  before.Kill();

  Served after(DataDirFlag("data"));
  // What was made and not stored as well: room was made before the server ended.
  for (const std::string& vault : vaults) LAZULI_EXPECT_OK(after.GetVault(vault));
  LAZULI_EXPECT_OK(after.GetVault("after-vault"));
  EXPECT_THAT(after.GetVault("refused-vault"), ErrorCodeIs("ResourceNotFound"));
  LAZULI_EXPECT_OK(after.PutVault("refused-vault"));
}

TEST_F(SmallDiskTest, AReadOnlyDataDirectoryEndsTheServerWithWhatToDo) {
  const auto server =
      Must(ServerProcess::Start(ProgramPath(), {"--clock=manual", DataDirFlag("kept")}));
  EXPECT_EQ(server->Signal(SIGTERM).exit_code, 0);
  LAZULI_ASSERT_OK(disk_->MakeReadOnly());
  for (const char* const name : {"kept", "absent"}) {
    const Ran ran = RunProgram({"serve", "--grpc=127.0.0.1:0", "--https=", DataDirFlag(name)});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.out, IsEmpty());
    const std::string first_line = ran.err.substr(0, ran.err.find('\n'));
    EXPECT_THAT(first_line, AllOf(HasSubstr(disk_->File(name)), HasSubstr("Read-only file system"),
                                  HasSubstr("name another one with --data_dir")));
  }
}

}  // namespace
}  // namespace lazuli::emulator
