#include "emulator/https/tls/x509_fields.h"

#include <cstdint>
#include <string>

#include "base/x509_fields.h"

namespace lazuli::emulator {

bool SetSubject(X509* certificate, absl::string_view common_name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto add = [subject](const char* field, absl::string_view value) {
    return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                      reinterpret_cast<const uint8_t*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  return add("O", "Lazuli") && add("CN", common_name);
}

bssl::UniquePtr<CRYPTO_BUFFER> ToBuffer(X509* certificate) {
  const std::string der = CertificateToDer(certificate);
  if (der.empty()) return nullptr;
  return bssl::UniquePtr<CRYPTO_BUFFER>(
      CRYPTO_BUFFER_new(reinterpret_cast<const uint8_t*>(der.data()), der.size(), nullptr));
}

}  // namespace lazuli::emulator
