// File: base/memory_records.h
//
// Records in memory.
#ifndef LAZULI_BASE_MEMORY_RECORDS_H_
#define LAZULI_BASE_MEMORY_RECORDS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/records.h"
#include "base/status_macros.h"

namespace lazuli {

// What a store would hold after the same writes, for tests of those that have state. Not thread
// safe.
class MemoryRecords final : public RecordWriter, public RecordReader {
 public:
  using Table = std::map<std::string, std::string, std::less<>>;
  using Tables = std::map<std::string, Table, std::less<>>;

  MemoryRecords() = default;
  explicit MemoryRecords(RecordSource* source) { source->WriteAll(this); }

  void Put(absl::string_view table, absl::string_view key, std::string value) override {
    ++writes_;
    tables_[std::string(table)][std::string(key)] = std::move(value);
  }

  void Erase(absl::string_view table, absl::string_view key) override {
    ++writes_;
    const auto found = tables_.find(table);
    if (found == tables_.end()) return;
    found->second.erase(std::string(key));
    if (found->second.empty()) tables_.erase(found);
  }

  absl::Status ForEach(
      absl::string_view table,
      absl::FunctionRef<absl::Status(absl::string_view key, absl::string_view value)> visit)
      const override {
    const auto found = tables_.find(table);
    if (found == tables_.end()) return absl::OkStatus();
    for (const auto& [key, value] : found->second) LAZULI_RETURN_IF_ERROR(visit(key, value));
    return absl::OkStatus();
  }

  // Without tables that are empty.
  const Tables& tables() const { return tables_; }
  // Calls of Put and Erase so far.
  size_t writes() const { return writes_; }

 private:
  Tables tables_;
  size_t writes_ = 0;
};

}  // namespace lazuli

#endif  // LAZULI_BASE_MEMORY_RECORDS_H_
