// The engine and the `openssl` command, each undoing what the other did. The command is another
// implementation of the same standards, from other hands.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/boringssl.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/key_transport.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

constexpr char kKid[] = "kid";
constexpr char kPlaintext[] = "the quick brown fox";

// A folder of files that the command reads and writes.
class OpensslCrossTest : public testing::Test {
 protected:
  std::string Path(absl::string_view name) const {
    const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
    return absl::StrCat(testing::TempDir(), "/", test->name(), ".", name);
  }

  void Write(absl::string_view name, absl::string_view bytes) const {
    std::ofstream(Path(name), std::ios::binary) << std::string(bytes);
  }

  std::string Read(absl::string_view name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }

  // True if the command ended well. Its output goes to the file "log".
  bool Openssl(absl::string_view arguments) const {
    const std::string command = absl::StrCat("openssl ", arguments, " >", Path("log"), " 2>&1");
    return std::system(command.c_str()) == 0;
  }

  // `pkeyutl` with the key of the file "key" and the input "in".
  bool Pkeyutl(absl::string_view action, absl::string_view options) const {
    return Openssl(absl::StrCat("pkeyutl ", action, " -keyform DER -inkey ", Path("key"), " -in ",
                                Path("in"), " ", options));
  }

  CryptoEngine engine_;
};

struct Encryption {
  EncryptionAlgorithm algorithm;
  const char* options;
};

constexpr Encryption kEncryptions[] = {
    {EncryptionAlgorithm::kRsa1_5, "-pkeyopt rsa_padding_mode:pkcs1"},
    {EncryptionAlgorithm::kRsaOaep, "-pkeyopt rsa_padding_mode:oaep"},
    {EncryptionAlgorithm::kRsaOaep256,
     "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"},
};

struct Signing {
  SignatureAlgorithm algorithm;
  const char* options;
};

constexpr Signing kSignings[] = {
    {SignatureAlgorithm::kRs256, "-pkeyopt digest:sha256"},
    {SignatureAlgorithm::kRs384, "-pkeyopt digest:sha384"},
    {SignatureAlgorithm::kRs512, "-pkeyopt digest:sha512"},
    {SignatureAlgorithm::kPs256,
     "-pkeyopt digest:sha256 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:32"},
    {SignatureAlgorithm::kPs384,
     "-pkeyopt digest:sha384 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:48"},
    {SignatureAlgorithm::kPs512,
     "-pkeyopt digest:sha512 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:64"},
    {SignatureAlgorithm::kEs256, ""},
    {SignatureAlgorithm::kEs256K, ""},
    {SignatureAlgorithm::kEs384, ""},
    {SignatureAlgorithm::kEs512, ""},
};

KeyMaterial::Ptr KeyFor(SignatureAlgorithm algorithm) {
  const std::optional<Curve> curve = RequiredCurve(algorithm);
  return curve.has_value() ? TestEcKey(*curve) : TestRsaKey();
}

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// The command writes ECDSA signatures as DER, the engine as r and s.
std::string DerOfRaw(const std::string& raw) {
  const size_t half = raw.size() / 2;
  const bssl::UniquePtr<ECDSA_SIG> signature(ECDSA_SIG_new());
  EXPECT_TRUE(ECDSA_SIG_set0(signature.get(), BN_bin2bn(Bytes(raw), half, nullptr),
                             BN_bin2bn(Bytes(raw) + half, half, nullptr)));
  uint8_t* der = nullptr;
  size_t size = 0;
  EXPECT_TRUE(ECDSA_SIG_to_bytes(&der, &size, signature.get()));
  const bssl::UniquePtr<uint8_t> owned(der);
  return std::string(reinterpret_cast<const char*>(der), size);
}

std::string RawOfDer(const std::string& der, size_t half) {
  const bssl::UniquePtr<ECDSA_SIG> signature(ECDSA_SIG_from_bytes(Bytes(der), der.size()));
  if (!signature) {
    return "";
  }
  std::string raw(2 * half, '\0');
  auto* out = reinterpret_cast<uint8_t*>(raw.data());
  EXPECT_TRUE(BN_bn2bin_padded(out, half, ECDSA_SIG_get0_r(signature.get())));
  EXPECT_TRUE(BN_bn2bin_padded(out + half, half, ECDSA_SIG_get0_s(signature.get())));
  return raw;
}

TEST_F(OpensslCrossTest, TheCommandDecryptsWhatTheEngineEncrypted) {
  for (const KeyMaterial::Ptr& key : {TestRsaKey(), TestRsa4096Key()}) {
    Write("key", key->private_der().view());
    for (const Encryption& encryption : kEncryptions) {
      LAZULI_ASSERT_OK_AND_ASSIGN(const std::string ciphertext,
                                  engine_.Encrypt(*key, kKid, encryption.algorithm, kPlaintext));
      Write("in", ciphertext);
      ASSERT_TRUE(Pkeyutl("-decrypt", absl::StrCat(encryption.options, " -out ", Path("out"))))
          << EncryptionAlgorithmName(encryption.algorithm) << ": " << Read("log");
      EXPECT_EQ(Read("out"), kPlaintext) << EncryptionAlgorithmName(encryption.algorithm);
    }
  }
}

TEST_F(OpensslCrossTest, TheEngineDecryptsWhatTheCommandEncrypted) {
  for (const KeyMaterial::Ptr& key : {TestRsaKey(), TestRsa4096Key()}) {
    Write("key", key->private_der().view());
    Write("in", kPlaintext);
    for (const Encryption& encryption : kEncryptions) {
      ASSERT_TRUE(Pkeyutl("-encrypt", absl::StrCat(encryption.options, " -out ", Path("out"))))
          << EncryptionAlgorithmName(encryption.algorithm) << ": " << Read("log");
      LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes plaintext,
                                  engine_.Decrypt(*key, kKid, encryption.algorithm, Read("out")));
      EXPECT_EQ(plaintext.view(), kPlaintext) << EncryptionAlgorithmName(encryption.algorithm);
    }
  }
}

