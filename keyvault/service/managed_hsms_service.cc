#include "keyvault/service/managed_hsms_service.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/names.h"
#include "keyvault/service/vault_conversion.h"
#include "keyvault/service/vault_page.h"
#include "keyvault/vault_input.h"
#include "keyvault/vault_record.h"
#include "proto/time.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kSkuFamily = "B";

VaultInput ReadInput(const v1::ManagedHsmParameters& parameters) {
  VaultInput input = ReadCommonInput(parameters);
  input.kind = VaultKind::kManagedHsm;
  if (parameters.sku().has_family()) input.sku_family = parameters.sku().family();
  if (parameters.sku().has_name()) input.sku_name = parameters.sku().name();
  if (parameters.properties().has_initial_admin_object_ids()) {
    const auto& admins = parameters.properties().initial_admin_object_ids().values();
    input.initial_admin_object_ids.emplace(admins.begin(), admins.end());
  }
  return input;
}

void WriteProperties(const VaultRecord& record, v1::ManagedHsmProperties* properties) {
  const VaultSettings& settings = record.settings;
  properties->set_tenant_id(settings.tenant_id);
  for (const std::string& admin : settings.managed_hsm->initial_admin_object_ids) {
    properties->mutable_initial_admin_object_ids()->add_values(admin);
  }
  properties->set_hsm_uri(VaultUri(record.name()));
  properties->set_enable_soft_delete(settings.soft_delete);
  properties->set_soft_delete_retention_in_days(settings.retention_days);
  properties->set_enable_purge_protection(settings.purge_protection);
  properties->set_status_message("The Managed HSM is provisioned and ready to use.");
  properties->set_provisioning_state("Succeeded");
  WriteNetworkAcls(settings.network, properties->mutable_network_acls());
  properties->set_public_network_access(settings.network.public_network_access ? "Enabled"
                                                                               : "Disabled");
  WriteConnectionItems(record, properties->mutable_private_endpoint_connections());
  v1::ManagedHsmSecurityDomain* const domain = properties->mutable_security_domain_properties();
  domain->set_activation_status("Active");
  domain->set_activation_status_message("Your HSM has been activated and can be used.");
}

void WriteManagedHsm(const VaultRecord& record, v1::ManagedHsm* hsm) {
  hsm->set_id(record.arm_id);
  hsm->set_name(std::string(ResourceName(record.name())));
  hsm->set_type(std::string(VaultResourceType(record.kind())));
  hsm->set_location(record.location);
  hsm->mutable_sku()->set_family(std::string(kSkuFamily));
  hsm->mutable_sku()->set_name(record.settings.managed_hsm->sku_name);
  for (const auto& [name, value] : record.tags) (*hsm->mutable_tags())[name] = value;
  WriteSystemData(record, hsm->mutable_system_data());
  WriteProperties(record, hsm->mutable_properties());
}

void WriteDeletedManagedHsm(const VaultRecord& record, v1::DeletedManagedHsm* hsm) {
  hsm->set_id(DeletedVaultArmId(record.address.subscription_id, record.location, record.name()));
  hsm->set_name(std::string(ResourceName(record.name())));
  hsm->set_type("Microsoft.KeyVault/deletedManagedHSMs");
  v1::DeletedManagedHsm::Properties* const properties = hsm->mutable_properties();
  properties->set_mhsm_id(record.arm_id);
  properties->set_location(record.location);
  *properties->mutable_deletion_date() = ToProto(record.deletion_date);
  *properties->mutable_scheduled_purge_date() = ToProto(record.scheduled_purge_date);
  for (const auto& [name, value] : record.tags) (*properties->mutable_tags())[name] = value;
  if (record.settings.purge_protection) properties->set_purge_protection_enabled(true);
}

}  // namespace

