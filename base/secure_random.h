// File: base/secure_random.h
//
// The secure source: BoringSSL's generator. For keys, secrets and nonces, and for nothing that
// should replay.
#ifndef LAZULI_BASE_SECURE_RANDOM_H_
#define LAZULI_BASE_SECURE_RANDOM_H_

#include <cstddef>

#include "absl/types/span.h"
#include "base/secure_bytes.h"

namespace lazuli {

void FillSecureRandom(absl::Span<uint8_t> out);
SecureBytes SecureRandomBytes(size_t size);

}  // namespace lazuli

#endif  // LAZULI_BASE_SECURE_RANDOM_H_
