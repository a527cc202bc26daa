// File: emulator/storage/record_batch.h
//
// Changes of records, collected to be written at once.
#ifndef LAZULI_EMULATOR_STORAGE_RECORD_BATCH_H_
#define LAZULI_EMULATOR_STORAGE_RECORD_BATCH_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "base/records.h"

namespace lazuli::emulator {

// The last word about each record wins, so that a batch that has to wait does not grow beyond what
// there is. Not thread safe.
class RecordBatch final : public RecordWriter {
 public:
  // By key; without a value: to be erased.
  using Table = std::map<std::string, std::optional<std::string>, std::less<>>;

  void Put(absl::string_view table, absl::string_view key, std::string value) override {
    TableNamed(table).insert_or_assign(std::string(key), std::move(value));
  }
  void Erase(absl::string_view table, absl::string_view key) override {
    TableNamed(table).insert_or_assign(std::string(key), std::nullopt);
  }

  bool empty() const { return tables_.empty(); }
  void Clear() { tables_.clear(); }
  const std::map<std::string, Table, std::less<>>& tables() const { return tables_; }

 private:
  Table& TableNamed(absl::string_view name) {
    const auto found = tables_.find(std::string_view(name.data(), name.size()));
    return found != tables_.end() ? found->second : tables_[std::string(name)];
  }

  std::map<std::string, Table, std::less<>> tables_;
};

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_STORAGE_RECORD_BATCH_H_
