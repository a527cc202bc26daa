#include "emulator/https/tls/pem.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/x509_pem.h"
#include "emulator/https/tls/limits.h"

namespace lazuli::emulator {

namespace {

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

}  // namespace

absl::StatusOr<std::vector<bssl::UniquePtr<X509>>> ParseCertificates(absl::string_view option,
                                                                     absl::string_view pem) {
  std::vector<bssl::UniquePtr<X509>> certificates = ReadPemCertificates(pem);
  if (certificates.empty()) {
    return InvalidInputError(option, "holds no certificate in PEM that can be read");
  }
  return certificates;
}

absl::StatusOr<bssl::UniquePtr<EVP_PKEY>> ParsePrivateKey(absl::string_view option,
                                                          absl::string_view pem) {
  bssl::UniquePtr<EVP_PKEY> key = ReadPemPrivateKey(pem);
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

}  // namespace lazuli::emulator
