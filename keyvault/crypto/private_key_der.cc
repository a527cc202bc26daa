#include "keyvault/crypto/private_key_der.h"

#include <cstring>
#include <utility>

#include "keyvault/crypto/ec_curve.h"

namespace lazuli::keyvault::crypto {
namespace {

constexpr uint64_t kTwoPrimeVersion = 0;
constexpr uint64_t kEcVersion = 1;
// Of a string of less than 128 bytes: its tag and its length.
constexpr size_t kOctetStringHeader = 2;
constexpr unsigned kParametersTag = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC | 0;
constexpr unsigned kPublicKeyTag = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC | 1;

std::optional<SecureBytes> Finish(CBB* cbb) {
  uint8_t* data = nullptr;
  size_t size = 0;
  if (!CBB_finish(cbb, &data, &size)) {
    return std::nullopt;
  }
  // OPENSSL_free wipes what it frees.
  bssl::UniquePtr<uint8_t> owned(data);
  SecureBytes bytes(size);
  std::memcpy(bytes.data(), data, size);
  return bytes;
}

bssl::UniquePtr<BIGNUM> GetInteger(CBS* cbs) {
  bssl::UniquePtr<BIGNUM> number(BN_new());
  if (!number || !BN_parse_asn1_unsigned(cbs, number.get())) {
    return nullptr;
  }
  return number;
}

}  // namespace

bssl::UniquePtr<RSA> MakeRsa(RsaNumbers numbers) {
  bssl::UniquePtr<RSA> key(RSA_new());
  // Each setter takes its numbers over, but only when it succeeds.
  if (!key || !RSA_set0_key(key.get(), numbers.n.get(), numbers.e.get(), numbers.d.get())) {
    return nullptr;
  }
  static_cast<void>(numbers.n.release());
  static_cast<void>(numbers.e.release());
  static_cast<void>(numbers.d.release());
  if (!RSA_set0_factors(key.get(), numbers.p.get(), numbers.q.get())) {
    return nullptr;
  }
  static_cast<void>(numbers.p.release());
  static_cast<void>(numbers.q.release());
  if (!RSA_set0_crt_params(key.get(), numbers.dp.get(), numbers.dq.get(), numbers.qi.get())) {
    return nullptr;
  }
  static_cast<void>(numbers.dp.release());
  static_cast<void>(numbers.dq.release());
  static_cast<void>(numbers.qi.release());
  return key;
}

std::optional<SecureBytes> MarshalRsaPrivateKey(const RSA* key) {
  bssl::ScopedCBB cbb;
  if (!CBB_init(cbb.get(), 2048) || !RSA_marshal_private_key(cbb.get(), key)) {
    return std::nullopt;
  }
  return Finish(cbb.get());
}

std::optional<SecureBytes> MarshalEcPrivateKey(Curve curve, const EC_KEY* key) {
  const absl::Span<const uint8_t> oid = CurveOid(curve);
  const size_t size = CurveFieldSize(curve);
  const BIGNUM* d = EC_KEY_get0_private_key(key);
  const EC_POINT* point = EC_KEY_get0_public_key(key);
  if (d == nullptr || point == nullptr) {
    return std::nullopt;
  }
  bssl::ScopedCBB cbb;
  CBB sequence;
  CBB private_key;
  CBB parameters;
  CBB name;
  CBB tagged_public_key;
  CBB public_key;
  if (!CBB_init(cbb.get(), 256) || !CBB_add_asn1(cbb.get(), &sequence, CBS_ASN1_SEQUENCE) ||
      !CBB_add_asn1_uint64(&sequence, kEcVersion) ||
      !CBB_add_asn1(&sequence, &private_key, CBS_ASN1_OCTETSTRING) ||
      !BN_bn2cbb_padded(&private_key, size, d) ||
      !CBB_add_asn1(&sequence, &parameters, kParametersTag) ||
      !CBB_add_asn1(&parameters, &name, CBS_ASN1_OBJECT) ||
      !CBB_add_bytes(&name, oid.data(), oid.size()) ||
      !CBB_add_asn1(&sequence, &tagged_public_key, kPublicKeyTag) ||
      !CBB_add_asn1(&tagged_public_key, &public_key, CBS_ASN1_BITSTRING) ||
      !CBB_add_u8(&public_key, 0) ||  // no unused bits
      !EC_POINT_point2cbb(&public_key, CurveGroup(curve), point, POINT_CONVERSION_UNCOMPRESSED,
                          nullptr) ||
      !CBB_flush(cbb.get())) {
    return std::nullopt;
  }
  return Finish(cbb.get());
}

bssl::UniquePtr<RSA> ParseRsaPrivateKey(absl::Span<const uint8_t> der) {
  CBS cbs;
  CBS_init(&cbs, der.data(), der.size());
  CBS sequence;
  uint64_t version = 0;
  if (!CBS_get_asn1(&cbs, &sequence, CBS_ASN1_SEQUENCE) || CBS_len(&cbs) != 0 ||
      !CBS_get_asn1_uint64(&sequence, &version) || version != kTwoPrimeVersion) {
    return nullptr;
  }
  RsaNumbers numbers;
  for (bssl::UniquePtr<BIGNUM>* number : {&numbers.n, &numbers.e, &numbers.d, &numbers.p,
                                          &numbers.q, &numbers.dp, &numbers.dq, &numbers.qi}) {
    *number = GetInteger(&sequence);
    if (!*number) {
      return nullptr;
    }
  }
  if (CBS_len(&sequence) != 0) {
    return nullptr;
  }
  return MakeRsa(std::move(numbers));
}

std::optional<ParsedEcKey> ParseEcPrivateKey(absl::Span<const uint8_t> der) {
  CBS cbs;
  CBS_init(&cbs, der.data(), der.size());
  CBS sequence;
  CBS private_key;
  CBS parameters;
  CBS name;
  CBS tagged_public_key;
  CBS public_key;
  uint8_t unused_bits = 0;
  uint64_t version = 0;
  if (!CBS_get_asn1(&cbs, &sequence, CBS_ASN1_SEQUENCE) || CBS_len(&cbs) != 0 ||
      !CBS_get_asn1_uint64(&sequence, &version) || version != kEcVersion ||
      !CBS_get_asn1(&sequence, &private_key, CBS_ASN1_OCTETSTRING) ||
      !CBS_get_asn1(&sequence, &parameters, kParametersTag) ||
      !CBS_get_asn1(&parameters, &name, CBS_ASN1_OBJECT) || CBS_len(&parameters) != 0 ||
      !CBS_get_asn1(&sequence, &tagged_public_key, kPublicKeyTag) || CBS_len(&sequence) != 0 ||
      !CBS_get_asn1(&tagged_public_key, &public_key, CBS_ASN1_BITSTRING) ||
      CBS_len(&tagged_public_key) != 0 || !CBS_get_u8(&public_key, &unused_bits) ||
      unused_bits != 0) {
    return std::nullopt;
  }
  const std::optional<Curve> curve = CurveOfOid({CBS_data(&name), CBS_len(&name)});
  if (!curve.has_value() || CBS_len(&private_key) != CurveFieldSize(*curve)) {
    return std::nullopt;
  }
  const EC_GROUP* group = CurveGroup(*curve);
  bssl::UniquePtr<BIGNUM> d(BN_bin2bn(CBS_data(&private_key), CBS_len(&private_key), nullptr));
  bssl::UniquePtr<EC_KEY> key(EC_KEY_new());
  bssl::UniquePtr<EC_POINT> point(EC_POINT_new(group));
  if (!d || !key || !point ||
      !EC_POINT_oct2point(group, point.get(), CBS_data(&public_key), CBS_len(&public_key),
                          nullptr) ||
      !EC_KEY_set_group(key.get(), group) || !EC_KEY_set_private_key(key.get(), d.get()) ||
      !EC_KEY_set_public_key(key.get(), point.get())) {
    return std::nullopt;
  }
  return ParsedEcKey{*curve, std::move(key)};
}

SecureBytes MarshalSymmetricKey(absl::Span<const uint8_t> key) {
  SecureBytes der(kOctetStringHeader + key.size());
  der.data()[0] = CBS_ASN1_OCTETSTRING;
  der.data()[1] = static_cast<uint8_t>(key.size());
  std::memcpy(der.data() + kOctetStringHeader, key.data(), key.size());
  return der;
}

std::optional<absl::Span<const uint8_t>> ParseSymmetricKey(absl::Span<const uint8_t> der) {
  if (der.size() < kOctetStringHeader || der[0] != CBS_ASN1_OCTETSTRING ||
      der[1] != der.size() - kOctetStringHeader ||
      !IsSupportedSymmetricSize(static_cast<int>(der[1]) * 8)) {
    return std::nullopt;
  }
  return der.subspan(kOctetStringHeader);
}

}  // namespace lazuli::keyvault::crypto
