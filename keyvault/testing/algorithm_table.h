// File: keyvault/testing/algorithm_table.h
//
// For tests: which key does what with which algorithm, as one table in the words of JSON, and what
// the service is to answer to any combination. Nothing here comes from the code that is tested.
// Sources: Key Vault documentation, "Key types, algorithms, and operations" and "About keys"
// (date-time controlled operations); RFC 7518; docs/deviations.md.
#ifndef LAZULI_KEYVAULT_TESTING_ALGORITHM_TABLE_H_
#define LAZULI_KEYVAULT_TESTING_ALGORITHM_TABLE_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace lazuli::keyvault {

// A key that can be created.
struct KeyRow {
  std::string_view kty;
  std::string_view family;  // "RSA", "EC" or "oct"
  int bits;                 // the modulus or the symmetric key; 0 for EC
  std::string_view crv;     // of EC
};

inline constexpr KeyRow kKeyTable[] = {
    {"RSA", "RSA", 2048, ""},     {"RSA", "RSA", 3072, ""},     {"RSA", "RSA", 4096, ""},
    {"RSA-HSM", "RSA", 2048, ""}, {"RSA-HSM", "RSA", 3072, ""}, {"RSA-HSM", "RSA", 4096, ""},
    {"EC", "EC", 0, "P-256"},     {"EC", "EC", 0, "P-256K"},    {"EC", "EC", 0, "P-384"},
    {"EC", "EC", 0, "P-521"},     {"EC-HSM", "EC", 0, "P-256"}, {"EC-HSM", "EC", 0, "P-256K"},
    {"EC-HSM", "EC", 0, "P-384"}, {"EC-HSM", "EC", 0, "P-521"}, {"oct-HSM", "oct", 128, ""},
    {"oct-HSM", "oct", 192, ""},  {"oct-HSM", "oct", 256, ""},
};

// The operations, as key_ops names them; a path has them in lower case.
inline constexpr std::string_view kOperationTable[] = {"encrypt",   "decrypt", "wrapKey",
                                                       "unwrapKey", "sign",    "verify"};

enum class AlgorithmPurpose {
  kData,        // encrypt, decrypt
  kKeys,        // wrapKey, unwrapKey
  kDataOrKeys,  // all four
  kSignatures,  // sign, verify
};

// What an algorithm takes to encrypt, to wrap or to sign, in bytes: at least `min`, in groups of
// `multiple`, and at most `max` - or, where `margin` is set, the size of the modulus less that.
struct LengthRule {
  size_t min = 0;
  std::optional<size_t> max;
  size_t multiple = 1;
  size_t margin = 0;
};

struct AlgorithmRow {
  std::string_view alg;
  std::string_view family;
  AlgorithmPurpose purpose;
  int bits;              // the only size of a symmetric key that it works with; 0: any
  std::string_view crv;  // the only curve
  LengthRule length;
  size_t iv;   // bytes that the caller has to give, to encrypt
  size_t tag;  // bytes that the service gives besides, to encrypt
  // The first api-version that knows it; empty: all do.
  std::string_view since;
};

inline constexpr LengthRule kAnyLength = {};
inline constexpr LengthRule kBlocks = {0, std::nullopt, 16, 0};
inline constexpr LengthRule kWrapGroups = {16, std::nullopt, 8, 0};
inline constexpr LengthRule kNotEmpty = {1, std::nullopt, 1, 0};
constexpr LengthRule Exactly(size_t size) { return {size, size, 1, 0}; }
constexpr LengthRule ModulusLess(size_t margin) { return {0, std::nullopt, 1, margin}; }

