// File: keyvault/service/key_conversion.h
//
// Between the messages of keys.proto and the model of keys. What reads a message checks it and
// names the field at fault as JSON spells it.
#ifndef LAZULI_KEYVAULT_SERVICE_KEY_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_KEY_CONVERSION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/names.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/vault_record.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

// --- reading. Errors: BadKeyParameterError unless said otherwise.

// "kty"; "oct", a symmetric key outside of hardware, is KeyTypeNotSupportedError.
absl::StatusOr<crypto::KeyType> ReadKeyType(v1::JsonWebKeyType type, absl::string_view field);
absl::StatusOr<crypto::Curve> ReadCurve(v1::JsonWebKeyCurveName curve, absl::string_view field);
absl::StatusOr<crypto::EncryptionAlgorithm> ReadAlgorithm(v1::JsonWebKeyEncryptionAlgorithm alg);
absl::StatusOr<crypto::SignatureAlgorithm> ReadAlgorithm(v1::JsonWebKeySignatureAlgorithm alg);
absl::StatusOr<std::vector<KeyOperation>> ReadKeyOperations(const v1::KeyOperations& operations,
                                                            absl::string_view field);

// The path of a request: its key's name, and with a version or none. `http_verb`: of the operation.
// InvalidObjectNameError, InvalidObjectVersionError.
inline absl::Status CheckKeyName(absl::string_view name) {
  return CheckObjectName("key_name", name);
}
template <typename Request>
absl::Status CheckKeyPath(const Request& request, absl::string_view http_verb) {
  LAZULI_RETURN_IF_ERROR(CheckKeyName(request.key_name()));
  return CheckObjectVersion("key_version", http_verb, request.key_version());
}

// The key of an import. `type`: what ReadKeyType made of its kty. Errors besides: those of
// KeyMaterial's imports.
absl::StatusOr<crypto::KeyMaterial::Ptr> ReadKeyMaterial(const v1::JsonWebKey& key,
                                                         crypto::KeyType type);

// --- writing. Members that the service leaves out are left out.

void WriteKeyBundle(const KeyVersion& version, const VaultSettings& vault, v1::KeyBundle* bundle);
void WriteDeletedKeyBundle(const DeletedKey& deleted, const VaultRecord& vault,
                           v1::DeletedKeyBundle* bundle);
void WriteDeletedKeyItem(const DeletedKey& deleted, const VaultRecord& vault,
                         v1::DeletedKeyItem* item);
// `kid`: without the version in a list of keys, with it in a list of versions.
void WriteKeyItem(const KeyVersion& version, const VaultSettings& vault, absl::string_view kid,
                  v1::KeyItem* item);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_KEY_CONVERSION_H_