TEST_F(OpensslCrossTest, TheCommandVerifiesWhatTheEngineSigned) {
  for (const Signing& signing : kSignings) {
    const KeyMaterial::Ptr key = KeyFor(signing.algorithm);
    Write("key", key->private_der().view());
    std::string digest(DigestSize(signing.algorithm), 'd');
    Write("in", digest);
    LAZULI_ASSERT_OK_AND_ASSIGN(const std::string signature,
                                engine_.Sign(*key, kKid, signing.algorithm, digest));
    Write("sig", key->is_rsa() ? signature : DerOfRaw(signature));
    const std::string options = absl::StrCat(signing.options, " -sigfile ", Path("sig"));
    EXPECT_TRUE(Pkeyutl("-verify", options))
        << SignatureAlgorithmName(signing.algorithm) << ": " << Read("log");
    digest[0] ^= 1;
    Write("in", digest);
    EXPECT_FALSE(Pkeyutl("-verify", options)) << SignatureAlgorithmName(signing.algorithm);
  }
}

TEST_F(OpensslCrossTest, TheEngineVerifiesWhatTheCommandSigned) {
  for (const Signing& signing : kSignings) {
    const KeyMaterial::Ptr key = KeyFor(signing.algorithm);
    Write("key", key->private_der().view());
    const std::string digest(DigestSize(signing.algorithm), 'd');
    Write("in", digest);
    ASSERT_TRUE(Pkeyutl("-sign", absl::StrCat(signing.options, " -out ", Path("out"))))
        << SignatureAlgorithmName(signing.algorithm) << ": " << Read("log");
    const std::string signature =
        key->is_rsa() ? Read("out") : RawOfDer(Read("out"), CurveFieldSize(key->curve()));
    EXPECT_THAT(engine_.Verify(*key, kKid, signing.algorithm, digest, signature),
                IsOkAndHolds(true))
        << SignatureAlgorithmName(signing.algorithm);
  }
}

TEST_F(OpensslCrossTest, TheEngineUnwrapsTransferBlobsThatTheCommandMade) {
  struct Transport {
    KeyTransport transport;
    const char* hash;
  };
  constexpr Transport kTransports[] = {
      {KeyTransport::kCkmRsaAesKeyWrap, "sha1"},
      {KeyTransport::kRsaAesKeyWrap256, "sha256"},
      {KeyTransport::kRsaAesKeyWrap384, "sha384"},
  };
  const KeyMaterial::Ptr key = TestRsaKey();
  Write("key", key->private_der().view());
  const std::string aes_key = "0123456789abcdef0123456789abcdef";
  Write("plaintext", kPlaintext);
  ASSERT_TRUE(Openssl(absl::StrCat("enc -id-aes256-wrap-pad -iv a65959a6 -K ",
                                   absl::BytesToHexString(aes_key), " -in ", Path("plaintext"),
                                   " -out ", Path("inner"))))
      << Read("log");
  for (const Transport& transport : kTransports) {
    Write("in", aes_key);
    ASSERT_TRUE(Pkeyutl(
        "-encrypt",
        absl::StrCat("-pkeyopt rsa_padding_mode:oaep", " -pkeyopt rsa_oaep_md:", transport.hash,
                     " -pkeyopt rsa_mgf1_md:", transport.hash, " -out ", Path("outer"))))
        << transport.hash << ": " << Read("log");
    LAZULI_ASSERT_OK_AND_ASSIGN(
        const SecureBytes plaintext,
        UnwrapFromTransport(transport.transport, *key, Read("outer") + Read("inner")));
    EXPECT_EQ(plaintext.view(), kPlaintext) << transport.hash;
  }
}

TEST_F(OpensslCrossTest, KeysOfTheCommandAreTakenAndKeysOfOursFoundSound) {
  struct Source {
    std::string generate;
    std::string check;
  };
  const Source sources[] = {
      {"genrsa -traditional -out %s.pem 2048", "rsa -check -noout"},
      {"genrsa -traditional -out %s.pem 3072", "rsa -check -noout"},
      {"ecparam -name prime256v1 -genkey -noout -out %s.pem", "ec -check -noout"},
      {"ecparam -name secp256k1 -genkey -noout -out %s.pem", "ec -check -noout"},
      {"ecparam -name secp384r1 -genkey -noout -out %s.pem", "ec -check -noout"},
      {"ecparam -name secp521r1 -genkey -noout -out %s.pem", "ec -check -noout"},
  };
  for (const Source& source : sources) {
    std::string generate = source.generate;
    generate.replace(generate.find("%s"), 2, Path("new"));
    ASSERT_TRUE(Openssl(generate)) << Read("log");
    const std::string tool = source.check.substr(0, source.check.find(' '));
    ASSERT_TRUE(Openssl(absl::StrCat(tool, tool == "rsa" ? " -traditional" : "", " -in ",
                                     Path("new.pem"), " -outform DER -out ", Path("new"))))
        << Read("log");
    LAZULI_ASSERT_OK_AND_ASSIGN(const KeyMaterial::Ptr key, KeyMaterial::FromDer(Read("new")));
    EXPECT_EQ(key->private_der().view(), Read("new")) << generate;
    const KeyMaterial::Ptr ours = key->is_rsa() ? TestRsaKey() : TestEcKey(key->curve());
    Write("ours", ours->private_der().view());
    EXPECT_TRUE(Openssl(absl::StrCat(source.check, " -inform DER -in ", Path("ours"))))
        << generate << ": " << Read("log");
  }
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
