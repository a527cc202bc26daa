#include "emulator/templates/template_applier.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "emulator/arm/resource_id.h"
#include "emulator/identity/principal.h"
#include "emulator/identity/well_known.h"
#include "emulator/templates/errors.h"
#include "emulator/templates/template_defaults.h"
#include "proto/batch_accounts.pb.h"
#include "proto/batch_jobs.pb.h"
#include "proto/keys.pb.h"
#include "proto/resources.pb.h"
#include "proto/vaults.pb.h"

namespace lazuli::emulator {

using google::protobuf::Message;

namespace {

constexpr absl::string_view kWriteKeys = "Microsoft.KeyVault/vaults/keys/write";
constexpr absl::string_view kWritePools = "Microsoft.Batch/batchAccounts/pools/write";
constexpr absl::string_view kWriteJobs = "Microsoft.Batch/batchAccounts/jobs/write";

// The key that the account shall have of its owner; taken out of `account`, which gets it when it
// and its identity exist and everything is granted.
std::optional<v1::EncryptionProperties> TakeEncryption(v1::CreateBatchAccountRequest* account) {
  if (!account->parameters().properties().has_encryption()) return std::nullopt;
  auto& properties = *account->mutable_parameters()->mutable_properties();
  if (properties.encryption().key_source() != v1::KEY_SOURCE_MICROSOFT_KEY_VAULT) {
    return std::nullopt;
  }
  std::optional<v1::EncryptionProperties> encryption = std::move(*properties.mutable_encryption());
  properties.clear_encryption();
  return encryption;
}

}  // namespace

// One application of a template.
class TemplateApplier::Run {
 public:
  Run(const Parts& parts, Dispatcher* dispatcher, const TemplateTarget& target, v1::Template what)
      : parts_(parts), dispatcher_(dispatcher), target_(target), what_(std::move(what)) {}

  absl::StatusOr<v1::ApplyTemplateResponse> Make() {
    FillTemplate(target_, &what_);
    LAZULI_RETURN_IF_ERROR(MakeDirectory());
    LAZULI_RETURN_IF_ERROR(MakeResources());
    LAZULI_RETURN_IF_ERROR(MakeKeys());
    LAZULI_RETURN_IF_ERROR(MakeRoleAssignments());
    LAZULI_RETURN_IF_ERROR(ProtectAccounts());
    LAZULI_RETURN_IF_ERROR(MakeWork());
    return std::move(answer_);
  }

 private:
  absl::Status MakeDirectory() {
    for (int i = 0; i < what_.tenants_size(); ++i) {
      if (target_.is_confined) return ElementError("tenants", i, ConfinedTemplateError("tenant"));
      LAZULI_RETURN_IF_ERROR(
          ElementError("tenants", i, Control("Directory/CreateTenant", what_.tenants(i))));
    }
    for (int i = 0; i < what_.subscriptions_size(); ++i) {
      if (target_.is_confined) {
        return ElementError("subscriptions", i, ConfinedTemplateError("subscription"));
      }
      LAZULI_RETURN_IF_ERROR(ElementError(
          "subscriptions", i, Control("Subscriptions/CreateSubscription", what_.subscriptions(i))));
    }
    for (int i = 0; i < what_.service_principals_size(); ++i) {
      const auto& principal = what_.service_principals(i);
      if (target_.is_confined &&
          !absl::EqualsIgnoreCase(principal.tenant_id(), target_.tenant_id)) {
        return ElementError("servicePrincipals", i, ConfinedTemplateError("tenant"));
      }
      LAZULI_RETURN_IF_ERROR(ElementError("servicePrincipals", i,
                                          Control("Directory/CreateServicePrincipal", principal,
                                                  answer_.add_service_principals())));
    }
    return absl::OkStatus();
  }

  absl::Status MakeResources() {
    for (int i = 0; i < what_.resource_groups_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(ElementError(
          "resourceGroups", i,
          Manage("ResourceGroups/CreateOrUpdateResourceGroup", what_.resource_groups(i))));
    }
    for (int i = 0; i < what_.user_assigned_identities_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(ElementError("userAssignedIdentities", i,
                                          Manage("UserAssignedIdentities/CreateOrUpdateIdentity",
                                                 what_.user_assigned_identities(i))));
    }
    for (int i = 0; i < what_.batch_accounts_size(); ++i) {
      encryptions_.push_back(TakeEncryption(what_.mutable_batch_accounts(i)));
      LAZULI_RETURN_IF_ERROR(ElementError(
          "batchAccounts", i, Manage("BatchAccounts/CreateBatchAccount", what_.batch_accounts(i))));
    }
    for (int i = 0; i < what_.vaults_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(ElementError("vaults", i, MakeVault(what_.mutable_vaults(i))));
    }
    return absl::OkStatus();
  }

