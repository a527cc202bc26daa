// File: base/boringssl_x509.h
//
// What base/boringssl.h leaves out because few need it: certificates, PEM and PKCS #8 and #12.
#ifndef LAZULI_BASE_BORINGSSL_X509_H_
#define LAZULI_BASE_BORINGSSL_X509_H_

#include "base/boringssl.h"

// After the header above, which makes sure whose these are.
#include <openssl/bio.h>
#include <openssl/digest.h>
#include <openssl/pem.h>
#include <openssl/pkcs8.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#endif  // LAZULI_BASE_BORINGSSL_X509_H_
