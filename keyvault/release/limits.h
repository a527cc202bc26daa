// File: keyvault/release/limits.h
//
// What a release takes at most, each number with its source.
#ifndef LAZULI_KEYVAULT_RELEASE_LIMITS_H_
#define LAZULI_KEYVAULT_RELEASE_LIMITS_H_

#include <cstddef>

#include "base/limits.h"

namespace lazuli::limits::release {

// Own choice: a policy of a hundred conditions has about 8 KB.
inline constexpr size_t kMaxPolicyBytes = 32 * 1024;
// Own choice: conditions within conditions, each of which is two levels of JSON.
inline constexpr size_t kMaxPolicyDepth = 16;

// Of the token, whoever issues it and whoever is to believe it: as long as a text in a request may
// be. Attestations of confidential machines have 4 to 12 KB.
inline constexpr size_t kMaxAttestationBytes = kMaxStringBytes;
inline constexpr size_t kMaxAttestationDepth = 32;

// Characters of the nonce of a release. Own choice.
inline constexpr size_t kMaxNonceLength = 1024;

// Own choice: a transfer blob of an RSA key of 4096 bits has about 4 KB.
inline constexpr size_t kMaxTransferBlobBytes = 32 * 1024;

}  // namespace lazuli::limits::release

#endif  // LAZULI_KEYVAULT_RELEASE_LIMITS_H_
