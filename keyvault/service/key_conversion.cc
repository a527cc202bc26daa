#include "keyvault/service/key_conversion.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/errors.h"
#include "keyvault/limits.h"
#include "keyvault/object_kind.h"
#include "keyvault/service/key_type_conversion.h"
#include "keyvault/service/object_conversion.h"
#include "keyvault/service/release_conversion.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::string_view kRequired = "A value is required.";
constexpr absl::string_view kUnknown = "It is none of the known values.";

absl::StatusOr<KeyOperation> ReadKeyOperation(int operation, absl::string_view field) {
  switch (operation) {
    case v1::JSON_WEB_KEY_OPERATION_ENCRYPT:
      return KeyOperation::kEncrypt;
    case v1::JSON_WEB_KEY_OPERATION_DECRYPT:
      return KeyOperation::kDecrypt;
    case v1::JSON_WEB_KEY_OPERATION_SIGN:
      return KeyOperation::kSign;
    case v1::JSON_WEB_KEY_OPERATION_VERIFY:
      return KeyOperation::kVerify;
    case v1::JSON_WEB_KEY_OPERATION_WRAP_KEY:
      return KeyOperation::kWrapKey;
    case v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY:
      return KeyOperation::kUnwrapKey;
    case v1::JSON_WEB_KEY_OPERATION_IMPORT:
      return KeyOperation::kImport;
    case v1::JSON_WEB_KEY_OPERATION_EXPORT:
      return KeyOperation::kExport;
    default:
      return BadKeyParameterError(field, kUnknown);
  }
}

v1::JsonWebKeyOperation ToProto(KeyOperation operation) {
  switch (operation) {
    case KeyOperation::kEncrypt:
      return v1::JSON_WEB_KEY_OPERATION_ENCRYPT;
    case KeyOperation::kDecrypt:
      return v1::JSON_WEB_KEY_OPERATION_DECRYPT;
    case KeyOperation::kSign:
      return v1::JSON_WEB_KEY_OPERATION_SIGN;
    case KeyOperation::kVerify:
      return v1::JSON_WEB_KEY_OPERATION_VERIFY;
    case KeyOperation::kWrapKey:
      return v1::JSON_WEB_KEY_OPERATION_WRAP_KEY;
    case KeyOperation::kUnwrapKey:
      return v1::JSON_WEB_KEY_OPERATION_UNWRAP_KEY;
    case KeyOperation::kImport:
      return v1::JSON_WEB_KEY_OPERATION_IMPORT;
    case KeyOperation::kExport:
      return v1::JSON_WEB_KEY_OPERATION_EXPORT;
  }
  return v1::JSON_WEB_KEY_OPERATION_UNSPECIFIED;
}

// The service shows the exponent of a hardware key as four bytes: AAEAAQ for 65537.
std::string ShownExponent(const KeyVersion& version) {
  constexpr size_t kHsmExponentSize = 4;
  const std::string& e = version.material->e();
  if (version.type != crypto::KeyType::kRsaHsm || e.size() >= kHsmExponentSize) return e;
  return absl::StrCat(std::string(kHsmExponentSize - e.size(), '\0'), e);
}

void WriteJsonWebKey(const KeyVersion& version, v1::JsonWebKey* key) {
  key->set_kid(version.kid);
  key->set_kty(ToJsonWebKeyType(version.type));
  v1::KeyOperations* const operations = key->mutable_key_ops();
  for (const KeyOperation operation : version.key_ops) operations->add_values(ToProto(operation));
  const crypto::KeyMaterial& material = *version.material;
  if (material.is_rsa()) {
    key->set_n(material.n());
    key->set_e(ShownExponent(version));
    if (version.stray_curve.has_value()) key->set_crv(ToJsonWebKeyCurve(*version.stray_curve));
  } else if (material.is_ec()) {
    key->set_crv(ToJsonWebKeyCurve(material.curve()));
    key->set_x(material.x());
    key->set_y(material.y());
  }
}

void WriteAttributes(const KeyVersion& version, const VaultSettings& vault,
                     v1::KeyAttributes* attributes) {
  WriteObjectAttributes(version, vault, attributes);
  attributes->set_exportable(version.exportable);
  // Azure writes "2" for keys in its newest modules; software keys have none.
  attributes->set_hsm_platform(crypto::IsHsm(version.type) ? "2" : "0");
}

