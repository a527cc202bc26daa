#include "emulator/storage/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/status_macros.h"
#include "emulator/storage/errors.h"
#include "emulator/storage/lasting_name.h"

namespace lazuli::emulator {

namespace {

// The first byte is no text and the last ends a line: whatever treats the file as text spoils it at
// once.
constexpr absl::string_view kMagic("\x8bLAZULI\n", 8);
constexpr uint32_t kFormat = 1;
constexpr uint32_t kOldestFormat = 1;
constexpr size_t kDigestSize = 32;

template <typename Number>
void AppendNumber(Number number, std::string* out) {
  for (int shift = (sizeof(Number) - 1) * 8; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(number >> shift & 0xff));
  }
}

void AppendString(absl::string_view text, std::string* out) {
  AppendNumber(static_cast<uint32_t>(text.size()), out);
  out->append(text.data(), text.size());
}

// Reads what the functions above wrote; nullopt: it ends too early.
class Cursor {
 public:
  explicit Cursor(absl::string_view bytes) : rest_(bytes) {}

  template <typename Number>
  std::optional<Number> ReadNumber() {
    if (rest_.size() < sizeof(Number)) return std::nullopt;
    Number number = 0;
    for (size_t i = 0; i < sizeof(Number); ++i)
      number = number << 8 | static_cast<uint8_t>(rest_[i]);
    rest_.remove_prefix(sizeof(Number));
    return number;
  }

  std::optional<absl::string_view> ReadString() {
    const std::optional<uint32_t> size = ReadNumber<uint32_t>();
    if (!size.has_value() || rest_.size() < *size) return std::nullopt;
    const absl::string_view text = rest_.substr(0, *size);
    rest_.remove_prefix(*size);
    return text;
  }

  size_t left() const { return rest_.size(); }

 private:
  absl::string_view rest_;
};

size_t PresentRecords(const RecordBatch::Table& table) {
  size_t present = 0;
  for (const auto& [key, value] : table) present += value.has_value() ? 1 : 0;
  return present;
}

// An open file; closed at the end.
class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::Status WriteWhole(int fd, absl::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SnapshotFileError(path, SystemError(errno));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(fd) != 0) return SnapshotFileError(path, SystemError(errno));
  return absl::OkStatus();
}

}  // namespace

std::string EncodeSnapshot(const SnapshotHeader& header, const RecordBatch& batch) {
  std::string bytes(kMagic);
  AppendNumber(kFormat, &bytes);
  AppendString(header.version, &bytes);
  AppendNumber(header.seed, &bytes);
  AppendNumber(static_cast<uint64_t>(absl::ToUnixNanos(header.now)), &bytes);
  AppendNumber(static_cast<uint32_t>(batch.tables().size()), &bytes);
  for (const auto& [name, table] : batch.tables()) {
    AppendString(name, &bytes);
    AppendNumber(static_cast<uint64_t>(PresentRecords(table)), &bytes);
    for (const auto& [key, value] : table) {
      if (!value.has_value()) continue;
      AppendString(key, &bytes);
      AppendString(*value, &bytes);
    }
  }
  bytes += Sha256(bytes);
  return bytes;
}

absl::StatusOr<std::unique_ptr<Snapshot>> Snapshot::Parse(std::string bytes,
                                                          absl::string_view name) {
  std::unique_ptr<Snapshot> snapshot(new Snapshot(std::move(bytes)));
  LAZULI_RETURN_IF_ERROR(snapshot->Read(name));
  return snapshot;
}

absl::StatusOr<std::unique_ptr<Snapshot>> Snapshot::ReadFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return SnapshotFileError(path, "is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) return SnapshotFileError(path, "cannot be read");
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return SnapshotFileError(path, "cannot be read");
  return Parse(std::move(bytes), path);
}