absl::Status ManagedHsmsService::CreateOrUpdateManagedHsm(
    const CallContext& context, const v1::CreateOrUpdateManagedHsmRequest& request,
    v1::ManagedHsm* response) {
  const v1::ManagedHsmParameters& parameters = request.parameters();
  LAZULI_ASSIGN_OR_RETURN(const bool recover, ReadRecovers(parameters.properties()));
  absl::StatusOr<VaultRecordPtr> record;
  if (recover) {
    // It comes back as it was: nothing else of the body counts.
    record = registry_->Recover(context, ManagedHsmAddressOf(request), parameters.location());
  } else {
    VaultAddress address = ManagedHsmAddressOf(request);
    address.name_space = context.name_space;
    record =
        registry_->CreateOrUpdate(context, address, parameters.location(), ReadInput(parameters));
  }
  if (!record.ok()) return std::move(record).status();
  WriteManagedHsm(**record, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::UpdateManagedHsm(const CallContext& context,
                                                  const v1::UpdateManagedHsmRequest& request,
                                                  v1::ManagedHsm* response) {
  LAZULI_ASSIGN_OR_RETURN(
      const VaultRecordPtr record,
      registry_->Update(context, ManagedHsmAddressOf(request), ReadInput(request.parameters())));
  WriteManagedHsm(*record, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::GetManagedHsm(const CallContext&,
                                               const v1::ManagedHsmRequest& request,
                                               v1::ManagedHsm* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record,
                          registry_->Get(ManagedHsmAddressOf(request)));
  WriteManagedHsm(*record, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::DeleteManagedHsm(const CallContext& context,
                                                  const v1::ManagedHsmRequest& request,
                                                  v1::Empty*) {
  return registry_->Delete(context, ManagedHsmAddressOf(request));
}

absl::Status ManagedHsmsService::ListManagedHsmsByResourceGroup(
    const CallContext&, const v1::ListManagedHsmsByResourceGroupRequest& request,
    v1::ListManagedHsmsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPageRequest page, ReadVaultPage(request));
  WriteVaultPage(registry_->List(request.subscription_id(), request.resource_group_name(),
                                 page.after, page.limit, VaultKind::kManagedHsm),
                 WriteManagedHsm, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::ListManagedHsms(const CallContext&,
                                                 const v1::ListManagedHsmsRequest& request,
                                                 v1::ListManagedHsmsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPageRequest page, ReadVaultPage(request));
  WriteVaultPage(registry_->List(request.subscription_id(), "", page.after, page.limit,
                                 VaultKind::kManagedHsm),
                 WriteManagedHsm, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::ListDeletedManagedHsms(
    const CallContext&, const v1::ListManagedHsmsRequest& request,
    v1::ListDeletedManagedHsmsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultPageRequest page, ReadVaultPage(request));
  WriteVaultPage(registry_->ListDeleted(request.subscription_id(), page.after, page.limit,
                                        VaultKind::kManagedHsm),
                 WriteDeletedManagedHsm, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::GetDeletedManagedHsm(const CallContext&,
                                                      const v1::DeletedManagedHsmRequest& request,
                                                      v1::DeletedManagedHsm* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record,
                          registry_->GetDeleted(request.subscription_id(), request.location(),
                                                ManagedHsmVaultName(request.hsm_name())));
  WriteDeletedManagedHsm(*record, response);
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::PurgeDeletedManagedHsm(const CallContext& context,
                                                        const v1::DeletedManagedHsmRequest& request,
                                                        v1::Empty*) {
  return registry_->PurgeDeleted(context, request.subscription_id(), request.location(),
                                 ManagedHsmVaultName(request.hsm_name()));
}

absl::Status ManagedHsmsService::CheckManagedHsmNameAvailability(
    const CallContext& context, const v1::CheckManagedHsmNameAvailabilityRequest& request,
    v1::CheckNameAvailabilityResult* response) {
  const std::string& name = request.parameters().name();
  const absl::Status available = registry_->CheckNameAvailable(
      ManagedHsmVaultName(name), context.name_space, VaultKind::kManagedHsm);
  response->set_name_available(available.ok());
  if (!available.ok()) {
    response->set_reason(IsValidVaultName(name) ? "AlreadyExists" : "AccountNameInvalid");
    response->set_message(std::string(available.message()));
  }
  return absl::OkStatus();
}

absl::Status ManagedHsmsService::ListManagedHsmRegions(
    const CallContext&, const v1::ManagedHsmRequest& request,
    v1::ListManagedHsmRegionsResponse* response) {
  LAZULI_ASSIGN_OR_RETURN(const VaultRecordPtr record,
                          registry_->Get(ManagedHsmAddressOf(request)));
  v1::ManagedHsmRegion* const region = response->add_value();
  region->set_name(record->location);
  region->set_provisioning_state("Succeeded");
  region->set_is_primary(true);
  return absl::OkStatus();
}

}  // namespace lazuli::keyvault
