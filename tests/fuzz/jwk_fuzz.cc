// Keys that are brought along: a JWK, and the private key in PKCS #8 that a transfer blob wraps.
// What is taken is a whole key, which rests as it is.
#include "absl/strings/string_view.h"
#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "emulator/json/decoder.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/pkcs8.h"
#include "keyvault/service/key_conversion.h"
#include "proto/keys.pb.h"
#include "tests/fuzz/fuzz_target.h"

namespace lazuli::fuzz {

namespace {

using keyvault::crypto::KeyMaterial;

// P-256 with d = 1, whose public key is the curve's generator.
constexpr char kEcJwk[] =
    R"({"key":{"kty":"EC","crv":"P-256","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","key_ops":["sign"]}})";
constexpr char kEcPkcs8[] =
    "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"
    "0000000000000000000000000000000000000000000000000000000000000001";

void CheckKey(const KeyMaterial& key) {
  const auto again = KeyMaterial::FromDer(key.private_der().view());
  Check(again.ok(), "what was imported rests and comes back");
  Check((*again)->x() == key.x() && (*again)->n() == key.n(), "it is the same key");
  const auto pkcs8 = keyvault::crypto::ToPkcs8(key);
  Check(pkcs8.ok(), "it can be carried elsewhere");
  Check(keyvault::crypto::FromPkcs8(pkcs8->view()).ok(), "what is carried elsewhere can be read");
}

}  // namespace

std::vector<std::string> Seeds() {
  return {
      kEcJwk, *HexDecode(kEcPkcs8),
      R"({"key":{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB","p":"AQ","q":"AQ","dp":"AQ","dq":"AQ","qi":"AQ"},"Hsm":true})"};
}

std::vector<std::string> Dictionary() {
  return {"\"RSA\"",  "\"EC-HSM\"", "\"oct\"", "\"P-256K\"", "\"P-521\"",    "\"key_hsm\":",
          "AAAAAAAA", "\"AQAB\"",   "null",    "\x30\x41",   "\x02\x01\x00", "\x04\x20"};
}

}  // namespace lazuli::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace keyvault = lazuli::keyvault;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto key = keyvault::crypto::FromPkcs8(input); key.ok()) lazuli::fuzz::CheckKey(**key);
  lazuli::v1::ImportKeyRequest request;
  if (!lazuli::emulator::DecodeJson(input, &request, nullptr).ok()) return 0;
  const auto type = keyvault::ReadKeyType(request.key().kty(), "key.kty");
  if (!type.ok()) return 0;
  const auto key = keyvault::ReadKeyMaterial(request.key(), *type);
  if (key.ok()) lazuli::fuzz::CheckKey(**key);
  return 0;
}
