#include "batch/service/account_access.h"

#include "base/status_macros.h"

namespace lazuli::batch {

absl::StatusOr<std::shared_ptr<Account>> FindServing(const AccountRegistry& accounts,
                                                     const CallContext& context,
                                                     absl::string_view name_or_endpoint) {
  LAZULI_ASSIGN_OR_RETURN(std::shared_ptr<Account> account,
                          accounts.Find(name_or_endpoint, context.name_space));
  LAZULI_RETURN_IF_ERROR(account->CheckServing());
  return account;
}

}  // namespace lazuli::batch
