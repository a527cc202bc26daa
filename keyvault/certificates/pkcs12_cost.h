// File: keyvault/certificates/pkcs12_cost.h
//
// What it would cost to try a password on a PKCS #12 file, told before it is tried.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_PKCS12_COST_H_
#define LAZULI_KEYVAULT_CERTIFICATES_PKCS12_COST_H_

#include "absl/strings/string_view.h"

namespace lazuli::keyvault {

// Whether the iterations that `file` asks for, where they stand in the clear, are few enough: those
// of its MAC (RFC 7292, appendix B) and of what is encrypted (RFC 8018: PBEParameter and
// PBKDF2-params), at most kMaxIterations each and kMaxAllIterations together. True also for bytes
// that are no such file. BER and DER.
bool IsPkcs12Affordable(absl::string_view file);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_PKCS12_COST_H_
