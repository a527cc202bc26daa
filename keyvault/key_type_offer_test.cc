#include "keyvault/key_type_offer.h"

#include "absl/status/status.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/names.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

using crypto::KeyType;

VaultRecord Vault(VaultSku sku) {
  VaultRecord vault;
  vault.settings.sku = sku;
  return vault;
}

TEST(KeyTypeOfferTest, AStandardVaultHasSoftwareKeysAlone) {
  const VaultRecord vault = Vault(VaultSku::kStandard);
  for (const KeyType type : {KeyType::kRsa, KeyType::kEc}) {
    LAZULI_EXPECT_OK(CheckKeyTypeOffered(vault, type));
  }
  for (const KeyType type : {KeyType::kRsaHsm, KeyType::kEcHsm, KeyType::kOctHsm}) {
    const absl::Status refused = CheckKeyTypeOffered(vault, type);
    EXPECT_EQ(refused.message(), "Hardware key operation not allowed on standard vault");
    EXPECT_THAT(refused, ErrorCodeIs("BadParameter"));
    EXPECT_EQ(ErrorInfoOrDefault(refused).http_status, 400);
  }
}

TEST(KeyTypeOfferTest, APremiumVaultHasEveryType) {
  const VaultRecord vault = Vault(VaultSku::kPremium);
  for (const KeyType type :
       {KeyType::kRsa, KeyType::kEc, KeyType::kRsaHsm, KeyType::kEcHsm, KeyType::kOctHsm}) {
    LAZULI_EXPECT_OK(CheckKeyTypeOffered(vault, type));
  }
}

TEST(KeyTypeOfferTest, AManagedHsmHasHardwareKeysAlone) {
  VaultRecord hsm = Vault(VaultSku::kStandard);
  hsm.address.kind = VaultKind::kManagedHsm;
  for (const KeyType type : {KeyType::kRsaHsm, KeyType::kEcHsm, KeyType::kOctHsm}) {
    LAZULI_EXPECT_OK(CheckKeyTypeOffered(hsm, type));
  }
  EXPECT_EQ(CheckKeyTypeOffered(hsm, KeyType::kRsa).message(), "Invalid kty value: RSA");
  EXPECT_THAT(CheckKeyTypeOffered(hsm, KeyType::kEc), InnerCodeIs("KeyTypeNotSupported"));
}

}  // namespace
}  // namespace lazuli::keyvault