absl::Status Snapshot::Read(absl::string_view name) {
  absl::string_view bytes = bytes_;
  if (!absl::StartsWith(bytes, kMagic)) {
    const bool is_beginning = !bytes.empty() && absl::StartsWith(kMagic, bytes);
    return is_beginning ? TruncatedSnapshotError(name) : NoSnapshotError(name);
  }
  Cursor cursor(bytes.substr(kMagic.size()));
  const std::optional<uint32_t> format = cursor.ReadNumber<uint32_t>();
  if (!format.has_value()) return TruncatedSnapshotError(name);
  // Before the digest, whose place another format may have changed.
  if (*format > kFormat || *format < kOldestFormat) {
    return SnapshotVersionError(name, *format, kOldestFormat, kFormat);
  }
  if (cursor.left() < kDigestSize) return TruncatedSnapshotError(name);
  const absl::string_view digest = bytes.substr(bytes.size() - kDigestSize);
  bytes.remove_suffix(kDigestSize);
  const bool is_intact = Sha256(bytes) == digest;

  cursor = Cursor(bytes.substr(kMagic.size() + sizeof(uint32_t)));
  const auto version = cursor.ReadString();
  const auto seed = cursor.ReadNumber<uint64_t>();
  const auto now = cursor.ReadNumber<uint64_t>();
  const auto tables = cursor.ReadNumber<uint32_t>();
  // Where the lengths lead beyond the end, it is the end that is missing.
  if (!version || !seed || !now || !tables) return TruncatedSnapshotError(name);
  header_.version = std::string(*version);
  header_.seed = *seed;
  header_.now = absl::FromUnixNanos(static_cast<int64_t>(*now));
  for (uint32_t i = 0; i < *tables; ++i) {
    const auto table = cursor.ReadString();
    const auto count = cursor.ReadNumber<uint64_t>();
    if (!table || !count) return TruncatedSnapshotError(name);
    if (!tables_.empty() && *table <= tables_.rbegin()->first) {
      return CorruptSnapshotError(name, "its tables are out of order");
    }
    Records& records = tables_[*table];
    for (uint64_t record = 0; record < *count; ++record) {
      const auto key = cursor.ReadString();
      const auto value = key ? cursor.ReadString() : std::nullopt;
      if (!value) return TruncatedSnapshotError(name);
      if (!records.empty() && *key <= records.back().first) {
        return CorruptSnapshotError(name, "its records are out of order");
      }
      records.emplace_back(*key, *value);
    }
  }
  if (!is_intact) return CorruptSnapshotError(name, "its digest does not fit");
  if (cursor.left() != 0) return CorruptSnapshotError(name, "it goes on behind its end");
  return absl::OkStatus();
}

absl::Status Snapshot::ForEach(
    absl::string_view table,
    absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit) const {
  const auto found = tables_.find(table);
  if (found == tables_.end()) return absl::OkStatus();
  for (const auto& [key, value] : found->second) LAZULI_RETURN_IF_ERROR(visit(key, value));
  return absl::OkStatus();
}

void Snapshot::CopyTo(RecordWriter* writer) const {
  for (const auto& [table, records] : tables_) {
    for (const auto& [key, value] : records) writer->Put(table, key, std::string(value));
  }
}

absl::Status WriteSnapshotFile(const std::string& path, absl::string_view bytes) {
  std::string pattern = absl::StrCat(path, ".XXXXXX");
  // Made with mode 0600.
  const File file(::mkostemp(pattern.data(), O_CLOEXEC));
  if (file.fd() < 0) return SnapshotFileError(path, SystemError(errno));
  absl::Status status = WriteWhole(file.fd(), bytes, path);
  if (status.ok() && ::rename(pattern.c_str(), path.c_str()) != 0) {
    status = SnapshotFileError(path, SystemError(errno));
  }
  if (!status.ok()) {
    ::unlink(pattern.c_str());
    return status;
  }
  MakeNameLast(path);
  return absl::OkStatus();
}

}  // namespace lazuli::emulator
