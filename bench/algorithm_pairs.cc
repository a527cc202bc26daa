#include "bench/algorithm_pairs.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/boringssl.h"
#include "keyvault/crypto/algorithm.h"
#include "keyvault/crypto/key_material.h"
#include "keyvault/crypto/parsed_key.h"

namespace lazuli::bench {
namespace {

using keyvault::crypto::CryptoEngine;
using keyvault::crypto::Curve;
using keyvault::crypto::EncryptionAlgorithm;
using keyvault::crypto::EncryptionScheme;
using keyvault::crypto::KeyMaterial;
using keyvault::crypto::ParsedKey;
using keyvault::crypto::Sealed;
using keyvault::crypto::SignatureAlgorithm;

constexpr char kKid[] = "https://v.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef";
constexpr size_t kMaxModulusBytes = 512;
constexpr size_t kDataBytes = 1024;
constexpr size_t kKeyBytes = 32;
// What an operation may cost above the bare call.
constexpr double kAsymmetricRatio = 1.05;
constexpr double kSymmetricRatio = 1.2;
constexpr double kSymmetricMicros = 2.0;
constexpr int kSymmetricRepeats = 64;

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "%s\n", value.status().ToString().c_str());
    std::exit(1);
  }
  return *std::move(value);
}

void Check(bool ok) {
  if (!ok) {
    std::fprintf(stderr, "BoringSSL failed.\n");
    std::exit(1);
  }
}

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// What the operations of one key share; alive as long as any of them.
struct Key {
  explicit Key(KeyMaterial::Ptr key) : material(std::move(key)) {
    if (!material->is_symmetric()) parsed.emplace(OrDie(ParsedKey::Parse(*material)));
  }

  KeyMaterial::Ptr material;
  std::optional<ParsedKey> parsed;
};
using KeyPtr = std::shared_ptr<const Key>;

const EVP_MD* DigestOf(size_t size) {
  if (size == SHA384_DIGEST_LENGTH) return EVP_sha384();
  return size == SHA512_DIGEST_LENGTH ? EVP_sha512() : EVP_sha256();
}

std::string Name(const char* operation, absl::string_view algorithm) {
  return std::string(operation) + "_" + std::string(algorithm);
}

// --- RSA, to encrypt

using EvpContext = std::shared_ptr<EVP_PKEY_CTX>;

// A context that is ready for OAEP with SHA-256, which has no call of its own.
EvpContext OaepContext(const KeyPtr& key, bool encrypting) {
  EvpContext context(EVP_PKEY_CTX_new(key->parsed->rsa_pkey(), nullptr), EVP_PKEY_CTX_free);
  Check(context != nullptr &&
        (encrypting ? EVP_PKEY_encrypt_init(context.get()) : EVP_PKEY_decrypt_init(context.get())));
  Check(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) &&
        EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) &&
        EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()));
  return context;
}

std::function<void()> BareEncrypt(const KeyPtr& key, EncryptionAlgorithm algorithm,
                                  const std::string& text) {
  if (algorithm == EncryptionAlgorithm::kRsaOaep256) {
    return [context = OaepContext(key, true), text] {
      std::array<uint8_t, kMaxModulusBytes> out;
      size_t size = out.size();
      Check(EVP_PKEY_encrypt(context.get(), out.data(), &size, Bytes(text), text.size()));
    };
  }
  const int padding =
      algorithm == EncryptionAlgorithm::kRsa1_5 ? RSA_PKCS1_PADDING : RSA_PKCS1_OAEP_PADDING;
  return [key, padding, text] {
    std::array<uint8_t, kMaxModulusBytes> out;
    size_t size = 0;
    Check(RSA_encrypt(key->parsed->rsa(), &size, out.data(), out.size(), Bytes(text), text.size(),
                      padding));
  };
}

