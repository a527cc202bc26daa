#include "keyvault/crypto/test_keys.h"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "base/encoding.h"

namespace lazuli::keyvault::crypto {
namespace {

// A broken vector is a broken test: there is nothing to go on with.
std::string Decode(const char* text) {
  std::optional<std::string> bytes = Base64UrlDecode(text);
  if (!bytes.has_value()) {
    std::cerr << "A test vector is not base64url." << std::endl;
    std::abort();
  }
  return *std::move(bytes);
}

KeyMaterial::Ptr OrDie(absl::StatusOr<KeyMaterial::Ptr> key) {
  if (!key.ok()) {
    std::cerr << "A test key cannot be had: " << key.status() << std::endl;
    std::abort();
  }
  return *std::move(key);
}

}  // namespace

DecodedRsaKey::DecodedRsaKey(const RsaVectorKey& vector)
    : n(Decode(vector.n)),
      e(Decode(vector.e)),
      d(Decode(vector.d)),
      p(Decode(vector.p)),
      q(Decode(vector.q)),
      dp(Decode(vector.dp)),
      dq(Decode(vector.dq)),
      qi(Decode(vector.qi)) {}

DecodedEcKey::DecodedEcKey(const EcVectorKey& vector)
    : curve(vector.curve), x(Decode(vector.x)), y(Decode(vector.y)), d(Decode(vector.d)) {}

KeyMaterial::Ptr ImportVector(const RsaVectorKey& vector) {
  return OrDie(KeyMaterial::ImportRsa(DecodedRsaKey(vector).Jwk()));
}

KeyMaterial::Ptr ImportVector(const EcVectorKey& vector) {
  return OrDie(KeyMaterial::ImportEc(DecodedEcKey(vector).Jwk()));
}

KeyMaterial::Ptr TestRsaKey() { return ImportVector(kRfc7515A2Key); }

KeyMaterial::Ptr OtherTestRsaKey() { return ImportVector(kRfc7516A1Key); }

KeyMaterial::Ptr TestRsa4096Key() { return ImportVector(kRfc7520S52Key); }

KeyMaterial::Ptr TestEcKey(Curve curve) { return OrDie(KeyMaterial::GenerateEc(curve)); }

KeyMaterial::Ptr TestSymmetricKey(int bits) { return OrDie(KeyMaterial::GenerateSymmetric(bits)); }

}  // namespace lazuli::keyvault::crypto
