#include "keyvault/certificates/certificate_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "base/boringssl_x509.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/x509_fields.h"
#include "base/x509_pem.h"
#include "keyvault/certificates/errors.h"
#include "keyvault/certificates/limits.h"
#include "keyvault/certificates/pkcs12_cost.h"
#include "keyvault/certificates/x509_reader.h"
#include "keyvault/crypto/error_queue.h"
#include "keyvault/crypto/evp_key.h"

namespace lazuli::keyvault {
namespace {

using CertificateStack = bssl::UniquePtr<STACK_OF(X509)>;

absl::Status Failed() { return InternalError("a certificate could not be written"); }

bssl::UniquePtr<X509> ParseDer(const std::string& der) {
  const auto* at = reinterpret_cast<const uint8_t*>(der.data());
  return bssl::UniquePtr<X509>(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

absl::StatusOr<SecureBytes> WritePkcs12(const std::vector<std::string>& chain,
                                        const EVP_PKEY* key) {
  const CertificateStack others(sk_X509_new_null());
  const bssl::UniquePtr<X509> leaf = ParseDer(chain.front());
  if (others == nullptr || leaf == nullptr) return Failed();
  for (size_t i = 1; i < chain.size(); ++i) {
    bssl::UniquePtr<X509> other = ParseDer(chain[i]);
    if (other == nullptr || !bssl::PushToStack(others.get(), std::move(other))) return Failed();
  }
  // The ciphers that every reader knows; behind no password they guard nothing.
  const bssl::UniquePtr<PKCS12> file(PKCS12_create(
      "", nullptr, key, leaf.get(), others.get(), NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
      NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 0, PKCS12_DEFAULT_ITER, 0));
  uint8_t* der = nullptr;
  const int size = file == nullptr ? -1 : i2d_PKCS12(file.get(), &der);
  if (size < 0) return Failed();
  const bssl::UniquePtr<uint8_t> owner(der);
  // The library wipes what it frees.
  return TakeText(Base64Encode(
      absl::string_view(reinterpret_cast<const char*>(der), static_cast<size_t>(size))));
}

absl::StatusOr<SecureBytes> WritePem(const std::vector<std::string>& chain, EVP_PKEY* key) {
  SecureBytes private_part;
  if (key != nullptr) {
    private_part = PrivateKeyToPem(key);
    if (private_part.empty()) return Failed();
  }
  std::string certificates;
  for (const std::string& der : chain) {
    const bssl::UniquePtr<X509> certificate = ParseDer(der);
    if (certificate == nullptr) return Failed();
    const std::string pem = CertificateToPem(certificate.get());
    if (pem.empty()) return Failed();
    certificates += pem;
  }
  // Made in its full size: a text that grows leaves copies of the key behind.
  SecureBytes value(private_part.size() + certificates.size());
  std::copy(private_part.view().begin(), private_part.view().end(), value.data());
  std::copy(certificates.begin(), certificates.end(), value.data() + private_part.size());
  return value;
}

// Puts the certificate of the key first.
absl::Status OrderChain(CertificateFile* file) {
  if (file->chain.size() > limits::certificates::kMaxChain) {
    return BadCertificateParameterError("value", "It has too many certificates.");
  }
  const auto leaf = std::find_if(
      file->chain.begin(), file->chain.end(),
      [file](const std::string& der) { return CertificateBelongsTo(der, *file->key); });
  if (leaf == file->chain.end()) return PublicKeyMismatchError();
  std::rotate(file->chain.begin(), leaf, leaf + 1);
  return absl::OkStatus();
}

// Whether `text` has a private key in PKCS #1 or SEC 1.
bool HasKeyOfOldForm(absl::string_view text) {
  return absl::StrContains(text, "-----BEGIN RSA PRIVATE KEY-----") ||
         absl::StrContains(text, "-----BEGIN EC PRIVATE KEY-----");
}

absl::StatusOr<CertificateFile> ReadPem(absl::string_view text) {
  CertificateFile file;
  file.type = CertificateContentType::kPem;
  for (const bssl::UniquePtr<X509>& certificate : ReadPemCertificates(text)) {
    file.chain.push_back(CertificateToDer(certificate.get()));
  }
  if (file.chain.empty() || HasKeyOfOldForm(text)) return UnreadablePemError();
  const bssl::UniquePtr<EVP_PKEY> key = ReadPemPrivateKey(text);
  if (key == nullptr) return PrivateKeyMissingInPemError();
  LAZULI_ASSIGN_OR_RETURN(file.key, crypto::MaterialOf(key.get()));
  LAZULI_RETURN_IF_ERROR(OrderChain(&file));
  return file;
}

// The parts of a PKCS #12 file; false when it cannot be read so.
bool OpenPkcs12(const std::string& der, const char* password, bssl::UniquePtr<EVP_PKEY>* key,
                STACK_OF(X509) * certificates) {
  CBS reader;
  CBS_init(&reader, reinterpret_cast<const uint8_t*>(der.data()), der.size());
  EVP_PKEY* found = nullptr;
  if (PKCS12_get_key_and_certs(&found, certificates, &reader, password) != 1) return false;
  key->reset(found);
  return CBS_len(&reader) == 0;
}

absl::StatusOr<CertificateFile> ReadPkcs12(absl::string_view value, absl::string_view password) {
  const std::optional<std::string> der =
      Base64Decode(absl::StrReplaceAll(value, {{"\r", ""}, {"\n", ""}, {" ", ""}}));
  if (!der.has_value() || password.find('\0') != absl::string_view::npos) {
    return UnreadablePkcs12Error();
  }
  if (!IsPkcs12Affordable(*der)) {
    return BadCertificateParameterError("value", "It asks for too many iterations.");
  }
  bssl::UniquePtr<EVP_PKEY> key;
  const CertificateStack certificates(sk_X509_new_null());
  std::string copy(password);
  // The library itself tries both ways in which no password is written.
  const bool read = OpenPkcs12(*der, copy.c_str(), &key, certificates.get());
  WipeText(&copy);
  if (!read) return UnreadablePkcs12Error();
  if (key == nullptr) return PrivateKeyMissingInPkcs12Error();
  CertificateFile file;
  file.type = CertificateContentType::kPkcs12;
  for (size_t i = 0; i < sk_X509_num(certificates.get()); ++i) {
    file.chain.push_back(CertificateToDer(sk_X509_value(certificates.get(), i)));
  }
  LAZULI_ASSIGN_OR_RETURN(file.key, crypto::MaterialOf(key.get()));
  LAZULI_RETURN_IF_ERROR(OrderChain(&file));
  return file;
}

}  // namespace

absl::StatusOr<SecureBytes> WriteCertificateFile(CertificateContentType type,
                                                 const std::vector<std::string>& chain,
                                                 const crypto::KeyMaterial* key) {
  const crypto::ErrorQueueDrain drain;
  bssl::UniquePtr<EVP_PKEY> evp;
  if (key != nullptr) {
    evp = crypto::EvpKeyOf(*key);
    if (evp == nullptr) return Failed();
  }
  return type == CertificateContentType::kPem ? WritePem(chain, evp.get())
                                              : WritePkcs12(chain, evp.get());
}

absl::StatusOr<CertificateFile> ReadCertificateFile(absl::string_view value,
                                                    absl::string_view password,
                                                    CertificateContentType type) {
  const crypto::ErrorQueueDrain drain;
  if (value.size() > limits::certificates::kMaxImportBytes) {
    return BadCertificateParameterError("value", "It is too long.");
  }
  return type == CertificateContentType::kPem ? ReadPem(value) : ReadPkcs12(value, password);
}

}  // namespace lazuli::keyvault