std::function<void()> BareDecrypt(const KeyPtr& key, EncryptionAlgorithm algorithm,
                                  const std::string& ciphertext) {
  if (algorithm == EncryptionAlgorithm::kRsaOaep256) {
    return [context = OaepContext(key, false), ciphertext] {
      std::array<uint8_t, kMaxModulusBytes> out;
      size_t size = out.size();
      Check(
          EVP_PKEY_decrypt(context.get(), out.data(), &size, Bytes(ciphertext), ciphertext.size()));
    };
  }
  const int padding =
      algorithm == EncryptionAlgorithm::kRsa1_5 ? RSA_PKCS1_PADDING : RSA_PKCS1_OAEP_PADDING;
  return [key, padding, ciphertext] {
    std::array<uint8_t, kMaxModulusBytes> out;
    size_t size = 0;
    Check(RSA_decrypt(key->parsed->rsa(), &size, out.data(), out.size(), Bytes(ciphertext),
                      ciphertext.size(), padding));
  };
}

// --- signatures

bool IsPss(SignatureAlgorithm algorithm) {
  return algorithm == SignatureAlgorithm::kPs256 || algorithm == SignatureAlgorithm::kPs384 ||
         algorithm == SignatureAlgorithm::kPs512;
}

std::function<void()> BareSign(const KeyPtr& key, SignatureAlgorithm algorithm,
                               const std::string& digest) {
  if (key->material->is_ec()) {
    return [key, digest] {
      const bssl::UniquePtr<ECDSA_SIG> signature(
          ECDSA_do_sign(Bytes(digest), digest.size(), key->parsed->ec()));
      Check(signature != nullptr);
    };
  }
  return [key, algorithm, digest, md = DigestOf(digest.size())] {
    std::array<uint8_t, kMaxModulusBytes> out;
    size_t size = 0;
    unsigned short_size = 0;
    RSA* const rsa = key->parsed->rsa();
    if (IsPss(algorithm)) {
      Check(RSA_sign_pss_mgf1(rsa, &size, out.data(), out.size(), Bytes(digest), digest.size(), md,
                              md, -1));
    } else if (algorithm == SignatureAlgorithm::kRsNull) {
      Check(RSA_sign_raw(rsa, &size, out.data(), out.size(), Bytes(digest), digest.size(),
                         RSA_PKCS1_PADDING));
    } else {
      Check(RSA_sign(EVP_MD_type(md), Bytes(digest), digest.size(), out.data(), &short_size, rsa));
    }
  };
}

std::function<void()> BareVerifyEc(const KeyPtr& key, const std::string& digest,
                                   const std::string& signature) {
  const size_t half = signature.size() / 2;
  bssl::UniquePtr<BIGNUM> r(BN_bin2bn(Bytes(signature), half, nullptr));
  bssl::UniquePtr<BIGNUM> s(BN_bin2bn(Bytes(signature) + half, half, nullptr));
  std::shared_ptr<ECDSA_SIG> parsed(ECDSA_SIG_new(), ECDSA_SIG_free);
  Check(ECDSA_SIG_set0(parsed.get(), r.release(), s.release()));
  return [key, digest, parsed] {
    Check(ECDSA_do_verify(Bytes(digest), digest.size(), parsed.get(), key->parsed->ec()) == 1);
  };
}

std::function<void()> BareVerify(const KeyPtr& key, SignatureAlgorithm algorithm,
                                 const std::string& digest, const std::string& signature) {
  if (key->material->is_ec()) return BareVerifyEc(key, digest, signature);
  return [key, algorithm, digest, signature, md = DigestOf(digest.size())] {
    std::array<uint8_t, kMaxModulusBytes> out;
    size_t size = 0;
    RSA* const rsa = key->parsed->rsa();
    if (IsPss(algorithm)) {
      Check(RSA_verify_pss_mgf1(rsa, Bytes(digest), digest.size(), md, md, -1, Bytes(signature),
                                signature.size()));
    } else if (algorithm == SignatureAlgorithm::kRsNull) {
      Check(RSA_verify_raw(rsa, &size, out.data(), out.size(), Bytes(signature), signature.size(),
                           RSA_PKCS1_PADDING));
    } else {
      Check(RSA_verify(EVP_MD_type(md), Bytes(digest), digest.size(), Bytes(signature),
                       signature.size(), rsa));
    }
  };
}

