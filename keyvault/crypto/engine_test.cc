#include "keyvault/crypto/engine.h"

#include <atomic>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/boringssl.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/parsed_key.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kKid =
    "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";

constexpr EncryptionAlgorithm kEncryptionAlgorithms[] = {
    EncryptionAlgorithm::kRsa1_5, EncryptionAlgorithm::kRsaOaep, EncryptionAlgorithm::kRsaOaep256};

constexpr SignatureAlgorithm kRsaSignatureAlgorithms[] = {
    SignatureAlgorithm::kRs256, SignatureAlgorithm::kRs384, SignatureAlgorithm::kRs512,
    SignatureAlgorithm::kPs256, SignatureAlgorithm::kPs384, SignatureAlgorithm::kPs512};

constexpr SignatureAlgorithm kEcSignatureAlgorithms[] = {
    SignatureAlgorithm::kEs256, SignatureAlgorithm::kEs256K, SignatureAlgorithm::kEs384,
    SignatureAlgorithm::kEs512};

std::string Digest(SignatureAlgorithm algorithm, char fill = 'd') {
  return std::string(DigestSize(algorithm), fill);
}

std::string TargetOf(const absl::Status& status) { return ErrorInfoOrDefault(status).target; }

TEST(CryptoEngineTest, DecryptsWhatItEncrypted) {
  CryptoEngine engine;
  for (const KeyMaterial::Ptr& key : {TestRsaKey(), TestRsa4096Key()}) {
    for (const EncryptionAlgorithm algorithm : kEncryptionAlgorithms) {
      const size_t max_size = MaxPlaintextSize(algorithm, key->n().size());
      for (const size_t size : {size_t{0}, size_t{1}, size_t{32}, max_size}) {
        const std::string plaintext(size, 'p');
        LAZULI_ASSERT_OK_AND_ASSIGN(const std::string ciphertext,
                                    engine.Encrypt(*key, kKid, algorithm, plaintext));
        EXPECT_EQ(ciphertext.size(), key->n().size());
        LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes decrypted,
                                    engine.Decrypt(*key, kKid, algorithm, ciphertext));
        EXPECT_EQ(decrypted.view(), plaintext) << EncryptionAlgorithmName(algorithm);
      }
    }
  }
}

TEST(CryptoEngineTest, EncryptsDifferentlyEachTime) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  for (const EncryptionAlgorithm algorithm : kEncryptionAlgorithms) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string first,
                                engine.Encrypt(*key, kKid, algorithm, "text"));
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string second,
                                engine.Encrypt(*key, kKid, algorithm, "text"));
    EXPECT_NE(first, second) << EncryptionAlgorithmName(algorithm);
  }
}

TEST(CryptoEngineTest, RefusesAPlaintextThatDoesNotFit) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  for (const EncryptionAlgorithm algorithm : kEncryptionAlgorithms) {
    const size_t max_size = MaxPlaintextSize(algorithm, 256);
    for (const size_t size : {max_size + 1, size_t{256}, size_t{100000}}) {
      const absl::Status refused =
          engine.Encrypt(*key, kKid, algorithm, std::string(size, 'p')).status();
      EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("Invalid length of 'value'")));
      EXPECT_THAT(refused, ErrorCodeIs("BadParameter"));
      EXPECT_EQ(TargetOf(refused), "value");
    }
  }
}

