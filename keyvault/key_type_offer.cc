#include "keyvault/key_type_offer.h"

#include "keyvault/errors.h"
#include "keyvault/names.h"

namespace lazuli::keyvault {

bool OffersHardwareKeys(const VaultRecord& vault) {
  return vault.kind() == VaultKind::kManagedHsm || vault.settings.sku == VaultSku::kPremium;
}

absl::Status CheckKeyTypeOffered(const VaultRecord& vault, crypto::KeyType type) {
  if (crypto::IsHsm(type)) {
    return OffersHardwareKeys(vault) ? absl::OkStatus() : HardwareKeyOnStandardVaultError();
  }
  return vault.kind() == VaultKind::kManagedHsm
             ? KeyTypeNotSupportedError(crypto::KeyTypeName(type))
             : absl::OkStatus();
}

}  // namespace lazuli::keyvault
