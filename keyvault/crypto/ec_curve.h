// File: keyvault/crypto/ec_curve.h
//
// The curves as BoringSSL computes with them.
#ifndef LAZULI_KEYVAULT_CRYPTO_EC_CURVE_H_
#define LAZULI_KEYVAULT_CRYPTO_EC_CURVE_H_

#include <optional>

#include "absl/types/span.h"
#include "base/boringssl.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {

// The group of `curve`, built at its first use; lives for ever. Null only when memory ran out.
// Thread safe.
const EC_GROUP* CurveGroup(Curve curve);

// The contents of the curve's object identifier, without tag and length.
absl::Span<const uint8_t> CurveOid(Curve curve);
std::optional<Curve> CurveOfOid(absl::Span<const uint8_t> oid);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_EC_CURVE_H_
