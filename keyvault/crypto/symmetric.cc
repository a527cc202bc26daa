#include "keyvault/crypto/symmetric.h"

#include "base/boringssl.h"

namespace lazuli::keyvault::crypto {
namespace {

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

const EVP_AEAD* GcmOf(size_t key_size) {
  switch (key_size) {
    case 16:
      return EVP_aead_aes_128_gcm();
    case 24:
      return EVP_aead_aes_192_gcm();
    default:
      return EVP_aead_aes_256_gcm();
  }
}

const EVP_CIPHER* CbcOf(size_t key_size) {
  switch (key_size) {
    case 16:
      return EVP_aes_128_cbc();
    case 24:
      return EVP_aes_192_cbc();
    default:
      return EVP_aes_256_cbc();
  }
}

const EVP_MD* HashOf(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kHs384:
      return EVP_sha384();
    case SignatureAlgorithm::kHs512:
      return EVP_sha512();
    default:
      return EVP_sha256();
  }
}

// BoringSSL frees what a context holds, and does not wipe the context itself.
class GcmContext {
 public:
  explicit GcmContext(absl::Span<const uint8_t> key)
      : ok_(EVP_AEAD_CTX_init(&context_, GcmOf(key.size()), key.data(), key.size(), kGcmTagSize,
                              nullptr)) {}
  ~GcmContext() {
    if (ok_) EVP_AEAD_CTX_cleanup(&context_);
    OPENSSL_cleanse(&context_, sizeof(context_));
  }
  GcmContext(const GcmContext&) = delete;
  GcmContext& operator=(const GcmContext&) = delete;

  bool ok() const { return ok_; }
  const EVP_AEAD_CTX* get() const { return &context_; }

 private:
  EVP_AEAD_CTX context_;
  const bool ok_;
};

class AesSchedule {
 public:
  enum class Direction { kEncrypt, kDecrypt };

  AesSchedule(absl::Span<const uint8_t> key, Direction direction) {
    const unsigned bits = static_cast<unsigned>(key.size() * 8);
    ok_ =
        (direction == Direction::kEncrypt ? AES_set_encrypt_key(key.data(), bits, &schedule_)
                                          : AES_set_decrypt_key(key.data(), bits, &schedule_)) == 0;
  }
  ~AesSchedule() { OPENSSL_cleanse(&schedule_, sizeof(schedule_)); }
  AesSchedule(const AesSchedule&) = delete;
  AesSchedule& operator=(const AesSchedule&) = delete;

  bool ok() const { return ok_; }
  const AES_KEY* get() const { return &schedule_; }

 private:
  AES_KEY schedule_;
  bool ok_ = false;
};

}  // namespace

std::optional<GcmCiphertext> GcmSeal(absl::Span<const uint8_t> key, absl::string_view plaintext,
                                     absl::string_view iv, absl::string_view aad) {
  const GcmContext context(key);
  GcmCiphertext sealed{std::string(plaintext.size(), '\0'), std::string(kGcmTagSize, '\0')};
  size_t tag_size = 0;
  if (!context.ok() ||
      !EVP_AEAD_CTX_seal_scatter(context.get(), Bytes(&sealed.value), Bytes(&sealed.tag), &tag_size,
                                 sealed.tag.size(), Bytes(iv), iv.size(), Bytes(plaintext),
                                 plaintext.size(), nullptr, 0, Bytes(aad), aad.size())) {
    return std::nullopt;
  }
  return sealed;
}

std::optional<SecureBytes> GcmOpen(absl::Span<const uint8_t> key, absl::string_view ciphertext,
                                   absl::string_view iv, absl::string_view aad,
                                   absl::string_view tag) {
  const GcmContext context(key);
  SecureBytes plaintext(ciphertext.size());
  if (!context.ok() || tag.size() != kGcmTagSize ||
      !EVP_AEAD_CTX_open_gather(context.get(), plaintext.data(), Bytes(iv), iv.size(),
                                Bytes(ciphertext), ciphertext.size(), Bytes(tag), tag.size(),
                                Bytes(aad), aad.size())) {
    return std::nullopt;
  }
  return plaintext;
}

