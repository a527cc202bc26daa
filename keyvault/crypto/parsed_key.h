// File: keyvault/crypto/parsed_key.h
//
// A key as BoringSSL computes with it.
#ifndef LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_H_
#define LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_H_

#include "absl/status/statusor.h"
#include "base/boringssl.h"
#include "keyvault/crypto/key_material.h"

namespace lazuli::keyvault::crypto {

// Exactly one of rsa() and ec() is set. Immutable and thread safe: BoringSSL allows every operation that
// leaves the key as it is from many threads at once.
class ParsedKey {
 public:
  // Does not check the parts against each other again: that was done when the material was made.
  static absl::StatusOr<ParsedKey> Parse(const KeyMaterial& material);

  RSA* rsa() const { return rsa_.get(); }
  EC_KEY* ec() const { return ec_.get(); }

 private:
  ParsedKey(bssl::UniquePtr<RSA> rsa, bssl::UniquePtr<EC_KEY> ec);

  bssl::UniquePtr<RSA> rsa_;
  bssl::UniquePtr<EC_KEY> ec_;
};

}  // namespace lazuli::keyvault::crypto

#endif  // LAZULI_KEYVAULT_CRYPTO_PARSED_KEY_H_