// What every answer about a key says of its latest or the one version.
template <typename Message>
void WriteCommon(const KeyVersion& version, const VaultSettings& vault, Message* message) {
  WriteAttributes(version, vault, message->mutable_attributes());
  WriteObjectTags(version.tags, message);
  // It is a certificate's.
  if (version.managed) message->set_managed(true);
}

template <typename Message>
void WritePolicy(const KeyVersion& version, Message* message) {
  if (!version.release_policy.has_value()) return;
  WriteReleasePolicy(*version.release_policy, message->mutable_release_policy());
}

}  // namespace

absl::StatusOr<crypto::KeyType> ReadKeyType(v1::JsonWebKeyType type, absl::string_view field) {
  return ReadKeyType(
      type, [field](absl::string_view reason) { return BadKeyParameterError(field, reason); });
}

absl::StatusOr<crypto::Curve> ReadCurve(v1::JsonWebKeyCurveName curve, absl::string_view field) {
  switch (curve) {
    case v1::JSON_WEB_KEY_CURVE_NAME_P256:
      return crypto::Curve::kP256;
    case v1::JSON_WEB_KEY_CURVE_NAME_P384:
      return crypto::Curve::kP384;
    case v1::JSON_WEB_KEY_CURVE_NAME_P521:
      return crypto::Curve::kP521;
    case v1::JSON_WEB_KEY_CURVE_NAME_P256K:
    case v1::JSON_WEB_KEY_CURVE_NAME_SECP256K1:
      return crypto::Curve::kP256K;
    case v1::JSON_WEB_KEY_CURVE_NAME_UNSPECIFIED:
      return BadKeyParameterError(field, kRequired);
    default:
      return BadKeyParameterError(field, kUnknown);
  }
}

absl::StatusOr<crypto::EncryptionAlgorithm> ReadAlgorithm(v1::JsonWebKeyEncryptionAlgorithm alg) {
  switch (alg) {
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA1_5:
      return crypto::EncryptionAlgorithm::kRsa1_5;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP:
      return crypto::EncryptionAlgorithm::kRsaOaep;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_RSA_OAEP_256:
      return crypto::EncryptionAlgorithm::kRsaOaep256;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A128GCM:
      return crypto::EncryptionAlgorithm::kA128Gcm;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A192GCM:
      return crypto::EncryptionAlgorithm::kA192Gcm;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256GCM:
      return crypto::EncryptionAlgorithm::kA256Gcm;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A128CBC:
      return crypto::EncryptionAlgorithm::kA128Cbc;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A192CBC:
      return crypto::EncryptionAlgorithm::kA192Cbc;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256CBC:
      return crypto::EncryptionAlgorithm::kA256Cbc;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A128CBCPAD:
      return crypto::EncryptionAlgorithm::kA128CbcPad;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A192CBCPAD:
      return crypto::EncryptionAlgorithm::kA192CbcPad;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256CBCPAD:
      return crypto::EncryptionAlgorithm::kA256CbcPad;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A128KW:
      return crypto::EncryptionAlgorithm::kA128Kw;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A192KW:
      return crypto::EncryptionAlgorithm::kA192Kw;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_A256KW:
      return crypto::EncryptionAlgorithm::kA256Kw;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_CKM_AES_KEY_WRAP:
      return crypto::EncryptionAlgorithm::kCkmAesKeyWrap;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_CKM_AES_KEY_WRAP_PAD:
      return crypto::EncryptionAlgorithm::kCkmAesKeyWrapPad;
    case v1::JSON_WEB_KEY_ENCRYPTION_ALGORITHM_UNSPECIFIED:
      return BadKeyParameterError("alg", kRequired);
    default:
      return BadKeyParameterError("alg", kUnknown);
  }
}

