#include "emulator/storage/snapshot.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "base/status_matchers.h"
#include "emulator/storage/record_batch.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lazuli::emulator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr size_t kDigestSize = 32;

SnapshotHeader Header() { return {"1.2.3", 42, absl::FromUnixNanos(1'700'000'000'000'000'001)}; }

RecordBatch Records() {
  RecordBatch batch;
  batch.Put("b", "k", std::string("\0\xff", 2));
  batch.Put("a", "2", "");
  batch.Put("a", "1", "one");
  batch.Erase("a", "3");
  return batch;
}

std::string Bytes() { return EncodeSnapshot(Header(), Records()); }

absl::Status ParseStatus(std::string bytes) {
  return Snapshot::Parse(std::move(bytes), "the snapshot").status();
}

// With a digest that fits, as if it had been written like this.
std::string Resealed(std::string bytes) {
  bytes.resize(bytes.size() - kDigestSize);
  return bytes + Sha256(bytes);
}

std::vector<std::pair<std::string, std::string>> Read(const RecordReader& reader,
                                                      absl::string_view table) {
  std::vector<std::pair<std::string, std::string>> records;
  LAZULI_EXPECT_OK(reader.ForEach(table, [&](absl::string_view key, absl::string_view value) {
    records.emplace_back(key, value);
    return absl::OkStatus();
  }));
  return records;
}

TEST(SnapshotTest, GivesBackWhatItWasMadeOf) {
  const auto snapshot = Snapshot::Parse(Bytes(), "the snapshot");
  LAZULI_ASSERT_OK(snapshot.status());
  EXPECT_EQ((*snapshot)->header().version, "1.2.3");
  EXPECT_EQ((*snapshot)->header().seed, 42u);
  EXPECT_EQ((*snapshot)->header().now, Header().now);
  EXPECT_THAT(Read(**snapshot, "a"), ElementsAre(Pair("1", "one"), Pair("2", "")));
  EXPECT_THAT(Read(**snapshot, "b"), ElementsAre(Pair("k", std::string("\0\xff", 2))));
  EXPECT_THAT(Read(**snapshot, "c"), IsEmpty());
  RecordBatch copied;
  (*snapshot)->CopyTo(&copied);
  EXPECT_EQ(EncodeSnapshot(Header(), copied), Bytes());
}

TEST(SnapshotTest, EveryCutIsNoticed) {
  const std::string bytes = Bytes();
  EXPECT_THAT(std::string(ParseStatus("").message()), HasSubstr("Not a snapshot"));
  for (size_t size = 1; size < bytes.size(); ++size) {
    const absl::Status status = ParseStatus(bytes.substr(0, size));
    EXPECT_FALSE(status.ok()) << size;
    EXPECT_FALSE(status.message().empty());
  }
  EXPECT_THAT(std::string(ParseStatus(bytes.substr(0, 40)).message()), HasSubstr("cut off"));
}

TEST(SnapshotTest, EveryChangedByteIsNoticed) {
  const std::string bytes = Bytes();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(ParseStatus(changed).ok()) << i;
  }
  std::string changed = bytes;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_EQ(ParseStatus(changed).code(), absl::StatusCode::kDataLoss);
}

TEST(SnapshotTest, WhatIsNoneIsToldSo) {
  EXPECT_THAT(std::string(ParseStatus("{\"json\": true}").message()), HasSubstr("Not a snapshot"));
}

TEST(SnapshotTest, OtherFormatsAreRefusedWithWhatToDo) {
  std::string newer = Bytes();
  newer[11] = 2;
  EXPECT_THAT(std::string(ParseStatus(newer).message()), HasSubstr("newer"));
  std::string older = Bytes();
  older[11] = 0;
  EXPECT_THAT(std::string(ParseStatus(older).message()), HasSubstr("Save a new one"));
}

TEST(SnapshotTest, DisorderIsDamageThoughTheDigestFits) {
  std::string bytes = Bytes();
  const size_t second = bytes.rfind("2");
  bytes[second] = '1';
  EXPECT_EQ(ParseStatus(Resealed(bytes)).code(), absl::StatusCode::kDataLoss);
  std::string longer = Bytes();
  longer.insert(longer.size() - kDigestSize, "more");
  EXPECT_EQ(ParseStatus(Resealed(longer)).code(), absl::StatusCode::kDataLoss);
}

class SnapshotFileTest : public ::testing::Test {
 protected:
  const std::string path_ = absl::StrCat(::testing::TempDir(), "/snapshot.", ::getpid());
};

TEST_F(SnapshotFileTest, IsItsOwnersAloneAndReplacesWhatWasThere) {
  std::ofstream(path_) << "before";
  LAZULI_ASSERT_OK(WriteSnapshotFile(path_, Bytes()));
  struct stat info = {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
  const auto snapshot = Snapshot::ReadFile(path_);
  LAZULI_ASSERT_OK(snapshot.status());
  EXPECT_EQ((*snapshot)->header().seed, 42u);
}

TEST_F(SnapshotFileTest, AFailureNamesThePathAndLeavesNothingBehind) {
  const std::string absent = absl::StrCat(::testing::TempDir(), "/absent.", ::getpid(), "/file");
  EXPECT_THAT(std::string(WriteSnapshotFile(absent, "x").message()), HasSubstr(absent));
  EXPECT_THAT(std::string(Snapshot::ReadFile(absent).status().message()), HasSubstr(absent));
  const std::string folder = absl::StrCat(::testing::TempDir(), "/folder.", ::getpid());
  std::filesystem::create_directory(folder);
  EXPECT_FALSE(WriteSnapshotFile(folder, "x").ok());
  EXPECT_FALSE(Snapshot::ReadFile(folder).ok());
  for (const auto& entry : std::filesystem::directory_iterator(::testing::TempDir())) {
    EXPECT_THAT(entry.path().string(), ::testing::Not(HasSubstr(folder + ".")));
  }
}

}  // namespace
}  // namespace lazuli::emulator