inline constexpr AlgorithmRow kAlgorithmTable[] = {
    {"RSA1_5", "RSA", AlgorithmPurpose::kDataOrKeys, 0, "", ModulusLess(11), 0, 0, ""},
    {"RSA-OAEP", "RSA", AlgorithmPurpose::kDataOrKeys, 0, "", ModulusLess(42), 0, 0, ""},
    {"RSA-OAEP-256", "RSA", AlgorithmPurpose::kDataOrKeys, 0, "", ModulusLess(66), 0, 0, ""},
    {"A128GCM", "oct", AlgorithmPurpose::kData, 128, "", kAnyLength, 0, 16, ""},
    {"A192GCM", "oct", AlgorithmPurpose::kData, 192, "", kAnyLength, 0, 16, ""},
    {"A256GCM", "oct", AlgorithmPurpose::kData, 256, "", kAnyLength, 0, 16, ""},
    {"A128CBC", "oct", AlgorithmPurpose::kData, 128, "", kBlocks, 16, 0, ""},
    {"A192CBC", "oct", AlgorithmPurpose::kData, 192, "", kBlocks, 16, 0, ""},
    {"A256CBC", "oct", AlgorithmPurpose::kData, 256, "", kBlocks, 16, 0, ""},
    {"A128CBCPAD", "oct", AlgorithmPurpose::kData, 128, "", kAnyLength, 16, 0, ""},
    {"A192CBCPAD", "oct", AlgorithmPurpose::kData, 192, "", kAnyLength, 16, 0, ""},
    {"A256CBCPAD", "oct", AlgorithmPurpose::kData, 256, "", kAnyLength, 16, 0, ""},
    {"A128KW", "oct", AlgorithmPurpose::kKeys, 128, "", kWrapGroups, 0, 0, ""},
    {"A192KW", "oct", AlgorithmPurpose::kKeys, 192, "", kWrapGroups, 0, 0, ""},
    {"A256KW", "oct", AlgorithmPurpose::kKeys, 256, "", kWrapGroups, 0, 0, ""},
    {"CKM_AES_KEY_WRAP", "oct", AlgorithmPurpose::kKeys, 0, "", kWrapGroups, 0, 0, "7.6-preview.1"},
    {"CKM_AES_KEY_WRAP_PAD", "oct", AlgorithmPurpose::kKeys, 0, "", kNotEmpty, 0, 0,
     "7.6-preview.1"},
    {"RS256", "RSA", AlgorithmPurpose::kSignatures, 0, "", Exactly(32), 0, 0, ""},
    {"RS384", "RSA", AlgorithmPurpose::kSignatures, 0, "", Exactly(48), 0, 0, ""},
    {"RS512", "RSA", AlgorithmPurpose::kSignatures, 0, "", Exactly(64), 0, 0, ""},
    {"PS256", "RSA", AlgorithmPurpose::kSignatures, 0, "", Exactly(32), 0, 0, ""},
    {"PS384", "RSA", AlgorithmPurpose::kSignatures, 0, "", Exactly(48), 0, 0, ""},
    {"PS512", "RSA", AlgorithmPurpose::kSignatures, 0, "", Exactly(64), 0, 0, ""},
    {"RSNULL", "RSA", AlgorithmPurpose::kSignatures, 0, "", ModulusLess(11), 0, 0, ""},
    {"ES256", "EC", AlgorithmPurpose::kSignatures, 0, "P-256", Exactly(32), 0, 0, ""},
    {"ES256K", "EC", AlgorithmPurpose::kSignatures, 0, "P-256K", Exactly(32), 0, 0, ""},
    {"ES384", "EC", AlgorithmPurpose::kSignatures, 0, "P-384", Exactly(48), 0, 0, ""},
    {"ES512", "EC", AlgorithmPurpose::kSignatures, 0, "P-521", Exactly(64), 0, 0, ""},
    {"HS256", "oct", AlgorithmPurpose::kSignatures, 256, "", kAnyLength, 0, 0,
     "2025-06-01-preview"},
    {"HS384", "oct", AlgorithmPurpose::kSignatures, 256, "", kAnyLength, 0, 0,
     "2025-06-01-preview"},
    {"HS512", "oct", AlgorithmPurpose::kSignatures, 256, "", kAnyLength, 0, 0,
     "2025-06-01-preview"},
};