TEST(CryptoEngineTest, RefusesToEncryptWithAnEcKey) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  for (const EncryptionAlgorithm algorithm : kEncryptionAlgorithms) {
    EXPECT_THAT(engine.Encrypt(*key, kKid, algorithm, "text"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'EC'")));
    EXPECT_THAT(engine.Decrypt(*key, kKid, algorithm, std::string(256, 'c')),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'EC'")));
  }
}

// Encrypts a block as it is, padding and all.
std::string EncryptBlock(const KeyMaterial& key, const std::string& block) {
  const absl::StatusOr<ParsedKey> parsed = ParsedKey::Parse(key);
  std::string ciphertext(key.n().size(), '\0');
  size_t size = 0;
  if (!parsed.ok() ||
      !RSA_encrypt(parsed->rsa(), &size, reinterpret_cast<uint8_t*>(ciphertext.data()),
                   ciphertext.size(), reinterpret_cast<const uint8_t*>(block.data()), block.size(),
                   RSA_NO_PADDING)) {
    ADD_FAILURE() << "A block cannot be encrypted.";
  }
  return ciphertext;
}

TEST(CryptoEngineTest, AWellFormedBlockDecrypts) {
  // The negative table below is worth nothing unless its blocks fail for their padding alone.
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  std::string block = std::string("\x00\x02", 2) + std::string(250, '\x11') + '\0' + "abc";
  EXPECT_THAT(engine.Decrypt(*key, kKid, EncryptionAlgorithm::kRsa1_5, EncryptBlock(*key, block)),
              IsOk());
}

TEST(CryptoEngineTest, AnyFailureToDecryptLooksTheSame) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string good,
                              engine.Encrypt(*key, kKid, EncryptionAlgorithm::kRsaOaep, "text"));
  LAZULI_ASSERT_OK_AND_ASSIGN(
      const std::string of_other_key,
      engine.Encrypt(*OtherTestRsaKey(), kKid, EncryptionAlgorithm::kRsaOaep256, "text"));
  std::string flipped = good;
  flipped[100] ^= 1;
  std::vector<std::string> ciphertexts = {
      "",
      "c",
      good.substr(1),
      good + '\0',
      '\0' + good,
      flipped,
      of_other_key,
      key->n(),                  // not below the modulus
      std::string(256, '\xff'),  // likewise
      std::string(256, '\0'),    // zero
      std::string(100000, 'c'),
  };
  const std::string zero(1, '\0');
  for (const std::string& block : {
           zero + "\x01" + std::string(250, '\x11') + zero + "abc",  // a signature's block
           "\x01\x02" + std::string(250, '\x11') + zero + "abc",     // no leading zero
           zero + "\x02" + std::string(254, '\x11'),                 // no separator
           zero + "\x02" + std::string(7, '\x11') + zero + std::string(246, 'a'),  // short padding
           zero + "\x02" + zero + std::string(253, 'a'),                           // no padding
       }) {
    ciphertexts.push_back(EncryptBlock(*key, block));
  }
  for (const EncryptionAlgorithm algorithm :
       {EncryptionAlgorithm::kRsa1_5, EncryptionAlgorithm::kRsaOaep256}) {
    for (size_t i = 0; i < ciphertexts.size(); ++i) {
      const absl::StatusOr<SecureBytes> failed =
          engine.Decrypt(*key, kKid, algorithm, ciphertexts[i]);
      ASSERT_FALSE(failed.ok()) << EncryptionAlgorithmName(algorithm) << " " << i;
      EXPECT_EQ(failed.status(),
                engine.Decrypt(*key, kKid, algorithm, std::string(1, 'x')).status());
      EXPECT_THAT(failed, StatusIs(absl::StatusCode::kInvalidArgument,
                                   std::string("The parameter is incorrect.\r\n")));
      EXPECT_THAT(failed, ErrorCodeIs("BadParameter"));
    }
  }
}

TEST(CryptoEngineTest, VerifiesWhatItSigned) {
  CryptoEngine engine;
  const KeyMaterial::Ptr rsa = TestRsaKey();
  for (const SignatureAlgorithm algorithm : kRsaSignatureAlgorithms) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                                engine.Sign(*rsa, kKid, algorithm, Digest(algorithm)));
    EXPECT_EQ(signature.size(), 256u);
    EXPECT_THAT(engine.Verify(*rsa, kKid, algorithm, Digest(algorithm), signature),
                IsOkAndHolds(true))
        << SignatureAlgorithmName(algorithm);
  }
  for (const SignatureAlgorithm algorithm : kEcSignatureAlgorithms) {
    const Curve curve = *RequiredCurve(algorithm);
    const KeyMaterial::Ptr ec = TestEcKey(curve);
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                                engine.Sign(*ec, kKid, algorithm, Digest(algorithm)));
    EXPECT_EQ(signature.size(), 2 * CurveFieldSize(curve));
    EXPECT_THAT(engine.Verify(*ec, kKid, algorithm, Digest(algorithm), signature),
                IsOkAndHolds(true))
        << SignatureAlgorithmName(algorithm);
  }
}

TEST(CryptoEngineTest, ASignatureThatDoesNotFitIsFalseAndNoError) {
  CryptoEngine engine;
  std::vector<SignatureAlgorithm> algorithms(std::begin(kRsaSignatureAlgorithms),
                                             std::end(kRsaSignatureAlgorithms));
  algorithms.insert(algorithms.end(), std::begin(kEcSignatureAlgorithms),
                    std::end(kEcSignatureAlgorithms));
  for (const SignatureAlgorithm algorithm : algorithms) {
    const std::optional<Curve> curve = RequiredCurve(algorithm);
    const KeyMaterial::Ptr key = curve ? TestEcKey(*curve) : TestRsaKey();
    const KeyMaterial::Ptr other = curve ? TestEcKey(*curve) : OtherTestRsaKey();
    const std::string digest = Digest(algorithm);
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string good, engine.Sign(*key, kKid, algorithm, digest));
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string of_other_key,
                                engine.Sign(*other, kKid, algorithm, digest));
    std::string flipped = good;
    flipped[good.size() / 2] ^= 1;
    const std::string wrong[] = {"",
                                 "s",
                                 good.substr(1),
                                 good.substr(0, good.size() - 1),
                                 good + '\0',
                                 '\0' + good,
                                 flipped,
                                 of_other_key,
                                 std::string(good.size(), '\0'),
                                 std::string(good.size(), '\xff'),
                                 std::string(100000, 's')};
    for (const std::string& signature : wrong) {
      EXPECT_THAT(engine.Verify(*key, kKid, algorithm, digest, signature), IsOkAndHolds(false))
          << SignatureAlgorithmName(algorithm) << ", " << signature.size() << " bytes";
    }
    EXPECT_THAT(engine.Verify(*key, kKid, algorithm, Digest(algorithm, 'e'), good),
                IsOkAndHolds(false));
  }
}

