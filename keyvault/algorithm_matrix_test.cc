// Every key with every algorithm, every operation, with and without its leave in key_ops, in every
// state of its attributes, against keyvault/testing/algorithm_table.h.
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/secure_bytes.h"
#include "base/status_macros.h"
#include "gtest/gtest.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/engine.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/test_keys.h"
#include "keyvault/key_operation.h"
#include "keyvault/key_version.h"
#include "keyvault/testing/algorithm_table.h"

namespace lazuli::keyvault {
namespace {

constexpr char kIv[] = "0123456789abcdef";
constexpr char kKid[] = "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Time Now() { return absl::FromUnixSeconds(1'900'000'000); }

crypto::KeyMaterial::Ptr MakeMaterial(const KeyRow& key) {
  if (key.family == "EC") return crypto::TestEcKey(*crypto::ParseCurve(View(key.crv)));
  if (key.family == "oct") return crypto::TestSymmetricKey(key.bits);
  if (key.bits == 2048) return crypto::TestRsaKey();
  if (key.bits == 4096) return crypto::TestRsa4096Key();
  return *crypto::KeyMaterial::GenerateRsa(key.bits, crypto::kDefaultPublicExponent);
}

// HSM-protected keys are computed with as the others are, so that they may share the material.
const crypto::KeyMaterial::Ptr& MaterialOf(const KeyRow& key) {
  static auto& made = *new std::map<std::string, crypto::KeyMaterial::Ptr>();
  crypto::KeyMaterial::Ptr& material =
      made[absl::StrCat(View(key.family), key.bits, View(key.crv))];
  if (material == nullptr) material = MakeMaterial(key);
  return material;
}

struct Use {
  const KeyRow& key;
  const AlgorithmRow& algorithm;
  std::string_view operation;
  bool in_key_ops = true;
  const AttributesRow& attributes = kAttributesTable[0];
  size_t size = 0;

  std::string Text() const {
    return absl::StrCat(View(key.kty), " ", key.bits, View(key.crv), " ", View(algorithm.alg), " ",
                        View(operation), in_key_ops ? "" : " not in key_ops", ", ",
                        View(attributes.name), ", ", size, " bytes");
  }
};

KeyVersion VersionFor(const Use& use) {
  KeyVersion version;
  version.kid = kKid;
  version.type = *crypto::ParseKeyType(View(use.key.kty));
  version.material = MaterialOf(use.key);
  for (const std::string_view operation : kOperationTable) {
    if (operation == use.operation && !use.in_key_ops) continue;
    version.key_ops.push_back(*KeyOperationOf(View(operation)));
  }
  version.attributes.enabled = use.attributes.enabled;
  if (use.attributes.nbf.has_value()) {
    version.attributes.not_before = Now() + absl::Seconds(*use.attributes.nbf);
  }
  if (use.attributes.exp.has_value()) {
    version.attributes.expires = Now() + absl::Seconds(*use.attributes.exp);
  }
  return version;
}

class AlgorithmMatrixTest : public testing::Test {
 protected:
  // What the inverse of `use` made, and garbage where there is none.
  struct Made {
    crypto::Sealed sealed;
    std::string signature;
  };

  const Made& InverseOf(const Use& use) {
    const auto [it, is_new] =
        made_.try_emplace(absl::StrCat(View(use.key.family), use.key.bits, View(use.key.crv), " ",
                                       View(use.algorithm.alg), " ", use.size));
    Made& made = it->second;
    if (!is_new) return made;
    made.sealed = {std::string(48, 'c'), std::string(use.algorithm.iv, 'i'),
                   std::string(use.algorithm.tag, 't')};
    if (use.algorithm.tag != 0) made.sealed.iv = std::string(12, 'i');
    made.signature = std::string(64, 's');
    if (!GoesWith(use.algorithm, use.key)) return made;
    const std::string text(use.size, 'p');
    if (use.algorithm.purpose == AlgorithmPurpose::kSignatures) {
      auto signature = engine_.Sign(*MaterialOf(use.key), kKid, SignatureOf(use), text);
      if (signature.ok()) made.signature = *std::move(signature);
    } else {
      auto sealed = engine_.Seal(*MaterialOf(use.key), kKid, EncryptionOf(use), text,
                                 {.iv = absl::string_view(kIv, use.algorithm.iv)});
      if (sealed.ok()) made.sealed = *std::move(sealed);
    }
    return made;
  }

  static crypto::SignatureAlgorithm SignatureOf(const Use& use) {
    return *crypto::ParseSignatureAlgorithm(View(use.algorithm.alg));
  }
  static crypto::EncryptionAlgorithm EncryptionOf(const Use& use) {
    return *crypto::ParseEncryptionAlgorithm(View(use.algorithm.alg));
  }

