// The engine against published examples.
#include <string>

#include "absl/status/statusor.h"
#include "base/boringssl.h"
#include "base/encoding.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/ecdsa_vectors.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/jose_vectors.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

std::string Sha2(SignatureAlgorithm algorithm, const std::string& text) {
  const EVP_MD* md = EVP_sha256();
  if (DigestSize(algorithm) == SHA384_DIGEST_LENGTH) {
    md = EVP_sha384();
  } else if (DigestSize(algorithm) == SHA512_DIGEST_LENGTH) {
    md = EVP_sha512();
  }
  std::string digest(EVP_MD_size(md), '\0');
  EXPECT_TRUE(EVP_Digest(text.data(), text.size(), reinterpret_cast<uint8_t*>(digest.data()),
                         nullptr, md, nullptr));
  return digest;
}

std::string FromHex(const char* text) { return HexDecode(text).value_or(""); }

class SignatureVectorTest : public testing::TestWithParam<SignatureVector> {
 protected:
  KeyMaterial::Ptr Key() const {
    return GetParam().rsa != nullptr ? ImportVector(*GetParam().rsa) : ImportVector(*GetParam().ec);
  }
  std::string Digest() const { return Sha2(GetParam().algorithm, GetParam().signing_input); }
  std::string Signature() const { return Base64UrlDecode(GetParam().signature).value_or(""); }

  CryptoEngine engine_;
};

TEST_P(SignatureVectorTest, Verifies) {
  EXPECT_THAT(engine_.Verify(*Key(), "kid", GetParam().algorithm, Digest(), Signature()),
              IsOkAndHolds(true));
}

TEST_P(SignatureVectorTest, DoesNotVerifyForAnotherText) {
  const std::string other = Sha2(GetParam().algorithm, std::string(GetParam().signing_input) + "x");
  EXPECT_THAT(engine_.Verify(*Key(), "kid", GetParam().algorithm, other, Signature()),
              IsOkAndHolds(false));
}

TEST_P(SignatureVectorTest, IsMadeAgainWhereTheSchemeHasNoChance) {
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                              engine_.Sign(*Key(), "kid", GetParam().algorithm, Digest()));
  const bool deterministic = GetParam().algorithm == SignatureAlgorithm::kRs256;
  EXPECT_EQ(signature == Signature(), deterministic);
  EXPECT_EQ(signature.size(), Signature().size());
}

INSTANTIATE_TEST_SUITE_P(Jose, SignatureVectorTest, testing::ValuesIn(kSignatureVectors),
                         [](const testing::TestParamInfo<SignatureVector>& info) {
                           std::string name = info.param.source;
                           for (char& c : name) {
                             c = c == ' ' || c == '.' ? '_' : c;
                           }
                           return name;
                         });

class DecryptionVectorTest : public testing::TestWithParam<DecryptionVector> {};

TEST_P(DecryptionVectorTest, Decrypts) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = ImportVector(*GetParam().key);
  const std::string ciphertext = Base64UrlDecode(GetParam().ciphertext).value_or("");
  LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes plaintext,
                              engine.Decrypt(*key, "kid", GetParam().algorithm, ciphertext));
  EXPECT_EQ(Base64UrlEncode(plaintext.view()), GetParam().plaintext);
}

TEST_P(DecryptionVectorTest, DoesNotDecryptAsAnotherAlgorithm) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = ImportVector(*GetParam().key);
  const std::string ciphertext = Base64UrlDecode(GetParam().ciphertext).value_or("");
  for (const EncryptionAlgorithm algorithm :
       {EncryptionAlgorithm::kRsa1_5, EncryptionAlgorithm::kRsaOaep,
        EncryptionAlgorithm::kRsaOaep256}) {
    EXPECT_EQ(engine.Decrypt(*key, "kid", algorithm, ciphertext).ok(),
              algorithm == GetParam().algorithm)
        << EncryptionAlgorithmName(algorithm);
  }
}

INSTANTIATE_TEST_SUITE_P(Jose, DecryptionVectorTest, testing::ValuesIn(kDecryptionVectors),
                         [](const testing::TestParamInfo<DecryptionVector>& info) {
                           std::string name = info.param.source;
                           for (char& c : name) {
                             c = c == ' ' || c == '.' ? '_' : c;
                           }
                           return name;
                         });

TEST(EcdsaVectorTest, SignaturesOfNistVerify) {
  CryptoEngine engine;
  for (const EcdsaVector& vector : kEcdsaVectors) {
    const std::string x = FromHex(vector.x);
    const std::string y = FromHex(vector.y);
    const std::string d = FromHex(vector.d);
    // The import also proves that d gives x and y.
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key,
                                KeyMaterial::ImportEc({vector.curve, x, y, d}));
    const std::string digest = FromHex(vector.digest);
    const std::string signature = FromHex(vector.r) + FromHex(vector.s);
    EXPECT_THAT(engine.Verify(*key, "kid", vector.algorithm, digest, signature), IsOkAndHolds(true))
        << vector.digest;
    const std::string swapped = FromHex(vector.s) + FromHex(vector.r);
    EXPECT_THAT(engine.Verify(*key, "kid", vector.algorithm, digest, swapped), IsOkAndHolds(false))
        << vector.digest;
  }
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
