// File: keyvault/key_version.h
//
// One version of a key, as it is stored.
#ifndef LAZULI_KEYVAULT_KEY_VERSION_H_
#define LAZULI_KEYVAULT_KEY_VERSION_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_operation.h"
#include "keyvault/names.h"
#include "keyvault/object_attributes.h"
#include "keyvault/release/release_policy.h"
#include "keyvault/rotation/key_milestones.h"
#include "keyvault/rotation/rotation_policy.h"

namespace lazuli::keyvault {

using KeyAttributes = ObjectAttributes;

// Immutable once it is shared: an update makes another object of the same version.
struct KeyVersion {
  std::string name;     // of the key, as its first creation spelled it
  std::string version;  // 32 lower-case hexadecimal digits
  std::string kid;      // "https://NAME.vault.azure.net/keys/KEY/VERSION"
  crypto::KeyType type = crypto::KeyType::kRsa;
  std::vector<KeyOperation> key_ops;  // in the order of the caller
  KeyAttributes attributes;
  absl::Time created;  // whole seconds
  absl::Time updated;  // whole seconds
  std::optional<TagMap> tags;
  // A "crv" that came with the import of an RSA key, which the service keeps and shows.
  std::optional<crypto::Curve> stray_curve;
  // The key may leave the vault, as its release policy says: one is never without the other.
  bool exportable = false;
  std::optional<ReleasePolicy> release_policy;
  // The key of a certificate, which lives as that does.
  bool managed = false;
  crypto::KeyMaterial::Ptr material;

  bool Allows(KeyOperation operation) const;
};

using KeyVersionPtr = std::shared_ptr<const KeyVersion>;

// What a creation or import brings; the rest of a KeyVersion is the vault's to say.
struct NewKeyVersion {
  crypto::KeyType type = crypto::KeyType::kRsa;
  std::vector<KeyOperation> key_ops;
  KeyAttributes attributes;
  std::optional<TagMap> tags;
  std::optional<crypto::Curve> stray_curve;
  bool exportable = false;
  std::optional<ReleasePolicy> release_policy;
  crypto::KeyMaterial::Ptr material;
};

// What an update says; absent members stay as they are, present ones replace the old as a whole.
struct KeyVersionUpdate {
  std::optional<std::vector<KeyOperation>> key_ops;
  std::optional<bool> enabled;
  std::optional<absl::Time> not_before;
  std::optional<absl::Time> expires;
  std::optional<TagMap> tags;
  std::optional<bool> exportable;  // which never changes: see key_rules.h
  std::optional<ReleasePolicy> release_policy;
  // Take the time away altogether, which no caller of the API can say: for putting back what was.
  bool clear_not_before = false;
  bool clear_expires = false;
};

using DeletedKey = DeletedObject<KeyVersion>;

// What a key has as a whole, beside its versions.
struct KeyNameData {
  // Null: none was set.
  std::shared_ptr<const RotationPolicy> rotation_policy;
  ExpiryTold told;
};

// The rule for every use of a key's material, decided without touching it. In this order: a
// disabled version refuses all, the validity refuses what WorksOutsideValidity() does not exempt,
// key_ops refuses what it does not name. Errors: KeyDisabledError, KeyNotYetValidError,
// KeyExpiredError, KeyOperationForbiddenError.
absl::Status CheckKeyVersionUse(const KeyVersion& version, KeyOperation operation, absl::Time now);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_KEY_VERSION_H_
