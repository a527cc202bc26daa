// File: keyvault/limits.h
//
// What a vault takes at most, each number with its source.
#ifndef LAZULI_KEYVAULT_LIMITS_H_
#define LAZULI_KEYVAULT_LIMITS_H_

#include <cstddef>

#include "base/limits.h"

namespace lazuli::limits::keyvault {

// Characters of a vault's name. Key Vault REST reference, "Vaults - Create Or Update":
// ^[a-zA-Z0-9-]{3,24}$.
inline constexpr size_t kMinVaultNameLength = 3;
inline constexpr size_t kMaxVaultNameLength = 24;

// Characters of the name of a key or another object. Key Vault documentation, "About keys, secrets,
// and certificates": 1 to 127, [0-9a-zA-Z-].
inline constexpr size_t kMaxObjectNameLength = 127;

// Days that deleted vaults and keys are kept, fixed when the vault is created. Key Vault
// documentation, "Soft-delete overview".
inline constexpr int kMinRetentionDays = 7;
inline constexpr int kMaxRetentionDays = 90;
inline constexpr int kDefaultRetentionDays = 90;

// Access policy entries of one vault. Key Vault documentation, "Assign a Key Vault access policy".
inline constexpr size_t kMaxAccessPolicies = 1024;

// IPv4 rules of one vault's firewall. Key Vault documentation, "Configure network security for
// Azure Key Vault": at most 1000 IPv4 rules.
inline constexpr size_t kMaxIpRules = 1000;

// Virtual network rules of one vault's firewall. The same page: at most 200.
inline constexpr size_t kMaxVirtualNetworkRules = 200;

// Characters of a subnet's id, and of the names and texts of private endpoint connections. Own
// choice: far more than such an id has.
inline constexpr size_t kMaxResourceIdLength = 2048;
inline constexpr size_t kMaxConnectionNameLength = 80;
inline constexpr size_t kMaxConnectionTextLength = 1024;

// Private endpoint connections of one vault. Key Vault documentation, "Azure Key Vault service
// limits": 64.
inline constexpr size_t kMaxPrivateEndpointConnections = 64;

// Administrators that the creation of a managed HSM names. Own choice.
inline constexpr size_t kMaxInitialAdmins = 100;

// Random bytes of one request. Key Vault REST reference, "Get Random Bytes".
inline constexpr int kMaxRandomBytes = 128;

// Tags of a key or another object, and characters of their names and values. Key Vault
// documentation, "About keys, secrets, and certificates": 15 tags with names and values of 256
// characters.
inline constexpr size_t kMaxKeyTags = 15;
inline constexpr size_t kMaxKeyTagLength = 256;

// Bytes of a secret, and characters of its content type. Key Vault documentation, "About Azure Key
// Vault secrets": 25 KB, 255 characters.
inline constexpr size_t kMaxSecretSize = 25 * 1024;
inline constexpr size_t kMaxContentTypeLength = 255;

// Versions of one object in a backup. Key Vault documentation, "Azure Key Vault backup and
// restore": at most 500 past versions, and the present one.
inline constexpr size_t kMaxBackupVersions = 501;

// Bytes of a backup. Own choice: what fits into the request that restores it, where JSON has four
// characters for three bytes, with room for the rest of the message.
inline constexpr size_t kMaxBackupBytes = (kMaxRequestBytes - 4096) / 4 * 3;

// Tags of a vault as of any resource. Azure Resource Manager documentation, "Use tags to organize
// your Azure resources": 50 tags, names of 512 and values of 256 characters.
inline constexpr size_t kMaxVaultTags = 50;
inline constexpr size_t kMaxVaultTagNameLength = 512;
inline constexpr size_t kMaxVaultTagValueLength = 256;

// Items of a page of keys or versions. Key Vault REST reference, "Get Keys": maxresults from 1 to
// 25, 25 when not given.
inline constexpr int kMaxPageSize = 25;

// Operations that one key may name in key_ops. Own choice: there are eight, so that more can only
// be repetitions.
inline constexpr size_t kMaxKeyOperations = 8;

// Of rotation policies. Key Vault REST reference, "Update Key Rotation Policy": at most two
// lifetime actions, expiryTime of at least 28 days; documentation, "Configure key rotation": at
// least 7 days from creation to rotation and from rotation to expiry.
inline constexpr size_t kMaxLifetimeActions = 2;
inline constexpr int kMinRotationExpiryDays = 28;
inline constexpr int kMinRotationGapDays = 7;

// Hours of virtual time after which a rotation by policy that failed is tried again. Own choice:
// the service does not say when it does.
inline constexpr int kRotationRetryHours = 1;

// Years of one duration of a rotation policy. Own choice: what is later than anybody waits for.
inline constexpr int kMaxRotationPolicyYears = 100;

}  // namespace lazuli::limits::keyvault

#endif  // LAZULI_KEYVAULT_LIMITS_H_
