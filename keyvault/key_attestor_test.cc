#include "keyvault/key_attestor.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/boringssl_x509.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "base/x509_fields.h"
#include "base/x509_pem.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/key_version.h"

namespace lazuli::keyvault {
namespace {

constexpr absl::Duration kYear = absl::Hours(24 * 365);

absl::Time Now() { return absl::FromUnixSeconds(1'900'000'000); }

KeyVersion Version(crypto::KeyType type, crypto::KeyMaterial::Ptr material) {
  KeyVersion version;
  version.type = type;
  version.kid = "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";
  version.material = std::move(material);
  return version;
}

// The payload of `jws`, once its signature by the certificate's key is verified; else empty.
std::string VerifiedPayload(const std::string& jws, X509* certificate) {
  const std::vector<std::string> parts = absl::StrSplit(jws, '.');
  if (parts.size() != 3) return "";
  const std::string digest = Sha256(absl::StrCat(parts[0], ".", parts[1]));
  const std::string raw = Base64UrlDecode(parts[2]).value_or("");
  if (raw.size() != 64) return "";
  const auto* bytes = reinterpret_cast<const uint8_t*>(raw.data());
  bssl::UniquePtr<ECDSA_SIG> signature(ECDSA_SIG_new());
  if (!ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes, 32, nullptr),
                      BN_bin2bn(bytes + 32, 32, nullptr))) {
    return "";
  }
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificate));
  if (ECDSA_do_verify(reinterpret_cast<const uint8_t*>(digest.data()), digest.size(),
                      signature.get(), EVP_PKEY_get0_EC_KEY(key.get())) != 1) {
    return "";
  }
  return Base64UrlDecode(parts[1]).value_or("");
}

TEST(KeyAttestorTest, StatementsVerifyByTheCertificateAndNameTheKey) {
  crypto::CryptoEngine engine;
  KeyAttestor attestor(&engine);
  const KeyVersion key = Version(crypto::KeyType::kRsaHsm, crypto::TestRsaKey());
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyAttestation attestation, attestor.Attest(key, Now()));
  const auto certificates = ReadPemCertificates(attestation.certificate_pem);
  ASSERT_EQ(certificates.size(), 1u);
  EXPECT_LE(NotBefore(certificates[0].get()), Now());
  EXPECT_GT(NotAfter(certificates[0].get()), Now());
  EXPECT_EQ(attestation.version, "1.0");
  const std::string of_private =
      VerifiedPayload(attestation.private_key_attestation, certificates[0].get());
  EXPECT_EQ(of_private, absl::StrCat(R"({"kid":")", key.kid,
                                     R"(","kty":"RSA-HSM","part":"private","exportable":false,)",
                                     R"("iat":1900000000,"n":")",
                                     Base64UrlEncode(key.material->n()), R"(","e":"AQAB"})"));
  const std::string of_public =
      VerifiedPayload(attestation.public_key_attestation, certificates[0].get());
  EXPECT_TRUE(absl::StrContains(of_public, R"("part":"public")")) << of_public;
  std::string other = attestation.public_key_attestation;
  other[other.size() / 2] = other[other.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(VerifiedPayload(other, certificates[0].get()), "");
}

TEST(KeyAttestorTest, EveryHardwareTypeIsAttestedAndNoSecretIsSaid) {
  crypto::CryptoEngine engine;
  KeyAttestor attestor(&engine);
  const KeyVersion ec = Version(crypto::KeyType::kEcHsm, crypto::TestEcKey(crypto::Curve::kP256K));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyAttestation of_ec, attestor.Attest(ec, Now()));
  const auto certificates = ReadPemCertificates(of_ec.certificate_pem);
  ASSERT_EQ(certificates.size(), 1u);
  EXPECT_TRUE(
      absl::StrContains(VerifiedPayload(of_ec.public_key_attestation, certificates[0].get()),
                        R"("crv":"P-256K","x":")"));
  const KeyVersion oct = Version(crypto::KeyType::kOctHsm, crypto::TestSymmetricKey(192));
  LAZULI_ASSERT_OK_AND_ASSIGN(const KeyAttestation of_oct, attestor.Attest(oct, Now()));
  EXPECT_EQ(of_oct.certificate_pem, of_ec.certificate_pem);
  EXPECT_EQ(of_oct.public_key_attestation, "");
  const std::string payload =
      VerifiedPayload(of_oct.private_key_attestation, certificates[0].get());
  EXPECT_TRUE(absl::EndsWith(payload, R"("key_size":192})")) << payload;
}

TEST(KeyAttestorTest, ASoftwareKeyIsRefused) {
  crypto::CryptoEngine engine;
  KeyAttestor attestor(&engine);
  for (const auto& key : {Version(crypto::KeyType::kRsa, crypto::TestRsaKey()),
                          Version(crypto::KeyType::kEc, crypto::TestEcKey(crypto::Curve::kP256))}) {
    const absl::Status refused = attestor.Attest(key, Now()).status();
    EXPECT_THAT(refused, ErrorCodeIs("BadParameter"));
    EXPECT_EQ(ErrorInfoOrDefault(refused).http_status, 400);
  }
}

TEST(KeyAttestorTest, TheCertificateIsValidWhateverTheTime) {
  crypto::CryptoEngine engine;
  KeyAttestor attestor(&engine);
  const KeyVersion key = Version(crypto::KeyType::kRsaHsm, crypto::TestRsaKey());
  for (const absl::Time now : {Now(), Now() + 2 * kYear, Now() - 2 * kYear, Now()}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyAttestation attestation, attestor.Attest(key, now));
    const auto certificates = ReadPemCertificates(attestation.certificate_pem);
    ASSERT_EQ(certificates.size(), 1u);
    EXPECT_LE(NotBefore(certificates[0].get()), now);
    EXPECT_GT(NotAfter(certificates[0].get()), now);
    EXPECT_NE(VerifiedPayload(attestation.private_key_attestation, certificates[0].get()), "");
  }
}

}  // namespace
}  // namespace lazuli::keyvault