// --- symmetric keys

const EVP_AEAD* GcmOf(size_t key_size) {
  if (key_size == 16) return EVP_aead_aes_128_gcm();
  return key_size == 24 ? EVP_aead_aes_192_gcm() : EVP_aead_aes_256_gcm();
}

const EVP_CIPHER* CbcOf(size_t key_size) {
  if (key_size == 16) return EVP_aes_128_cbc();
  return key_size == 24 ? EVP_aes_192_cbc() : EVP_aes_256_cbc();
}

std::pair<std::function<void()>, std::function<void()>> BareGcm(absl::Span<const uint8_t> key,
                                                                const std::string& text,
                                                                const Sealed& sealed) {
  auto context = std::make_shared<bssl::ScopedEVP_AEAD_CTX>();
  Check(EVP_AEAD_CTX_init(context->get(), GcmOf(key.size()), key.data(), key.size(), 16, nullptr));
  auto seal = [context, text, iv = sealed.iv] {
    std::array<uint8_t, kDataBytes> out;
    std::array<uint8_t, 16> tag;
    size_t size = 0;
    Check(EVP_AEAD_CTX_seal_scatter(context->get(), out.data(), tag.data(), &size, tag.size(),
                                    Bytes(iv), iv.size(), Bytes(text), text.size(), nullptr, 0,
                                    nullptr, 0));
  };
  auto open = [context, sealed] {
    std::array<uint8_t, kDataBytes> out;
    Check(EVP_AEAD_CTX_open_gather(context->get(), out.data(), Bytes(sealed.iv), sealed.iv.size(),
                                   Bytes(sealed.value), sealed.value.size(), Bytes(sealed.tag),
                                   sealed.tag.size(), nullptr, 0));
  };
  return {seal, open};
}

std::function<void()> BareCbc(absl::Span<const uint8_t> key, const std::string& input,
                              const std::string& iv, bool padded, bool encrypting) {
  auto context = std::make_shared<bssl::ScopedEVP_CIPHER_CTX>();
  Check(EVP_CipherInit_ex(context->get(), CbcOf(key.size()), nullptr, key.data(), nullptr,
                          encrypting ? 1 : 0));
  Check(EVP_CIPHER_CTX_set_padding(context->get(), padded));
  return [context, input, iv] {
    std::array<uint8_t, kDataBytes + 32> out;
    int size = 0;
    int rest = 0;
    Check(EVP_CipherInit_ex(context->get(), nullptr, nullptr, nullptr, Bytes(iv), -1) &&
          EVP_CipherUpdate(context->get(), out.data(), &size, Bytes(input),
                           static_cast<int>(input.size())) &&
          EVP_CipherFinal_ex(context->get(), out.data() + size, &rest));
  };
}

std::function<void()> BareWrap(absl::Span<const uint8_t> key, const std::string& input, bool padded,
                               bool wrapping) {
  auto schedule = std::make_shared<AES_KEY>();
  const unsigned bits = static_cast<unsigned>(key.size() * 8);
  Check((wrapping ? AES_set_encrypt_key(key.data(), bits, schedule.get())
                  : AES_set_decrypt_key(key.data(), bits, schedule.get())) == 0);
  return [schedule, input, padded, wrapping] {
    std::array<uint8_t, 2 * kKeyBytes> out;
    size_t size = 0;
    if (padded) {
      Check(wrapping ? AES_wrap_key_padded(schedule.get(), out.data(), &size, out.size(),
                                           Bytes(input), input.size())
                     : AES_unwrap_key_padded(schedule.get(), out.data(), &size, out.size(),
                                             Bytes(input), input.size()));
    } else {
      Check((wrapping
                 ? AES_wrap_key(schedule.get(), nullptr, out.data(), Bytes(input), input.size())
                 : AES_unwrap_key(schedule.get(), nullptr, out.data(), Bytes(input),
                                  input.size())) > 0);
    }
  };
}

