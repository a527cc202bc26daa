#include "emulator/https/tls/pem.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "emulator/https/tls/limits.h"

namespace lazuli::emulator {

namespace {

bssl::UniquePtr<BIO> ReaderOf(absl::string_view pem) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A key behind a password is refused instead of asking the terminal for it.
int NoPassword(char*, int, int, void*) { return 0; }

bool IsStrongEnough(EVP_PKEY* key) {
  switch (EVP_PKEY_id(key)) {
    case EVP_PKEY_RSA:
      return EVP_PKEY_bits(key) >= 2048;
    case EVP_PKEY_EC: {
      const int curve = EC_GROUP_get_curve_name(EC_KEY_get0_group(EVP_PKEY_get0_EC_KEY(key)));
      return curve == NID_X9_62_prime256v1 || curve == NID_secp384r1 || curve == NID_secp521r1;
    }
    default:
      return false;
  }
}

std::string ContentsOf(BIO* writer) {
  const uint8_t* text = nullptr;
  size_t size = 0;
  BIO_mem_contents(writer, &text, &size);
  return std::string(reinterpret_cast<const char*>(text), size);
}

}  // namespace

absl::StatusOr<std::vector<bssl::UniquePtr<X509>>> ParseCertificates(absl::string_view option,
                                                                     absl::string_view pem) {
  const bssl::UniquePtr<BIO> reader = ReaderOf(pem);
  std::vector<bssl::UniquePtr<X509>> certificates;
  while (bssl::UniquePtr<X509> certificate{
      PEM_read_bio_X509(reader.get(), nullptr, NoPassword, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  // The end of the text is an error to the reader, and the only one that is none to us.
  const uint32_t error = ERR_peek_last_error();
  ERR_clear_error();
  const bool at_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (certificates.empty() || !at_end) {
    return InvalidInputError(option, "holds no certificate in PEM that can be read");
  }
  return certificates;
}

absl::StatusOr<bssl::UniquePtr<EVP_PKEY>> ParsePrivateKey(absl::string_view option,
                                                          absl::string_view pem) {
  const bssl::UniquePtr<BIO> reader = ReaderOf(pem);
  bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  if (key == nullptr) {
    return InvalidInputError(option, "holds no private key in PEM without a password");
  }
  if (!IsStrongEnough(key.get())) {
    return InvalidInputError(option,
                             "must be an RSA key of at least 2048 bits or one on P-256, P-384 or "
                             "P-521");
  }
  return key;
}

absl::StatusOr<std::string> ReadPemFile(absl::string_view option, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(limits::tls::kMaxPemBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.empty()) return InvalidInputError(option, absl::StrCat("cannot be read: ", path));
  if (text.size() > limits::tls::kMaxPemBytes) {
    return InvalidInputError(option, absl::StrCat("is too long: ", path));
  }
  return text;
}

std::string CertificateToPem(X509* certificate) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(writer.get(), certificate);
  return ContentsOf(writer.get());
}

std::string PrivateKeyToPem(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(writer.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return ContentsOf(writer.get());
}

}  // namespace lazuli::emulator
