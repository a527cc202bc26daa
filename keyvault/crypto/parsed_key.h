// File: keyvault/crypto/parsed_key.h
//
// A key as BoringSSL computes with it.
#ifndef LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_H_
#define LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_H_

#include "absl/status/statusor.h"
#include "base/boringssl.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// Either rsa() and rsa_pkey() are set, which are the same key, or ec() is. Immutable and thread
// safe: BoringSSL allows every operation that leaves the key as it is from many threads at once.
class ParsedKey {
 public:
  // Does not check the parts against each other again: that was done when the material was made.
  static absl::StatusOr<ParsedKey> Parse(const KeyMaterial& material);

  // For the paddings that BoringSSL offers only through EVP.
  EVP_PKEY* rsa_pkey() const { return rsa_pkey_.get(); }
  RSA* rsa() const { return rsa_.get(); }
  EC_KEY* ec() const { return ec_.get(); }

 private:
  ParsedKey() = default;

  bssl::UniquePtr<EVP_PKEY> rsa_pkey_;
  bssl::UniquePtr<RSA> rsa_;
  bssl::UniquePtr<EC_KEY> ec_;
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_H_
