// File: batch/account_spec.h
//
// What a Batch account is, as plain values: what a caller asks for, and what an account shows.
#ifndef LAZULI_BATCH_ACCOUNT_SPEC_H_
#define LAZULI_BATCH_ACCOUNT_SPEC_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "batch/key_access.h"
#include "batch/key_identifier.h"
#include "batch/managed_identity_client.h"

namespace lazuli::batch {

// Where an account lives in Resource Manager. A value; the parts keep the spelling of its creation.
struct AccountId {
  std::string subscription_id;
  std::string resource_group;
  std::string name;
  // Within which name and region, and the names of vaults, are unique; a subscription lies in one
  // of them as a whole, so that it adds nothing to ArmId(). Opaque; empty: the one that all share
  // who have none of their own.
  std::string name_space = {};

  // "/subscriptions/S/resourceGroups/G/providers/Microsoft.Batch/batchAccounts/N".
  std::string ArmId() const;
  // The same in lower case: what equal ids share.
  std::string Key() const;
};

enum class IdentityType { kNone, kSystemAssigned, kUserAssigned };

// The identity that a caller asks for.
struct IdentitySpec {
  IdentityType type = IdentityType::kNone;
  std::vector<std::string> user_assigned_ids;  // ARM ids; only for kUserAssigned
};

// The identity that an account has. `identity` is the one that it acts as, unless kNone; a
// user-assigned one keeps the ARM id as the caller spelled it.
struct AccountIdentity {
  IdentityType type = IdentityType::kNone;
  ManagedIdentity identity;
};

// What protects the data key; without a key it is the platform.
struct EncryptionSpec {
  std::optional<KeyIdentifier> customer_key;
};

enum class AuthenticationMode { kSharedKey, kAad, kTaskAuthenticationToken };
// "SharedKey" and so on.
const char* ModeName(AuthenticationMode mode);

// A creation. `region` is normalized.
struct AccountSpec {
  AccountId id;
  std::string tenant_id;  // of the subscription
  std::string region;
  std::map<std::string, std::string> tags;
  IdentitySpec identity;
  EncryptionSpec encryption;
  std::vector<AuthenticationMode> authentication_modes = {
      AuthenticationMode::kSharedKey, AuthenticationMode::kAad,
      AuthenticationMode::kTaskAuthenticationToken};
};

// An update; what is absent stays.
struct AccountChange {
  std::optional<std::map<std::string, std::string>> tags;
  std::optional<IdentitySpec> identity;
  std::optional<EncryptionSpec> encryption;
  std::optional<std::vector<AuthenticationMode>> authentication_modes;
};

// An account as it shows itself. Works without access to the key.
struct AccountView {
  AccountId id;
  std::string region;
  std::string endpoint;                  // "NAME.REGION.batch.azure.com"
  std::string node_management_endpoint;  // "GUID.REGION.service.batch.azure.com"
  std::map<std::string, std::string> tags;
  AccountIdentity identity;
  EncryptionSpec encryption;
  std::vector<AuthenticationMode> authentication_modes;
  int pool_quota = 0;
  int active_job_quota = 0;
};

// An account's access to its key at one moment.
struct KeyAccessSnapshot {
  KeyAccess state = KeyAccess::kPlatform;
  std::string key_identifier;  // the version that wraps the data key; empty for the platform's
  std::string reason;          // why access is lost, or was until the window opened
  std::optional<absl::Time> until;
  bool data_key_present = false;
};

enum class TransitionQueue { kLoss, kRestore };

// Something that waits in a queue.
struct QueuedTransition {
  TransitionQueue queue = TransitionQueue::kLoss;
  std::string kind;
  std::string resource;
  std::string transition;
  std::optional<absl::Time> due;  // absent while nobody can say
};

enum class SharedKeyName { kPrimary, kSecondary };

// base64, each of 64 bytes.
struct SharedKeyPair {
  std::string primary;
  std::string secondary;
};

// What access to a customer-managed key hangs on.
struct KeyDependency {
  std::string name_space;  // of the vault's name
  std::string vault_name;
  std::string key_name;
  std::string principal_id;
  std::string user_assigned_identity_id;  // its ARM id; empty for a system-assigned identity

  friend bool operator==(const KeyDependency&, const KeyDependency&) = default;
};

// "west us 2" and "West US 2" become "westus2". InvalidPropertyValue for anything that cannot be a
// region.
absl::StatusOr<std::string> NormalizeRegion(absl::string_view location);

// InvalidPropertyValue unless 3 to 24 lower-case letters and digits.
absl::Status ValidateAccountName(absl::string_view name);

// The rules of Resource Manager; see batch/limits.h.
absl::Status ValidateTags(const std::map<std::string, std::string>& tags);

}  // namespace lazuli::batch

#endif  // LAZULI_BATCH_ACCOUNT_SPEC_H_
