// File: keyvault/secret_version.h
//
// One version of a secret, as it is stored.
#ifndef LAZULI_KEYVAULT_SECRET_VERSION_H_
#define LAZULI_KEYVAULT_SECRET_VERSION_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/secure_bytes.h"
#include "keyvault/names.h"
#include "keyvault/object_attributes.h"
#include "keyvault/rotation/key_milestones.h"

namespace lazuli::keyvault {

// Immutable once it is shared: an update makes another object of the same version.
struct SecretVersion {
  std::string name;     // of the secret, as its first creation spelled it
  std::string version;  // 32 lower-case hexadecimal digits
  std::string id;       // "https://NAME.vault.azure.net/secrets/SECRET/VERSION"
  // Wiped with the last version that has it; never null.
  std::shared_ptr<const SecureBytes> value;
  std::string content_type;
  ObjectAttributes attributes;
  absl::Time created;  // whole seconds
  absl::Time updated;  // whole seconds
  std::optional<TagMap> tags;
  // Of the secret behind a certificate: the id of the certificate's key.
  std::string kid;
  bool managed = false;
};

using SecretVersionPtr = std::shared_ptr<const SecretVersion>;
using DeletedSecret = DeletedObject<SecretVersion>;

// What a secret has as a whole, beside its versions.
struct SecretNameData {
  ExpiryTold told;
};

// The rule for showing a secret's value: a disabled version refuses with SecretDisabledError. Key
// Vault documentation, "About Azure Key Vault secrets": outside of nbf and exp the value is shown.
absl::Status CheckSecretShown(const SecretVersion& version);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SECRET_VERSION_H_
