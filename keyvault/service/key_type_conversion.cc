#include "keyvault/service/key_type_conversion.h"

#include "keyvault/errors.h"

namespace lazuli::keyvault {

absl::StatusOr<crypto::KeyType> ReadKeyType(
    v1::JsonWebKeyType type, absl::FunctionRef<absl::Status(absl::string_view reason)> bad_value) {
  switch (type) {
    case v1::JSON_WEB_KEY_TYPE_EC:
      return crypto::KeyType::kEc;
    case v1::JSON_WEB_KEY_TYPE_EC_HSM:
      return crypto::KeyType::kEcHsm;
    case v1::JSON_WEB_KEY_TYPE_RSA:
      return crypto::KeyType::kRsa;
    case v1::JSON_WEB_KEY_TYPE_RSA_HSM:
      return crypto::KeyType::kRsaHsm;
    case v1::JSON_WEB_KEY_TYPE_OCT:
      return KeyTypeNotSupportedError("oct");
    case v1::JSON_WEB_KEY_TYPE_OCT_HSM:
      return crypto::KeyType::kOctHsm;
    case v1::JSON_WEB_KEY_TYPE_UNSPECIFIED:
      return bad_value("A value is required.");
    default:
      return bad_value("It is none of the known values.");
  }
}

v1::JsonWebKeyType ToJsonWebKeyType(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::kRsa:
      return v1::JSON_WEB_KEY_TYPE_RSA;
    case crypto::KeyType::kRsaHsm:
      return v1::JSON_WEB_KEY_TYPE_RSA_HSM;
    case crypto::KeyType::kEc:
      return v1::JSON_WEB_KEY_TYPE_EC;
    case crypto::KeyType::kEcHsm:
      return v1::JSON_WEB_KEY_TYPE_EC_HSM;
    case crypto::KeyType::kOctHsm:
      return v1::JSON_WEB_KEY_TYPE_OCT_HSM;
  }
  return v1::JSON_WEB_KEY_TYPE_UNSPECIFIED;
}

v1::JsonWebKeyCurveName ToJsonWebKeyCurve(crypto::Curve curve) {
  switch (curve) {
    case crypto::Curve::kP256:
      return v1::JSON_WEB_KEY_CURVE_NAME_P256;
    case crypto::Curve::kP256K:
      return v1::JSON_WEB_KEY_CURVE_NAME_P256K;
    case crypto::Curve::kP384:
      return v1::JSON_WEB_KEY_CURVE_NAME_P384;
    case crypto::Curve::kP521:
      return v1::JSON_WEB_KEY_CURVE_NAME_P521;
  }
  return v1::JSON_WEB_KEY_CURVE_NAME_UNSPECIFIED;
}

}  // namespace lazuli::keyvault
