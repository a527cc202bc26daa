// File: emulator/storage/snapshot.h
//
// A state in one portable file: what a data directory holds of it, without what belongs to the
// directory. Format 1, numbers big-endian, a string as 32 bits of length and its bytes:
//
//   magic     8 bytes
//   format    32 bits
//   version   string: of the program that saved it
//   seed      64 bits
//   now       64 bits: the virtual time, nanoseconds since 1970
//   tables    32 bits: how many; of each: name (string), 64 bits: how many records; of each: key
//   and
//             value (strings). In ascending order, each once.
//   digest    32 bytes: SHA-256 of everything before
#ifndef LAZULI_EMULATOR_STORAGE_SNAPSHOT_H_
#define LAZULI_EMULATOR_STORAGE_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/records.h"
#include "emulator/storage/record_batch.h"

namespace lazuli::emulator {

struct SnapshotHeader {
  std::string version;
  uint64_t seed = 0;
  absl::Time now;
};

// The bytes of a snapshot of the records that `batch` puts.
std::string EncodeSnapshot(const SnapshotHeader& header, const RecordBatch& batch);

// A snapshot that was read. Immutable and thread safe.
class Snapshot final : public RecordReader {
 public:
  // Checks everything before it answers. `name` is what errors call it: NoSnapshotError,
  // SnapshotVersionError, TruncatedSnapshotError, CorruptSnapshotError.
  static absl::StatusOr<std::unique_ptr<Snapshot>> Parse(std::string bytes, absl::string_view name);
  // The same of a file. SnapshotFileError when it cannot be read.
  static absl::StatusOr<std::unique_ptr<Snapshot>> ReadFile(const std::string& path);

  const SnapshotHeader& header() const { return header_; }
  const std::string& bytes() const { return bytes_; }

  absl::Status ForEach(
      absl::string_view table,
      absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit)
      const override;
  // All of it.
  void CopyTo(RecordWriter* writer) const;

 private:
  using Records = std::vector<std::pair<absl::string_view, absl::string_view>>;

  explicit Snapshot(std::string bytes) : bytes_(std::move(bytes)) {}
  absl::Status Read(absl::string_view name);

  const std::string bytes_;
  SnapshotHeader header_;
  std::map<absl::string_view, Records> tables_;  // parts of bytes_
};

// Writes a snapshot's bytes to `path`, with mode 0600, so that a reader sees the whole of it or
// what was there before, also after a crash. SnapshotFileError.
absl::Status WriteSnapshotFile(const std::string& path, absl::string_view bytes);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_SNAPSHOT_H_
