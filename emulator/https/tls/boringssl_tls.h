// File: emulator/https/tls/boringssl_tls.h
//
// What base/boringssl.h leaves out because few need it: TLS, certificates and PEM.
#ifndef LAZULI_EMULATOR_HTTPS_TLS_BORINGSSL_TLS_H_
#define LAZULI_EMULATOR_HTTPS_TLS_BORINGSSL_TLS_H_

#include "base/boringssl.h"

// After the header above, which makes sure whose these are.
#include <openssl/bio.h>
#include <openssl/digest.h>
#include <openssl/pem.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#endif  // LAZULI_EMULATOR_HTTPS_TLS_BORINGSSL_TLS_H_
