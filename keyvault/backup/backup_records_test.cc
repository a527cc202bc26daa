#include "keyvault/backup/backup_records.h"

#include <cstdint>
#include <string>

#include "base/change_gate.h"
#include "base/memory_records.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

const BackupScope kScope = {"subscription", "europe"};

TEST(BackupRecordsTest, AnotherProcessOpensWhatThisOneSealed) {
  BackupSealer sealer;
  BackupRecords source(&sealer);
  const std::string blob = sealer.Seal(ObjectKind::kKey, kScope, "contents");
  BackupSealer other;
  BackupRecords restored(&other);
  ASSERT_FALSE(other.Open(ObjectKind::kKey, kScope, blob).has_value());
  LAZULI_ASSERT_OK(restored.Restore(MemoryRecords(&source)));
  EXPECT_TRUE(other.Open(ObjectKind::kKey, kScope, blob).has_value());
}

TEST(BackupRecordsTest, TheKeyIsWrittenOnce) {
  BackupSealer sealer;
  BackupRecords source(&sealer);
  MemoryRecords records;
  source.StartTracking();
  source.WriteChanges(&records);
  EXPECT_EQ(records.writes(), 1u);
  source.WriteChanges(&records);
  EXPECT_EQ(records.writes(), 1u);

  BackupSealer other;
  BackupRecords restored(&other);
  LAZULI_ASSERT_OK(restored.Restore(records));
  restored.StartTracking();
  restored.WriteChanges(&records);
  EXPECT_EQ(records.writes(), 1u) << "it is stored already";
}

TEST(BackupRecordsTest, AStateWithoutAKeyGetsOne) {
  BackupSealer sealer;
  BackupRecords source(&sealer);
  LAZULI_ASSERT_OK(source.Restore(MemoryRecords()));
  MemoryRecords records;
  source.StartTracking();
  source.WriteChanges(&records);
  EXPECT_EQ(records.tables(), MemoryRecords(&source).tables());
}

TEST(BackupRecordsTest, AKeyThatNoStoreHasIsAChange) {
  BackupSealer sealer;
  BackupRecords source(&sealer);
  const uint64_t before = ChangeGate::ChangesOfThisThread();
  source.StartTracking();
  EXPECT_GT(ChangeGate::ChangesOfThisThread(), before);

  // A store that began with all records has it.
  BackupRecords stored(&sealer);
  const MemoryRecords records(&stored);
  const uint64_t then = ChangeGate::ChangesOfThisThread();
  stored.StartTracking();
  BackupSealer other;
  BackupRecords restored(&other);
  LAZULI_ASSERT_OK(restored.Restore(records));
  restored.StartTracking();
  EXPECT_EQ(ChangeGate::ChangesOfThisThread(), then);
}

TEST(BackupRecordsTest, SpoiledRecordsAreRefused) {
  BackupSealer sealer;
  BackupRecords source(&sealer);
  for (const std::string& value : {std::string(), std::string(31, 'x'), std::string(33, 'x')}) {
    MemoryRecords records(&source);
    records.Put("keyvault.backup", "root", value);
    BackupSealer other;
    const absl::Status status = BackupRecords(&other).Restore(records);
    EXPECT_EQ(status.message(),
              "the record root of keyvault.backup cannot be read: it is no key of backups");
  }
}

}  // namespace
}  // namespace lazuli::keyvault