  absl::Status MakeVault(v1::CreateOrUpdateVaultRequest* vault) {
    if (vault->parameters().properties().has_access_policies()) {
      auto& policies = *vault->mutable_parameters()
                            ->mutable_properties()
                            ->mutable_access_policies()
                            ->mutable_values();
      for (v1::AccessPolicyEntry& policy : policies) {
        LAZULI_ASSIGN_OR_RETURN(*policy.mutable_object_id(),
                                ObjectIdOf(policy.object_id(), policy.tenant_id()));
      }
    }
    return Manage("Vaults/CreateOrUpdateVault", *vault);
  }

  absl::Status MakeKeys() {
    for (int i = 0; i < what_.keys_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(ElementError(
          "keys", i, MakeInVault("Keys/CreateKey", what_.keys(i).vault_name(), what_.keys(i))));
    }
    for (int i = 0; i < what_.imported_keys_size(); ++i) {
      const v1::ImportKeyRequest& key = what_.imported_keys(i);
      LAZULI_RETURN_IF_ERROR(
          ElementError("importedKeys", i, MakeInVault("Keys/ImportKey", key.vault_name(), key)));
    }
    return absl::OkStatus();
  }

  absl::Status MakeRoleAssignments() {
    for (int i = 0; i < what_.role_assignments_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(
          ElementError("roleAssignments", i, AssignRole(what_.mutable_role_assignments(i))));
    }
    return absl::OkStatus();
  }

  absl::Status AssignRole(v1::CreateRoleAssignmentRequest* assignment) {
    std::string tenant;
    const absl::StatusOr<ResourceId> scope = ResourceId::Parse(assignment->scope());
    if (scope.ok() && !scope->subscription().empty()) {
      LAZULI_ASSIGN_OR_RETURN(tenant, parts_.resources->TenantOf(scope->subscription()));
    }
    if (target_.is_confined && tenant != target_.tenant_id) return ConfinedTemplateError("scope");
    if (assignment->parameters().has_properties()) {
      auto& properties = *assignment->mutable_parameters()->mutable_properties();
      LAZULI_ASSIGN_OR_RETURN(*properties.mutable_principal_id(),
                              ObjectIdOf(properties.principal_id(), tenant));
      if (!assignment->has_role_assignment_name()) {
        assignment->set_role_assignment_name(
            parts_.ids->Guid(assignment->scope(),
                             absl::StrCat("assignment of ", properties.role_definition_id(), " to ",
                                          properties.principal_id()),
                             0));
      }
    }
    return Call("RoleAssignments/CreateRoleAssignment", Member(tenant), *assignment);
  }

  absl::Status ProtectAccounts() {
    for (int i = 0; i < what_.batch_accounts_size(); ++i) {
      if (!encryptions_[i].has_value()) continue;
      const v1::CreateBatchAccountRequest& account = what_.batch_accounts(i);
      v1::UpdateBatchAccountRequest update;
      update.set_subscription_id(account.subscription_id());
      update.set_resource_group_name(account.resource_group_name());
      update.set_account_name(account.account_name());
      *update.mutable_parameters()->mutable_properties()->mutable_encryption() = *encryptions_[i];
      LAZULI_RETURN_IF_ERROR(
          ElementError("batchAccounts", i, Manage("BatchAccounts/UpdateBatchAccount", update)));
    }
    return absl::OkStatus();
  }

  absl::Status MakeWork() {
    for (int i = 0; i < what_.pools_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(
          ElementError("pools", i, MakeInAccount("Pools/AddPool", kWritePools, what_.pools(i))));
    }
    for (int i = 0; i < what_.jobs_size(); ++i) {
      LAZULI_RETURN_IF_ERROR(
          ElementError("jobs", i, MakeInAccount("Jobs/AddJob", kWriteJobs, what_.jobs(i))));
    }
    for (int i = 0; i < what_.tasks_size(); ++i) {
      v1::TaskAddCollectionResult results;
      absl::Status added =
          MakeInAccount("Tasks/AddTaskCollection", kWriteJobs, what_.tasks(i), &results);
      for (const v1::TaskAddResult& result : results.value()) {
        if (added.ok() && result.status() != "success") added = TaskRefusedError(result);
      }
      LAZULI_RETURN_IF_ERROR(ElementError("tasks", i, added));
    }
    return absl::OkStatus();
  }

  // The maker as a member of `tenant`; empty: of its own.
  Caller Member(const std::string& tenant) const {
    Caller caller = target_.maker;
    if (!target_.is_confined && !tenant.empty()) caller.tenant_id = tenant;
    return caller;
  }

