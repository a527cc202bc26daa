// Ciphertexts, paddings and members as somebody with bad intentions, or a bad library, would send
// them: through the engine, whose answer to all of them must be the same.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/boringssl.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"

namespace lazuli::keyvault::crypto {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kKid =
    "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";
constexpr int kSizes[] = {128, 192, 256};
const char kIv[] = "0123456789abcdef";

EncryptionAlgorithm Algorithm(int bits, absl::string_view suffix) {
  return *ParseEncryptionAlgorithm("A" + std::to_string(bits) + std::string(suffix));
}

uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

class SymmetricEdgeTest : public testing::Test {
 protected:
  absl::StatusOr<SecureBytes> Open(const KeyMaterial& key, EncryptionAlgorithm algorithm,
                                   absl::string_view value, const CipherMembers& members = {}) {
    return engine_.Open(key, kKid, algorithm, value, members);
  }

  // The one answer to whatever does not decrypt.
  void ExpectIncorrect(const absl::StatusOr<SecureBytes>& opened, const std::string& what = "") {
    ASSERT_FALSE(opened.ok()) << what;
    EXPECT_EQ(opened.status(), IncorrectParameterError()) << what;
    EXPECT_EQ(ERR_peek_error(), 0u) << what;
  }

  CryptoEngine engine_;
};

TEST_F(SymmetricEdgeTest, GcmMakesAnotherIvEachTimeAndKeepsTheText) {
  for (const int bits : kSizes) {
    const KeyMaterial::Ptr key = TestSymmetricKey(bits);
    const EncryptionAlgorithm algorithm = Algorithm(bits, "GCM");
    for (const size_t size : {0, 1, 15, 16, 17, 4096}) {
      const std::string text(size, 't');
      LAZULI_ASSERT_OK_AND_ASSIGN(const Sealed one,
                                  engine_.Seal(*key, kKid, algorithm, text, {.aad = "a"}));
      LAZULI_ASSERT_OK_AND_ASSIGN(const Sealed other,
                                  engine_.Seal(*key, kKid, algorithm, text, {.aad = "a"}));
      EXPECT_EQ(one.iv.size(), 12u);
      EXPECT_EQ(one.tag.size(), 16u);
      EXPECT_EQ(one.value.size(), size);
      EXPECT_NE(one.iv, other.iv);
      LAZULI_ASSERT_OK_AND_ASSIGN(
          const SecureBytes plaintext,
          Open(*key, algorithm, one.value, {.iv = one.iv, .aad = "a", .tag = one.tag}));
      EXPECT_EQ(plaintext.view(), text);
      ExpectIncorrect(
          Open(*key, algorithm, one.value, {.iv = other.iv, .aad = "a", .tag = one.tag}));
      ExpectIncorrect(Open(*key, algorithm, one.value, {.iv = one.iv, .tag = one.tag}));
      ExpectIncorrect(
          Open(*key, algorithm, one.value + "x", {.iv = one.iv, .aad = "a", .tag = one.tag}));
    }
  }
}

TEST_F(SymmetricEdgeTest, AnotherKeyOfTheSizeOpensNothing) {
  const KeyMaterial::Ptr key = TestSymmetricKey(256);
  const KeyMaterial::Ptr other = TestSymmetricKey(256);
  const std::string text(32, 't');
  for (const EncryptionAlgorithm algorithm :
       {EncryptionAlgorithm::kA256Gcm, EncryptionAlgorithm::kA256Kw,
        EncryptionAlgorithm::kCkmAesKeyWrap, EncryptionAlgorithm::kCkmAesKeyWrapPad}) {
    LAZULI_ASSERT_OK_AND_ASSIGN(const Sealed sealed, engine_.Seal(*key, kKid, algorithm, text, {}));
    ExpectIncorrect(
        Open(*other, algorithm, sealed.value, {.iv = sealed.iv, .aad = "", .tag = sealed.tag}));
  }
}

TEST_F(SymmetricEdgeTest, MembersAreAskedForWhereTheyBelongAndRefusedElsewhere) {
  const KeyMaterial::Ptr key = TestSymmetricKey(256);
  const KeyMaterial::Ptr rsa = TestRsaKey();
  const std::string iv12(12, 'i');
  const std::string iv16(16, 'i');
  const std::string tag(16, 't');
  const std::string text(32, 'p');
  using Algorithm = EncryptionAlgorithm;
  const struct {
    const char* target;
    std::function<absl::Status()> call;
  } cases[] = {
      {"iv",
       [&] { return engine_.Seal(*key, kKid, Algorithm::kA256Gcm, text, {.iv = iv12}).status(); }},
      {"tag",
       [&] { return engine_.Seal(*key, kKid, Algorithm::kA256Gcm, text, {.tag = tag}).status(); }},
      {"iv", [&] { return engine_.Seal(*key, kKid, Algorithm::kA256Cbc, text, {}).status(); }},
      {"iv",
       [&] {
         return engine_.Seal(*key, kKid, Algorithm::kA256CbcPad, text, {.iv = iv12}).status();
       }},
      {"aad",
       [&] {
         return engine_.Seal(*key, kKid, Algorithm::kA256Cbc, text, {.iv = iv16, .aad = "a"})
             .status();
       }},
      {"tag",
       [&] {
         return engine_.Seal(*key, kKid, Algorithm::kA256Cbc, text, {.iv = iv16, .tag = tag})
             .status();
       }},
      {"iv",
       [&] { return engine_.Seal(*key, kKid, Algorithm::kA256Kw, text, {.iv = iv16}).status(); }},
      {"iv",
       [&] { return engine_.Seal(*rsa, kKid, Algorithm::kRsaOaep, text, {.iv = iv16}).status(); }},
      {"aad",
       [&] { return engine_.Open(*rsa, kKid, Algorithm::kRsaOaep, text, {.aad = "a"}).status(); }},
      {"iv", [&] { return Open(*key, Algorithm::kA256Gcm, text, {.tag = tag}).status(); }},
      {"iv",
       [&] { return Open(*key, Algorithm::kA256Gcm, text, {.iv = iv16, .tag = tag}).status(); }},
      {"tag", [&] { return Open(*key, Algorithm::kA256Gcm, text, {.iv = iv12}).status(); }},
      {"tag",
       [&] { return Open(*key, Algorithm::kA256Gcm, text, {.iv = iv12, .tag = iv12}).status(); }},
      {"iv", [&] { return Open(*key, Algorithm::kA256CbcPad, text, {}).status(); }},
      {"tag", [&] { return Open(*key, Algorithm::kA256Kw, text, {.tag = tag}).status(); }},
  };
  int number = 0;
  for (const auto& c : cases) {
    const absl::Status refused = c.call();
    EXPECT_THAT(refused, ErrorCodeIs("BadParameter")) << number;
    EXPECT_EQ(ErrorInfoOrDefault(refused).target, c.target) << number;
    ++number;
  }
}

TEST_F(SymmetricEdgeTest, AlgorithmsOfOtherSizesAndTypesAreRefused) {
  for (const int bits : kSizes) {
    const KeyMaterial::Ptr key = TestSymmetricKey(bits);
    for (const int other : kSizes) {
      if (other == bits) continue;
      for (const char* suffix : {"GCM", "CBC", "CBCPAD", "KW"}) {
        EXPECT_THAT(engine_.Seal(*key, kKid, Algorithm(other, suffix), std::string(16, 't'), {}),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr("has " + std::to_string(bits) + " bits, and algorithm")));
      }
    }
    EXPECT_THAT(engine_.Encrypt(*key, kKid, EncryptionAlgorithm::kRsaOaep, "t"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'oct-HSM'")));
    EXPECT_THAT(engine_.Sign(*key, kKid, SignatureAlgorithm::kRs256, std::string(32, 'd')),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'oct-HSM'")));
  }
  EXPECT_THAT(engine_.Seal(*TestRsaKey(), kKid, EncryptionAlgorithm::kA256Gcm, "t", {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is of type 'RSA'")));
}

TEST_F(SymmetricEdgeTest, CbcWithoutPaddingTakesWholeBlocks) {
  const KeyMaterial::Ptr key = TestSymmetricKey(128);
  const absl::string_view iv(kIv, 16);
  for (const size_t size : {1, 15, 17, 31}) {
    const absl::Status refused =
        engine_.Seal(*key, kKid, EncryptionAlgorithm::kA128Cbc, std::string(size, 't'), {.iv = iv})
            .status();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument,
                                  HasSubstr("A128CBC requires a multiple of 16 bytes")));
    ExpectIncorrect(Open(*key, EncryptionAlgorithm::kA128Cbc, std::string(size, 'c'), {.iv = iv}));
    ExpectIncorrect(
        Open(*key, EncryptionAlgorithm::kA128CbcPad, std::string(size, 'c'), {.iv = iv}));
  }
  ExpectIncorrect(Open(*key, EncryptionAlgorithm::kA128CbcPad, "", {.iv = iv}));
}

TEST_F(SymmetricEdgeTest, NoWrongPaddingShowsHowItIsWrong) {
  const KeyMaterial::Ptr key = TestSymmetricKey(256);
  const CipherMembers members{.iv = absl::string_view(kIv, 16)};
  // What the last block ends with, and whether that is a padding.
  std::vector<std::pair<std::string, bool>> endings;
  for (int pad = 1; pad <= 16; ++pad) {
    const std::string good(static_cast<size_t>(pad), static_cast<char>(pad));
    endings.emplace_back(good, true);
    if (pad == 1) continue;
    for (size_t wrong = 0; wrong + 1 < good.size(); ++wrong) {
      std::string bad = good;
      bad[wrong] = static_cast<char>(bad[wrong] ^ 0x40);
      endings.emplace_back(bad, false);
    }
  }
  for (const char last : {'\0', '\x11', '\x20', '\x7f', '\x80', '\xff'}) {
    endings.emplace_back(std::string(16, last), false);
  }
  for (const auto& [ending, is_good] : endings) {
    const std::string text = std::string(32 - ending.size(), 'x') + ending;
    LAZULI_ASSERT_OK_AND_ASSIGN(
        const Sealed sealed,
        engine_.Seal(*key, kKid, EncryptionAlgorithm::kA256Cbc, text, members));
    const auto opened = Open(*key, EncryptionAlgorithm::kA256CbcPad, sealed.value, members);
    if (!is_good) {
      ExpectIncorrect(opened);
      continue;
    }
    LAZULI_ASSERT_OK(opened);
    EXPECT_EQ(opened->view(), std::string(32 - ending.size(), 'x'));
  }
}

TEST_F(SymmetricEdgeTest, KeyWrapTakesGroupsOfEightFromSixteenOn) {
  for (const int bits : kSizes) {
    const KeyMaterial::Ptr key = TestSymmetricKey(bits);
    for (const EncryptionAlgorithm algorithm :
         {Algorithm(bits, "KW"), EncryptionAlgorithm::kCkmAesKeyWrap}) {
      for (const size_t size : {16, 24, 32, 64, 1024}) {
        const std::string text(size, 't');
        LAZULI_ASSERT_OK_AND_ASSIGN(const Sealed sealed,
                                    engine_.Seal(*key, kKid, algorithm, text, {}));
        EXPECT_EQ(sealed.value.size(), size + 8);
        LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes plaintext,
                                    Open(*key, algorithm, sealed.value));
        EXPECT_EQ(plaintext.view(), text);
        ExpectIncorrect(Open(*key, algorithm, sealed.value.substr(8)));
        ExpectIncorrect(Open(*key, algorithm, sealed.value.substr(0, size)));
        ExpectIncorrect(Open(*key, algorithm, sealed.value + std::string(8, '\0')));
      }
      for (const size_t size : {0, 1, 8, 15, 17, 31}) {
        EXPECT_THAT(engine_.Seal(*key, kKid, algorithm, std::string(size, 't'), {}),
                    StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr("requires at least 16 bytes and a multiple of 8 bytes")));
        ExpectIncorrect(Open(*key, algorithm, std::string(size, 'c')));
      }
    }
  }
}

TEST_F(SymmetricEdgeTest, PaddedKeyWrapTakesAnythingButNothing) {
  const KeyMaterial::Ptr key = TestSymmetricKey(192);
  const EncryptionAlgorithm algorithm = EncryptionAlgorithm::kCkmAesKeyWrapPad;
  for (size_t size = 1; size < 40; ++size) {
    const std::string text(size, 't');
    LAZULI_ASSERT_OK_AND_ASSIGN(const Sealed sealed, engine_.Seal(*key, kKid, algorithm, text, {}));
    EXPECT_EQ(sealed.value.size(), (size + 7) / 8 * 8 + 8);
    LAZULI_ASSERT_OK_AND_ASSIGN(const SecureBytes plaintext, Open(*key, algorithm, sealed.value));
    EXPECT_EQ(plaintext.view(), text);
  }
  EXPECT_THAT(engine_.Seal(*key, kKid, algorithm, "", {}), ErrorCodeIs("BadParameter"));
}

// Wraps with an initial value of one's own: RFC 5649 has it say how long the text is.
std::string WrapWith(const KeyMaterial& key, const std::string& initial, const std::string& text) {
  AES_KEY schedule;
  const absl::Span<const uint8_t> bytes = key.symmetric_key();
  EXPECT_EQ(AES_set_encrypt_key(bytes.data(), static_cast<unsigned>(bytes.size() * 8), &schedule),
            0);
  std::string wrapped(text.size() + 8, '\0');
  EXPECT_GT(
      AES_wrap_key(&schedule, reinterpret_cast<const uint8_t*>(initial.data()), Bytes(&wrapped),
                   reinterpret_cast<const uint8_t*>(text.data()), text.size()),
      0);
  return wrapped;
}

TEST_F(SymmetricEdgeTest, APaddedWrapIsCheckedToItsLastByte) {
  const KeyMaterial::Ptr key = TestSymmetricKey(256);
  const EncryptionAlgorithm algorithm = EncryptionAlgorithm::kCkmAesKeyWrapPad;
  const std::string magic = "\xa6\x59\x59\xa6";
  const auto length = [](char size) { return std::string(3, '\0') + size; };
  const std::string text = "twenty bytes of text";
  const std::string padded = text + std::string(4, '\0');
  EXPECT_THAT(Open(*key, algorithm, WrapWith(*key, magic + length(20), padded)), IsOk());
  ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, magic + length(16), padded)), "too short");
  ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, magic + length(25), padded)), "too long");
  ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, magic + length(0), padded)), "nothing");
  ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, magic + "\xff\xff\xff\xff", padded)),
                  "huge");
  ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, "\xa6\x59\x59\xa7" + length(20), padded)),
                  "another magic");
  for (size_t i = text.size(); i < padded.size(); ++i) {
    std::string dirty = padded;
    dirty[i] = 1;
    ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, magic + length(20), dirty)), "dirty");
  }
  // RFC 3394's initial value is none of RFC 5649's, nor the other way round.
  ExpectIncorrect(Open(*key, algorithm, WrapWith(*key, std::string(8, '\xa6'), padded)));
  ExpectIncorrect(
      Open(*key, EncryptionAlgorithm::kA256Kw, WrapWith(*key, magic + length(20), padded)));
}