std::pair<std::function<void()>, std::function<void()>> BareSymmetric(absl::Span<const uint8_t> key,
                                                                      EncryptionScheme scheme,
                                                                      const std::string& text,
                                                                      const Sealed& sealed) {
  if (scheme == EncryptionScheme::kGcm) return BareGcm(key, text, sealed);
  if (scheme == EncryptionScheme::kCbc || scheme == EncryptionScheme::kCbcPad) {
    const bool padded = scheme == EncryptionScheme::kCbcPad;
    return {BareCbc(key, text, sealed.iv, padded, true),
            BareCbc(key, sealed.value, sealed.iv, padded, false)};
  }
  const bool padded = scheme == EncryptionScheme::kKeyWrapPad;
  return {BareWrap(key, text, padded, true), BareWrap(key, sealed.value, padded, false)};
}

// --- the list

class List {
 public:
  explicit List(CryptoEngine& engine) : engine_(engine) {}

  void AddRsa(const KeyPtr& key, EncryptionAlgorithm algorithm) {
    const std::string text(kKeyBytes, 'k');
    const std::string ciphertext = OrDie(engine_.Encrypt(*key->material, kKid, algorithm, text));
    const absl::string_view name = EncryptionAlgorithmName(algorithm);
    CryptoEngine& engine = engine_;
    Add(Name("encrypt", name), BareEncrypt(key, algorithm, text), [&engine, key, algorithm, text] {
      Check(engine.Encrypt(*key->material, kKid, algorithm, text).ok());
    });
    Add(Name("decrypt", name), BareDecrypt(key, algorithm, ciphertext),
        [&engine, key, algorithm, ciphertext] {
          Check(engine.Decrypt(*key->material, kKid, algorithm, ciphertext).ok());
        });
  }

  void AddSignature(const KeyPtr& key, SignatureAlgorithm algorithm) {
    const std::string digest(std::max(DigestSize(algorithm), kKeyBytes), 'd');
    const std::string signature = OrDie(engine_.Sign(*key->material, kKid, algorithm, digest));
    const absl::string_view name = SignatureAlgorithmName(algorithm);
    CryptoEngine& engine = engine_;
    const auto sign = [&engine, key, algorithm, digest] {
      Check(engine.Sign(*key->material, kKid, algorithm, digest).ok());
    };
    const auto verify = [&engine, key, algorithm, digest, signature] {
      Check(*engine.Verify(*key->material, kKid, algorithm, digest, signature));
    };
    if (key->material->is_symmetric()) {
      const EVP_MD* md = DigestOf(signature.size());
      const auto bare = [key, digest, md] {
        const absl::Span<const uint8_t> bytes = key->material->symmetric_key();
        std::array<uint8_t, EVP_MAX_MD_SIZE> out;
        unsigned size = 0;
        Check(HMAC(md, bytes.data(), bytes.size(), Bytes(digest), digest.size(), out.data(),
                   &size) != nullptr);
      };
      AddSymmetric(Name("sign", name), bare, sign);
      AddSymmetric(Name("verify", name), bare, verify);
      return;
    }
    Add(Name("sign", name), BareSign(key, algorithm, digest), sign);
    Add(Name("verify", name), BareVerify(key, algorithm, digest, signature), verify);
  }

