// The file of a database: whatever it holds, it is read as it was written or refused.
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "emulator/storage/database.h"
#include "emulator/storage/record_batch.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using emulator::Database;
using emulator::RecordBatch;

// Of the files that SQLite puts beside a database.
constexpr const char* kSuffixes[] = {"-wal", "-shm", "-journal"};

// In memory where the system has such a place: each try writes and reads a whole database.
const std::string& Path() {
  static const std::string* const path = [] {
    const bool has_memory = std::filesystem::is_directory("/dev/shm");
    const auto folder = has_memory ? "/dev/shm" : std::filesystem::temp_directory_path().string();
    static std::string name = absl::StrCat(folder, "/lazuli-fuzz-", ::getpid(), ".db");
    std::atexit([] {
      std::remove(name.c_str());
      for (const char* suffix : kSuffixes) std::remove((name + suffix).c_str());
    });
    return &name;
  }();
  return *path;
}

void RemoveLogs() {
  for (const char* suffix : kSuffixes) std::remove((Path() + suffix).c_str());
}

std::unique_ptr<Database> Open() {
  auto database =
      Database::Open({.path = Path(), .sync = emulator::StorageSync::kNormal, .on_step = nullptr});
  if (database.ok()) return *std::move(database);
  Check(!database.status().message().empty(), "a refusal says why");
  return nullptr;
}

std::string Valid(int records) {
  std::remove(Path().c_str());
  {
    const std::unique_ptr<Database> database = Open();
    Check(database != nullptr, "a database can be made");
    RecordBatch batch;
    for (int i = 0; i < records; ++i) batch.Put("table", absl::StrCat("key", i), "value");
    Check(database->Write(batch).ok(), "a database can be written");
    Check(database->WriteProcessValue("name", "value").ok(), "a value can be written");
  }
  std::ifstream file(Path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::vector<std::string> Seeds() { return {Valid(0), Valid(1), Valid(20)}; }

std::vector<std::string> Dictionary() {
  return {std::string("SQLite format 3\0", 16),
          "Lazu",
          "table",
          "key1",
          "value",
          "record",
          "process",
          "CREATE TABLE",
          "WITHOUT ROWID",
          "CREATE TRIGGER",
          "CREATE VIEW"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using lazuli::fuzz::Check;
  lazuli::fuzz::RemoveLogs();
  std::ofstream(lazuli::fuzz::Path(), std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto database = lazuli::fuzz::Open();
  if (database == nullptr) return 0;
  std::set<std::string> seen;
  const absl::Status read =
      database->ForEach("table", [&](absl::string_view key, absl::string_view value) {
        Check(key.substr(0, 3) == "key" && value == "value", "only what was written is read");
        Check(seen.insert(std::string(key)).second, "no key is read twice");
        return absl::OkStatus();
      });
  Check(read.ok() || !read.message().empty(), "a refusal says why");
  const auto value = database->ReadProcessValue("name");
  Check(!value.ok() || !value->has_value() || **value == "value", "only what was written is read");
  lazuli::emulator::RecordBatch batch;
  batch.Put("table", "key", "value");
  (void)database->Write(batch);
  return 0;
}
