// File: base/x509_fields.h
//
// Fields of X.509 certificates, written and read. False or an empty value when the library fails,
// which is but for want of memory.
#ifndef LAZULI_BASE_X509_FIELDS_H_
#define LAZULI_BASE_X509_FIELDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boringssl_x509.h"

namespace lazuli {

// Version 3, a random serial number and the time of validity. What would end later than the year
// 9999 ends with it: RFC 5280 section 4.1.2.5 can say no later time.
bool SetBasics(X509* certificate, absl::Time not_before, absl::Time not_after);
// An extension from its text, as "critical,CA:TRUE"; `text` is never a caller's.
bool AddExtension(X509* certificate, X509* issuer, int nid, const char* text);
// Adds a name of `type` (GEN_DNS, GEN_EMAIL, GEN_URI: in ASCII; GEN_IPADD: 4 or 16 bytes).
bool PushGeneralName(GENERAL_NAMES* names, int type, absl::string_view value);
// Host names and addresses; an IPv6 address without brackets.
bool AddAlternativeNames(X509* certificate, const std::vector<std::string>& names);

absl::Time NotBefore(const X509* certificate);
absl::Time NotAfter(const X509* certificate);
// Empty when the library fails.
std::string CertificateToDer(X509* certificate);

}  // namespace lazuli

#endif  // LAZULI_BASE_X509_FIELDS_H_
