// File: batch/limits.h
//
// Numbers that bound Batch accounts, each with its source. Those of pools, jobs and tasks stand in
// batch/workload/limits.h.
#ifndef LAZULI_BATCH_LIMITS_H_
#define LAZULI_BATCH_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace lazuli::limits::batch {

// Names of accounts. Batch management API, AccountName: 3 to 24 lower-case letters and digits.
inline constexpr size_t kMinAccountNameLength = 3;
inline constexpr size_t kMaxAccountNameLength = 24;

// Accounts of one subscription in one region. Own choice: Azure's default quota is one to three,
// which would only be in a test fixture's way; this bounds what one caller can make the process
// keep.
inline constexpr size_t kMaxAccountsPerRegion = 1'000;

// User-assigned identities of one account. Azure command-line interface: Batch supports only one.
inline constexpr size_t kMaxUserAssignedIdentities = 1;

// Tags. Azure Resource Manager documentation, "Use tags to organize your resources": 50 name-value
// pairs, names up to 512 characters, values up to 256.
inline constexpr size_t kMaxTags = 50;
inline constexpr size_t kMaxTagNameLength = 512;
inline constexpr size_t kMaxTagValueLength = 256;

// A region's normalized name. Own choice: the longest of Azure's has 18 characters.
inline constexpr size_t kMaxRegionLength = 40;

// A key identifier. Key Vault documentation: vault names up to 24 characters, key names up to 127,
// versions of 32; the rest is the host's suffix and the separators, with room to spare.
inline constexpr size_t kMaxKeyIdentifierLength = 512;

// Shared keys of an account. Batch documentation: two keys of 64 bytes, written as base64.
inline constexpr size_t kSharedKeyBytes = 64;

// Quotas of cores that an account shows; machines have no sizes here, so that nothing counts
// against them. Values as recorded from the service.
inline constexpr int kDedicatedCoreQuota = 500;
inline constexpr int kLowPriorityCoreQuota = 500;

// From the return of access to the key until the account works again, at most. Batch documentation
// of customer-managed keys: it can take up to 10 minutes.
inline constexpr absl::Duration kMaxRestorationWindow = absl::Minutes(10);

// Until a vault that gave no answer is asked again, if it does not say itself. Own choice: much
// shorter than the time between two looks at a key, and longer than Key Vault's window of 10 s in
// which it counts calls.
inline constexpr absl::Duration kKeyRetryDelay = absl::Seconds(30);

}  // namespace lazuli::limits::batch

#endif  // LAZULI_BATCH_LIMITS_H_
