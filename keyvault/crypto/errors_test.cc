#include "keyvault/crypto/errors.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"

namespace lazuli::keyvault::crypto {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr absl::string_view kKid =
    "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";

TEST(CryptoErrorsTest, MistakesOfTheCallerAreBadParameters) {
  struct Case {
    absl::Status status;
    std::string target;
    std::string message;
  };
  const Case cases[] = {
      {UnsupportedAlgorithmError("HS256"), "alg", "Property  has invalid value\r\n"},
      {InvalidDigestLengthError("value", 1, SignatureAlgorithm::kEs256), "value",
       "Invalid length of 'value': 1 bytes. ES256 requires 32 bytes, encoded with base64url."},
      {InvalidDigestLengthError("digest", 33, SignatureAlgorithm::kPs512), "digest",
       "Invalid length of 'digest': 33 bytes. PS512 requires 64 bytes, encoded with base64url."},
      {PlaintextTooLongError(246, EncryptionAlgorithm::kRsa1_5, 245), "value",
       "Invalid length of 'value': 246 bytes. RSA1_5 with this key takes at most 245 bytes, "
       "encoded with base64url."},
      {IncompatibleCurveError(kKid, Curve::kP256K, SignatureAlgorithm::kEs256), "alg",
       "Key and signing algorithm are incompatible. Key " + std::string(kKid) +
           " uses curve 'P-256K', and algorithm 'ES256' can only be used with curve 'P-256'."},
      {IncompatibleKeyTypeError(kKid, KeyType::kEc, SignatureAlgorithm::kRs256), "alg",
       "Key and signing algorithm are incompatible. Key " + std::string(kKid) +
           " is of type 'EC', and algorithm 'RS256' can only be used with keys of type 'RSA'."},
      {IncompatibleKeyTypeError(kKid, KeyType::kEc, EncryptionAlgorithm::kRsaOaep), "alg",
       "Key and encryption algorithm are incompatible. Key " + std::string(kKid) +
           " is of type 'EC', and algorithm 'RSA-OAEP' can only be used with keys of type 'RSA'."},
      {RawDigestTooLongError("digest", 246, 245), "digest",
       "Invalid length of 'digest': 246 bytes. RSNULL with this key takes at most 245 bytes, "
       "encoded with base64url."},
      {InvalidLengthError("iv", 12, EncryptionAlgorithm::kA128Cbc, "16 bytes"), "iv",
       "Invalid length of 'iv': 12 bytes. A128CBC requires 16 bytes, encoded with base64url."},
      {MisplacedMemberError("iv", EncryptionAlgorithm::kA256Gcm), "iv",
       "Property iv has invalid value\r\nThis operation does not take it with A256GCM."},
      {MissingMemberError("tag", EncryptionAlgorithm::kA256Gcm), "tag",
       "Property tag has invalid value\r\nA256GCM needs it."},
      {IncompatibleKeySizeError(kKid, 128, EncryptionAlgorithm::kA256Kw), "alg",
       "Key and encryption algorithm are incompatible. Key " + std::string(kKid) +
           " has 128 bits, and algorithm 'A256KW' can only be used with keys of 256 bits."},
      {IncompatibleKeySizeError(kKid, 192, SignatureAlgorithm::kHs384), "alg",
       "Key and signing algorithm are incompatible. Key " + std::string(kKid) +
           " has 192 bits, and algorithm 'HS384' can only be used with keys of 256 bits."},
      {IncompatibleKeyTypeError(kKid, KeyType::kRsa, EncryptionAlgorithm::kA256Kw), "alg",
       "Key and encryption algorithm are incompatible. Key " + std::string(kKid) +
           " is of type 'RSA', and algorithm 'A256KW' can only be used with keys of type "
           "'oct-HSM'."},
      {UnsupportedSymmetricSizeError(512), "key_size",
       "Unsupported key size: 512. Symmetric keys have 128, 192 or 256 bits."},
      {IncorrectParameterError(), "value", "The parameter is incorrect.\r\n"},
      {UnsupportedKeySizeError(1024), "key_size",
       "Unsupported key size: 1024. RSA keys have 2048, 3072 or 4096 bits."},
      {InvalidPublicExponentError(), "public_exponent",
       "Invalid public exponent: an odd number from 3 to 4294967295 is needed."},
      {InvalidKeyMaterialError("d", "it is needed."), "d",
       "Invalid key material in 'd': it is needed."},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(c.status, StatusIs(absl::StatusCode::kInvalidArgument, c.message));
    EXPECT_THAT(c.status, ErrorCodeIs("BadParameter"));
    EXPECT_EQ(GetErrorInfo(c.status)->http_status, 400);
    EXPECT_EQ(GetErrorInfo(c.status)->target, c.target) << c.message;
  }
}

TEST(CryptoErrorsTest, AnUnknownAlgorithmIsNamedInTheDetails) {
  const std::optional<ErrorInfo> info = GetErrorInfo(UnsupportedAlgorithmError("HS256"));
  ASSERT_TRUE(info.has_value());
  EXPECT_THAT(info->details, SizeIs(1));
  EXPECT_THAT(info->details, Each(Field(&ErrorDetail::message, HasSubstr("'HS256'"))));
}

TEST(CryptoErrorsTest, AnEndlessAlgorithmIsCutShort) {
  const std::optional<ErrorInfo> info =
      GetErrorInfo(UnsupportedAlgorithmError(std::string(10000, 'x')));
  ASSERT_TRUE(info.has_value());
  EXPECT_THAT(info->details, Each(Field(&ErrorDetail::message, SizeIs(testing::Lt(200u)))));
}

TEST(CryptoErrorsTest, AnInterruptedGenerationIsNobodysMistake) {
  const absl::Status status = KeyGenerationInterruptedError();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(GetErrorInfo(status)->http_status, 503);
}

TEST(CryptoErrorsTest, AFailureOfBoringSslIsInternal) {
  EXPECT_THAT(CryptoFailureError("sign"), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(GetErrorInfo(CryptoFailureError("sign"))->http_status, 500);
  EXPECT_THAT(CryptoFailureError("sign"), Not(IsOk()));
}

}  // namespace
}  // namespace lazuli::keyvault::crypto
