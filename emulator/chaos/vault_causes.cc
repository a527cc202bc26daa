#include "emulator/chaos/vault_causes.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "emulator/chaos/errors.h"
#include "keyvault/firewall.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_registry.h"

namespace lazuli::emulator {
namespace {

using keyvault::NetworkSettings;
using keyvault::VaultAddress;
using keyvault::VaultRecordPtr;

std::string VaultLabel(const VaultAddress& address) {
  return absl::StrCat("the vault '", address.name, "'");
}

class DeletedVaultTaken final : public TakenAway {
 public:
  DeletedVaultTaken(const ChaosEngines& engines, VaultRecordPtr deleted)
      : TakenAway(absl::StrCat(VaultLabel(deleted->address), " was deleted")),
        vaults_(engines.vaults),
        deleted_(std::move(deleted)) {}

  absl::Status GiveBack(const CallContext& context) override {
    const VaultAddress& address = deleted_->address;
    const absl::StatusOr<VaultRecordPtr> present =
        vaults_->GetDeleted(address.subscription_id, deleted_->location, address.name);
    // Recovered, purged, or deleted once more by somebody else.
    if (!present.ok() || (*present)->deletion_date != deleted_->deletion_date) {
      return ChangedMeanwhileError(
          absl::StrCat("Somebody recovered or purged ", VaultLabel(address)));
    }
    return vaults_->Recover(context, address, deleted_->location).status();
  }

 private:
  keyvault::VaultRegistry* const vaults_;
  const VaultRecordPtr deleted_;
};

keyvault::VaultInput InputOf(const NetworkSettings& network) {
  keyvault::VaultInput input;
  keyvault::NetworkAclsInput& acls = input.network_acls.emplace();
  acls.bypass = network.bypass_azure_services ? "AzureServices" : "None";
  acls.default_action = network.default_allow ? "Allow" : "Deny";
  for (const keyvault::IpRule& rule : network.ip_rules) acls.ip_rules.push_back(rule.text);
  acls.virtual_network_rules = network.virtual_network_rules;
  input.public_network_access = network.public_network_access ? "Enabled" : "Disabled";
  return input;
}

class NetworkTaken final : public TakenAway {
 public:
  NetworkTaken(std::string what, const ChaosEngines& engines, VaultAddress address,
               NetworkSettings before, NetworkSettings after)
      : TakenAway(std::move(what)),
        vaults_(engines.vaults),
        address_(std::move(address)),
        before_(std::move(before)),
        after_(std::move(after)) {}

  absl::Status GiveBack(const CallContext& context) override {
    LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr present, vaults_->Get(address_));
    if (!(present->settings.network == after_)) {
      return ChangedMeanwhileError(
          absl::StrCat("Somebody changed the network settings of ", VaultLabel(address_)));
    }
    return vaults_->Update(context, address_, InputOf(before_)).status();
  }

 private:
  keyvault::VaultRegistry* const vaults_;
  const VaultAddress address_;
  const NetworkSettings before_;
  const NetworkSettings after_;
};

absl::StatusOr<std::unique_ptr<TakenAway>> ChangeNetwork(const ChaosEngines& engines,
                                                         const CauseTarget& target,
                                                         NetworkSettings after, std::string what,
                                                         const CallContext& context) {
  const VaultAddress& address = target.vault->address;
  LAZULI_RETURN_IF_ERROR(engines.vaults->Update(context, address, InputOf(after)).status());
  return std::make_unique<NetworkTaken>(std::move(what), engines, address,
                                        target.vault->settings.network, std::move(after));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TakenAway>> DeleteVault(const ChaosEngines& engines,
                                                       const CauseTarget& target,
                                                       const CallContext& context) {
  const keyvault::VaultRecord& vault = *target.vault;
  if (!vault.settings.soft_delete) {
    return CauseDoesNotApplyError(
        "vault-deleted", absl::StrCat(VaultLabel(vault.address),
                                      " has no soft delete, so that it could not be recovered."));
  }
  LAZULI_RETURN_IF_ERROR(engines.vaults->Delete(context, vault.address));
  LAZULI_ASSIGN_OR_RETURN(VaultRecordPtr deleted,
                          engines.vaults->GetDeleted(vault.address.subscription_id, vault.location,
                                                     vault.address.name));
  return std::make_unique<DeletedVaultTaken>(engines, std::move(deleted));
}

absl::StatusOr<std::unique_ptr<TakenAway>> CloseFirewall(const ChaosEngines& engines,
                                                         const CauseTarget& target,
                                                         const CallContext& context) {
  NetworkSettings after = target.vault->settings.network;
  if (!after.default_allow && !after.bypass_azure_services) {
    return NothingToRevokeError(
        "firewall-closed",
        absl::StrCat("the firewall of ", VaultLabel(target.vault->address), " is closed already."));
  }
  after.default_allow = false;
  after.bypass_azure_services = false;
  return ChangeNetwork(engines, target, std::move(after),
                       absl::StrCat("the firewall of ", VaultLabel(target.vault->address),
                                    " was closed, to trusted services too"),
                       context);
}

absl::StatusOr<std::unique_ptr<TakenAway>> DisablePublicAccess(const ChaosEngines& engines,
                                                               const CauseTarget& target,
                                                               const CallContext& context) {
  NetworkSettings after = target.vault->settings.network;
  if (!after.public_network_access && !after.bypass_azure_services) {
    return NothingToRevokeError(
        "public-access-disabled",
        absl::StrCat("public network access of ", VaultLabel(target.vault->address),
                     " is disabled already."));
  }
  after.public_network_access = false;
  after.bypass_azure_services = false;
  return ChangeNetwork(engines, target, std::move(after),
                       absl::StrCat("public network access of ", VaultLabel(target.vault->address),
                                    " was disabled, for trusted services too"),
                       context);
}

}  // namespace lazuli::emulator