TEST(CryptoEngineTest, ASignatureOfOneSchemeIsNoneOfAnother) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  const std::string digest(32, 'd');
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string pkcs1,
                              engine.Sign(*key, kKid, SignatureAlgorithm::kRs256, digest));
  LAZULI_ASSERT_OK_AND_ASSIGN(const std::string pss,
                              engine.Sign(*key, kKid, SignatureAlgorithm::kPs256, digest));
  EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kPs256, digest, pkcs1),
              IsOkAndHolds(false));
  EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kRs256, digest, pss),
              IsOkAndHolds(false));
}

TEST(CryptoEngineTest, ADerSignatureIsFalse) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  const std::string digest(32, 'd');
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedKey parsed, ParsedKey::Parse(*key));
  std::string der(ECDSA_size(parsed.ec()), '\0');
  unsigned size = 0;
  ASSERT_TRUE(ECDSA_sign(0, reinterpret_cast<const uint8_t*>(digest.data()), digest.size(),
                         reinterpret_cast<uint8_t*>(der.data()), &size, parsed.ec()));
  der.resize(size);
  EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kEs256, digest, der),
              IsOkAndHolds(false));
}

TEST(CryptoEngineTest, APssSignatureWithAnotherSaltIsFalse) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestRsaKey();
  LAZULI_ASSERT_OK_AND_ASSIGN(const ParsedKey parsed, ParsedKey::Parse(*key));
  const std::string digest(32, 'd');
  for (const int salt : {0, 20, 31, 33, -2}) {
    std::string signature(256, '\0');
    size_t size = 0;
    ASSERT_TRUE(RSA_sign_pss_mgf1(parsed.rsa(), &size, reinterpret_cast<uint8_t*>(signature.data()),
                                  signature.size(), reinterpret_cast<const uint8_t*>(digest.data()),
                                  digest.size(), EVP_sha256(), EVP_sha256(), salt));
    EXPECT_THAT(engine.Verify(*key, kKid, SignatureAlgorithm::kPs256, digest, signature),
                IsOkAndHolds(false))
        << salt;
  }
}

TEST(CryptoEngineTest, RefusesADigestOfAnotherLength) {
  CryptoEngine engine;
  const KeyMaterial::Ptr key = TestEcKey(Curve::kP256);
  EXPECT_THAT(
      engine.Sign(*key, kKid, SignatureAlgorithm::kEs256, "d"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               std::string("Invalid length of 'value': 1 bytes. ES256 requires 32 bytes, encoded "
                           "with base64url.")));
  EXPECT_THAT(
      engine.Verify(*key, kKid, SignatureAlgorithm::kEs256, "d", std::string(64, 's')),
      StatusIs(absl::StatusCode::kInvalidArgument,
               std::string("Invalid length of 'digest': 1 bytes. ES256 requires 32 bytes, encoded "
                           "with base64url.")));
  const KeyMaterial::Ptr rsa = TestRsaKey();
  for (const SignatureAlgorithm algorithm : kRsaSignatureAlgorithms) {
    for (const size_t size :
         {size_t{0}, DigestSize(algorithm) - 1, DigestSize(algorithm) + 1, size_t{100000}}) {
      const std::string digest(size, 'd');
      EXPECT_THAT(engine.Sign(*rsa, kKid, algorithm, digest), ErrorCodeIs("BadParameter")) << size;
      EXPECT_THAT(engine.Verify(*rsa, kKid, algorithm, digest, "s"), ErrorCodeIs("BadParameter"))
          << size;
    }
  }
}

TEST(CryptoEngineTest, RefusesAnAlgorithmOfAnotherCurve) {
  CryptoEngine engine;
  for (const Curve curve : {Curve::kP256, Curve::kP256K, Curve::kP384, Curve::kP521}) {
    const KeyMaterial::Ptr key = TestEcKey(curve);
    for (const SignatureAlgorithm algorithm : kEcSignatureAlgorithms) {
      if (RequiredCurve(algorithm) == curve) {
        continue;
      }
      const absl::Status refused = engine.Sign(*key, kKid, algorithm, Digest(algorithm)).status();
      EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("can only be used with curve")));
      EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr(std::string(kKid) + " uses curve '" +
                                              std::string(CurveName(curve)) + "'")));
      EXPECT_THAT(engine.Verify(*key, kKid, algorithm, Digest(algorithm), std::string(64, 's')),
                  StatusIs(absl::StatusCode::kInvalidArgument));
    }
  }
}

