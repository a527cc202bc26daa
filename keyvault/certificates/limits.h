// File: keyvault/certificates/limits.h
//
// What a certificate takes at most, each number with its source.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_LIMITS_H_
#define LAZULI_KEYVAULT_CERTIFICATES_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace lazuli::limits::certificates {

// Self-signed certificates begin this long before they are made. Seen in the service's answers:
// attributes.nbf is 600 s before attributes.created.
inline constexpr absl::Duration kBackdate = absl::Minutes(10);

// A hundred years. Own choice: the REST reference names no upper end, and the calendar of X.509
// ends in the year 9999.
inline constexpr int kMaxValidityMonths = 1200;

// Key Vault REST reference, Trigger: days_before_expiry is from 1 to validity_in_months times 27.
inline constexpr int kDaysBeforeExpiryPerMonth = 27;

// Characters of a subject, and of any other text of a policy or contact. Own choice: far above
// what is in use.
inline constexpr size_t kMaxSubjectLength = 1024;
inline constexpr size_t kMaxTextLength = 256;

// Names of each kind in a certificate. Own choice, as large as public authorities allow.
inline constexpr size_t kMaxAlternativeNames = 100;
inline constexpr size_t kMaxExtendedKeyUsages = 32;

// Characters of what is imported, and certificates in it. Key Vault documentation, "Import a
// certificate": a chain in one file; the rest is own choice, as large as a secret.
inline constexpr size_t kMaxImportBytes = size_t{64} << 10;
inline constexpr size_t kMaxChain = 16;

// Iterations of one derivation of a key from a password in what is imported, and of all together: a
// MAC, a key and certificates. Own choice: what the OWASP Password Storage Cheat Sheet asks for is
// the most that tools write, and takes a fifth of a second.
inline constexpr uint64_t kMaxIterations = 600'000;
inline constexpr uint64_t kMaxAllIterations = 3 * kMaxIterations;

// When a certificate is near its end, unless its policy says otherwise. Event Grid documentation,
// "Azure Key Vault as Event Grid source": CertificateNearExpiry comes 30 days before the end.
inline constexpr absl::Duration kNearExpiry = absl::Hours(24 * 30);

// Contacts of one vault, and administrators of one issuer. Own choice.
inline constexpr size_t kMaxContacts = 64;

// Issuers of one vault. Own choice: four pages of a listing.
inline constexpr size_t kMaxIssuers = 100;

}  // namespace lazuli::limits::certificates

#endif  // LAZULI_KEYVAULT_CERTIFICATES_LIMITS_H_