  // As the service does it. What comes out is compared with what went in.
  absl::Status Do(const Use& use) {
    const KeyVersion version = VersionFor(use);
    const KeyOperation operation = *KeyOperationOf(View(use.operation));
    LAZULI_RETURN_IF_ERROR(CheckKeyVersionUse(version, operation, Now()));
    return IsSignature(use.operation) ? DoSignature(use, version)
                                      : DoCipher(use, version, operation);
  }

  absl::Status DoSignature(const Use& use, const KeyVersion& version) {
    const std::string digest(use.size, 'p');
    if (use.operation == "sign") {
      return engine_.Sign(*version.material, version.kid, SignatureOf(use), digest).status();
    }
    LAZULI_ASSIGN_OR_RETURN(const bool valid,
                            engine_.Verify(*version.material, version.kid, SignatureOf(use), digest,
                                           InverseOf(use).signature));
    EXPECT_TRUE(valid) << use.Text();
    return absl::OkStatus();
  }

  absl::Status DoCipher(const Use& use, const KeyVersion& version, KeyOperation operation) {
    LAZULI_RETURN_IF_ERROR(CheckAlgorithmPurpose(EncryptionOf(use), operation));
    const std::string text(use.size, 'p');
    if (use.operation == "encrypt" || use.operation == "wrapKey") {
      LAZULI_ASSIGN_OR_RETURN(const crypto::Sealed sealed,
                              engine_.Seal(*version.material, version.kid, EncryptionOf(use), text,
                                           {.iv = absl::string_view(kIv, use.algorithm.iv)}));
      EXPECT_EQ(sealed.tag.size(), use.algorithm.tag) << use.Text();
      return absl::OkStatus();
    }
    const crypto::Sealed& sealed = InverseOf(use).sealed;
    LAZULI_ASSIGN_OR_RETURN(
        const SecureBytes plaintext,
        engine_.Open(*version.material, version.kid, EncryptionOf(use), sealed.value,
                     {.iv = sealed.iv, .aad = "", .tag = sealed.tag}));
    EXPECT_EQ(plaintext.view(), text) << use.Text();
    return absl::OkStatus();
  }

  void Expect(const Use& use) {
    ++cases_;
    const absl::Status status = Do(use);
    const ErrorInfo info = status.ok() ? ErrorInfo() : ErrorInfoOrDefault(status);
    const std::string answer = info.inner_code.empty() ? info.code : info.inner_code;
    EXPECT_EQ(answer, std::string(ExpectedAnswer(use.key, use.algorithm, use.operation,
                                                 use.in_key_ops, use.attributes, use.size)))
        << use.Text() << ": " << status;
    if (!status.ok()) {
      EXPECT_EQ(info.http_status, info.code == "Forbidden" ? 403 : 400) << use.Text();
    }
  }

  // Operations and algorithms that a request can name together at all.
  static bool IsExpressible(const AlgorithmRow& algorithm, std::string_view operation) {
    return IsSignature(operation) == (algorithm.purpose == AlgorithmPurpose::kSignatures);
  }

  crypto::CryptoEngine engine_;
  std::map<std::string, Made> made_;
  int cases_ = 0;
};

TEST_F(AlgorithmMatrixTest, EveryKeyAlgorithmOperationAndState) {
  for (const KeyRow& key : kKeyTable) {
    for (const AlgorithmRow& algorithm : kAlgorithmTable) {
      for (const std::string_view operation : kOperationTable) {
        if (!IsExpressible(algorithm, operation)) continue;
        for (const AttributesRow& attributes : kAttributesTable) {
          for (const bool in_key_ops : {true, false}) {
            Expect(
                {key, algorithm, operation, in_key_ops, attributes, GoodLength(algorithm.length)});
          }
        }
      }
    }
  }
  EXPECT_GT(cases_, 20'000);
}

TEST_F(AlgorithmMatrixTest, EveryLengthThatMatters) {
  for (const KeyRow& key : kKeyTable) {
    for (const AlgorithmRow& algorithm : kAlgorithmTable) {
      if (!GoesWith(algorithm, key)) continue;
      std::vector<size_t> sizes = {0, 1, 7, 8, 15, 16, 17, 24, 31, 32, 33, 40, 48, 64, 65, 1000};
      if (algorithm.length.margin != 0) {
        const size_t max = static_cast<size_t>(key.bits) / 8 - algorithm.length.margin;
        for (const size_t size : {max - 1, max, max + 1}) sizes.push_back(size);
      }
      for (const std::string_view operation : kOperationTable) {
        if (!TakesAlgorithm(operation, algorithm.purpose)) continue;
        for (const size_t size : sizes) {
          // Only what can have been encrypted can be decrypted.
          if ((operation == "decrypt" || operation == "unwrapKey") &&
              !Fits(algorithm.length, key, size)) {
            continue;
          }
          Expect({.key = key, .algorithm = algorithm, .operation = operation, .size = size});
        }
      }
    }
  }
  EXPECT_GT(cases_, 1'500);
}

}  // namespace
}  // namespace lazuli::keyvault
