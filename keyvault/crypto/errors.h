// File: keyvault/crypto/errors.h
//
// The errors of cryptography, one factory each. All carry code "BadParameter" and HTTP status 400
// with canonical code INVALID_ARGUMENT, unless said otherwise. None carries plaintext, digest or
// key material. Texts in which clients are known to search are Key Vault's own.
#ifndef LAZULI_KEYVAULT_CRYPTO_ERRORS_H_
#define LAZULI_KEYVAULT_CRYPTO_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {

// An "alg" that is unknown, or known and of no use for the operation. `name` as the caller wrote
// it.
absl::Status UnsupportedAlgorithmError(absl::string_view name);

// A digest of the wrong length. `field`: "value" in sign, "digest" in verify.
absl::Status InvalidDigestLengthError(absl::string_view field, size_t actual_bytes,
                                      SignatureAlgorithm algorithm);

// A plaintext longer than the key and the padding can hold.
absl::Status PlaintextTooLongError(size_t actual_bytes, EncryptionAlgorithm algorithm,
                                   size_t max_bytes);

// Likewise what kRsNull signs. `field`: "value" in sign, "digest" in verify.
absl::Status RawDigestTooLongError(absl::string_view field, size_t actual_bytes, size_t max_bytes);

// A member of a request that has a length which `algorithm` cannot take; `requirement` says which
// it can, e.g. "12 bytes".
absl::Status InvalidLengthError(absl::string_view field, size_t actual_bytes,
                                EncryptionAlgorithm algorithm, absl::string_view requirement);

// "iv", "aad" or "tag" where `algorithm` has no use for it, or lacking where it needs it.
absl::Status MisplacedMemberError(absl::string_view field, EncryptionAlgorithm algorithm);
absl::Status MissingMemberError(absl::string_view field, EncryptionAlgorithm algorithm);

// An algorithm that goes with another size of symmetric keys.
absl::Status IncompatibleKeySizeError(absl::string_view kid, int bits,
                                      SignatureAlgorithm algorithm);
absl::Status IncompatibleKeySizeError(absl::string_view kid, int bits,
                                      EncryptionAlgorithm algorithm);

// A signature algorithm that goes with another curve than the key's.
absl::Status IncompatibleCurveError(absl::string_view kid, Curve curve,
                                    SignatureAlgorithm algorithm);

// An algorithm that goes with another type of key than the key's.
absl::Status IncompatibleKeyTypeError(absl::string_view kid, KeyType type,
                                      SignatureAlgorithm algorithm);
absl::Status IncompatibleKeyTypeError(absl::string_view kid, KeyType type,
                                      EncryptionAlgorithm algorithm);

// Any failure to decrypt or unwrap. One text for all causes, so that nothing about the padding
// shows.
absl::Status IncorrectParameterError();

// An RSA modulus of a size that is not offered.
absl::Status UnsupportedKeySizeError(int bits);
// Likewise a symmetric key's.
absl::Status UnsupportedSymmetricSizeError(int bits);

// A public exponent that RSA cannot work with, or that is not offered.
absl::Status InvalidPublicExponentError();

// Imported material that is incomplete or contradicts itself. `member` is the JWK member at fault,
// or "key" where no single one is; `reason` says why without repeating its value.
absl::Status InvalidKeyMaterialError(absl::string_view member, absl::string_view reason);

// A generation that was interrupted by its caller or by the end of the process. CANCELLED, 503.
absl::Status KeyGenerationInterruptedError();

// BoringSSL failed where no input of the caller can be the cause. INTERNAL, 500.
absl::Status CryptoFailureError(absl::string_view operation);

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_ERRORS_H_
