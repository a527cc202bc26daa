// Snapshots: what is read is what was written, and nothing else is.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/encoding.h"
#include "emulator/storage/record_batch.h"
#include "emulator/storage/snapshot.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using emulator::EncodeSnapshot;
using emulator::RecordBatch;
using emulator::Snapshot;

constexpr size_t kDigestSize = 32;

std::string Encode(const RecordBatch& batch) {
  return EncodeSnapshot({"1.0", 7, absl::FromUnixSeconds(1'700'000'000)}, batch);
}

void Try(std::string bytes) {
  const std::string before = bytes;
  const auto snapshot = Snapshot::Parse(std::move(bytes), "input");
  if (!snapshot.ok()) {
    Check(!snapshot.status().message().empty(), "a refusal says why");
    return;
  }
  RecordBatch batch;
  (*snapshot)->CopyTo(&batch);
  // A table without records leaves no trace in a batch.
  const std::string again = EncodeSnapshot((*snapshot)->header(), batch);
  Check(again == before || again.size() < before.size(), "what is read is what was there");
  const auto reread = Snapshot::Parse(again, "again");
  Check(reread.ok(), "what was read can be written and read again");
  RecordBatch same;
  (*reread)->CopyTo(&same);
  Check(EncodeSnapshot((*reread)->header(), same) == again, "the same is written as the same");
}

}  // namespace

std::vector<std::string> Seeds() {
  RecordBatch one;
  one.Put("table", "key", "value");
  RecordBatch several;
  several.Put("a", "1", std::string(300, 'x'));
  several.Put("a", "2", "");
  several.Put("b", std::string("\0\xff", 2), "y");
  return {Encode(RecordBatch()), Encode(one), Encode(several)};
}

std::vector<std::string> Dictionary() {
  return {std::string("\x8bLAZULI\n", 8),     std::string("\0\0\0\1", 4),
          std::string("\0\0\0\0", 4),         "\xff\xff\xff\xff",
          "\x7f\xff\xff\xff\xff\xff\xff\xff", "table"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  lazuli::fuzz::Try(bytes);
  // Once more behind the digest, which no search gets past by itself.
  if (bytes.size() < lazuli::fuzz::kDigestSize) return 0;
  const std::string body = bytes.substr(0, bytes.size() - lazuli::fuzz::kDigestSize);
  lazuli::fuzz::Try(body + lazuli::Sha256(body));
  return 0;
}