  void AddCipher(const KeyPtr& key, EncryptionAlgorithm algorithm) {
    const EncryptionScheme scheme = SchemeOf(algorithm);
    const bool is_data = EncryptsData(algorithm);
    const std::string text(is_data ? kDataBytes : kKeyBytes, 'p');
    const bool is_cbc = scheme == EncryptionScheme::kCbc || scheme == EncryptionScheme::kCbcPad;
    const std::string iv = is_cbc ? std::string(16, 'i') : "";
    const Sealed sealed = OrDie(engine_.Seal(*key->material, kKid, algorithm, text, {.iv = iv}));
    const auto [bare_seal, bare_open] =
        BareSymmetric(key->material->symmetric_key(), scheme, text, sealed);
    const absl::string_view name = EncryptionAlgorithmName(algorithm);
    CryptoEngine& engine = engine_;
    AddSymmetric(Name(is_data ? "encrypt" : "wrap", name), bare_seal,
                 [&engine, key, algorithm, text, iv] {
                   Check(engine.Seal(*key->material, kKid, algorithm, text, {.iv = iv}).ok());
                 });
    AddSymmetric(Name(is_data ? "decrypt" : "unwrap", name), bare_open,
                 [&engine, key, algorithm, sealed] {
                   Check(engine
                             .Open(*key->material, kKid, algorithm, sealed.value,
                                   {.iv = sealed.iv, .aad = "", .tag = sealed.tag})
                             .ok());
                 });
  }

  std::vector<AlgorithmPair> Take() { return std::move(pairs_); }

 private:
  void Add(std::string name, std::function<void()> bare, std::function<void()> engine) {
    pairs_.push_back({.name = std::move(name),
                      .bare = std::move(bare),
                      .engine = std::move(engine),
                      .repeats = 1,
                      .good_ratio = kAsymmetricRatio,
                      .good_micros = 0});
  }

  void AddSymmetric(std::string name, std::function<void()> bare, std::function<void()> engine) {
    const auto repeated = [](std::function<void()> once) {
      return [once = std::move(once)] {
        for (int i = 0; i < kSymmetricRepeats; ++i) once();
      };
    };
    pairs_.push_back({.name = std::move(name),
                      .bare = repeated(std::move(bare)),
                      .engine = repeated(std::move(engine)),
                      .repeats = kSymmetricRepeats,
                      .good_ratio = kSymmetricRatio,
                      .good_micros = kSymmetricMicros});
  }

  CryptoEngine& engine_;
  std::vector<AlgorithmPair> pairs_;
};

}  // namespace

double AlgorithmPair::GoodRatio(double bare_micros) const {
  return std::max(good_ratio, 1.0 + good_micros / bare_micros);
}

std::vector<AlgorithmPair> AlgorithmPairs(CryptoEngine& engine) {
  List list(engine);
  const auto rsa = std::make_shared<const Key>(OrDie(KeyMaterial::GenerateRsa(2048, 65537)));
  for (const char* name : {"RSA1_5", "RSA-OAEP", "RSA-OAEP-256"}) {
    list.AddRsa(rsa, *keyvault::crypto::ParseEncryptionAlgorithm(name));
  }
  for (const char* name : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "RSNULL"}) {
    list.AddSignature(rsa, *keyvault::crypto::ParseSignatureAlgorithm(name));
  }
  for (const char* name : {"ES256", "ES256K", "ES384", "ES512"}) {
    const SignatureAlgorithm algorithm = *keyvault::crypto::ParseSignatureAlgorithm(name);
    const Curve curve = *keyvault::crypto::RequiredCurve(algorithm);
    list.AddSignature(std::make_shared<const Key>(OrDie(KeyMaterial::GenerateEc(curve))),
                      algorithm);
  }
  KeyPtr aes;
  for (const int bits : {128, 192, 256}) {
    aes = std::make_shared<const Key>(OrDie(KeyMaterial::GenerateSymmetric(bits)));
    for (const char* suffix : {"GCM", "CBC", "CBCPAD", "KW"}) {
      const std::string name = "A" + std::to_string(bits) + suffix;
      list.AddCipher(aes, *keyvault::crypto::ParseEncryptionAlgorithm(name));
    }
  }
  list.AddCipher(aes, EncryptionAlgorithm::kCkmAesKeyWrap);
  list.AddCipher(aes, EncryptionAlgorithm::kCkmAesKeyWrapPad);
  for (const char* name : {"HS256", "HS384", "HS512"}) {
    list.AddSignature(aes, *keyvault::crypto::ParseSignatureAlgorithm(name));
  }
  return list.Take();
}

}  // namespace lazuli::bench
