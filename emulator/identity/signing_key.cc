// File: emulator/identity/signing_key.cc
#include "emulator/identity/signing_key.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::emulator {
namespace {

using keyvault::crypto::Curve;
using keyvault::crypto::KeyMaterial;
using keyvault::crypto::SignatureAlgorithm;

// The members that RFC 7638 section 3.2 asks for, in its order.
std::string Thumbprint(const KeyMaterial& key) {
  return Base64UrlEncode(
      Sha256(absl::StrCat(R"({"crv":"P-256","kty":"EC","x":")", Base64UrlEncode(key.x()),
                          R"(","y":")", Base64UrlEncode(key.y()), R"("})")));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SigningKey>> SigningKey::Generate() {
  LAZULI_ASSIGN_OR_RETURN(KeyMaterial::Ptr key, KeyMaterial::GenerateEc(Curve::kP256));
  return absl::WrapUnique(new SigningKey(std::move(key)));
}

absl::StatusOr<std::unique_ptr<SigningKey>> SigningKey::FromDer(absl::string_view der) {
  LAZULI_ASSIGN_OR_RETURN(KeyMaterial::Ptr key, KeyMaterial::FromDer(der));
  if (!key->is_ec() || key->curve() != Curve::kP256) {
    return InvalidInputError("signing_key", "must be an EC key on P-256");
  }
  return absl::WrapUnique(new SigningKey(std::move(key)));
}

SigningKey::SigningKey(KeyMaterial::Ptr key)
    : key_(std::move(key)), kid_(Thumbprint(*key_)), engine_(/*parsed_keys=*/1) {}

absl::StatusOr<std::string> SigningKey::Sign(absl::string_view text) const {
  return engine_.Sign(*key_, kid_, SignatureAlgorithm::kEs256, Sha256(text));
}

bool SigningKey::Verify(absl::string_view text, absl::string_view signature) const {
  const absl::StatusOr<bool> valid =
      engine_.Verify(*key_, kid_, SignatureAlgorithm::kEs256, Sha256(text), signature);
  return valid.ok() && *valid;
}

std::string SigningKey::JwkSetJson() const {
  // Every value is base64url or a fixed word: nothing needs escaping.
  return absl::StrCat(R"({"keys":[{"kty":"EC","use":"sig","alg":")", kAlgorithm, R"(","kid":")",
                      kid_, R"(","crv":"P-256","x":")", Base64UrlEncode(key_->x()), R"(","y":")",
                      Base64UrlEncode(key_->y()), R"("}]})");
}

}  // namespace lazuli::emulator
