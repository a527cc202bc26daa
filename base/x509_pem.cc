#include "base/x509_pem.h"

#include <utility>

namespace lazuli {

namespace {

bssl::UniquePtr<BIO> ReaderOf(absl::string_view pem) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// A key behind a password is refused instead of asking the terminal for it. No password, other than
// an empty one, is not tried either: that could take as long as the text says.
int NoPassword(char*, int, int, void*) { return -1; }

// What was written; the writer wipes it at its end.
absl::string_view ContentsOf(BIO* writer) {
  const uint8_t* text = nullptr;
  size_t size = 0;
  BIO_mem_contents(writer, &text, &size);
  return absl::string_view(reinterpret_cast<const char*>(text), size);
}

}  // namespace

std::vector<bssl::UniquePtr<X509>> ReadPemCertificates(absl::string_view pem) {
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
  if (!at_end) certificates.clear();
  return certificates;
}

bssl::UniquePtr<EVP_PKEY> ReadPemPrivateKey(absl::string_view pem) {
  const bssl::UniquePtr<BIO> reader = ReaderOf(pem);
  bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassword, nullptr));
  ERR_clear_error();
  return key;
}

std::string CertificateToPem(X509* certificate) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  if (writer == nullptr || PEM_write_bio_X509(writer.get(), certificate) != 1) {
    ERR_clear_error();
    return "";
  }
  return std::string(ContentsOf(writer.get()));
}

SecureBytes PrivateKeyToPem(EVP_PKEY* key) {
  const bssl::UniquePtr<BIO> writer(BIO_new(BIO_s_mem()));
  if (writer == nullptr ||
      PEM_write_bio_PrivateKey(writer.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    return SecureBytes();
  }
  return SecureBytes(ContentsOf(writer.get()));
}

}  // namespace lazuli
