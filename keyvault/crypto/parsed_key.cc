#include "keyvault/crypto/parsed_key.h"

#include <optional>
#include <utility>

#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/private_key_der.h"

namespace lazuli::keyvault::crypto {

absl::StatusOr<ParsedKey> ParsedKey::Parse(const KeyMaterial& material) {
  ParsedKey parsed;
  const absl::Span<const uint8_t> der = material.private_der().span();
  if (material.is_rsa()) {
    parsed.rsa_ = ParseRsaPrivateKey(der);
    parsed.rsa_pkey_.reset(EVP_PKEY_new());
    if (!parsed.rsa_ || !parsed.rsa_pkey_ ||
        !EVP_PKEY_set1_RSA(parsed.rsa_pkey_.get(), parsed.rsa_.get())) {
      return CryptoFailureError("parse an RSA key");
    }
    return parsed;
  }
  std::optional<ParsedEcKey> ec = ParseEcPrivateKey(der);
  if (!ec.has_value()) {
    return CryptoFailureError("parse an EC key");
  }
  parsed.ec_ = std::move(ec->key);
  return parsed;
}

}  // namespace lazuli::keyvault::crypto
