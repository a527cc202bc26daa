// File: batch/service/accounts_service.h
//
// The operations of lazuli.v1.BatchAccounts: accounts as resources.
#ifndef LAZULI_BATCH_SERVICE_ACCOUNTS_SERVICE_H_
#define LAZULI_BATCH_SERVICE_ACCOUNTS_SERVICE_H_

#include "absl/status/status.h"
#include "base/call_context.h"
#include "batch/account_registry.h"
#include "proto/batch_accounts.pb.h"
#include "proto/common.pb.h"

namespace lazuli::batch {

// Thread safe. Callers are already authorized at the scope, and subscription and resource group
// exist; `ctx.subscription_tenant_id` is set; what the description alone says of a request
// (required and unemulated members) is already checked. The rest of the input is checked before
// anything is changed. While an account's access to its key is lost, it can be read, listed and
// deleted, and its name checked; all else is AccountUnavailableError.
class AccountsService {
 public:
  // Outlives the service.
  explicit AccountsService(AccountRegistry* registry) : registry_(registry) {}

  AccountsService(const AccountsService&) = delete;
  AccountsService& operator=(const AccountsService&) = delete;

  absl::Status CreateBatchAccount(const CallContext& ctx,
                                  const v1::CreateBatchAccountRequest& request,
                                  v1::BatchAccount* response);
  absl::Status UpdateBatchAccount(const CallContext& ctx,
                                  const v1::UpdateBatchAccountRequest& request,
                                  v1::BatchAccount* response);
  absl::Status GetBatchAccount(const CallContext& ctx, const v1::BatchAccountRequest& request,
                               v1::BatchAccount* response);
  absl::Status DeleteBatchAccount(const CallContext& ctx, const v1::BatchAccountRequest& request,
                                  v1::Empty* response);
  absl::Status ListBatchAccounts(const CallContext& ctx,
                                 const v1::ListBatchAccountsRequest& request,
                                 v1::ListBatchAccountsResponse* response);
  absl::Status ListBatchAccountsByResourceGroup(
      const CallContext& ctx, const v1::ListBatchAccountsByResourceGroupRequest& request,
      v1::ListBatchAccountsResponse* response);
  absl::Status GetBatchAccountKeys(const CallContext& ctx, const v1::BatchAccountRequest& request,
                                   v1::BatchAccountKeys* response);
  absl::Status RegenerateBatchAccountKey(const CallContext& ctx,
                                         const v1::RegenerateBatchAccountKeyRequest& request,
                                         v1::BatchAccountKeys* response);
  absl::Status CheckBatchNameAvailability(const CallContext& ctx,
                                          const v1::CheckBatchNameAvailabilityRequest& request,
                                          v1::CheckNameAvailabilityResult* response);

 private:
  AccountRegistry* const registry_;
};

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_ACCOUNTS_SERVICE_H_
