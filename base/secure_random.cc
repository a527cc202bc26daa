#include "base/secure_random.h"

#include "base/boringssl.h"

namespace lazuli {

// BoringSSL ends the process rather than return without entropy, so that there is no failure to
// report.
void FillSecureRandom(absl::Span<uint8_t> out) { RAND_bytes(out.data(), out.size()); }

SecureBytes SecureRandomBytes(size_t size) {
  SecureBytes bytes(size);
  FillSecureRandom(absl::MakeSpan(bytes.data(), bytes.size()));
  return bytes;
}

}  // namespace lazuli
