// File: emulator/https/tls/boringssl_tls.h
//
// What base/boringssl_x509.h leaves out because few need it: TLS.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_BORINGSSL_TLS_H_
#define LAZULI_EMULATOR_HTTPS_TLS_BORINGSSL_TLS_H_

#include "base/boringssl_x509.h"

// After the header above, which makes sure whose these are.
#include <openssl/pool.h>
#include <openssl/ssl.h>

#endif  // LAZULI_EMULATOR_HTTPS_TLS_BORINGSSL_TLS_H_
