// File: batch/customer_key.h
//
// Wrapping a data key with a customer's key, after asking for everything that Batch demands of that
// key; and saying why a vault refused.
#ifndef LAZULI_BATCH_CUSTOMER_KEY_H_
#define LAZULI_BATCH_CUSTOMER_KEY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/secure_bytes.h"
#include "batch/key_encryption_client.h"
#include "batch/key_identifier.h"
#include "batch/managed_identity_client.h"

namespace lazuli::batch {

// A data key that a customer's key wraps.
struct CustomerWrap {
  WrappedKey wrapped;
  KeyIdentifier in_use;  // the identifier with the version that wrapped
};

// Wraps `data_key` with the key, as the account's identity, once every precondition of Batch's
// documentation holds, each with its own error of batch/errors.h: the vault is in `tenant_id`, with
// soft delete and purge protection; the key is an RSA key of 2048, 3072 or 4096 bits with wrapKey
// and unwrapKey among its operations, enabled and in time; the identity may get, wrapKey and
// unwrapKey. The last are tried: what was wrapped is unwrapped again and compared.
absl::StatusOr<CustomerWrap> WrapWithCustomerKey(KeyEncryptionClient* keys,
                                                 const ManagedIdentity& identity,
                                                 absl::string_view tenant_id,
                                                 const KeyIdentifier& key,
                                                 const SecureBytes& data_key, absl::Time now);

// "CODE: what it means. What Key Vault said", on one line. CODE is Key Vault's inner code where
// there is one, else its code.
std::string DescribeKeyRefusal(const absl::Status& refusal);

// Whether an error of a vault says nothing of access: it was too busy, failed, or its answer was
// lost (HTTP 408, 429, 5xx). Such a call is to be made again.
bool IsNoAnswer(const absl::Status& error);
// When to make it again: as the vault asks, else after kKeyRetryDelay.
absl::Duration RetryDelayOf(const absl::Status& error);

// The reason when the vault is gone.
std::string DescribeMissingVault(absl::string_view vault_name);
// The reason when the account's user-assigned identity is gone.
std::string DescribeMissingIdentity(absl::string_view identity_resource_id);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_CUSTOMER_KEY_H_
