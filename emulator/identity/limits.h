// File: emulator/identity/limits.h
//
// Numbers that bound what the directory and the tokens take.
#ifndef LAZULI_EMULATOR_IDENTITY_LIMITS_H_
#define LAZULI_EMULATOR_IDENTITY_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace lazuli::limits::identity {

// Microsoft Graph documentation, servicePrincipal and organization: displayName takes 256
// characters.
inline constexpr size_t kMaxDisplayNameBytes = 256;

// Own choice: far above the 40 characters that Microsoft Entra generates.
inline constexpr size_t kMaxClientSecretBytes = 1024;

// Own choice: far above a certificate with an RSA key of 8192 bits.
inline constexpr size_t kMaxCertificateBytes = 32 * 1024;

// Own choice: more than anybody rotates between. Every one may be tried for one signature.
inline constexpr size_t kMaxKeyCredentials = 32;

// Own choice: an assertion of a client has about 1 KiB, and a chain of certificates in its header
// about 4 KiB a certificate.
inline constexpr size_t kMaxAssertionBytes = 32 * 1024;

// Own choice: a token of ours has about 600 bytes; whatever is longer is refused before it is
// hashed.
inline constexpr size_t kMaxTokenBytes = 8 * 1024;

// Own choice: no resource that Azure knows has a name near it.
inline constexpr size_t kMaxAudienceBytes = 256;

// Microsoft identity platform documentation, "Configurable token lifetimes": an access token lives
// 60 to 90 minutes by default, one hour where nothing else is set.
inline constexpr absl::Duration kAccessTokenLifetime = absl::Hours(1);

// How far ahead of this machine's clock the issuer's may be. Own choice: both are the same clock,
// which may be set back a little while the process runs. Nothing is granted after expiry.
inline constexpr absl::Duration kNotBeforeLeeway = absl::Seconds(5);

}  // namespace lazuli::limits::identity

#endif  // LAZULI_EMULATOR_IDENTITY_LIMITS_H_
