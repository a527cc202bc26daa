#include "batch/service/batch_provider_service.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/account_spec.h"
#include "batch/limits.h"

namespace lazuli::batch {
namespace {

constexpr absl::string_view kAccountType = "Microsoft.Batch/batchAccounts";
constexpr int kHttpsPort = 443;

struct OperationInfo {
  absl::string_view name;
  absl::string_view resource;
  absl::string_view operation;
  absl::string_view description;
  bool is_data_action = false;
};

// Those of what is emulated. Source: the list of operations of Microsoft.Batch.
constexpr OperationInfo kOperations[] = {
    {"Microsoft.Batch/batchAccounts/read", "Batch Accounts", "List or Get Batch Accounts",
     "Lists Batch accounts or gets the properties of a Batch account"},
    {"Microsoft.Batch/batchAccounts/write", "Batch Accounts", "Create or Update Batch Account",
     "Creates a new Batch account or updates an existing Batch account"},
    {"Microsoft.Batch/batchAccounts/delete", "Batch Accounts", "Delete Batch Account",
     "Deletes a Batch account"},
    {"Microsoft.Batch/batchAccounts/listkeys/action", "Batch Accounts", "List Batch Account Keys",
     "Lists access keys for a Batch account"},
    {"Microsoft.Batch/batchAccounts/regeneratekeys/action", "Batch Accounts",
     "Regenerate Batch Account key", "Regenerates access keys for a Batch account"},
    {"Microsoft.Batch/batchAccounts/pools/read", "Pools", "List or Get Pools",
     "Lists pools on a Batch account or gets the properties of a pool"},
    {"Microsoft.Batch/batchAccounts/pools/write", "Pools", "Create or Update Pool",
     "Creates a new pool on a Batch account or updates an existing pool"},
    {"Microsoft.Batch/batchAccounts/pools/delete", "Pools", "Delete Pool",
     "Deletes a pool from a Batch account"},
    {"Microsoft.Batch/batchAccounts/jobs/read", "Jobs", "List or Get Jobs",
     "Lists jobs on a Batch account or gets the properties of a job", true},
    {"Microsoft.Batch/batchAccounts/jobs/write", "Jobs", "Create or Update Job",
     "Creates a new job on a Batch account or updates an existing job", true},
    {"Microsoft.Batch/batchAccounts/jobs/delete", "Jobs", "Delete Job",
     "Deletes a job from a Batch account", true},
    {"Microsoft.Batch/locations/quotas/read", "Quotas", "Get Batch Subscription Quotas",
     "Gets Batch quotas of the specified subscription at the specified Azure region"},
    {"Microsoft.Batch/locations/checkNameAvailability/action", "Account Name Availability",
     "Check Name Availability", "Checks that the account name is valid and not in use."},
};

struct Machine {
  absl::string_view name;
  absl::string_view family;
  int cores = 0;
  int memory_gb = 0;
  int resource_volume_mb = 0;
  bool premium_io = true;
};

// Some of Azure's sizes. Source: Azure documentation, "Sizes for virtual machines in Azure".
constexpr Machine kMachines[] = {
    {"Standard_A1_v2", "standardAv2Family", 1, 2, 10240, false},
    {"Standard_A2_v2", "standardAv2Family", 2, 4, 20480, false},
    {"Standard_D1_v2", "standardDv2Family", 1, 3, 51200, false},
    {"Standard_D2_v2", "standardDv2Family", 2, 7, 102400, false},
    {"Standard_D2_v3", "standardDv3Family", 2, 8, 51200, false},
    {"Standard_D2s_v3", "standardDSv3Family", 2, 8, 16384},
    {"Standard_D4s_v3", "standardDSv3Family", 4, 16, 32768},
    {"Standard_D8s_v3", "standardDSv3Family", 8, 32, 65536},
    {"Standard_D2ds_v5", "standardDDSv5Family", 2, 8, 76800},
    {"Standard_D4ds_v5", "standardDDSv5Family", 4, 16, 153600},
    {"Standard_E4s_v3", "standardESv3Family", 4, 32, 65536},
    {"Standard_F2s_v2", "standardFSv2Family", 2, 4, 16384},
    {"Standard_F4s_v2", "standardFSv2Family", 4, 8, 32768},
};

absl::string_view YesOrNo(bool value) { return value ? "True" : "False"; }

void FromMachine(const Machine& machine, v1::SupportedSku* sku) {
  sku->set_name(std::string(machine.name));
  sku->set_family_name(std::string(machine.family));
  const auto add = [sku](absl::string_view name, absl::string_view value) {
    v1::NameValuePair* const capability = sku->add_capabilities();
    capability->set_name(std::string(name));
    capability->set_value(std::string(value));
  };
  add("MaxResourceVolumeMB", absl::StrCat(machine.resource_volume_mb));
  add("vCPUs", absl::StrCat(machine.cores));
  add("HyperVGenerations", machine.premium_io ? "V1,V2" : "V1");
  add("MemoryGB", absl::StrCat(machine.memory_gb));
  add("LowPriorityCapable", "True");
  add("PremiumIO", YesOrNo(machine.premium_io));
  add("EncryptionAtHostSupported", YesOrNo(machine.premium_io));
}

AccountId IdOf(const v1::BatchAccountResourceRequest& request) {
  return AccountId{request.subscription_id(), request.resource_group_name(),
                   request.account_name()};
}

}  // namespace

absl::Status BatchProviderService::ListBatchOperations(const CallContext&, const v1::Empty&,
                                                       v1::OperationListResult* response) const {
  for (const OperationInfo& info : kOperations) {
    v1::Operation* const operation = response->add_value();
    operation->set_name(std::string(info.name));
    operation->set_is_data_action(info.is_data_action);
    v1::Operation::Display* const display = operation->mutable_display();
    display->set_provider("Microsoft Batch");
    display->set_resource(std::string(info.resource));
    display->set_operation(std::string(info.operation));
    display->set_description(std::string(info.description));
    operation->set_origin("user,system");
  }
  return absl::OkStatus();
}

absl::Status BatchProviderService::GetBatchQuotas(const CallContext&,
                                                  const v1::BatchLocationRequest& request,
                                                  v1::BatchLocationQuota* response) const {
  LAZULI_RETURN_IF_ERROR(NormalizeRegion(request.location()).status());
  response->set_account_quota(static_cast<int32_t>(limits::batch::kMaxAccountsPerRegion));
  return absl::OkStatus();
}

absl::Status BatchProviderService::ListSupportedVirtualMachineSkus(
    const CallContext&, const v1::BatchLocationRequest& request,
    v1::SupportedSkusResult* response) const {
  LAZULI_RETURN_IF_ERROR(NormalizeRegion(request.location()).status());
  for (const Machine& machine : kMachines) FromMachine(machine, response->add_value());
  return absl::OkStatus();
}

absl::Status BatchProviderService::ListSupportedCloudServiceSkus(
    const CallContext&, const v1::BatchLocationRequest& request, v1::SupportedSkusResult*) const {
  return NormalizeRegion(request.location()).status();
}

absl::Status BatchProviderService::ListOutboundNetworkDependenciesEndpoints(
    const CallContext&, const v1::BatchAccountResourceRequest& request,
    v1::OutboundEnvironmentEndpointCollection* response) const {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account, registry_->Get(IdOf(request)));
  const AccountView view = account->Describe();
  v1::OutboundEnvironmentEndpoint* const batch = response->add_value();
  batch->set_category("Azure Batch");
  for (const std::string& domain : {view.endpoint, view.node_management_endpoint}) {
    v1::EndpointDependency* const endpoint = batch->add_endpoints();
    endpoint->set_domain_name(domain);
    endpoint->add_endpoint_details()->set_port(kHttpsPort);
  }
  return absl::OkStatus();
}