TEST_F(SymmetricEdgeTest, AMacIsTheWholeOneOrFalse) {
  const KeyMaterial::Ptr key = TestSymmetricKey(256);
  const struct {
    SignatureAlgorithm algorithm;
    size_t size;
  } cases[] = {{SignatureAlgorithm::kHs256, 32},
               {SignatureAlgorithm::kHs384, 48},
               {SignatureAlgorithm::kHs512, 64}};
  for (const auto& c : cases) {
    for (const std::string& message :
         {std::string(), std::string("m"), std::string(100'000, 'm')}) {
      LAZULI_ASSERT_OK_AND_ASSIGN(const std::string mac,
                                  engine_.Sign(*key, kKid, c.algorithm, message));
      EXPECT_EQ(mac.size(), c.size);
      EXPECT_THAT(engine_.Verify(*key, kKid, c.algorithm, message, mac), IsOkAndHolds(true));
      EXPECT_THAT(engine_.Verify(*key, kKid, c.algorithm, message + "x", mac), IsOkAndHolds(false));
      for (const std::string& wrong : {std::string(), mac.substr(1), mac.substr(0, mac.size() - 1),
                                       mac + '\0', std::string(mac.size(), '\0')}) {
        EXPECT_THAT(engine_.Verify(*key, kKid, c.algorithm, message, wrong), IsOkAndHolds(false));
      }
    }
    for (const int bits : {128, 192}) {
      EXPECT_THAT(engine_.Sign(*TestSymmetricKey(bits), kKid, c.algorithm, "m"),
                  StatusIs(absl::StatusCode::kInvalidArgument,
                           HasSubstr("can only be used with keys of 256 bits")));
    }
  }
  EXPECT_EQ(engine_.parsed_keys().size(), 0u) << "symmetric keys are not kept in another form";
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
