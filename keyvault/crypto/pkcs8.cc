#include "keyvault/crypto/pkcs8.h"

#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/boringssl.h"
#include "base/status_macros.h"
#include "keyvault/crypto/ec_curve.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/errors.h"

namespace lazuli::keyvault::crypto {
namespace {

// 1.2.840.113549.1.1.1 (rsaEncryption) and 1.2.840.10045.2.1 (id-ecPublicKey), contents alone.
constexpr uint8_t kRsaOid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
constexpr uint8_t kEcOid[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
constexpr uint64_t kPkcs8Version = 0;
constexpr uint64_t kEcVersion = 1;
constexpr unsigned kContext0 = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC | 0;
constexpr unsigned kContext1 = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC | 1;

absl::Status NoKeyError() { return InvalidKeyMaterialError("key", "it is no PKCS #8 key."); }

bool AddOid(CBB* cbb, absl::Span<const uint8_t> oid) {
  CBB name;
  // Before the child goes out of scope, which the parent points to until then.
  return CBB_add_asn1(cbb, &name, CBS_ASN1_OBJECT) &&
         CBB_add_bytes(&name, oid.data(), oid.size()) && CBB_flush(cbb);
}

bool AddAlgorithm(CBB* sequence, const KeyMaterial& key) {
  CBB algorithm;
  CBB none;
  if (!CBB_add_asn1(sequence, &algorithm, CBS_ASN1_SEQUENCE)) return false;
  const bool added =
      key.is_rsa() ? AddOid(&algorithm, kRsaOid) && CBB_add_asn1(&algorithm, &none, CBS_ASN1_NULL)
                   : AddOid(&algorithm, kEcOid) && AddOid(&algorithm, CurveOid(key.curve()));
  return added && CBB_flush(sequence);
}

// The public key that belongs to `d`, as x and y; nullopt when d is none of the curve.
struct EcNumbers {
  std::string x;
  std::string y;
};
std::optional<EcNumbers> PublicKeyOf(Curve curve, const CBS& d) {
  const EC_GROUP* const group = CurveGroup(curve);
  const size_t size = CurveFieldSize(curve);
  bssl::UniquePtr<BIGNUM> number(BN_bin2bn(CBS_data(&d), CBS_len(&d), nullptr));
  bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  bssl::UniquePtr<BIGNUM> x(BN_new());
  bssl::UniquePtr<BIGNUM> y(BN_new());
  EcNumbers numbers{std::string(size, '\0'), std::string(size, '\0')};
  if (!number || !point || !x || !y || BN_is_zero(number.get()) ||
      BN_cmp(number.get(), EC_GROUP_get0_order(group)) >= 0 ||
      !EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, nullptr) ||
      !EC_POINT_get_affine_coordinates_GFp(group, point.get(), x.get(), y.get(), nullptr) ||
      !BN_bn2bin_padded(reinterpret_cast<uint8_t*>(numbers.x.data()), size, x.get()) ||
      !BN_bn2bin_padded(reinterpret_cast<uint8_t*>(numbers.y.data()), size, y.get())) {
    return std::nullopt;
  }
  return numbers;
}

// True unless the optional fields of an ECPrivateKey contradict `curve` and `numbers`.
bool OptionalFieldsFit(CBS* sequence, Curve curve, const EcNumbers& numbers) {
  CBS field;
  int present = 0;
  if (!CBS_get_optional_asn1(sequence, &field, &present, kContext0)) return false;
  CBS name;
  if (present != 0 && (!CBS_get_asn1(&field, &name, CBS_ASN1_OBJECT) || CBS_len(&field) != 0 ||
                       CurveOfOid({CBS_data(&name), CBS_len(&name)}) != curve)) {
    return false;
  }
  if (!CBS_get_optional_asn1(sequence, &field, &present, kContext1)) return false;
  if (present == 0) return CBS_len(sequence) == 0;
  CBS bits;
  uint8_t unused_bits = 0;
  uint8_t form = 0;
  if (!CBS_get_asn1(&field, &bits, CBS_ASN1_BITSTRING) || CBS_len(&field) != 0 ||
      !CBS_get_u8(&bits, &unused_bits) || unused_bits != 0 || !CBS_get_u8(&bits, &form)) {
    return false;
  }
  const std::string public_key = numbers.x + numbers.y;
  return form == POINT_CONVERSION_UNCOMPRESSED && CBS_len(sequence) == 0 &&
         CBS_mem_equal(&bits, reinterpret_cast<const uint8_t*>(public_key.data()),
                       public_key.size());
}

absl::StatusOr<KeyMaterial::Ptr> EcKeyOf(CBS* parameters, CBS* private_key) {
  CBS name;
  CBS sequence;
  CBS d;
  uint64_t version = 0;
  if (!CBS_get_asn1(parameters, &name, CBS_ASN1_OBJECT) || CBS_len(parameters) != 0 ||
      !CBS_get_asn1(private_key, &sequence, CBS_ASN1_SEQUENCE) || CBS_len(private_key) != 0 ||
      !CBS_get_asn1_uint64(&sequence, &version) || version != kEcVersion ||
      !CBS_get_asn1(&sequence, &d, CBS_ASN1_OCTETSTRING)) {
    return NoKeyError();
  }
  const std::optional<Curve> curve = CurveOfOid({CBS_data(&name), CBS_len(&name)});
  if (!curve.has_value()) {
    return InvalidKeyMaterialError("key", "its curve is none that is offered.");
  }
  if (CBS_len(&d) > CurveFieldSize(*curve)) return NoKeyError();
  const std::optional<EcNumbers> numbers = PublicKeyOf(*curve, d);
  if (!numbers.has_value() || !OptionalFieldsFit(&sequence, *curve, *numbers)) {
    return InvalidKeyMaterialError("key", "its parts do not belong together.");
  }
  EcJwk jwk;
  jwk.curve = *curve;
  jwk.x = numbers->x;
  jwk.y = numbers->y;
  jwk.d = absl::string_view(reinterpret_cast<const char*>(CBS_data(&d)), CBS_len(&d));
  return KeyMaterial::ImportEc(jwk);
}

}  // namespace

absl::StatusOr<SecureBytes> ToPkcs8(const KeyMaterial& key) {
  const ErrorQueueDrain drain;
  if (key.is_symmetric()) {
    return InvalidKeyMaterialError("key", "it is symmetric, which PKCS #8 does not hold.");
  }
  const SecureBytes& der = key.private_der();
  bssl::ScopedCBB cbb;
  CBB sequence;
  CBB private_key;
  uint8_t* data = nullptr;
  size_t size = 0;
  if (!CBB_init(cbb.get(), der.size() + 64) ||
      !CBB_add_asn1(cbb.get(), &sequence, CBS_ASN1_SEQUENCE) ||
      !CBB_add_asn1_uint64(&sequence, kPkcs8Version) || !AddAlgorithm(&sequence, key) ||
      !CBB_add_asn1(&sequence, &private_key, CBS_ASN1_OCTETSTRING) ||
      !CBB_add_bytes(&private_key, der.data(), der.size()) ||
      !CBB_finish(cbb.get(), &data, &size)) {
    return CryptoFailureError("write a PKCS #8 key");
  }
  // OPENSSL_free wipes what it frees.
  const bssl::UniquePtr<uint8_t> owned(data);
  SecureBytes bytes(size);
  std::memcpy(bytes.data(), data, size);
  return bytes;
}

absl::StatusOr<KeyMaterial::Ptr> FromPkcs8(absl::string_view der) {
  const ErrorQueueDrain drain;
  CBS cbs;
  CBS_init(&cbs, reinterpret_cast<const uint8_t*>(der.data()), der.size());
  CBS sequence;
  CBS algorithm;
  CBS oid;
  CBS private_key;
  CBS attributes;
  uint64_t version = 0;
  if (!CBS_get_asn1(&cbs, &sequence, CBS_ASN1_SEQUENCE) || CBS_len(&cbs) != 0 ||
      !CBS_get_asn1_uint64(&sequence, &version) || version != kPkcs8Version ||
      !CBS_get_asn1(&sequence, &algorithm, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&algorithm, &oid, CBS_ASN1_OBJECT) ||
      !CBS_get_asn1(&sequence, &private_key, CBS_ASN1_OCTETSTRING) ||
      !CBS_get_optional_asn1(&sequence, &attributes, nullptr, kContext0) ||
      CBS_len(&sequence) != 0) {
    return NoKeyError();
  }
  if (CBS_mem_equal(&oid, kEcOid, sizeof(kEcOid))) return EcKeyOf(&algorithm, &private_key);
  CBS none;
  if (!CBS_mem_equal(&oid, kRsaOid, sizeof(kRsaOid)) ||
      !CBS_get_asn1(&algorithm, &none, CBS_ASN1_NULL) || CBS_len(&none) != 0 ||
      CBS_len(&algorithm) != 0) {
    return NoKeyError();
  }
  LAZULI_ASSIGN_OR_RETURN(
      KeyMaterial::Ptr key,
      KeyMaterial::FromDer(absl::string_view(reinterpret_cast<const char*>(CBS_data(&private_key)),
                                             CBS_len(&private_key))));
  if (!key->is_rsa()) return NoKeyError();
  return key;
}

}  // namespace lazuli::keyvault::crypto