TEST(CryptoEngineTest, RefusesAnAlgorithmOfAnotherTypeOfKey) {
  CryptoEngine engine;
  const KeyMaterial::Ptr rsa = TestRsaKey();
  const KeyMaterial::Ptr ec = TestEcKey(Curve::kP256);
  for (const SignatureAlgorithm algorithm : kEcSignatureAlgorithms) {
    EXPECT_THAT(engine.Sign(*rsa, kKid, algorithm, Digest(algorithm)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'RSA'")));
  }
  for (const SignatureAlgorithm algorithm : kRsaSignatureAlgorithms) {
    EXPECT_THAT(engine.Sign(*ec, kKid, algorithm, Digest(algorithm)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'EC'")));
    EXPECT_THAT(engine.Verify(*ec, kKid, algorithm, Digest(algorithm), "s"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'EC'")));
  }
}

TEST(CryptoEngineTest, LeavesNoNoteInTheErrorQueue) {
  CryptoEngine engine;
  const KeyMaterial::Ptr rsa = TestRsaKey();
  const KeyMaterial::Ptr ec = TestEcKey(Curve::kP384);
  const std::function<bool()> failures[] = {
      [&] { return engine.Decrypt(*rsa, kKid, EncryptionAlgorithm::kRsa1_5, "c").ok(); },
      [&] {
        return engine.Decrypt(*rsa, kKid, EncryptionAlgorithm::kRsaOaep, std::string(256, 'c'))
            .ok();
      },
      [&] {
        return *engine.Verify(*rsa, kKid, SignatureAlgorithm::kRs256, std::string(32, 'd'), "s");
      },
      [&] {
        return *engine.Verify(*rsa, kKid, SignatureAlgorithm::kPs256, std::string(32, 'd'),
                              std::string(256, 's'));
      },
      [&] {
        return *engine.Verify(*ec, kKid, SignatureAlgorithm::kEs384, std::string(48, 'd'),
                              std::string(96, '\0'));
      },
      [&] { return KeyMaterial::FromDer("key").ok(); },
      [&] { return KeyMaterial::ImportEc({Curve::kP256, "x", "y", "d"}).ok(); },
      [&] { return KeyMaterial::GenerateRsa(2048, 65537, [] { return true; }).ok(); },
  };
  for (const auto& fails : failures) {
    EXPECT_FALSE(fails());
    EXPECT_EQ(ERR_peek_error(), 0u);
  }
}

TEST(CryptoEngineTest, KeepsAKeyParsedUntilToldToForgetIt) {
  CryptoEngine engine(8);
  const KeyMaterial::Ptr key = TestRsaKey();
  const std::string digest(32, 'd');
  LAZULI_ASSERT_OK(engine.Sign(*key, kKid, SignatureAlgorithm::kRs256, digest));
  LAZULI_ASSERT_OK(engine.Sign(*key, kKid, SignatureAlgorithm::kRs256, digest));
  EXPECT_EQ(engine.parsed_keys().counters().misses, 1u);
  EXPECT_EQ(engine.parsed_keys().counters().hits, 1u);
  engine.Forget(*key);
  EXPECT_EQ(engine.parsed_keys().size(), 0u);
  LAZULI_ASSERT_OK(engine.Sign(*key, kKid, SignatureAlgorithm::kRs256, digest));
  EXPECT_EQ(engine.parsed_keys().counters().misses, 2u);
}

TEST(CryptoEngineTest, ManyThreadsMayUseOneKey) {
  CryptoEngine engine(1);
  const KeyMaterial::Ptr rsa = TestRsaKey();
  const KeyMaterial::Ptr ec = TestEcKey(Curve::kP256);
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        const auto ciphertext =
            engine.Encrypt(*rsa, kKid, EncryptionAlgorithm::kRsaOaep256, "text");
        const auto plaintext =
            ciphertext.ok()
                ? engine.Decrypt(*rsa, kKid, EncryptionAlgorithm::kRsaOaep256, *ciphertext)
                : ciphertext.status();
        const std::string digest(32, 'd');
        const auto signature = engine.Sign(*ec, kKid, SignatureAlgorithm::kEs256, digest);
        const auto verified = signature.ok() ? engine.Verify(*ec, kKid, SignatureAlgorithm::kEs256,
                                                             digest, *signature)
                                             : signature.status();
        if (!plaintext.ok() || plaintext->view() != "text" || !verified.ok() || !*verified) {
          ++failures;
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
