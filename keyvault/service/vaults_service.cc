#include "keyvault/service/vaults_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/access_policy.h"
#include "keyvault/errors.h"
#include "keyvault/names.h"
#include "keyvault/service/vault_conversion.h"
#include "keyvault/service/vault_page.h"
#include "keyvault/vault_record.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kVaultType = "Microsoft.KeyVault/vaults";

// What has the name of a managed HSM is none of the deleted vaults.
absl::Status CheckDeletedName(const std::string& name) {
  return VaultKindOf(name) == VaultKind::kVault ? absl::OkStatus()
                                                : DeletedVaultNotFoundError(name);
}

}  // namespace

absl::Status VaultsService::CreateOrUpdateVault(const CallContext& context,
                                                const v1::CreateOrUpdateVaultRequest& request,
                                                v1::Vault* response) {
  const v1::VaultCreateOrUpdateParameters& parameters = request.parameters();
  LAZULI_ASSIGN_OR_RETURN(const bool recover, ReadRecovers(parameters.properties()));
  absl::StatusOr<VaultRecordPtr> record;
  if (recover) {
    // The vault comes back as it was: nothing else of the body counts.
    record = registry_->Recover(context, VaultAddressOf(request), parameters.location());
  } else {
    VaultAddress address = VaultAddressOf(request);
    address.name_space = context.name_space;
    record = registry_->CreateOrUpdate(context, address, parameters.location(),
                                       ReadVaultInput(parameters));
  }
  if (!record.ok()) return std::move(record).status();
  WriteVault(**record, response);
  return absl::OkStatus();
}

absl::Status VaultsService::UpdateVault(const CallContext& context,
                                        const v1::UpdateVaultRequest& request,
                                        v1::Vault* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const VaultRecordPtr record,
      registry_->Update(context, VaultAddressOf(request), ReadVaultInput(request.parameters())));
  WriteVault(*record, response);
  return absl::OkStatus();
}

absl::Status VaultsService::GetVault(const CallContext& context, const v1::VaultRequest& request,
                                     v1::Vault* response) {
  (void)context;
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record, registry_->Get(VaultAddressOf(request)));
  WriteVault(*record, response);
  return absl::OkStatus();
}

absl::Status VaultsService::DeleteVault(const CallContext& context, const v1::VaultRequest& request,
                                        v1::Empty* response) {
  (void)response;
  return registry_->Delete(context, VaultAddressOf(request));
}

absl::Status VaultsService::ListVaultsByResourceGroup(
    const CallContext& context, const v1::ListVaultsByResourceGroupRequest& request,
    v1::ListVaultsResponse* response) {
  (void)context;
  LAZULI_ASSIGN_OR_RETURN(const VaultPageRequest page, ReadVaultPage(request));
  WriteVaultPage(registry_->List(request.subscription_id(), request.resource_group_name(),
                                 page.after, page.limit, VaultKind::kVault),
                 WriteVault, response);
  return absl::OkStatus();
}

absl::Status VaultsService::ListVaultsBySubscription(
    const CallContext& context, const v1::ListVaultsBySubscriptionRequest& request,
    v1::ListVaultsResponse* response) {
  (void)context;
  LAZULI_ASSIGN_OR_RETURN(const VaultPageRequest page, ReadVaultPage(request));
  WriteVaultPage(
      registry_->List(request.subscription_id(), "", page.after, page.limit, VaultKind::kVault),
      WriteVault, response);
  return absl::OkStatus();
}

absl::Status VaultsService::UpdateAccessPolicy(const CallContext& context,
                                               const v1::UpdateAccessPolicyRequest& request,
                                               v1::VaultAccessPolicyParameters* response) {
  const std::optional<AccessPolicyChange> change =
      ParseAccessPolicyChange(request.operation_kind());
  if (!change.has_value()) {
    return InvalidVaultPropertyError("operationKind", "It must be 'add', 'replace' or 'remove'.");
  }
  const std::vector<AccessPolicy> entries =
      ReadAccessPolicies(request.parameters().properties().access_policies());
  LAZULI_ASSIGN_OR_RETURN(
      const VaultRecordPtr record,
      registry_->ChangeAccessPolicies(context, VaultAddressOf(request), *change, entries));
  response->set_id(absl::StrCat(record->arm_id, "/accessPolicies/"));
  response->set_type(absl::StrCat(kVaultType, "/accessPolicies"));
  WriteAccessPolicies(record->settings.access_policies,
                      response->mutable_properties()->mutable_access_policies());
  return absl::OkStatus();
}

absl::Status VaultsService::ListDeletedVaults(const CallContext& context,
                                              const v1::ListVaultsBySubscriptionRequest& request,
                                              v1::ListDeletedVaultsResponse* response) {
  (void)context;
  LAZULI_ASSIGN_OR_RETURN(const VaultPageRequest page, ReadVaultPage(request));
  WriteVaultPage(
      registry_->ListDeleted(request.subscription_id(), page.after, page.limit, VaultKind::kVault),
      WriteDeletedVault, response);
  return absl::OkStatus();
}

absl::Status VaultsService::GetDeletedVault(const CallContext& context,
                                            const v1::DeletedVaultRequest& request,
                                            v1::DeletedVault* response) {
  (void)context;
  LAZULI_RETURN_IF_ERROR(CheckDeletedName(request.vault_name()));
  LAZULI_ASSIGN_OR_RETURN(
      const VaultRecordPtr record,
      registry_->GetDeleted(request.subscription_id(), request.location(), request.vault_name()));
  WriteDeletedVault(*record, response);
  return absl::OkStatus();
}

absl::Status VaultsService::PurgeDeletedVault(const CallContext& context,
                                              const v1::DeletedVaultRequest& request,
                                              v1::Empty* response) {
  (void)response;
  LAZULI_RETURN_IF_ERROR(CheckDeletedName(request.vault_name()));
  return registry_->PurgeDeleted(context, request.subscription_id(), request.location(),
                                 request.vault_name());
}

absl::Status VaultsService::CheckVaultNameAvailability(
    const CallContext& context, const v1::CheckVaultNameAvailabilityRequest& request,
    v1::CheckNameAvailabilityResult* response) {
  const v1::CheckNameAvailabilityParameters& parameters = request.parameters();
  if (parameters.has_type() && !absl::EqualsIgnoreCase(parameters.type(), kVaultType)) {
    return InvalidVaultPropertyError("type", absl::StrCat("It must be '", kVaultType, "'."));
  }
  const absl::Status available =
      registry_->CheckNameAvailable(parameters.name(), context.name_space);
  response->set_name_available(available.ok());
  if (!available.ok()) {
    response->set_reason(IsValidVaultName(parameters.name()) ? "AlreadyExists"
                                                             : "AccountNameInvalid");
    response->set_message(std::string(available.message()));
  }
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