  // An object id says itself; what else there is in the directory under that name or ARM id.
  absl::StatusOr<std::string> ObjectIdOf(const std::string& text, const std::string& tenant) const {
    if (IsGuid(text) && parts_.directory->FindByObjectId(text) != nullptr) return text;
    if (absl::StartsWith(text, "/")) {
      for (const Principal::Ptr& principal : parts_.directory->ListPrincipals(tenant)) {
        if (absl::EqualsIgnoreCase(principal->resource_id, text)) return principal->object_id;
      }
    }
    const absl::StatusOr<Principal::Ptr> found = parts_.directory->Find(text, tenant);
    if (found.ok()) return (*found)->object_id;
    // Policies may name whom the directory does not know; only what is no id can be nothing else.
    if (IsGuid(text)) return text;
    return found.status();
  }

  absl::Status Control(absl::string_view name, const Message& request,
                       Message* response = nullptr) const {
    const Principal::Ptr administrator = parts_.directory->FindByObjectId(kAdminObjectId);
    Caller caller;
    caller.tenant_id = administrator->tenant_id;
    caller.object_id = administrator->object_id;
    caller.app_id = administrator->app_id;
    caller.name = administrator->display_name;
    return Call(name, caller, request, response);
  }

  template <typename Request>
  absl::Status Manage(absl::string_view name, const Request& request) const {
    // A subscription that there is not is the operation's to tell.
    const absl::StatusOr<std::string> tenant =
        parts_.resources->TenantOf(request.subscription_id());
    return Call(name, Member(tenant.ok() ? *tenant : ""), request);
  }

  absl::Status Call(absl::string_view name, const Caller& caller, const Message& request,
                    Message* response = nullptr) const {
    const Method& method = *parts_.methods->Find(absl::StrCat("lazuli.v1.", name));
    std::unique_ptr<Message> unused;
    if (response == nullptr) {
      unused.reset(method.response_prototype->New());
      response = unused.get();
    }
    CallArrival arrival;
    arrival.authenticate = [&caller]() -> absl::StatusOr<Caller> { return caller; };
    return dispatcher_->Call(method, std::move(arrival), request, response);
  }

  absl::Status MakeInVault(absl::string_view name, const std::string& vault,
                           const Message& request) const {
    LAZULI_ASSIGN_OR_RETURN(const std::string id, parts_.vault_id(NameSpace(), vault));
    return MakeIn(name, id, kWriteKeys, request, nullptr);
  }

  template <typename Request>
  absl::Status MakeInAccount(absl::string_view name, absl::string_view action,
                             const Request& request, Message* response = nullptr) const {
    LAZULI_ASSIGN_OR_RETURN(const std::string id,
                            parts_.account_id(NameSpace(), request.account()));
    return MakeIn(name, id, action, request, response);
  }

  // What lies in a vault or an account (`id`) is made as Resource Manager makes it: whoever may
  // write the resource may, whatever its own policies, firewall and modes of authentication say of
  // callers.
  absl::Status MakeIn(absl::string_view name, const std::string& id, absl::string_view action,
                      const Message& request, Message* response) const {
    LAZULI_ASSIGN_OR_RETURN(const ResourceId resource, ResourceId::Parse(id));
    LAZULI_ASSIGN_OR_RETURN(const std::string tenant,
                            parts_.resources->TenantOf(resource.subscription()));
    CallContext ctx;
    ctx.caller = Member(tenant);
    LAZULI_RETURN_IF_ERROR(
        parts_.resources->CheckCallerTenant(ctx.caller, resource.subscription()));
    LAZULI_RETURN_IF_ERROR(parts_.roles->Check(ctx.caller, id, action, /*is_data_action=*/false));
    const Method& method = *parts_.methods->Find(absl::StrCat("lazuli.v1.", name));
    LAZULI_RETURN_IF_ERROR(method.validator->Validate(request));
    ctx.now = parts_.clock->Now();
    ctx.name_space = NameSpace();
    std::unique_ptr<Message> unused;
    if (response == nullptr) {
      unused.reset(method.response_prototype->New());
      response = unused.get();
    }
    return method.operation(ctx, request, response);
  }

  std::string NameSpace() const {
    return parts_.name_space_of ? parts_.name_space_of(target_.maker) : "";
  }

  const Parts& parts_;
  Dispatcher* const dispatcher_;
  const TemplateTarget& target_;
  v1::Template what_;
  // Of each account.
  std::vector<std::optional<v1::EncryptionProperties>> encryptions_;
  v1::ApplyTemplateResponse answer_;
};

absl::StatusOr<v1::ApplyTemplateResponse> TemplateApplier::Apply(const TemplateTarget& target,
                                                                 v1::Template what) const {
  return Run(parts_, dispatcher_, target, std::move(what)).Make();
}

}  // namespace lazuli::emulator
