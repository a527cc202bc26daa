#include "keyvault/crypto/errors.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "keyvault/make_error.h"

namespace lazuli::keyvault::crypto {
namespace {

using make_error::BadParameter;

absl::Status IncompatibleKeyType(absl::string_view purpose, absl::string_view kid, KeyType type,
                                 absl::string_view algorithm, KeyType required) {
  return BadParameter(
      "alg", absl::StrCat("Key and ", purpose, " algorithm are incompatible. Key ", kid,
                          " is of type '", KeyTypeName(type), "', and algorithm '", algorithm,
                          "' can only be used with keys of type '", KeyTypeName(required), "'."));
}

absl::Status IncompatibleKeySize(absl::string_view purpose, absl::string_view kid, int bits,
                                 absl::string_view algorithm, int required) {
  return BadParameter("alg", absl::StrCat("Key and ", purpose, " algorithm are incompatible. Key ",
                                          kid, " has ", bits, " bits, and algorithm '", algorithm,
                                          "' can only be used with keys of ", required, " bits."));
}

absl::Status TooLong(absl::string_view field, size_t actual_bytes, absl::string_view algorithm,
                     size_t max_bytes) {
  return BadParameter(field, absl::StrCat("Invalid length of '", field, "': ", actual_bytes,
                                          " bytes. ", algorithm, " with this key takes at most ",
                                          max_bytes, " bytes, encoded with base64url."));
}

absl::Status BadMember(absl::string_view field, absl::string_view reason) {
  return BadParameter(field, absl::StrCat("Property ", field, " has invalid value\r\n", reason));
}

}  // namespace

absl::Status UnsupportedAlgorithmError(absl::string_view name) {
  // An absurdly long name would only blow up the answer.
  constexpr size_t kMaxShown = 64;
  ErrorInfo info;
  info.code = "BadParameter";
  info.http_status = 400;
  info.target = "alg";
  info.details.push_back({"alg", absl::StrCat("'", name.substr(0, kMaxShown),
                                              "' is not an algorithm of this operation.")});
  return MakeError(absl::StatusCode::kInvalidArgument, "Property  has invalid value\r\n", info);
}

absl::Status InvalidDigestLengthError(absl::string_view field, size_t actual_bytes,
                                      SignatureAlgorithm algorithm) {
  return BadParameter(
      field, absl::StrCat("Invalid length of '", field, "': ", actual_bytes, " bytes. ",
                          SignatureAlgorithmName(algorithm), " requires ", DigestSize(algorithm),
                          " bytes, encoded with base64url."));
}

absl::Status PlaintextTooLongError(size_t actual_bytes, EncryptionAlgorithm algorithm,
                                   size_t max_bytes) {
  return TooLong("value", actual_bytes, EncryptionAlgorithmName(algorithm), max_bytes);
}

absl::Status RawDigestTooLongError(absl::string_view field, size_t actual_bytes, size_t max_bytes) {
  return TooLong(field, actual_bytes, SignatureAlgorithmName(SignatureAlgorithm::kRsNull),
                 max_bytes);
}

absl::Status InvalidLengthError(absl::string_view field, size_t actual_bytes,
                                EncryptionAlgorithm algorithm, absl::string_view requirement) {
  return BadParameter(field, absl::StrCat("Invalid length of '", field, "': ", actual_bytes,
                                          " bytes. ", EncryptionAlgorithmName(algorithm),
                                          " requires ", requirement, ", encoded with base64url."));
}

absl::Status MisplacedMemberError(absl::string_view field, EncryptionAlgorithm algorithm) {
  return BadMember(field, absl::StrCat("This operation does not take it with ",
                                       EncryptionAlgorithmName(algorithm), "."));
}

absl::Status MissingMemberError(absl::string_view field, EncryptionAlgorithm algorithm) {
  return BadMember(field, absl::StrCat(EncryptionAlgorithmName(algorithm), " needs it."));
}

absl::Status IncompatibleKeySizeError(absl::string_view kid, int bits,
                                      SignatureAlgorithm algorithm) {
  return IncompatibleKeySize("signing", kid, bits, SignatureAlgorithmName(algorithm),
                             RequiredKeyBits(algorithm).value_or(bits));
}

absl::Status IncompatibleKeySizeError(absl::string_view kid, int bits,
                                      EncryptionAlgorithm algorithm) {
  return IncompatibleKeySize("encryption", kid, bits, EncryptionAlgorithmName(algorithm),
                             RequiredKeyBits(algorithm).value_or(bits));
}

absl::Status IncompatibleCurveError(absl::string_view kid, Curve curve,
                                    SignatureAlgorithm algorithm) {
  return BadParameter(
      "alg", absl::StrCat("Key and signing algorithm are incompatible. Key ", kid, " uses curve '",
                          CurveName(curve), "', and algorithm '", SignatureAlgorithmName(algorithm),
                          "' can only be used with curve '",
                          CurveName(RequiredCurve(algorithm).value_or(curve)), "'."));
}

absl::Status IncompatibleKeyTypeError(absl::string_view kid, KeyType type,
                                      SignatureAlgorithm algorithm) {
  return IncompatibleKeyType("signing", kid, type, SignatureAlgorithmName(algorithm),
                             RequiredKeyType(algorithm));
}

absl::Status IncompatibleKeyTypeError(absl::string_view kid, KeyType type,
                                      EncryptionAlgorithm algorithm) {
  return IncompatibleKeyType("encryption", kid, type, EncryptionAlgorithmName(algorithm),
                             RequiredKeyType(algorithm));
}

absl::Status IncorrectParameterError() {
  return BadParameter("value", "The parameter is incorrect.\r\n");
}

absl::Status UnsupportedKeySizeError(int bits) {
  return BadParameter("key_size", absl::StrCat("Unsupported key size: ", bits,
                                               ". RSA keys have 2048, 3072 or 4096 bits."));
}

absl::Status UnsupportedSymmetricSizeError(int bits) {
  return BadParameter("key_size", absl::StrCat("Unsupported key size: ", bits,
                                               ". Symmetric keys have 128, 192 or 256 bits."));
}

absl::Status InvalidPublicExponentError() {
  return BadParameter("public_exponent",
                      "Invalid public exponent: an odd number from 3 to 4294967295 is needed.");
}

absl::Status InvalidKeyMaterialError(absl::string_view member, absl::string_view reason) {
  return BadParameter(member, absl::StrCat("Invalid key material in '", member, "': ", reason));
}

absl::Status KeyGenerationInterruptedError() {
  ErrorInfo info;
  info.code = "RequestCancelled";
  info.http_status = 503;
  return MakeError(absl::StatusCode::kCancelled, "The generation of the key was interrupted.",
                   info);
}

absl::Status CryptoFailureError(absl::string_view operation) {
  return InternalError(absl::StrCat("cryptography failed: ", operation));
}

}  // namespace lazuli::keyvault::crypto
