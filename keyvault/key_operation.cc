#include "keyvault/key_operation.h"

#include "absl/strings/match.h"
#include "keyvault/crypto/errors.h"

namespace lazuli::keyvault {
namespace {

constexpr KeyOperation kUses[] = {
    KeyOperation::kEncrypt, KeyOperation::kDecrypt, KeyOperation::kSign,
    KeyOperation::kVerify,  KeyOperation::kWrapKey, KeyOperation::kUnwrapKey,
};

}  // namespace

absl::string_view KeyOperationName(KeyOperation operation) {
  switch (operation) {
    case KeyOperation::kEncrypt:
      return "encrypt";
    case KeyOperation::kDecrypt:
      return "decrypt";
    case KeyOperation::kSign:
      return "sign";
    case KeyOperation::kVerify:
      return "verify";
    case KeyOperation::kWrapKey:
      return "wrapKey";
    case KeyOperation::kUnwrapKey:
      return "unwrapKey";
    case KeyOperation::kImport:
      return "import";
    case KeyOperation::kExport:
      return "export";
  }
  return "";
}

std::optional<KeyOperation> KeyOperationOf(absl::string_view permission) {
  for (const KeyOperation use : kUses) {
    if (absl::EqualsIgnoreCase(permission, KeyOperationName(use))) return use;
  }
  return std::nullopt;
}

bool WorksOutsideValidity(KeyOperation operation) {
  switch (operation) {
    case KeyOperation::kDecrypt:
    case KeyOperation::kUnwrapKey:
    case KeyOperation::kVerify:
      return true;
    case KeyOperation::kEncrypt:
    case KeyOperation::kSign:
    case KeyOperation::kWrapKey:
    case KeyOperation::kImport:
    case KeyOperation::kExport:
      return false;
  }
  return false;
}

absl::Status CheckAlgorithmPurpose(crypto::EncryptionAlgorithm algorithm, KeyOperation operation) {
  const bool wraps = operation == KeyOperation::kWrapKey || operation == KeyOperation::kUnwrapKey;
  if (wraps ? crypto::WrapsKeys(algorithm) : crypto::EncryptsData(algorithm)) {
    return absl::OkStatus();
  }
  return crypto::UnsupportedAlgorithmError(crypto::EncryptionAlgorithmName(algorithm));
}

std::vector<KeyOperation> DefaultKeyOperations(crypto::KeyType type) {
  if (crypto::MaterialType(type) == crypto::KeyType::kEc) {
    return {KeyOperation::kSign, KeyOperation::kVerify};
  }
  if (type == crypto::KeyType::kOctHsm) {
    return {KeyOperation::kEncrypt, KeyOperation::kDecrypt, KeyOperation::kWrapKey,
            KeyOperation::kUnwrapKey};
  }
  return {KeyOperation::kEncrypt, KeyOperation::kDecrypt, KeyOperation::kSign,
          KeyOperation::kVerify,  KeyOperation::kWrapKey, KeyOperation::kUnwrapKey};
}

}  // namespace lazuli::keyvault
