// File: emulator/https/tls/x509_fields.h
//
// Fields of X.509 certificates, written and read. False or an empty value when the library fails,
// which is but for want of memory.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_X509_FIELDS_H_
#define LAZULI_EMULATOR_HTTPS_TLS_X509_FIELDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "emulator/https/tls/boringssl_tls.h"

namespace lazuli::emulator {

// Version 3, a random serial number and the time of validity.
bool SetBasics(X509* certificate, absl::Time not_before, absl::Time not_after);
// The subject: O=Lazuli, CN=`common_name`.
bool SetSubject(X509* certificate, absl::string_view common_name);
// An extension from its text, as "critical,CA:TRUE"; `text` is never a caller's.
bool AddExtension(X509* certificate, X509* issuer, int nid, const char* text);
// Host names and addresses; an IPv6 address without brackets.
bool AddAlternativeNames(X509* certificate, const std::vector<std::string>& names);

absl::Time NotBefore(const X509* certificate);
absl::Time NotAfter(const X509* certificate);
// The certificate's DER.
bssl::UniquePtr<CRYPTO_BUFFER> ToBuffer(X509* certificate);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TLS_X509_FIELDS_H_
