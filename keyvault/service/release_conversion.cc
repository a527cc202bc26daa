#include "keyvault/service/release_conversion.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/crypto/pkcs8.h"
#include "keyvault/errors.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/names.h"
#include "keyvault/release/release_rules.h"
#include "keyvault/release/transfer_blob.h"

namespace lazuli::keyvault {
namespace {

constexpr char kDefaultContentType[] = "application/json; charset=utf-8";
// Own choice: Azure's has 31 characters, and no other has been seen.
constexpr size_t kMaxContentTypeLength = 256;

absl::Status BadBlob(absl::string_view reason) {
  return BadKeyParameterError("key.key_hsm", reason);
}

// The version that a kid names in `vault`: "https://HOST/keys/KEY/VERSION", whatever name the
// caller has for the host.
absl::StatusOr<KeyVersionPtr> FindExchangeKey(const Vault& vault, absl::string_view kid) {
  // "https:", "", host, "keys", key, version.
  const std::vector<std::string> parts = absl::StrSplit(kid, '/');
  if (parts.size() != 6 || parts[0] != "https:" || !parts[1].empty() ||
      !absl::StartsWithIgnoreCase(parts[2], vault.name() + ".") ||
      !absl::EqualsIgnoreCase(parts[3], "keys") || !IsValidKeyName(parts[4]) || parts[5].empty()) {
    return BadBlob("The kid of its header is no version of a key of this vault.");
  }
  absl::StatusOr<KeyVersionPtr> key = vault.FindKey(parts[4], parts[5]);
  if (!key.ok()) return BadBlob("The kid of its header is no version of a key of this vault.");
  return key;
}

}  // namespace

absl::StatusOr<ReleasePolicy> ReadReleasePolicy(const v1::KeyReleasePolicy& policy) {
  ReleasePolicy read;
  read.content_type = policy.has_content_type() ? policy.content_type() : kDefaultContentType;
  if (read.content_type.size() > kMaxContentTypeLength) {
    return BadKeyParameterError("release_policy.contentType", "It is too long.");
  }
  read.immutable = policy.immutable();
  LAZULI_ASSIGN_OR_RETURN(read.data, NormalizeReleasePolicy(policy.data()));
  return read;
}

void WriteReleasePolicy(const ReleasePolicy& policy, v1::KeyReleasePolicy* written) {
  written->set_content_type(policy.content_type);
  written->set_immutable(policy.immutable);
  written->set_data(policy.data);
}

absl::StatusOr<crypto::KeyMaterial::Ptr> UnwrapBroughtKey(const Vault& vault,
                                                          absl::string_view key_hsm,
                                                          crypto::KeyType type, absl::Time now) {
  if (!crypto::IsHsm(type)) return BadBlob("It goes with the key types of hardware alone.");
  LAZULI_ASSIGN_OR_RETURN(const TransferBlob blob, ReadTransferBlob(key_hsm));
  LAZULI_ASSIGN_OR_RETURN(const KeyVersionPtr exchange_key, FindExchangeKey(vault, blob.kid));
  if (exchange_key->type != crypto::KeyType::kRsaHsm ||
      exchange_key->key_ops != std::vector<KeyOperation>{KeyOperation::kImport}) {
    return BadBlob("The kid of its header is no key exchange key: RSA-HSM, for import alone.");
  }
  LAZULI_RETURN_IF_ERROR(CheckKeyVersionUse(*exchange_key, KeyOperation::kImport, now));
  const absl::StatusOr<SecureBytes> plain =
      crypto::UnwrapFromTransport(blob.transport, *exchange_key->material, blob.ciphertext);
  if (!plain.ok()) return BadBlob("Its ciphertext was not wrapped for the key of its header.");
  if (type == crypto::KeyType::kOctHsm) {
    // A symmetric key travels as it is.
    absl::StatusOr<crypto::KeyMaterial::Ptr> symmetric =
        crypto::KeyMaterial::ImportSymmetric(plain->view());
    if (!symmetric.ok()) return BadBlob("What it wraps has not the length of a symmetric key.");
    return symmetric;
  }
  absl::StatusOr<crypto::KeyMaterial::Ptr> material = crypto::FromPkcs8(plain->view());
  if (!material.ok()) return BadBlob("What it wraps is no PKCS #8 key that the vault offers.");
  if ((*material)->type() != crypto::MaterialType(type)) {
    return BadBlob("What it wraps is a key of another type than the import says.");
  }
  return material;
}

}  // namespace lazuli::keyvault
