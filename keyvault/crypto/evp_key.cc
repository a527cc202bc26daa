#include "keyvault/crypto/evp_key.h"

#include <optional>

#include "base/secure_bytes.h"
#include "keyvault/crypto/ec_curve.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/parsed_key.h"
#include "keyvault/crypto/private_key_der.h"

namespace lazuli::keyvault::crypto {
namespace {

absl::StatusOr<KeyMaterial::Ptr> FromMarshalled(const std::optional<SecureBytes>& der) {
  if (!der.has_value()) return InvalidKeyMaterialError("key", "it has no private part.");
  return KeyMaterial::FromDer(der->view());
}

}  // namespace

bssl::UniquePtr<EVP_PKEY> EvpKeyOf(const KeyMaterial& material) {
  const ErrorQueueDrain drain;
  if (material.is_symmetric()) return nullptr;
  if (!material.is_rsa() && material.curve() == Curve::kP256K) return nullptr;
  absl::StatusOr<ParsedKey> parsed = ParsedKey::Parse(material);
  if (!parsed.ok()) return nullptr;
  if (material.is_rsa()) return bssl::UpRef(parsed->rsa_pkey());
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  if (!key || !EVP_PKEY_set1_EC_KEY(key.get(), parsed->ec())) return nullptr;
  return key;
}

absl::StatusOr<KeyMaterial::Ptr> MaterialOf(const EVP_PKEY* key) {
  const ErrorQueueDrain drain;
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_RSA: {
      const RSA* rsa = EVP_PKEY_get0_RSA(key);
      const int bits = static_cast<int>(BN_num_bits(RSA_get0_n(rsa)));
      if (!IsSupportedRsaSize(bits)) return UnsupportedKeySizeError(bits);
      return FromMarshalled(MarshalRsaPrivateKey(rsa));
    }
    case EVP_PKEY_EC: {
      const EC_KEY* ec = EVP_PKEY_get0_EC_KEY(key);
      const int name = EC_GROUP_get_curve_name(EC_KEY_get0_group(ec));
      for (const Curve curve : {Curve::kP256, Curve::kP384, Curve::kP521}) {
        if (EC_GROUP_get_curve_name(CurveGroup(curve)) == name) {
          return FromMarshalled(MarshalEcPrivateKey(curve, ec));
        }
      }
      break;
    }
    default:
      break;
  }
  return InvalidKeyMaterialError("key", "it is of a type that is not offered.");
}

}  // namespace lazuli::keyvault::crypto
