#include "base/spoiled_records.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "gtest/gtest.h"

namespace lazuli {
namespace {

constexpr int kFlipsOfOneRecord = 6;
// The wire format has no field of this type.
constexpr char kNoMessage[] = "\xff\xff\xff";

bool NamesARecord(const MemoryRecords& whole, const absl::Status& status) {
  for (const auto& [table, records] : whole.tables()) {
    if (absl::StrContains(status.message(), absl::StrCat(" of ", table, " cannot be read"))) {
      return true;
    }
  }
  return false;
}

}  // namespace

void ExpectSpoiledRecordsAreRefused(
    const MemoryRecords& whole, uint64_t seed,
    absl::FunctionRef<absl::Status(const RecordReader& records)> restore) {
  RandomStream random(seed, "spoiled records");
  const auto expect_refusal_or_success = [&](const MemoryRecords& spoiled, const std::string& how) {
    const absl::Status status = restore(spoiled);
    if (status.ok()) return;
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << how << ": " << status;
    EXPECT_TRUE(NamesARecord(whole, status)) << how << ": " << status;
  };
  for (const auto& [table, records] : whole.tables()) {
    for (const auto& [key, value] : records) {
      const std::string name = absl::StrCat(key, " of ", table);
      const auto with_value = [&, &table = table, &key = key](std::string changed) {
        MemoryRecords spoiled = whole;
        spoiled.Put(table, key, std::move(changed));
        return spoiled;
      };
      for (int i = 0; i < kFlipsOfOneRecord && !value.empty(); ++i) {
        std::string flipped = value;
        const size_t at = random.NextBelow(value.size());
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.NextBelow(8)));
        expect_refusal_or_success(with_value(flipped), absl::StrCat(name, ", flipped at ", at));
        expect_refusal_or_success(with_value(value.substr(0, at)),
                                  absl::StrCat(name, ", cut off at ", at));
      }
      expect_refusal_or_success(with_value(""), absl::StrCat(name, ", empty"));
      expect_refusal_or_success(with_value(absl::StrCat(value, value)),
                                absl::StrCat(name, ", doubled"));
      MemoryRecords spoiled = whole;
      spoiled.Erase(table, key);
      expect_refusal_or_success(spoiled, absl::StrCat(name, ", gone"));
      spoiled.Put(table, absl::StrCat(key, "x"), value);
      expect_refusal_or_success(spoiled, absl::StrCat(name, ", moved"));
      const absl::Status status = restore(with_value(kNoMessage));
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << name;
      EXPECT_TRUE(absl::StrContains(status.message(), table) &&
                  absl::StrContains(status.message(), key))
          << name << ": " << status;
    }
  }
}

}  // namespace lazuli
