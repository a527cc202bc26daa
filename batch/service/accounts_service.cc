#include "batch/service/accounts_service.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "base/status_macros.h"
#include "batch/account.h"
#include "batch/account_spec.h"
#include "batch/errors.h"
#include "batch/service/account_conversion.h"

namespace lazuli::batch {
namespace {

// The account that a request addresses.
template <typename Request>
AccountId IdOf(const Request& request) {
  return AccountId{request.subscription_id(), request.resource_group_name(),
                   request.account_name()};
}

void FromKeys(const Account& account, const SharedKeyPair& keys, v1::BatchAccountKeys* response) {
  response->set_account_name(account.id().name);
  response->set_primary(keys.primary);
  response->set_secondary(keys.secondary);
}

}  // namespace

absl::Status AccountsService::CreateBatchAccount(const CallContext& ctx,
                                                 const v1::CreateBatchAccountRequest& request,
                                                 v1::BatchAccount* response) {
  LAZULI_ASSIGN_OR_RETURN(AccountSpec spec, ToAccountSpec(request, ctx.subscription_tenant_id));
  spec.id.name_space = ctx.name_space;
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account,
                          registry_->CreateAccount(spec, ctx.now));
  FromAccountView(account->Describe(), response);
  return absl::OkStatus();
}

absl::Status AccountsService::UpdateBatchAccount(const CallContext& ctx,
                                                 const v1::UpdateBatchAccountRequest& request,
                                                 v1::BatchAccount* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account, registry_->Get(IdOf(request)));
  LAZULI_ASSIGN_OR_RETURN(const AccountChange change, ToAccountChange(request.parameters()));
  LAZULI_RETURN_IF_ERROR(account->Update(ctx, change));
  FromAccountView(account->Describe(), response);
  return absl::OkStatus();
}

absl::Status AccountsService::GetBatchAccount(const CallContext&,
                                              const v1::BatchAccountRequest& request,
                                              v1::BatchAccount* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account, registry_->Get(IdOf(request)));
  FromAccountView(account->Describe(), response);
  return absl::OkStatus();
}

absl::Status AccountsService::DeleteBatchAccount(const CallContext& ctx,
                                                 const v1::BatchAccountRequest& request,
                                                 v1::Empty*) {
  registry_->DeleteAccount(IdOf(request), ctx.now);
  return absl::OkStatus();
}

absl::Status AccountsService::ListBatchAccounts(const CallContext&,
                                                const v1::ListBatchAccountsRequest& request,
                                                v1::ListBatchAccountsResponse* response) {
  for (const std::shared_ptr<Account>& account : registry_->List(request.subscription_id(), "")) {
    FromAccountView(account->Describe(), response->add_value());
  }
  return absl::OkStatus();
}

absl::Status AccountsService::ListBatchAccountsByResourceGroup(
    const CallContext&, const v1::ListBatchAccountsByResourceGroupRequest& request,
    v1::ListBatchAccountsResponse* response) {
  for (const std::shared_ptr<Account>& account :
       registry_->List(request.subscription_id(), request.resource_group_name())) {
    FromAccountView(account->Describe(), response->add_value());
  }
  return absl::OkStatus();
}

absl::Status AccountsService::GetBatchAccountKeys(const CallContext&,
                                                  const v1::BatchAccountRequest& request,
                                                  v1::BatchAccountKeys* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account, registry_->Get(IdOf(request)));
  LAZULI_ASSIGN_OR_RETURN(const SharedKeyPair keys, account->ListSharedKeys());
  FromKeys(*account, keys, response);
  return absl::OkStatus();
}

absl::Status AccountsService::RegenerateBatchAccountKey(
    const CallContext&, const v1::RegenerateBatchAccountKeyRequest& request,
    v1::BatchAccountKeys* response) {
  LAZULI_ASSIGN_OR_RETURN(const std::shared_ptr<Account> account, registry_->Get(IdOf(request)));
  const std::string& name = request.parameters().key_name();
  SharedKeyName which = SharedKeyName::kPrimary;
  if (absl::EqualsIgnoreCase(name, "Secondary")) {
    which = SharedKeyName::kSecondary;
  } else if (!absl::EqualsIgnoreCase(name, "Primary")) {
    return InvalidPropertyValueError("keyName", name,
                                     "The key name must be 'Primary' or 'Secondary'.");
  }
  LAZULI_ASSIGN_OR_RETURN(const SharedKeyPair keys, account->RegenerateSharedKey(which));
  FromKeys(*account, keys, response);
  return absl::OkStatus();
}

absl::Status AccountsService::CheckBatchNameAvailability(
    const CallContext& ctx, const v1::CheckBatchNameAvailabilityRequest& request,
    v1::CheckNameAvailabilityResult* response) {
  const v1::CheckNameAvailabilityParameters& parameters = request.parameters();
  if (parameters.has_type() &&
      !absl::EqualsIgnoreCase(parameters.type(), "Microsoft.Batch/batchAccounts")) {
    return InvalidPropertyValueError("type", parameters.type(),
                                     "The type must be 'Microsoft.Batch/batchAccounts'.");
  }
  LAZULI_ASSIGN_OR_RETURN(const std::string region, NormalizeRegion(request.location()));
  const NameAvailability found = registry_->CheckName(parameters.name(), region, ctx.name_space);
  response->set_name_available(found.available);
  if (!found.available) {
    response->set_reason(found.reason);
    response->set_message(found.message);
  }
  return absl::OkStatus();
}

}  // namespace lazuli::batch