absl::StatusOr<crypto::SignatureAlgorithm> ReadAlgorithm(v1::JsonWebKeySignatureAlgorithm alg) {
  switch (alg) {
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS256:
      return crypto::SignatureAlgorithm::kRs256;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS384:
      return crypto::SignatureAlgorithm::kRs384;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RS512:
      return crypto::SignatureAlgorithm::kRs512;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS256:
      return crypto::SignatureAlgorithm::kPs256;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS384:
      return crypto::SignatureAlgorithm::kPs384;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_PS512:
      return crypto::SignatureAlgorithm::kPs512;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256:
      return crypto::SignatureAlgorithm::kEs256;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES384:
      return crypto::SignatureAlgorithm::kEs384;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES512:
      return crypto::SignatureAlgorithm::kEs512;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ES256K:
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_ECDSA256:
      return crypto::SignatureAlgorithm::kEs256K;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_RSNULL:
      return crypto::SignatureAlgorithm::kRsNull;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_HS256:
      return crypto::SignatureAlgorithm::kHs256;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_HS384:
      return crypto::SignatureAlgorithm::kHs384;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_HS512:
      return crypto::SignatureAlgorithm::kHs512;
    case v1::JSON_WEB_KEY_SIGNATURE_ALGORITHM_UNSPECIFIED:
      return BadKeyParameterError("alg", kRequired);
    default:
      return BadKeyParameterError("alg", kUnknown);
  }
}

absl::StatusOr<std::vector<KeyOperation>> ReadKeyOperations(const v1::KeyOperations& operations,
                                                            absl::string_view field) {
  if (static_cast<size_t>(operations.values_size()) > limits::keyvault::kMaxKeyOperations) {
    return BadKeyParameterError(
        field,
        absl::StrCat("It names at most ", limits::keyvault::kMaxKeyOperations, " operations."));
  }
  std::vector<KeyOperation> result;
  result.reserve(operations.values_size());
  for (const int value : operations.values()) {
    LAZULI_ASSIGN_OR_RETURN(const KeyOperation operation, ReadKeyOperation(value, field));
    result.push_back(operation);
  }
  return result;
}

absl::StatusOr<crypto::KeyMaterial::Ptr> ReadKeyMaterial(const v1::JsonWebKey& key,
                                                         crypto::KeyType type) {
  if (crypto::MaterialType(type) == crypto::KeyType::kRsa) {
    crypto::RsaJwk jwk;
    jwk.n = key.n();
    jwk.e = key.e();
    jwk.d = key.d();
    jwk.p = key.p();
    jwk.q = key.q();
    jwk.dp = key.dp();
    jwk.dq = key.dq();
    jwk.qi = key.qi();
    return crypto::KeyMaterial::ImportRsa(jwk);
  }
  if (type == crypto::KeyType::kOctHsm) return crypto::KeyMaterial::ImportSymmetric(key.k());
  crypto::EcJwk jwk;
  LAZULI_ASSIGN_OR_RETURN(jwk.curve, ReadCurve(key.crv(), "key.crv"));
  jwk.x = key.x();
  jwk.y = key.y();
  jwk.d = key.d();
  return crypto::KeyMaterial::ImportEc(jwk);
}

void WriteKeyBundle(const KeyVersion& version, const VaultSettings& vault, v1::KeyBundle* bundle) {
  WriteJsonWebKey(version, bundle->mutable_key());
  WriteCommon(version, vault, bundle);
  WritePolicy(version, bundle);
}

void WriteDeletedKeyBundle(const DeletedKey& deleted, const VaultRecord& vault,
                           v1::DeletedKeyBundle* bundle) {
  WriteObjectDeletion(ObjectKind::kKey, deleted, vault, bundle);
  WriteJsonWebKey(*deleted.latest, bundle->mutable_key());
  WriteCommon(*deleted.latest, vault.settings, bundle);
  WritePolicy(*deleted.latest, bundle);
}

void WriteDeletedKeyItem(const DeletedKey& deleted, const VaultRecord& vault,
                         v1::DeletedKeyItem* item) {
  WriteObjectDeletion(ObjectKind::kKey, deleted, vault, item);
  item->set_kid(KeyId(vault.name(), deleted.latest->name));
  WriteCommon(*deleted.latest, vault.settings, item);
}

void WriteKeyItem(const KeyVersion& version, const VaultSettings& vault, absl::string_view kid,
                  v1::KeyItem* item) {
  item->set_kid(std::string(kid));
  WriteCommon(version, vault, item);
}

}  // namespace lazuli::keyvault
