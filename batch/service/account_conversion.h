// File: batch/service/account_conversion.h
//
// Between the messages of lazuli.v1.BatchAccounts and the plain values of accounts.
#ifndef LAZULI_BATCH_SERVICE_ACCOUNT_CONVERSION_H_
#define LAZULI_BATCH_SERVICE_ACCOUNT_CONVERSION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "batch/account_spec.h"
#include "proto/batch_accounts.pb.h"

namespace lazuli::batch {

// Reads a creation; what is absent gets its default. `tenant_id` is the subscription's. Errors:
// MissingRequiredProperty and InvalidPropertyValue with the property's path, and NotImplemented for
// settings that Azure has and that are not emulated.
absl::StatusOr<AccountSpec> ToAccountSpec(const v1::CreateBatchAccountRequest& request,
                                          absl::string_view tenant_id);

// Reads an update; what is absent stays absent. Errors as above.
absl::StatusOr<AccountChange> ToAccountChange(const v1::BatchAccountUpdateParameters& parameters);

// Replaces what `account` holds.
void FromAccountView(const AccountView& view, v1::BatchAccount* account);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_SERVICE_ACCOUNT_CONVERSION_H_
