#include "keyvault/crypto/key_transport.h"

#include <optional>
#include <string>
#include <utility>

#include "base/boringssl.h"
#include "base/secure_random.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/errors.h"
#include "keyvault/crypto/private_key_der.h"
#include "keyvault/crypto/symmetric.h"

namespace lazuli::keyvault::crypto {
namespace {

constexpr size_t kAesKeyBytes = 32;
constexpr int kMinRsaBytes = 256;
constexpr int kMaxRsaBytes = 1024;
// BoringSSL takes exponents of 33 bits; some writers put zeros before them.
constexpr size_t kMaxExponentBytes = 8;

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string* text) { return reinterpret_cast<uint8_t*>(text->data()); }

absl::Status UnusableKey() {
  return InvalidKeyMaterialError("n", "it is no RSA key that a key can be wrapped with.");
}

const EVP_MD* HashOf(KeyTransport transport) {
  switch (transport) {
    case KeyTransport::kCkmRsaAesKeyWrap:
      return EVP_sha1();
    case KeyTransport::kRsaAesKeyWrap256:
      return EVP_sha256();
    case KeyTransport::kRsaAesKeyWrap384:
      return EVP_sha384();
  }
  return EVP_sha1();
}

bool SetPadding(EVP_PKEY_CTX* context, KeyTransport transport) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context, HashOf(transport)) &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, HashOf(transport));
}

// Null for a key that is not to be used.
bssl::UniquePtr<EVP_PKEY> PublicKey(absl::string_view n, absl::string_view e) {
  // Before any arithmetic: both are a caller's.
  if (n.size() > kMaxRsaBytes + 1 || e.size() > kMaxExponentBytes) return nullptr;
  bssl::UniquePtr<BIGNUM> modulus(BN_bin2bn(Bytes(n), n.size(), nullptr));
  bssl::UniquePtr<BIGNUM> exponent(BN_bin2bn(Bytes(e), e.size(), nullptr));
  bssl::UniquePtr<RSA> rsa(RSA_new());
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  // The library looks at all the rest of a public key itself.
  if (!modulus || !exponent || !rsa || !key || !BN_is_odd(modulus.get()) ||
      !RSA_set0_key(rsa.get(), modulus.get(), exponent.get(), nullptr)) {
    return nullptr;
  }
  // Owned by `rsa` now.
  static_cast<void>(modulus.release());
  static_cast<void>(exponent.release());
  const int size = static_cast<int>(RSA_size(rsa.get()));
  if (size < kMinRsaBytes || size > kMaxRsaBytes || !RSA_check_key(rsa.get()) ||
      !EVP_PKEY_set1_RSA(key.get(), rsa.get())) {
    return nullptr;
  }
  return key;
}

}  // namespace

absl::string_view KeyTransportName(KeyTransport transport) {
  switch (transport) {
    case KeyTransport::kCkmRsaAesKeyWrap:
      return "CKM_RSA_AES_KEY_WRAP";
    case KeyTransport::kRsaAesKeyWrap256:
      return "RSA_AES_KEY_WRAP_256";
    case KeyTransport::kRsaAesKeyWrap384:
      return "RSA_AES_KEY_WRAP_384";
  }
  return "";
}

std::optional<KeyTransport> ParseKeyTransport(absl::string_view name) {
  for (const KeyTransport transport :
       {KeyTransport::kCkmRsaAesKeyWrap, KeyTransport::kRsaAesKeyWrap256,
        KeyTransport::kRsaAesKeyWrap384}) {
    if (name == KeyTransportName(transport)) return transport;
  }
  return std::nullopt;
}

absl::Status CheckTransportKey(absl::string_view n, absl::string_view e) {
  const ErrorQueueDrain drain;
  return PublicKey(n, e) ? absl::OkStatus() : UnusableKey();
}

absl::StatusOr<std::string> WrapForTransport(KeyTransport transport, absl::string_view n,
                                             absl::string_view e, absl::string_view plaintext) {
  const ErrorQueueDrain drain;
  const bssl::UniquePtr<EVP_PKEY> key = PublicKey(n, e);
  if (!key) return UnusableKey();
  const SecureBytes aes_key = SecureRandomBytes(kAesKeyBytes);
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
  const size_t rsa_size = static_cast<size_t>(EVP_PKEY_size(key.get()));
  std::string wrapped(rsa_size, '\0');
  size_t written = rsa_size;
  if (!context || !EVP_PKEY_encrypt_init(context.get()) || !SetPadding(context.get(), transport) ||
      !EVP_PKEY_encrypt(context.get(), Bytes(&wrapped), &written, aes_key.data(), aes_key.size()) ||
      written != rsa_size) {
    return UnusableKey();
  }
  const std::optional<std::string> inner = AesWrap(aes_key.span(), plaintext, /*padded=*/true);
  if (!inner.has_value()) return CryptoFailureError("wrap a key");
  return wrapped + *inner;
}

absl::StatusOr<SecureBytes> UnwrapFromTransport(KeyTransport transport, const KeyMaterial& key,
                                                absl::string_view wrapped) {
  const ErrorQueueDrain drain;
  if (!key.is_rsa()) return IncorrectParameterError();
  const bssl::UniquePtr<RSA> rsa = ParseRsaPrivateKey(key.private_der().span());
  bssl::UniquePtr<EVP_PKEY> pkey(EVP_PKEY_new());
  if (!rsa || !pkey || !EVP_PKEY_set1_RSA(pkey.get(), rsa.get())) {
    return CryptoFailureError("unwrap a key");
  }
  const size_t rsa_size = RSA_size(rsa.get());
  if (wrapped.size() <= rsa_size) return IncorrectParameterError();
  const bssl::UniquePtr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
  SecureBytes aes_key(rsa_size);
  size_t written = aes_key.size();
  if (!context || !EVP_PKEY_decrypt_init(context.get()) || !SetPadding(context.get(), transport) ||
      !EVP_PKEY_decrypt(context.get(), aes_key.data(), &written, Bytes(wrapped), rsa_size) ||
      (written != 16 && written != 24 && written != kAesKeyBytes)) {
    return IncorrectParameterError();
  }
  std::optional<SecureBytes> plaintext =
      AesUnwrap(aes_key.span().first(written), wrapped.substr(rsa_size), /*padded=*/true);
  if (!plaintext.has_value()) return IncorrectParameterError();
  return *std::move(plaintext);
}

}  // namespace lazuli::keyvault::crypto
