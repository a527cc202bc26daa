// File: keyvault/certificates/x509_name.h
//
// Distinguished names as text.
#ifndef LAZULI_KEYVAULT_CERTIFICATES_X509_NAME_H_
#define LAZULI_KEYVAULT_CERTIFICATES_X509_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/boringssl_x509.h"

namespace lazuli::keyvault {

// "CN=host, O=\"Contoso, Ltd.\", OID.2.5.4.97=x": parts between commas or semicolons in the order
// of the text, in any letter case of their types; one after a plus belongs to the same part. Values
// are in quotes, or have backslashes before separators and before bytes in hexadecimal (RFC 4514).
// Empty text is the empty name. BadCertificatePolicyError.
absl::StatusOr<bssl::UniquePtr<X509_NAME>> ParseSubject(absl::string_view text);
// The inverse: what ParseSubject reads as the same name. Parts of a foreign certificate that have
// no value, or one that is no text, are left out.
std::string WriteSubject(const X509_NAME* name);

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_CERTIFICATES_X509_NAME_H_
