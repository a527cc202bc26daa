// File: base/boringssl.h
//
// The one way to BoringSSL's headers. A machine may hold OpenSSL's as well, under the same names;
// this file makes sure that it was BoringSSL's that were read.
#ifndef LAZULI_BASE_BORINGSSL_H_
#define LAZULI_BASE_BORINGSSL_H_

#include <openssl/base.h>

#ifndef OPENSSL_IS_BORINGSSL
#error "OpenSSL's headers were found where BoringSSL's are needed"
#endif

#include <openssl/aead.h>
#include <openssl/aes.h>
#include <openssl/bn.h>
#include <openssl/bytestring.h>
#include <openssl/cipher.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hkdf.h>
#include <openssl/hmac.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#endif  // LAZULI_BASE_BORINGSSL_H_
