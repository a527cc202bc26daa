// File: emulator/https/tls/x509_fields.h
//
// What the emulator's own certificates have beside the fields of base/x509_fields.h. False or null
// when the library fails, which is but for want of memory.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_X509_FIELDS_H_
#define LAZULI_EMULATOR_HTTPS_TLS_X509_FIELDS_H_

#include "absl/strings/string_view.h"
#include "emulator/https/tls/boringssl_tls.h"

namespace lazuli::emulator {

// The subject: O=Lazuli, CN=`common_name`.
bool SetSubject(X509* certificate, absl::string_view common_name);
// The certificate's DER.
bssl::UniquePtr<CRYPTO_BUFFER> ToBuffer(X509* certificate);

}  // namespace lazuli::emulator

#endif  // LAZULI_EMULATOR_HTTPS_TLS_X509_FIELDS_H_