// A key's attributes, beside the time of a call; nbf and exp in seconds after that time.
struct AttributesRow {
  std::string_view name;
  bool enabled;
  std::optional<int> nbf;
  std::optional<int> exp;
};

inline constexpr AttributesRow kAttributesTable[] = {
    {"plain", true, std::nullopt, std::nullopt},
    {"disabled", false, std::nullopt, std::nullopt},
    {"from now on", true, 0, std::nullopt},
    {"not yet", true, 1, std::nullopt},
    {"until the next second", true, std::nullopt, 1},
    {"expired", true, std::nullopt, 0},
    {"within", true, -10, 10},
    {"disabled and expired", false, std::nullopt, -10},
};

// Whether `operation` is one that `purpose` is for: what a schema of the operation can tell.
constexpr bool IsSignature(std::string_view operation) {
  return operation == "sign" || operation == "verify";
}
constexpr bool TakesAlgorithm(std::string_view operation, AlgorithmPurpose purpose) {
  switch (purpose) {
    case AlgorithmPurpose::kData:
      return operation == "encrypt" || operation == "decrypt";
    case AlgorithmPurpose::kKeys:
      return operation == "wrapKey" || operation == "unwrapKey";
    case AlgorithmPurpose::kDataOrKeys:
      return !IsSignature(operation);
    case AlgorithmPurpose::kSignatures:
      return IsSignature(operation);
  }
  return false;
}

constexpr bool Fits(const LengthRule& rule, const KeyRow& key, size_t size) {
  if (size < rule.min || size % rule.multiple != 0) return false;
  if (rule.margin != 0) return size + rule.margin <= static_cast<size_t>(key.bits) / 8;
  return !rule.max.has_value() || size <= *rule.max;
}

// A length that fits.
constexpr size_t GoodLength(const LengthRule& rule) { return rule.max.value_or(32); }

// Whether the algorithm goes with the key.
constexpr bool GoesWith(const AlgorithmRow& algorithm, const KeyRow& key) {
  return algorithm.family == key.family && (algorithm.bits == 0 || algorithm.bits == key.bits) &&
         algorithm.crv == key.crv;
}

// The answer to a use of a key: the error's inner code, else its code, or "" for success. In the
// service's order: enabled, nbf and exp, key_ops, then the parameters.
constexpr std::string_view ExpectedUse(const AttributesRow& attributes, bool in_key_ops,
                                       std::string_view operation) {
  if (!attributes.enabled) return "KeyDisabled";
  const bool exempt = operation == "decrypt" || operation == "unwrapKey" || operation == "verify";
  if (!exempt && attributes.nbf.value_or(0) > 0) return "KeyNotYetValid";
  if (!exempt && attributes.exp.value_or(1) <= 0) return "KeyExpired";
  return in_key_ops ? "" : "KeyOperationForbidden";
}

// `size`: of what is encrypted, wrapped or signed, or of the digest that is verified.
constexpr std::string_view ExpectedAnswer(const KeyRow& key, const AlgorithmRow& algorithm,
                                          std::string_view operation, bool in_key_ops,
                                          const AttributesRow& attributes, size_t size) {
  if (const std::string_view use = ExpectedUse(attributes, in_key_ops, operation); !use.empty()) {
    return use;
  }
  if (!TakesAlgorithm(operation, algorithm.purpose) || !GoesWith(algorithm, key)) {
    return "BadParameter";
  }
  const bool measures = operation != "decrypt" && operation != "unwrapKey";
  return !measures || Fits(algorithm.length, key, size) ? "" : "BadParameter";
}

}  // namespace lazuli::keyvault

#endif  // LAZULI_KEYVAULT_TESTING_ALGORITHM_TABLE_H_
