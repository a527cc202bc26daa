// File: batch/service/account_access.h
//
// From a call of the data plane to the account that it speaks of.
#ifndef LAZULI_BATCH_SERVICE_ACCOUNT_ACCESS_H_
#define LAZULI_BATCH_SERVICE_ACCOUNT_ACCESS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/call_context.h"
#include "batch/account.h"
#include "batch/account_registry.h"

namespace lazuli::batch {

// The account, if it serves calls: whoever calls one that does not hears of that first and not of
// what else is wrong with the call. Whether it still does is checked again, under its lock, by
// Account::WithWorkload.
absl::StatusOr<std::shared_ptr<Account>> FindServing(const AccountRegistry& accounts,
                                                     const CallContext& context,
                                                     absl::string_view name_or_endpoint);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_ACCOUNT_ACCESS_H_