absl::Status BatchProviderService::ListBatchPrivateLinkResources(
    const CallContext&, const v1::BatchAccountResourceRequest& request,
    v1::PrivateLinkResourceListResult* response) const {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account, registry_->Get(IdOf(request)));
  for (const absl::string_view group : {"batchAccount", "nodeManagement"}) {
    v1::PrivateLinkResource* const resource = response->add_value();
    resource->set_id(absl::StrCat(account->arm_id(), "/privateLinkResources/", group));
    resource->set_name(std::string(group));
    resource->set_type(absl::StrCat(kAccountType, "/privateLinkResources"));
    v1::PrivateLinkResource::Properties* const properties = resource->mutable_properties();
    properties->set_group_id(std::string(group));
    properties->add_required_members(std::string(group));
    properties->add_required_zone_names("privatelink.batch.azure.com");
  }
  return absl::OkStatus();
}

absl::Status BatchProviderService::ListBatchPrivateEndpointConnections(
    const CallContext&, const v1::BatchAccountResourceRequest& request,
    v1::PrivateEndpointConnectionListResult*) const {
  return registry_->Get(IdOf(request)).status();
}

absl::Status BatchProviderService::ListApplications(const CallContext&,
                                                    const v1::BatchAccountResourceRequest& request,
                                                    v1::BatchChildResourceListResult*) const {
  return registry_->Get(IdOf(request)).status();
}

absl::Status BatchProviderService::ListCertificates(const CallContext&,
                                                    const v1::BatchAccountResourceRequest& request,
                                                    v1::BatchChildResourceListResult*) const {
  return registry_->Get(IdOf(request)).status();
}

}  // namespace lazuli::batch