std::optional<std::string> CbcEncrypt(absl::Span<const uint8_t> key, absl::string_view plaintext,
                                      absl::string_view iv, bool padded) {
  bssl::ScopedEVP_CIPHER_CTX context;
  std::string ciphertext(plaintext.size() + kAesBlockSize, '\0');
  int size = 0;
  int rest = 0;
  if (!EVP_EncryptInit_ex(context.get(), CbcOf(key.size()), nullptr, key.data(), Bytes(iv)) ||
      !EVP_CIPHER_CTX_set_padding(context.get(), padded) ||
      !EVP_EncryptUpdate(context.get(), Bytes(&ciphertext), &size, Bytes(plaintext),
                         static_cast<int>(plaintext.size())) ||
      !EVP_EncryptFinal_ex(context.get(), Bytes(&ciphertext) + size, &rest)) {
    return std::nullopt;
  }
  ciphertext.resize(static_cast<size_t>(size + rest));
  return ciphertext;
}

std::optional<SecureBytes> CbcDecrypt(absl::Span<const uint8_t> key, absl::string_view ciphertext,
                                      absl::string_view iv, bool padded) {
  bssl::ScopedEVP_CIPHER_CTX context;
  SecureBytes plaintext(ciphertext.size() + kAesBlockSize);
  int size = 0;
  int rest = 0;
  if (!EVP_DecryptInit_ex(context.get(), CbcOf(key.size()), nullptr, key.data(), Bytes(iv)) ||
      !EVP_CIPHER_CTX_set_padding(context.get(), padded) ||
      !EVP_DecryptUpdate(context.get(), plaintext.data(), &size, Bytes(ciphertext),
                         static_cast<int>(ciphertext.size())) ||
      !EVP_DecryptFinal_ex(context.get(), plaintext.data() + size, &rest)) {
    return std::nullopt;
  }
  plaintext.Truncate(static_cast<size_t>(size + rest));
  return plaintext;
}

std::optional<std::string> AesWrap(absl::Span<const uint8_t> key, absl::string_view plaintext,
                                   bool padded) {
  const AesSchedule schedule(key, AesSchedule::Direction::kEncrypt);
  if (!schedule.ok()) return std::nullopt;
  // RFC 5649 adds eight bytes and fills the last group.
  std::string ciphertext(plaintext.size() + 15, '\0');
  if (padded) {
    size_t size = 0;
    if (!AES_wrap_key_padded(schedule.get(), Bytes(&ciphertext), &size, ciphertext.size(),
                             Bytes(plaintext), plaintext.size())) {
      return std::nullopt;
    }
    ciphertext.resize(size);
    return ciphertext;
  }
  const int size =
      AES_wrap_key(schedule.get(), nullptr, Bytes(&ciphertext), Bytes(plaintext), plaintext.size());
  if (size < 0) return std::nullopt;
  ciphertext.resize(static_cast<size_t>(size));
  return ciphertext;
}

std::optional<SecureBytes> AesUnwrap(absl::Span<const uint8_t> key, absl::string_view ciphertext,
                                     bool padded) {
  const AesSchedule schedule(key, AesSchedule::Direction::kDecrypt);
  if (!schedule.ok() || ciphertext.empty()) return std::nullopt;
  SecureBytes plaintext(ciphertext.size());
  if (padded) {
    size_t size = 0;
    if (!AES_unwrap_key_padded(schedule.get(), plaintext.data(), &size, plaintext.size(),
                               Bytes(ciphertext), ciphertext.size())) {
      return std::nullopt;
    }
    plaintext.Truncate(size);
    return plaintext;
  }
  const int size = AES_unwrap_key(schedule.get(), nullptr, plaintext.data(), Bytes(ciphertext),
                                  ciphertext.size());
  if (size < 0) return std::nullopt;
  plaintext.Truncate(static_cast<size_t>(size));
  return plaintext;
}

std::optional<std::string> Hmac(absl::Span<const uint8_t> key, SignatureAlgorithm algorithm,
                                absl::string_view message) {
  const EVP_MD* hash = HashOf(algorithm);
  std::string mac(EVP_MD_size(hash), '\0');
  unsigned size = 0;
  if (HMAC(hash, key.data(), key.size(), Bytes(message), message.size(), Bytes(&mac), &size) ==
      nullptr) {
    return std::nullopt;
  }
  return mac;
}

}  // namespace lazuli::keyvault::crypto
