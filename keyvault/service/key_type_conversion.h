// File: keyvault/service/key_type_conversion.h
//
// Between the types of keys, and their curves, and what messages call them: those of keys and those
// of certificates alike.
#ifndef LAZULI_KEYVAULT_SERVICE_KEY_TYPE_CONVERSION_H_
#define LAZULI_KEYVAULT_SERVICE_KEY_TYPE_CONVERSION_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keyvault/crypto/algorithm.h"
#include "proto/keys.pb.h"

namespace lazuli::keyvault {

// "kty". What `bad_value` makes of the reason when there is none, or an unknown one; "oct", a
// symmetric key outside of hardware, is KeyTypeNotSupportedError.
absl::StatusOr<crypto::KeyType> ReadKeyType(
    v1::JsonWebKeyType type, absl::FunctionRef<absl::Status(absl::string_view reason)> bad_value);

v1::JsonWebKeyType ToJsonWebKeyType(crypto::KeyType type);
v1::JsonWebKeyCurveName ToJsonWebKeyCurve(crypto::Curve curve);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_SERVICE_KEY_TYPE_CONVERSION_H_
