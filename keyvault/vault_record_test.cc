#include "keyvault/vault_record.h"

#include <optional>

#include "gtest/gtest.h"

namespace lazuli::keyvault {
namespace {

TEST(VaultRecordTest, RecoveryLevelFollowsTheVault) {
  const struct {
    bool soft_delete;
    int retention_days;
    bool purge_protection;
    const char* level;
    int recoverable_days;
  } cases[] = {
      {false, 90, false, "Purgeable", 0},
      {true, 90, false, "Recoverable+Purgeable", 90},
      {true, 90, true, "Recoverable", 90},
      {true, 89, false, "CustomizedRecoverable+Purgeable", 89},
      {true, 7, false, "CustomizedRecoverable+Purgeable", 7},
      {true, 89, true, "CustomizedRecoverable", 89},
      {true, 7, true, "CustomizedRecoverable", 7},
  };
  for (const auto& c : cases) {
    VaultSettings settings;
    settings.soft_delete = c.soft_delete;
    settings.retention_days = c.retention_days;
    settings.purge_protection = c.purge_protection;
    EXPECT_EQ(RecoveryLevel(settings), c.level);
    EXPECT_EQ(RecoverableDays(settings), c.recoverable_days) << c.level;
  }
}

TEST(VaultRecordTest, TiersAreReadInAnyCase) {
  EXPECT_EQ(ParseVaultSku("Standard"), VaultSku::kStandard);
  EXPECT_EQ(ParseVaultSku("PREMIUM"), VaultSku::kPremium);
  EXPECT_EQ(ParseVaultSku("basic"), std::nullopt);
  EXPECT_EQ(VaultSkuName(VaultSku::kPremium), "premium");
}

}  // namespace
}  // namespace lazuli::keyvault
